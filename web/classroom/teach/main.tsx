// The educator's page: the lessons, the preparation of one, and the run sheet of the class session of this tab.
import { effect, untracked } from "@preact/signals";
import { render } from "preact";
import { useEffect } from "preact/hooks";
import { goLive } from "./live";
import { Lessons } from "./lessons";
import { moved, place } from "./place";
import { Preparation } from "./prepare";
import { Run } from "./run";
import { spoken } from "./said";
import { speak } from "./words";

function Page() {
  const { lesson, run } = place.value;
  useEffect(() => {
    if (moved.value) document.querySelector<HTMLElement>("h1[tabindex]")?.focus({ preventScroll: true });
  }, [moved.value]);
  return (
    <>
      {run ? <Run /> : lesson ? <Preparation id={lesson} key={lesson} /> : <Lessons />}
      <p class="unseen" aria-live="polite">{spoken.value}</p>
    </>
  );
}

effect(() => {
  const { locale, run } = place.value;
  if (!run && locale) untracked(() => void speak(locale).catch(() => undefined));
});
goLive();
render(<Page />, document.getElementById("teach")!);
