// The projector's page: what a class sees together, readable from the last row, with nothing about anybody.
import { render } from "preact";
import { Code } from "./door";
import { FEW, Said } from "./said";
import { away, follow, seats, seen, t, unknown } from "./seen";
import { Goodbye, Step } from "./step";
import type { Seen } from "./types";

function Screen() {
  if (unknown.value) return <main><h1>{t("projector_link") || "Faro"}</h1></main>;
  const state = seen.value;
  if (!state) return <main />;
  const opened = state.state === "live" && !!state.step.results && !state.card;
  return (
    <>
      {away.value && <p class="away" role="status">{t("projector_away")}</p>}
      <main class={isShort(state) ? "short" : undefined}><Now state={state} /></main>
      <p class="unseen" aria-live="polite">{opened ? t("results_open") : ""}</p>
      <Foot state={state} />
    </>
  );
}

function Now({ state }: { state: Seen }) {
  if (state.state === "ended") return <Goodbye title={t("projector_ended")} help={state.help} />;
  if (state.state === "paused") return <h1>{t("projector_paused")}</h1>;
  if (!state.card) return <Step state={state} />;
  return (
    <>
      <h1>{state.card.title || state.step.title}</h1>
      <Said texts={state.card.texts} />
    </>
  );
}

// What stands alone on the screen is larger still.
function isShort(state: Seen): boolean {
  const texts = state.card?.texts ?? (state.step.phase === "closed" ? [] : state.step.texts);
  return texts.length > 0 && texts.every((one) => !one.phone) && texts.reduce((sum, one) => sum + one.text.length, 0) < FEW;
}

// Whoever comes late still finds the number.
function Foot({ state }: { state: Seen }) {
  if (!state.code || state.state !== "live" || (state.step.kind === "door" && !state.card)) return null;
  return <footer><Code code={state.code} /> <span>{t("seats_in", { n: seats.value })}</span></footer>;
}

render(<Screen />, document.getElementById("screen")!);
void follow();
