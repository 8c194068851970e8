// What will go when, what is held, and the proof of what went.
import { useEffect, useState } from "preact/hooks";
import { announce } from "../announce";
import { ask } from "../door/door";
import { clock, t } from "../words";

type Going = { id: string; number: string; goes_on: string; hold: string | null; held_until: string | null; erased: boolean };
type Gone = { id: string; at: string; why: string; seq: number; rows_left: number };
type Overview = { last_run: string | null; late: boolean; keep_closed_days: number; going: Going[]; gone: Gone[] };

const REASONS = ["court", "police", "complaint", "other"];

export function Retention() {
  const [seen, put] = useState<Overview | null>(null);
  const [failed, fail] = useState(false);
  const load = () => ask<Overview>("GET", "/retention").then(put, () => fail(true));
  useEffect(() => void load(), []);
  const act = async (work: () => Promise<unknown>) => {
    fail(false);
    await work().then(() => announce(t("retention_done")), () => fail(true));
    await load();
  };
  if (!seen) return <p class={failed ? "trouble" : "quiet"} role="status">{t(failed ? "office_away" : "loading")}</p>;
  return (
    <>
      {failed && <p class="trouble" role="alert">{t("not_done")}</p>}
      <p class={seen.late ? "trouble" : ""} role="status">
        {t(seen.late ? "retention_late" : "retention_runs", { time: seen.last_run ? clock(seen.last_run) : "-" })}
      </p>
      <Days days={seen.keep_closed_days} act={act} />
      <h3>{t("retention_going")}</h3>
      {seen.going.length === 0 && <p class="quiet">{t("none_closed")}</p>}
      <ul class="referrals">{seen.going.map((one) => <Case key={one.id} one={one} act={act} />)}</ul>
      <h3>{t("retention_gone")}</h3>
      {seen.gone.length === 0 && <p class="quiet">{t("retention_none_gone")}</p>}
      <ul class="referrals">
        {seen.gone.map((one) => (
          <li key={one.seq}>
            <time dateTime={one.at}>{clock(one.at)}</time> {t(`audit_act_${one.why.replace(".", "_")}`)} <code>{one.id.slice(0, 8)}</code>{" "}
            <span class={one.rows_left ? "trouble" : "quiet"}>{t("retention_proof", { seq: one.seq, n: one.rows_left })}</span>
          </li>
        ))}
      </ul>
    </>
  );
}

type Act = (work: () => Promise<unknown>) => Promise<void>;

function Days({ days, act }: { days: number; act: Act }) {
  const [wanted, put] = useState(days);
  const submit = (event: Event) => {
    event.preventDefault();
    void act(() => ask("PATCH", "/retention", { keep_closed_days: wanted }));
  };
  return (
    <form class="field" onSubmit={submit}>
      <label class="field">
        {t("retention_days")}{" "}
        <input type="number" min={1} max={90} required value={wanted} onInput={(event) => put(event.currentTarget.valueAsNumber)} />
      </label>
      <button disabled={wanted === days}>{t("keep")}</button>
    </form>
  );
}

function Case({ one, act }: { one: Going; act: Act }) {
  const [reason, choose] = useState("court");
  const [until, put] = useState("");
  const path = `/cases/${one.id}/hold`;
  const submit = (event: Event) => {
    event.preventDefault();
    void act(() => ask("PUT", path, { reason, until }));
  };
  return (
    <li>
      <strong><bdi>{one.number}</bdi></strong> {t("retention_goes", { date: one.goes_on })}{one.erased && <span class="quiet"> {t("retention_erased")}</span>}
      {one.hold ? (
        <p class="actions">
          {t("retention_held", { reason: t(`hold_${one.hold}`), date: one.held_until ?? "" })}
          <button type="button" onClick={() => void act(() => ask("DELETE", path))}>{t("retention_let_go")}</button>
        </p>
      ) : (
        <details>
          <summary>{t("retention_hold")}</summary>
          <form class="field" onSubmit={submit}>
            <select aria-label={t("retention_why")} value={reason} onChange={(event) => choose(event.currentTarget.value)}>
              {REASONS.map((name) => <option key={name} value={name}>{t(`hold_${name}`)}</option>)}
            </select>
            <label class="field">{t("retention_until")} <input type="date" required value={until} onInput={(event) => put(event.currentTarget.value)} /></label>
            <button>{t("retention_hold")}</button>
          </form>
        </details>
      )}
    </li>
  );
}
