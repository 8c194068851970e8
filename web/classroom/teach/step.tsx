// One step: what to say, what to do, the words that pupils see, the question, and what came of it.
import { useEffect, useRef } from "preact/hooks";
import { Hands } from "./hands";
import { Said } from "./parts";
import { focusHeading } from "./place";
import { Results } from "./results";
import { isVote, looking, stepAt } from "./session";
import type { Item, Sheet, Step } from "./shapes";
import { t } from "./words";

export function StepView({ now, step }: { now: Sheet; step: Step }) {
  const heading = useRef<HTMLHeadingElement>(null);
  const first = useRef(true);
  useEffect(() => {
    if (first.current) focusHeading();
    else if (!document.activeElement?.closest(".box, .cards, .ending")) {
      heading.current?.focus({ preventScroll: true });
      heading.current?.scrollIntoView({ block: "nearest" });
    }
    first.current = false;
  }, [step.key]);
  const ahead = step.key !== now.at;
  return (
    <section class="step" aria-labelledby="step-title">
      <p class="quiet">{now.title}</p>
      <h1 id="step-title" ref={heading} tabIndex={-1}>{step.title}</h1>
      {ahead && <p class="note">{t("looking_ahead", { step: stepAt(now).title })} <button type="button" onClick={() => (looking.value = null)}>{t("back_to_now")}</button></p>}
      <div class="two">
        <section class="saying"><h2>{t("say")}</h2><p>{step.say}</p></section>
        <section><h2>{t("todo")}</h2><p>{step.todo}</p></section>
      </div>
      {step.kind === "rules" && now.pace !== "one" && <p class="note">{t("screens_warning")}</p>}
      {step.texts.length > 0 && <section class="told"><h2>{t("pupils_see")}</h2><Said bubbles={step.texts} /></section>}
      {isVote(step) ? <Vote now={now} step={step} /> : <Asked step={step} />}
    </section>
  );
}

function Vote({ now, step }: { now: Sheet; step: Step }) {
  const closed = step.phase === "closed";
  const hands = now.pace === "one" && step.key === now.at && step.phase === "open";
  return (
    <>
      {step.items.map((item) => (
        <section key={item.id} class="item">
          <h2>{item.question ?? t("question_none")}</h2>
          {item.several && <p class="quiet">{t("choose_several")}</p>}
          {closed ? <Results item={item} rows={step.results?.[item.id] ?? null} /> : hands ? <Hands item={item} seats={now.seats.of} /> : <Choices item={item} />}
          <After item={item} />
        </section>
      ))}
    </>
  );
}

function Choices({ item }: { item: Item }) {
  return <ol class="options">{item.options.map((option) => <li key={option.id}>{option.text}</li>)}</ol>;
}

function After({ item }: { item: Item }) {
  return (
    <details class="after">
      <summary>{t("what_came")}</summary>
      <dl>
        {item.options.map((option) => (
          <div key={option.id}>
            <dt>{option.text}{option.right && <b class="right">{t("right")}</b>}</dt>
            <dd><Said bubbles={option.after ?? []} /></dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

// Before and at the end: several questions at once, whose results have titles of their own.
function Asked({ step }: { step: Step }) {
  if (!step.items.length) return null;
  if (step.phase === "closed" && step.results && Object.keys(step.results).length) return <Exit step={step} />;
  return (
    <section class="item">
      <h2>{t("questions_here")}</h2>
      <ol class="options">{step.items.map((item) => <li key={item.id}>{item.question}</li>)}</ol>
    </section>
  );
}

function Exit({ step }: { step: Step }) {
  return (
    <>
      {Object.entries(step.results ?? {}).map(([id, rows]) => {
        const item = exitItem(id, step);
        return (
          <section key={id} class="item">
            <h2>{item.question}</h2>
            <Results item={item} rows={rows} />
          </section>
        );
      })}
    </>
  );
}

const CHANGES = ["up", "same", "down"];

export function exitItem(id: string, step: Step): Item {
  const own = step.items.find((item) => item.id === id);
  if (own) return own;
  const [, kind, n] = /^(\D+)(\d)$/.exec(id) ?? ["", id, ""];
  const asked = step.items.find((item) => item.id === `c${n}`);
  const options = kind === "after" ? (asked?.options ?? []) : CHANGES.map((each) => ({ id: each, text: t(`change_${each}`) }));
  return { id, question: t(`${kind}_title`, { item: asked?.question ?? "" }), several: false, options };
}
