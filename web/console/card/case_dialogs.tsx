// Dialogs about a case: offer it to a colleague, close it, write a referral down, agree a time.
import type { ComponentChildren } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import type { Row } from "../api";
import { Ask } from "../dialog";
import { hasDraft } from "../talk/drafts";
import { me } from "../door/door";
import { breakGlass, close, failed, offer, release } from "../opened";
import { colleagues, keep, KINDS, RESULTS, type Colleague } from "./work";
import { t } from "../words";

const OUTCOMES = ["helped", "referred", "child_left", "no_answer"];
const EMERGENCIES = ["danger_now", "colleague_away", "technical"];
const LONGEST = 2000;

export const Unsent = ({ id }: { id: string }) => (hasDraft(id) ? <p class="trouble">{t("unsent")}</p> : null);

export function Release({ row }: { row: Row }) {
  return (
    <Ask title={t("release_title", { number: row.number })} yes={t("release")} act={() => release(row)}>
      <p>{t("release_what")}</p>
      <Unsent id={row.id} />
    </Ask>
  );
}

export function Close({ row }: { row: Row }) {
  const [outcome, choose] = useState("");
  const [day, put] = useState(row.follow_up_on ?? "");
  return (
    <Ask title={t("close_title", { number: row.number })} yes={t("close")} act={() => close(row, outcome, day || null)}>
      <p>{t("close_what")}</p>
      <fieldset>
        <legend>{t("close_outcome")}</legend>
        {OUTCOMES.map((name) => (
          <label key={name}>
            <input type="radio" name="outcome" value={name} required checked={outcome === name} onChange={() => choose(name)} />
            {t(`outcome_${name}`)}
          </label>
        ))}
      </fieldset>
      <Field label={t("follow_up_on")}>
        <input type="date" value={day} onInput={(event) => put(event.currentTarget.value)} />
      </Field>
      <Unsent id={row.id} />
    </Ask>
  );
}

export function Offer({ row }: { row: Row }) {
  const [people, put] = useState<Colleague[] | null>(null);
  const [to, choose] = useState("");
  const [note, write] = useState("");
  const key = useMemo(() => crypto.randomUUID(), [to, note]); // the same for every try of the same words
  useEffect(() => void colleagues().then(put, () => put([])), []);
  return (
    <Ask title={t("offer_title", { number: row.number })} yes={t("offer")} act={() => offer(row, to, note, key)}>
      <p>{t("offer_what")}</p>
      {!people && <p class="quiet">{t("loading")}</p>}
      {people?.length === 0 && <p>{t("offer_nobody")}</p>}
      <fieldset>
        <legend>{t("offer_to")}</legend>
        {people?.map((one) => (
          <label key={one.id}>
            <input type="radio" name="to" value={one.id} required checked={to === one.id} onChange={() => choose(one.id)} />
            <span>
              <bdi>{one.name}</bdi>, {t(`role_${one.role}`)} <span class="quiet">{t(one.there ? "is_there" : "is_away")}</span>
            </span>
          </label>
        ))}
      </fieldset>
      <Field label={t("offer_note")}>
        <textarea dir="auto" rows={3} maxLength={LONGEST} value={note} onInput={(event) => write(event.currentTarget.value)} />
      </Field>
    </Ask>
  );
}

export function Refer({ row, kind }: { row: Row; kind: string }) {
  const [id] = useState(() => crypto.randomUUID());
  const [said, put] = useState({ kind, result: "asked", words: "" });
  const act = () => kept(keep(row.id, "referrals", id, { ...said, at: new Date().toISOString() }));
  return (
    <Ask title={t("refer_title", { number: row.number })} yes={t("keep")} act={act}>
      <p>{t("refer_what")}</p>
      <Choice label={t("refer_to")} names={KINDS} word="referral" value={said.kind} choose={(name) => put({ ...said, kind: name })} />
      <Choice label={t("result")} names={RESULTS} word="result" value={said.result} choose={(name) => put({ ...said, result: name })} />
      <Field label={t("refer_words")}>
        <textarea dir="auto" rows={3} maxLength={LONGEST} value={said.words} onInput={(event) => put({ ...said, words: event.currentTarget.value })} />
      </Field>
    </Ask>
  );
}

export function Agree({ row }: { row: Row }) {
  const [id] = useState(() => crypto.randomUUID());
  const [at, put] = useState("");
  const act = () => kept(keep(row.id, "appointments", id, { at: new Date(at).toISOString(), staff_id: me.value?.id }));
  return (
    <Ask title={t("agree_title", { number: row.number })} yes={t("keep")} act={act}>
      <p>{t("agree_what")}</p>
      <Field label={t("agree_at")}>
        <input type="datetime-local" required value={at} onInput={(event) => put(event.currentTarget.value)} />
      </Field>
    </Ask>
  );
}

export function Glass({ row }: { row: Row }) {
  const [reason, choose] = useState("");
  const [text, write] = useState("");
  const key = useMemo(() => crypto.randomUUID(), [reason, text]);
  return (
    <Ask title={t("glass_ask", { number: row.number })} yes={t("glass_yes")} act={() => breakGlass(row, reason, text, key)}>
      <p>{t("glass_what")}</p>
      <fieldset>
        <legend>{t("glass_reason")}</legend>
        {EMERGENCIES.map((name) => (
          <label key={name}>
            <input type="radio" name="reason" value={name} required checked={reason === name} onChange={() => choose(name)} />
            {t(`emergency_${name}`)}
          </label>
        ))}
      </fieldset>
      <label class="stacked">
        {t("glass_words")}
        <textarea rows={3} maxLength={2000} required value={text} onInput={(event) => write(event.currentTarget.value)} />
      </label>
    </Ask>
  );
}

const kept = (work: Promise<void>): Promise<boolean> => work.then(() => true, () => (failed(), false));

function Choice(given: { label: string; names: string[]; word: string; value: string; choose: (name: string) => void }) {
  return (
    <Field label={given.label}>
      <select value={given.value} onChange={(event) => given.choose(event.currentTarget.value)}>
        {given.names.map((name) => <option key={name} value={name}>{t(`${given.word}_${name}`)}</option>)}
      </select>
    </Field>
  );
}

function Field({ label, children }: { label: string; children: ComponentChildren }) {
  return <label class="field">{label} {children}</label>;
}
