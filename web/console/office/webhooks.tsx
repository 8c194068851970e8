// Webhooks, for admins: where the helpline's own systems are told, how the last deliveries went, and what is parked.
import { useEffect, useState } from "preact/hooks";
import { announce } from "../announce";
import { statusOf } from "../api";
import { ask } from "../door/door";
import { focusSoon } from "../focus";
import { clock, counted, t } from "../words";

type Endpoint = { id: string; url: string; events: string[]; active: boolean; gone_at: string | null; old_until: string | null; parked: number };
type Made = Endpoint & { secret: string };
type Overview = { events: string[]; endpoints: Endpoint[] };
type Delivery = {
  id: string;
  endpoint_id: string;
  event: string;
  state: "due" | "delivered" | "parked";
  tries: number;
  status: number | null;
  trouble: string | null;
  created_at: string;
  tried_at: string | null;
  due_at: string;
};
type Act = (done: string, method: string, path: string, body?: unknown) => Promise<void>;

const LOOK_AGAIN = 5000;
const COLUMNS = ["event", "to", "state", "tries", "answer", "at", "again"];

export function Webhooks() {
  const [seen, put] = useState<Overview | null>(null);
  const [deliveries, list] = useState<Delivery[]>([]);
  const [made, show] = useState<Made | null>(null);
  const [trouble, tell] = useState("");
  const load = () =>
    Promise.all([ask<Overview>("GET", "/webhooks"), ask<Delivery[]>("GET", "/webhooks/deliveries?state=parked"), ask<Delivery[]>("GET", "/webhooks/deliveries")]).then(
      ([overview, parked, newest]) => {
        put(overview);
        list([...parked, ...newest.filter((one) => one.state !== "parked")]);
      },
      () => tell("office_away"),
    );
  useEffect(() => {
    void load();
    const timer = setInterval(() => void load(), LOOK_AGAIN);
    return () => clearInterval(timer);
  }, []);
  const act: Act = async (done, method, path, body) => {
    try {
      const answer = await ask<Made | null>(method, `/webhooks${path}`, body);
      tell("");
      announce(t(done));
      if (answer?.secret) {
        show(answer);
        focusSoon("webhook-secret");
      } else if (method === "DELETE") show(null);
    } catch (error) {
      tell(reason(statusOf(error)));
    }
    await load();
  };
  if (!seen) return trouble ? <p class="trouble" role="alert">{t(trouble)}</p> : <p class="quiet">{t("loading")}</p>;
  return (
    <>
      {trouble && <p class="trouble" role="alert">{t(trouble)}</p>}
      {made && <Secret made={made} />}
      {seen.endpoints.length === 0 && <p>{t("webhooks_none")}</p>}
      <ul class="numbers">{seen.endpoints.map((one) => <Line key={one.id} one={one} events={seen.events} act={act} />)}</ul>
      {seen.endpoints.length > 0 && <Deliveries list={deliveries} endpoints={seen.endpoints} act={act} />}
      <New events={seen.events} act={act} />
    </>
  );
}

function reason(status: number): string {
  return { 400: "webhooks_refused", 403: "proof_needed", 409: "webhooks_conflict" }[status] ?? "not_done";
}

function Secret({ made }: { made: Made }) {
  return (
    <div class="team">
      <h3 id="webhook-secret" tabIndex={-1}>{t("webhooks_secret")}</h3>
      <p>{t("webhooks_secret_what")}</p>
      <p><code class="long">{made.secret}</code></p>
      <p class="quiet"><bdi>{made.url}</bdi></p>
    </div>
  );
}

function Line({ one, events, act }: { one: Endpoint; events: string[]; act: Act }) {
  const button = (name: string, done: string, method: string, path: string, body?: unknown) => (
    <button type="button" aria-label={`${t(name)}: ${one.url}`} onClick={() => void act(done, method, `/${one.id}${path}`, body)}>
      {t(name)}
    </button>
  );
  return (
    <li>
      <p><strong class="long"><bdi>{one.url}</bdi></strong></p>
      <p class={one.gone_at ? "trouble" : "quiet"}>{t(stateOf(one), { time: one.gone_at ? clock(one.gone_at) : "" })}</p>
      {one.parked > 0 && <p class="trouble">{counted("webhooks_parked", one.parked)}</p>}
      {one.old_until && Date.parse(one.old_until) > Date.now() && <p class="quiet">{t("webhooks_two", { time: clock(one.old_until) })}</p>}
      <Events chosen={one.events} events={events} label={`${t("webhooks_events")}: ${one.url}`} choose={(chosen) => void act("webhooks_changed", "PATCH", `/${one.id}`, { events: chosen })} />
      <p class="actions">
        {one.active && button("webhooks_test", "webhooks_tested", "POST", "/test")}
        {one.parked > 0 && one.active && button("webhooks_replay", "webhooks_replayed", "POST", "/replay")}
        {button("webhooks_rotate", "webhooks_rotated", "POST", "/secret")}
        {button(one.active ? "webhooks_off" : "webhooks_on", "webhooks_changed", "PATCH", "", { active: !one.active })}
        {!one.active && button("webhooks_remove", "webhooks_removed", "DELETE", "")}
      </p>
    </li>
  );
}

