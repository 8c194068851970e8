// Picking a phrase: search, go down the list, see both languages, say it. Nothing is said before it was shown.
import { useEffect, useRef, useState } from "preact/hooks";
import type { TargetedKeyboardEvent } from "preact";
import type { Row } from "../api";
import { found, loadPhrases, offered, readIn, say, type Phrase, type Situation } from "./phrases";
import { languageOf, t } from "../words";

const STEPS: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 };

export function Picker({ row, shut }: { row: Row; shut: () => void }) {
  const [search, look] = useState("");
  const [at, go] = useState("");
  const [trouble, fail] = useState("");
  useEffect(() => void loadPhrases(row.id).catch(() => fail("not_done")), [row.id]);
  const situations = found(offered.value?.situations ?? [], search);
  const all = situations.flatMap((one) => one.phrases);
  const chosen = all.find((phrase) => phrase.key === at) ?? all[0];
  const move = (event: TargetedKeyboardEvent<HTMLInputElement>) => {
    const by = STEPS[event.key];
    if (event.key === "Enter" && chosen) document.getElementById("say-phrase")?.focus();
    else if (by) go(all[Math.min(all.length - 1, Math.max(0, all.indexOf(chosen!) + by))]?.key ?? "");
    else return;
    event.preventDefault();
  };
  // the same key goes with every try of the same phrase while the picker is open, so that nothing is said to a child twice
  const keys = useRef<Record<string, string>>({});
  const send = () => chosen && say(row.id, chosen, (keys.current[chosen.key] ??= crypto.randomUUID())).then(shut, () => fail("not_sent"));
  return (
    <div class="picker">
      <Languages id={row.id} fail={() => fail("not_done")} />
      <input
        id="phrase-search" role="combobox" aria-label={t("phrase_search")} placeholder={t("phrase_search")} autofocus
        aria-expanded="true" aria-controls="phrase-list" aria-activedescendant={chosen && idOf(chosen)} autocomplete="off"
        value={search} onInput={(event) => look(event.currentTarget.value)} onKeyDown={move}
      />
      {trouble && <p class="trouble" role="alert">{t(trouble)}</p>}
      {!offered.value && !trouble && <p class="quiet">{t("loading")}</p>}
      {offered.value && <p class="quiet" role="status">{all.length ? t("phrase_hint") : t("phrase_none")}</p>}
      <List situations={situations} chosen={chosen} choose={go} />
      {chosen && <Preview phrase={chosen} send={send} />}
      <p class="actions">
        <button type="button" onClick={shut}>{t("close_dialog")}</button>
      </p>
    </div>
  );
}

function Languages({ id, fail }: { id: string; fail: () => void }) {
  if (!offered.value) return null;
  const { locale, locales, child_locale } = offered.value;
  return (
    <p class="languages">
      <label>
        {t("phrase_mine")}{" "}
        <select value={locale} onChange={(event) => void readIn(id, event.currentTarget.value).catch(fail)}>
          {locales.map((one) => <option key={one.code} value={one.code} lang={one.code}>{one.name}</option>)}
        </select>
      </label>
      <span>{t("phrase_theirs", { language: languageOf({ locale: child_locale }) })}</span>
    </p>
  );
}

type ListOf = { situations: Situation[]; chosen: Phrase | undefined; choose: (key: string) => void };

function List({ situations, chosen, choose }: ListOf) {
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" }), [chosen?.key]);
  return (
    <div class="phrases" id="phrase-list" role="listbox" aria-label={t("phrases")} ref={list} tabIndex={-1}>
      {situations.map((one) => (
        <div role="group" key={one.name} aria-labelledby={`situation-${one.name}`}>
          <h3 id={`situation-${one.name}`} role="presentation">
            {one.title} {one.suggested && <span class="quiet">{t("phrase_suggested")}</span>}
          </h3>
          {one.phrases.map((phrase) => (
            <div key={phrase.key} id={idOf(phrase)} class="pair" role="option" aria-selected={phrase === chosen} onClick={() => choose(phrase.key)}>
              <span dir="auto">{phrase.text}</span>
              {phrase.child.text !== phrase.text && (
                <span lang={phrase.child.lang} dir={phrase.child.dir as "auto"}>{phrase.child.text}</span>
              )}
            </div>
          ))}
        </div>
      ))}
    </div>
  );
}

const idOf = (phrase: Phrase): string => phrase.key.replaceAll("/", "-");

function Preview({ phrase, send }: { phrase: Phrase; send: () => void }) {
  const { child, answers } = phrase;
  const isDraftInEnglish = child.lang !== offered.value?.child_locale;
  return (
    <section class="preview" aria-label={t("phrase_preview")} id="phrase-preview">
      <p class="words" lang={child.lang} dir={child.dir as "auto"}>{[child.text, ...child.cards].join("\n")}</p>
      {answers.length > 0 && (
        <ul class="taps" aria-label={t("phrase_answers")}>
          {answers.map((answer) => (
            <li key={answer.key}>
              <span lang={child.lang} dir="auto">{answer.child}</span>
              {answer.child !== answer.text && <span class="quiet" dir="auto"> {answer.text}</span>}
            </li>
          ))}
        </ul>
      )}
      {isDraftInEnglish && <p class="trouble">{t("phrase_english")}</p>}
      {!isDraftInEnglish && !phrase.reviewed && <p class="quiet">{t("phrase_draft")}</p>}
      <button type="button" class="main" id="say-phrase" onClick={send} aria-describedby="phrase-preview" onKeyDown={backToSearch}>
        {t("phrase_send")}
      </button>
    </section>
  );
}

// From the button, the arrows lead back to the list; Esc closes everything.
function backToSearch(event: TargetedKeyboardEvent<HTMLButtonElement>): void {
  if (!(event.key in STEPS)) return;
  event.preventDefault();
  document.getElementById("phrase-search")?.focus();
}
