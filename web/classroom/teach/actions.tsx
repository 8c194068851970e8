// The bar at the foot: pause for all, and the one thing that comes next.
import { useEffect, useRef } from "preact/hooks";
import { link as live } from "./live";
import { Trouble } from "./parts";
import { act, busy, insist, isVote, moveTo, trouble } from "./session";
import type { Sheet, Step } from "./shapes";
import { t } from "./words";

type Next = { label: string; form?: string; act?: () => void };

function nextOf(now: Sheet, step: Step): Next {
  const turn = (verb: string) => () => void act("POST", `/steps/${step.key}/${verb}`);
  if (step.key !== now.at) return { label: "move_here", act: () => void moveTo(step.key) };
  if (isVote(step) && step.phase === "reading") return { label: "open_vote", act: turn("open") };
  if (isVote(step) && step.phase === "open" && now.pace === "one") return { label: "hands_save", form: "hands" };
  if (isVote(step) && step.phase === "open" && now.pace === "led") return { label: "close_vote", act: turn("close") };
  const following = now.steps[now.steps.indexOf(step) + 1];
  if (following) return { label: "next_step", act: () => void moveTo(following.key) };
  return { label: "to_end", act: () => document.getElementById("ending")?.focus() };
}

function besideOf(now: Sheet, step: Step): Next[] {
  const turn = (verb: string) => () => void act("POST", `/steps/${step.key}/${verb}`);
  const found: Next[] = [];
  const here = step.key === now.at || now.pace === "own";
  const counts = isVote(step) || (step.kind === "exit" && now.pace !== "one");
  if (here && isVote(step) && step.phase !== "reading") found.push({ label: "vote_again", act: turn("again") });
  if (here && counts && step.phase === "open" && (now.pace === "own" || step.kind === "exit")) found.push({ label: "close_vote", act: turn("close") });
  return found;
}

export function ActionBar({ now, step }: { now: Sheet; step: Step }) {
  const next = nextOf(now, step);
  const main = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (document.activeElement === document.body) main.current?.focus(); // the button that was pressed is gone
  }, [step.phase]);
  const paused = now.state === "paused";
  return (
    <div class="foot" role="group" aria-label={t("actions_title")}>
      {live.value === "away" ? <p class="trouble">{t("away")}</p> : <Trouble text={trouble.value} />}
      <button type="button" class={paused ? "pause on" : "pause"} onClick={() => void insist(paused ? "/resume" : "/pause")}>{t(paused ? "go_on" : "pause")}</button>
      {step.items.length > 0 && step.phase === "open" && now.pace !== "one" && <p class="count">{t("answers_of", { n: step.answers, in: now.seats.taken })}</p>}
      {besideOf(now, step).map((each) => <button type="button" key={each.label} onClick={each.act}>{t(each.label)}</button>)}
      <button ref={main} type={next.form ? "submit" : "button"} form={next.form} class="main next" aria-disabled={busy.value} onClick={next.act}>{t(next.label)}</button>
    </div>
  );
}
