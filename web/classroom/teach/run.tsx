// The run sheet: the steps, the step of now, the cards, the question box, the door, and the bar that is always there.
import { effect } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import { ActionBar } from "./actions";
import { Box } from "./box";
import { Cards } from "./cards";
import { Door } from "./door";
import { Ended, Ending } from "./ending";
import { gone, link as live } from "./live";
import { Bar } from "./parts";
import { link } from "./place";
import { say } from "./said";
import { isVote, keep, keys, looking, sheet, stepAt, stepSeen } from "./session";
import type { Sheet } from "./shapes";
import { StepView } from "./step";
import { t } from "./words";

const WIDE = matchMedia("(min-width: 60rem)");

export function Run() {
  const now = sheet.value;
  if (!keys.value || gone.value) return <Gone />;
  return (
    <>
      <Bar><Link /></Bar>
      {!now && <main class="page"><h1 tabIndex={-1}>{t("run_title")}</h1><p class="quiet">{t("loading")}</p></main>}
      {now && (now.state === "ended" ? <Ended now={now} /> : <Live now={now} />)}
    </>
  );
}

function Gone() {
  useEffect(() => () => {
    if (gone.peek()) keep(null);
  }, []);
  return (
    <>
      <Bar />
      <main class="page">
        <h1 tabIndex={-1}>{t("run_title")}</h1>
        <p class="note" role="status">{t("host_gone")}</p>
        <p><a {...link({ run: false, lesson: "" })}>{t("back_to_lessons")}</a></p>
      </main>
    </>
  );
}

function Link() {
  return <p class={`link ${live.value}`} role="status">{t(live.value === "away" ? "away" : `link_${live.value}`)}</p>;
}

function Live({ now }: { now: Sheet }) {
  return (
    <main class="run">
        <div class="side">
          <Steps now={now} />
          <Door now={now} />
        </div>
        <div class="middle">
          {now.state === "paused" && <p class="paused">{t("paused_for_all")}</p>}
          <StepView now={now} step={stepSeen(now)} />
          <ActionBar now={now} step={stepSeen(now)} />
          <Cards now={now} />
          {now.pace !== "one" && <Box now={now} />}
          <Ending now={now} />
        </div>
    </main>
  );
}

function Steps({ now }: { now: Sheet }) {
  const [open, turn] = useState(WIDE.matches);
  const at = now.steps.findIndex((step) => step.key === now.at);
  const list = useRef<HTMLOListElement>(null);
  useEffect(() => {
    if (WIDE.matches) list.current?.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" });
  }, [now.at]);
  return (
    <details class="steps" open={open} onToggle={(event) => turn(event.currentTarget.open)}>
      <summary>{t("steps_title", { n: at + 1, of: now.steps.length })}</summary>
      <ol ref={list}>
        {now.steps.map((step) => (
          <li key={step.key}>
            <button type="button" aria-current={step.key === now.at ? "step" : undefined} aria-pressed={stepSeen(now).key === step.key} onClick={() => (looking.value = step.key === now.at ? null : step.key)}>
              <span>{step.title}</span>
              <span class="quiet">{t("minutes", { n: step.minutes })}</span>
              {step.key === now.at && <b class="now">{t("this_step")}</b>}
              {(step.key === now.at || step.answers > 0) && step.items.length > 0 && <span class="quiet">{t("answers", { n: step.answers })}</span>}
              {step.phase === "closed" && <span class="quiet">{t("step_counted")}</span>}
            </button>
          </li>
        ))}
      </ol>
    </details>
  );
}

// What changed is said in one sentence, to who does not see it.
let before = "";
let state = "";
effect(() => {
  const now = sheet.value;
  if (!now) {
    before = state = "";
    return;
  }
  const at = stepAt(now);
  if (state && state !== now.state && now.state !== "ended") say(t(now.state === "paused" ? "paused_for_all" : "said_resumed"));
  state = now.state;
  const phase = `${now.at} ${at.phase}`;
  if (before.startsWith(`${now.at} `) && phase !== before && isVote(at)) say(t(at.phase === "open" ? "said_open" : "said_closed"));
  before = phase;
});
