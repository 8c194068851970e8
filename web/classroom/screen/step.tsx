// A step as the class sees it together.
import { Door } from "./door";
import { Results } from "./results";
import { Said } from "./said";
import { t } from "./seen";
import type { Seen, Shown } from "./types";

export function Step({ state }: { state: Seen }) {
  const { step } = state;
  if (step.kind === "door") return <Door state={state} />;
  if (step.kind === "close") return <Goodbye title={t("close_1")} help={state.help} />;
  if (step.kind === "decision" || step.kind === "quiz") return <Vote step={step} pace={state.pace} />;
  return (
    <>
      <h1>{step.title}</h1>
      {step.kind === "rules" ? <Rules state={state} /> : <Said texts={step.texts} />}
      {step.kind === "before" && <p class="hint">{t("projector_answers")}</p>}
      {step.kind === "exit" && <><p>{t("help_anytime")}</p><Said texts={state.help} /></>}
    </>
  );
}

// With one device there is no button to try: the help itself stands below.
function Rules({ state }: { state: Seen }) {
  return (
    <>
      <ol>{state.step.texts.map((one, n) => <li key={n} lang={one.lang ?? undefined} dir={one.dir}>{one.text}</li>)}</ol>
      {state.pace === "one" ? <Said texts={state.help} /> : <p class="hint">{t("drill")}</p>}
    </>
  );
}

// The story while one reads; then the question and the choices; then what the class chose and what came of it.
function Vote({ step, pace }: { step: Shown; pace: string }) {
  return (
    <>
      <h1 class={step.phase === "closed" ? "unseen" : undefined}>{step.title}</h1>
      {step.phase === "reading" && <Said texts={step.texts} />}
      {step.items.map((item) =>
        step.phase === "closed" ? (
          <Results key={item.id} item={item} shares={step.results?.[item.id] ?? null} />
        ) : (
          <section key={item.id}>
            <h2>{item.question}</h2>
            <ul class="choices">{item.options.map((option) => <li key={option.id}>{option.text}</li>)}</ul>
            {item.several && <p>{t("choose_several")}</p>}
            <p class="hint">{t(pace === "one" ? "projector_hands" : "projector_answers")}</p>
          </section>
        ),
      )}
    </>
  );
}

// The first numbers of the country, large; the whole list stands on the pupils' own screens.
export function Goodbye({ title, help }: { title: string; help: Seen["help"] }) {
  return (
    <>
      <h1>{title}</h1>
      <p>{t("close_2")}</p>
      <Said texts={help} />
    </>
  );
}
