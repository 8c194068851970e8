// Next steps with the ways of the child's country, referrals with their result, and times to call back.
import { useState } from "preact/hooks";
import type { Whole } from "../api";
import { asked } from "../asked";
import { mayWrite } from "../opened";
import { keep, RESULTS, work, type Appointment, type Referral, type Step } from "./work";
import { clock, t } from "../words";

export function CaseWork({ whole }: { whole: Whole }) {
  const now = work.value;
  if (now?.id !== whole.id) return null;
  const { steps, referrals, appointments } = now.held;
  return (
    <>
      <h3>{t("steps")}</h3>
      <ul class="steps">{steps.map((step) => <Next key={step.code} step={step} whole={whole} />)}</ul>
      <h3>{t("referrals")}</h3>
      {referrals.length === 0 && <p class="quiet">{t("no_referrals")}</p>}
      <ul class="referrals">{referrals.map((one) => <Referred key={one.id} one={one} whole={whole} />)}</ul>
      <p class="actions">
        <button type="button" onClick={() => (asked.value = { about: "refer", row: whole, kind: "hotline" })}>{t("refer")}</button>
      </p>
      <h3>{t("appointments")}</h3>
      {appointments.length === 0 && <p class="quiet">{t("no_appointments")}</p>}
      <ul class="referrals">{appointments.map((one) => <Agreed key={one.id} one={one} whole={whole} />)}</ul>
      <p class="actions">
        <button type="button" onClick={() => (asked.value = { about: "agree", row: whole })}>{t("agree")}</button>
      </p>
    </>
  );
}

function Next({ step, whole }: { step: Step; whole: Whole }) {
  return (
    <li class={step.done ? "done" : undefined}>
      <details>
        <summary>
          {t(`step_${step.code}`)}
          {step.done && <span class="quiet"> {t("step_done")}</span>}
        </summary>
        {step.ways.map((way) => (
          <p key={way.name + way.url}>
            <bdi>{way.name}</bdi> {way.region && t("way_region", { region: way.region })} <strong><bdi>{way.phone}</bdi></strong> <bdi>{way.url}</bdi>{" "}
            <span class="quiet">{t("way_checked", { date: way.checked_on })}</span>
          </p>
        ))}
        {step.referral && mayWrite(whole) && (
          <button type="button" onClick={() => (asked.value = { about: "refer", row: whole, kind: step.referral! })}>{t("refer_this")}</button>
        )}
      </details>
    </li>
  );
}

function Referred({ one, whole }: { one: Referral; whole: Whole }) {
  const [failed, fail] = useState(false);
  const change = (result: string) => keep(whole.id, "referrals", one.id, { kind: one.kind, at: one.at, result, words: one.words }).catch(() => fail(true));
  return (
    <li>
      <strong>{t(`referral_${one.kind}`)}</strong> <time dateTime={one.at}>{clock(one.at)}</time>
      {one.words && <p class="words" dir="auto">{one.words}</p>}
      <label class="field">
        {t("result")}{" "}
        <select value={one.result} onChange={(event) => void change(event.currentTarget.value)}>
          {RESULTS.map((name) => <option key={name} value={name}>{t(`result_${name}`)}</option>)}
        </select>
      </label>
      {failed && <p class="trouble" role="alert">{t("not_done")}</p>}
    </li>
  );
}

function Agreed({ one, whole }: { one: Appointment; whole: Whole }) {
  const [failed, fail] = useState(false);
  const say = (kept: string) => keep(whole.id, "appointments", one.id, { at: one.at, staff_id: one.staff_id, kept }).catch(() => fail(true));
  return (
    <li>
      <time dateTime={one.at}>{clock(one.at)}</time> {t(`kept_${one.kept}`)}
      {one.kept === "planned" && (
        <p class="actions">
          {["kept", "missed", "dropped"].map((kept) => <button type="button" key={kept} onClick={() => void say(kept)}>{t(`kept_${kept}`)}</button>)}
        </p>
      )}
      {failed && <p class="trouble" role="alert">{t("not_done")}</p>}
    </li>
  );
}
