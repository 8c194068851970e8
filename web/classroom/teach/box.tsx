// The question box. It stays shut until the educator opens it: a class may see this screen.
import { useEffect, useState } from "preact/hooks";
import { call, sentenceOf } from "./api";
import { List, Trouble } from "./parts";
import { act, boxVersion, keys } from "./session";
import type { Question, Sheet } from "./shapes";
import { t } from "./words";

const MARKS = ["aloud", "next", "not_here"] as const;
const CAREFUL_MARKS = ["not_here", "next"] as const; // never "aloud"

export function Box({ now }: { now: Sheet }) {
  const [items, put] = useState<Question[]>([]);
  const [trouble, tell] = useState("");
  const host = keys.value?.host ?? "";
  const load = () =>
    call<{ items: Question[] }>("GET", "/classroom/questions", host).then(
      (found) => {
        tell("");
        put(found.items);
      },
      (error) => tell(sentenceOf(error)),
    );
  useEffect(() => {
    void load();
  }, [boxVersion.value, now.questions, host]);
  const mark = (question: Question, wanted: Question["mark"]) => {
    const next = question.mark === wanted ? "" : wanted;
    call("PATCH", `/classroom/questions/${question.id}`, host, { mark: next }).then(load, (error) => tell(sentenceOf(error)));
  };
  const sorted = [...items].sort((a, b) => Number(b.careful) - Number(a.careful) || Number(!!a.mark) - Number(!!b.mark));
  return (
    <details class="box">
      <summary>{t("box_title")} <span class="badge">{t("box_count", { n: items.length })}</span></summary>
      <p class="quiet">{t("kept_how_long")}</p>
      <Trouble text={trouble} again={() => void load()} />
      {!items.length && <p>{t("box_empty")}</p>}
      {items.some((each) => each.careful) && (
        <details class="careful-steps"><summary>{t("careful_steps")}</summary><List items={[1, 2, 3, 4, 5].map((n) => t(`told_${n}`))} /></details>
      )}
      <ul>{sorted.map((each) => <One key={each.id} question={each} mark={mark} />)}</ul>
      {now.keep_longer && <p role="status">{t("kept_longer")}</p>}
      {!now.keep_longer && items.length > 0 && <p><button type="button" onClick={() => void act("POST", "/keep")}>{t("keep_longer")}</button></p>}
    </details>
  );
}

function One({ question, mark }: { question: Question; mark: (question: Question, wanted: Question["mark"]) => void }) {
  const marks = question.careful ? CAREFUL_MARKS : MARKS;
  return (
    <li class={question.careful ? "careful" : question.mark ? "marked" : undefined}>
      {question.careful && <p class="warning"><span aria-hidden="true">&#9650;</span> {t("box_careful")}</p>}
      <blockquote dir="auto"><bdi>{question.text}</bdi></blockquote>
      <div class="actions">
        {marks.map((each) => (
          <button type="button" key={each} class={question.mark === each ? "chosen" : undefined} aria-pressed={question.mark === each} onClick={() => mark(question, each)}>{t(`mark_${each}`)}</button>
        ))}
      </div>
    </li>
  );
}
