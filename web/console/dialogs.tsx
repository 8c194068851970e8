// Small dialogs: close with an outcome, release, sign out over unsent text, and the list of keys.
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Row } from "./api";
import { asked, keysOn } from "./asked";
import { hasDraft } from "./drafts";
import { goOut } from "./leaving";
import { breakGlass, close, release } from "./opened";
import { t } from "./words";

const OUTCOMES = ["helped", "referred", "child_left", "no_answer"];
const EMERGENCIES = ["danger_now", "colleague_away", "technical"];
const KEYS = [["j", "key_j"], ["k", "key_k"], ["Enter", "key_enter"], ["c", "key_c"], ["m", "key_m"], ["n", "key_n"], ["?", "key_help"], ["Esc", "key_escape"]] as const;

export function Dialogs() {
  const now = asked.value;
  if (!now) return null;
  if (now.about === "keys") return <Keys />;
  if (now.about === "leave") return <Ask title={t("leave_title")} yes={t("sign_out")} act={() => void goOut()}><p>{t("leave_unsent")}</p></Ask>;
  if (now.about === "glass") return <Glass row={now.row} />;
  if (now.about === "sure") return <Ask title={now.title} yes={now.yes} act={now.act}><p>{now.what}</p></Ask>;
  return now.about === "close" ? <Close row={now.row} /> : <Release row={now.row} />;
}

function Release({ row }: { row: Row }) {
  return (
    <Ask title={t("release_title", { number: row.number })} yes={t("release")} act={() => void release(row)}>
      <p>{t("release_what")}</p>
      <Unsent id={row.id} />
    </Ask>
  );
}

function Close({ row }: { row: Row }) {
  const [outcome, choose] = useState("");
  return (
    <Ask title={t("close_title", { number: row.number })} yes={t("close")} act={() => void close(row, outcome)}>
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
      <Unsent id={row.id} />
    </Ask>
  );
}

function Glass({ row }: { row: Row }) {
  const [reason, choose] = useState("");
  const [text, write] = useState("");
  return (
    <Ask title={t("glass_ask", { number: row.number })} yes={t("glass_yes")} act={() => void breakGlass(row, reason, text)}>
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

const Unsent = ({ id }: { id: string }) => (hasDraft(id) ? <p class="trouble">{t("unsent")}</p> : null);

function Ask({ title, yes, act, children }: { title: string; yes: string; act: () => void; children: ComponentChildren }) {
  const submit = (event: Event) => {
    event.preventDefault();
    shut();
    act();
  };
  return (
    <Dialog title={title}>
      <form onSubmit={submit}>
        {children}
        <p class="actions">
          <button type="button" onClick={shut}>{t("cancel")}</button>
          <button class="main">{yes}</button>
        </p>
      </form>
    </Dialog>
  );
}

function Keys() {
  return (
    <Dialog title={t("keys_title")}>
      <p>{t("keys_what")}</p>
      <label>
        <input type="checkbox" checked={keysOn.value} onChange={(event) => (keysOn.value = event.currentTarget.checked)} />
        {t("keys_on")}
      </label>
      <dl class="keys">
        {KEYS.map(([key, label]) => (
          <div class="line" key={key}>
            <dt><kbd>{key}</kbd></dt>
            <dd>{t(label)}</dd>
          </div>
        ))}
      </dl>
      <p class="actions">
        <button type="button" onClick={shut}>{t("close_dialog")}</button>
      </p>
    </Dialog>
  );
}

// Closing by the element itself gives the focus back to where it was.
function shut(): void {
  document.querySelector("dialog")?.close();
}

function Dialog({ title, children }: { title: string; children: ComponentChildren }) {
  const box = useRef<HTMLDialogElement>(null);
  useEffect(() => box.current?.showModal(), []);
  return (
    <dialog ref={box} aria-labelledby="dialog-title" onClose={() => (asked.value = null)}>
      <h2 id="dialog-title">{title}</h2>
      {children}
    </dialog>
  );
}
