// The helpline's own systems: an admin connects them, a supervisor agrees and gives them the cases that are open.
import { useEffect, useState } from "preact/hooks";
import { statusOf } from "../api";
import { ask, me } from "../door/door";
import { focusSoon } from "../focus";
import { counted, t } from "../words";

type Client = { id: string; name: string; scopes: string[]; active: boolean; approved: boolean; public_key: string; created_at: string; seen_on: string | null; secrets: number };
type Shown = Client & { secret: string };

const SCOPES = ["cases.read", "cases.status", "statistics.read"];

export function Clients() {
  const [clients, put] = useState<Client[] | null>(null);
  const [shown, show] = useState<Shown | null>(null);
  const [trouble, tell] = useState("");
  const [news, say] = useState("");
  const load = () => ask<{ items: Client[] }>("GET", "/clients").then((found) => put(found.items), () => tell("office_away"));
  useEffect(() => void load(), []);
  const act: Act = async (path, body) => {
    try {
      const answer = await ask<Partial<Shown> & { cases?: number }>("POST", `/clients${path}`, body);
      tell("");
      say("");
      if (answer.secret) show(answer as Shown);
      await load();
      return answer;
    } catch (error) {
      tell({ 400: "clients_key_wrong", 403: "proof_needed" }[statusOf(error)] ?? "clients_not_done");
      return null;
    }
  };
  return (
    <>
      {trouble && <p class="trouble" role="alert">{t(trouble)}</p>}
      <p role="status">{news}</p>
      {shown && <Secret shown={shown} done={() => (show(null), focusSoon("office-title"))} />}
      <h3>{t("clients_list")}</h3>
      {!clients && !trouble && <p class="quiet">{t("loading")}</p>}
      {clients?.length === 0 && <p>{t("clients_none")}</p>}
      <ul class="numbers">{clients?.map((client) => <Line key={client.id} client={client} act={act} say={say} />)}</ul>
      {me.value?.role === "admin" && <Register act={act} />}
    </>
  );
}

type Act = (path: string, body?: unknown) => Promise<(Partial<Shown> & { cases?: number }) | null>;

function Secret({ shown, done }: { shown: Shown; done: () => void }) {
  useEffect(() => focusSoon("secret-title"), [shown]);
  return (
    <div class="team" role="region" aria-labelledby="secret-title">
      <h3 id="secret-title" tabIndex={-1}>{t("clients_secret_title", { name: shown.name })}</h3>
      <p>{t("clients_secret_what")}</p>
      <dl>
        <div class="line"><dt>{t("clients_secret_id")}</dt><dd><code>{shown.id}</code></dd></div>
        <div class="line"><dt>{t("clients_secret")}</dt><dd><code>{shown.secret}</code></dd></div>
      </dl>
      <p class="actions"><button type="button" onClick={done}>{t("clients_secret_done")}</button></p>
    </div>
  );
}

function Line({ client, act, say }: { client: Client; act: Act; say: (news: string) => void }) {
  const [asking, sure] = useState(false);
  const named = (label: string) => `${t(label)}: ${client.name}`;
  const reads = client.active && client.scopes.includes("cases.read");
  const supervises = me.value?.role === "supervisor";
  const give = async () => {
    const given = await act(`/${client.id}/cases`);
    if (given?.cases !== undefined) say(counted("clients_gave", given.cases, { name: client.name }));
  };
  const approve = async () => {
    if (await act(`/${client.id}/approve`)) say(t("clients_approved", { name: client.name }));
  };
  return (
    <li>
      <p><strong><bdi>{client.name}</bdi></strong> <code>{client.id}</code></p>
      <p>{t("clients_scopes")}: {client.scopes.map((scope) => t(`clients_scope_${scope}`)).join(", ")}</p>
      <p class="quiet">
        {t("clients_since", { day: client.created_at.slice(0, 10) })}{" "}
        {client.seen_on ? t("clients_seen", { day: client.seen_on }) : t("clients_unseen")}{" "}
        {client.secrets > 1 && t("clients_two")}
      </p>
      {!client.active && <p>{t("clients_disabled")}</p>}
      {reads && !client.approved && <p>{t(supervises ? "clients_waits_for_you" : "clients_waits")} <code>{client.public_key}</code></p>}
      {reads && supervises && !client.approved && (
        <p class="actions"><button type="button" class="main" onClick={() => void approve()} aria-label={named("clients_approve")}>{t("clients_approve")}</button></p>
      )}
      {reads && supervises && client.approved && (
        <p class="actions"><button type="button" onClick={() => void give()} aria-label={named("clients_give")}>{t("clients_give")}</button></p>
      )}
      {client.active && me.value?.role === "admin" && !asking && (
        <p class="actions">
          <button type="button" onClick={() => void act(`/${client.id}/secrets`)} aria-label={named("clients_rotate")}>{t("clients_rotate")}</button>
          <button type="button" onClick={() => sure(true)} aria-label={named("clients_disable")}>{t("clients_disable")}</button>
        </p>
      )}
      {asking && <Disable client={client} act={act} shut={() => sure(false)} />}
    </li>
  );
}

function Disable({ client, act, shut }: { client: Client; act: Act; shut: () => void }) {
  const id = `disable-${client.id}`;
  useEffect(() => focusSoon(id), []);
  const back = () => (shut(), focusSoon("office-title"));
  return (
    <div role="group" aria-labelledby={id}>
      <p id={id} tabIndex={-1}><strong>{t("clients_disable_title", { name: client.name })}</strong> {t("clients_disable_what")}</p>
      <p class="actions">
        <button type="button" onClick={back}>{t("cancel")}</button>
        <button type="button" class="main" onClick={() => void act(`/${client.id}/disable`).then(back)}>{t("clients_disable")}</button>
      </p>
    </div>
  );
}

function Register({ act }: { act: Act }) {
  const [name, setName] = useState("");
  const [key, setKey] = useState("");
  const [scopes, choose] = useState<string[]>(["cases.read", "cases.status"]);
  const toggle = (scope: string) => choose(scopes.includes(scope) ? scopes.filter((one) => one !== scope) : [...scopes, scope]);
  const submit = async (event: Event) => {
    event.preventDefault();
    const made = await act("", { name, public_key: key, scopes });
    if (!made) return;
    setName("");
    setKey("");
  };
  return (
    <form class="sheet" onSubmit={(event) => void submit(event)}>
      <h3>{t("clients_new")}</h3>
      <p class="quiet">{t("clients_new_what")} <code>python -m faro_connector keys</code></p>
      <label>{t("clients_name")}<input required maxLength={80} autoComplete="off" value={name} onInput={(event) => setName(event.currentTarget.value)} /></label>
      <label>{t("clients_public_key")}<input required maxLength={64} autoComplete="off" spellcheck={false} value={key} onInput={(event) => setKey(event.currentTarget.value)} /></label>
      <fieldset>
        <legend>{t("clients_scopes")}</legend>
        {SCOPES.map((scope) => (
          <label key={scope}><input type="checkbox" checked={scopes.includes(scope)} onChange={() => toggle(scope)} /> {t(`clients_scope_${scope}`)}</label>
        ))}
      </fieldset>
      <p class="actions"><button class="main" disabled={!scopes.length}>{t("clients_register")}</button></p>
    </form>
  );
}