function stateOf(one: Endpoint): string {
  if (one.gone_at) return "webhooks_gone";
  return one.active ? "webhooks_active" : "webhooks_inactive";
}

type Choice = { events: string[]; chosen: string[]; label: string; choose: (chosen: string[]) => void };

// The last event can't be taken away: an endpoint that wants nothing is switched off.
function Events({ events, chosen, label, choose }: Choice) {
  const flip = (event: string) => choose(chosen.includes(event) ? chosen.filter((one) => one !== event) : [...chosen, event]);
  return (
    <fieldset class="choices" aria-label={label}>
      <legend>{t("webhooks_events")}</legend>
      {events.map((event) => (
        <label key={event}>
          <input type="checkbox" checked={chosen.includes(event)} disabled={chosen.length === 1 && chosen[0] === event} onChange={() => flip(event)} />
          {t(`event_${event.replace(".", "_")}`)}
        </label>
      ))}
    </fieldset>
  );
}

function New({ events, act }: { events: string[]; act: Act }) {
  const [url, type] = useState("");
  const [chosen, choose] = useState(events);
  const submit = (event: Event) => {
    event.preventDefault();
    void act("webhooks_added", "POST", "", { url: url.trim(), events: chosen }).then(() => type(""));
  };
  return (
    <form class="fields" onSubmit={submit}>
      <h3>{t("webhooks_new")}</h3>
      <label>
        {t("webhooks_url")}
        <input type="url" required maxLength={500} autoComplete="off" placeholder="https://" value={url} onInput={(event) => type(event.currentTarget.value)} aria-describedby="webhook-hint" />
      </label>
      <p class="quiet" id="webhook-hint">{t("webhooks_hint")}</p>
      <Events events={events} chosen={chosen} label={t("webhooks_events_new")} choose={choose} />
      <p class="actions"><button class="main">{t("webhooks_add")}</button></p>
    </form>
  );
}

function Deliveries({ list, endpoints, act }: { list: Delivery[]; endpoints: Endpoint[]; act: Act }) {
  const urlOf = (one: Delivery): string => endpoints.find((to) => to.id === one.endpoint_id)?.url ?? "";
  const isOn = (one: Delivery): boolean => endpoints.some((to) => to.id === one.endpoint_id && to.active);
  return (
    <>
      <h3 id="deliveries-title">{t("deliveries")}</h3>
      {list.length === 0 && <p class="quiet">{t("deliveries_none")}</p>}
      {list.length > 0 && (
        <div class="scroll" tabIndex={0} role="region" aria-labelledby="deliveries-title">
          <table>
            <thead><tr>{COLUMNS.map((name) => <th scope="col" key={name}>{t(`delivery_${name}`)}</th>)}</tr></thead>
            <tbody>
              {list.map((one) => (
                <tr key={one.id}>
                  <th scope="row">{t(`event_${one.event.replace(".", "_")}`)}</th>
                  <td><bdi>{hostOf(urlOf(one))}</bdi></td>
                  <td class={one.state === "parked" ? "trouble" : ""}>{t(`delivery_${one.state}`)}</td>
                  <td>{one.tries}</td>
                  <td>{one.trouble ? t(`trouble_${one.trouble}`) : one.status}</td>
                  <td>{one.tried_at && <time dateTime={one.tried_at}>{clock(one.tried_at)}</time>}</td>
                  <td><Again one={one} on={isOn(one)} act={act} /></td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  );
}

function Again({ one, on, act }: { one: Delivery; on: boolean; act: Act }) {
  if (one.state === "due" && one.tries > 0) return <time dateTime={one.due_at}>{clock(one.due_at)}</time>;
  if (one.state !== "parked" || !on) return null;
  return (
    <button type="button" aria-label={`${t("delivery_replay")}: ${t(`event_${one.event.replace(".", "_")}`)} ${clock(one.created_at)}`} onClick={() => void act("webhooks_replayed", "POST", `/deliveries/${one.id}/replay`)}>
      {t("delivery_replay")}
    </button>
  );
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}
