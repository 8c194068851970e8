// The pupil's page. One thing at a time; the same corner always leads to somebody who listens.
import { byId, el } from "../../widget/dom";
import { box, emptyBox } from "./box";
import { question } from "./choose";
import { joinScreen, takeFragment } from "./join";
import { kept } from "./kept";
import { lesson } from "./lesson";
import { announce, helpCards, said, told } from "./said";
import { forgetSure, sure } from "./sure";
import { armTalk } from "./talk";
import type { State, Step } from "./types";
import { chosen, frame, speak, t } from "./words";

const main = byId("main");
const cards = byId("cards"); // drawn by the server; taken in until they are needed
let drawn = "";
let shown = ""; // step and phase

cards.remove();
armTalk();
lesson.changed = show;
lesson.begun = () => (emptyBox(), forgetSure());
addEventListener("hashchange", () => takeFragment() && (lesson.quiet(), joining()));
addEventListener("pageshow", (event) => event.persisted && location.reload());
void boot();

async function boot(): Promise<void> {
  const fresh = takeFragment();
  if (kept.locale && kept.locale !== frame.locale) await speak(kept.locale, frame.country).catch(() => undefined);
  if (fresh || !kept.seat) return joining();
  lesson.listen();
  await lesson.look();
}

function joining(): void {
  dress();
  place(...joinScreen(joining));
}

// Drawn anew only where something of it changed, so that a half-written question and the focus stay.
function show(): void {
  if (lesson.over) return over();
  byId("trouble").textContent = lesson.away ? t("offline") : "";
  const { state } = lesson;
  if (!state) return;
  const now = JSON.stringify([state.state, state.step, state.rounds, state.locale, frame.locale, lesson.after]);
  if (now === drawn) return;
  drawn = now;
  redraw();
}

function redraw(): void {
  const { state } = lesson;
  if (!state) return;
  dress();
  const step = state.state === "paused" ? null : state.step;
  const focused = main.contains(document.activeElement) ? (document.activeElement as HTMLElement).dataset : null;
  place(...(step ? stepOf(state, step) : [heading(t("paused"))]));
  arrive(step ? `${step.key} ${step.phase}` : "paused", focused);
}

// A new step begins at its title, a new phase at its question; otherwise the focus stays where it was.
function arrive(place: string, focused: DOMStringMap | null): void {
  const [step, phase] = place.split(" ");
  const [oldStep, oldPhase] = shown.split(" ");
  const question = main.querySelector<HTMLElement>("h3");
  shown = place;
  if (step !== oldStep) {
    scrollTo(0, 0);
    return main.querySelector<HTMLElement>("h2")?.focus({ preventScroll: true });
  }
  if (phase !== oldPhase) {
    announce(phase === "closed" ? t("closed") : (question?.textContent ?? ""));
    question?.scrollIntoView();
  }
  if (focused) (main.querySelector<HTMLElement>(`[data-id="${focused.id ?? ""}"]`) ?? question)?.focus({ preventScroll: true });
}

// One's own move inside a step: the next question is where one reads on.
function moved(): void {
  redraw();
  (main.querySelector<HTMLElement>("h3") ?? main.querySelector<HTMLElement>("h2"))?.focus();
}

function place(...content: (Node | null)[]): void {
  main.replaceChildren(...content.filter((each): each is Node => each != null));
}

function heading(text: string): HTMLElement {
  return el("h2", { tabindex: "-1" }, text);
}

function stepOf(state: State, step: Step): (Node | null)[] {
  return [told("h2", { tabindex: "-1" }, step.title), ...body(state, step), state.pace === "own" ? onward(state, step) : null];
}

function body(state: State, step: Step): (Node | null)[] {
  const texts = said(step.texts);
  if (step.kind === "door") return [...texts, ownBadge(state.badge), el("p", {}, t("no_name")), el("p", {}, t("help_anytime"))];
  if (step.kind === "rules") return [el("ol", { class: "rules" }, ...texts.map((text) => el("li", {}, text))), el("p", { class: "drill" }, t("drill"))];
  if (step.kind === "before") return [...texts, sure(step, moved)];
  if (step.kind === "exit") return [sure(step, moved)];
  if (step.kind === "box") return [...texts, step.phase === "open" ? box(moved) : el("p", { class: "quiet" }, t("closed"))];
  if (step.phase === "reading") return [...texts, el("p", { class: "quiet", role: "status" }, t("waiting"))];
  const closed = step.phase === "closed" && step.items.length ? el("p", { class: "quiet", role: "status" }, t("closed")) : null;
  return [...texts, closed, ...step.items.map((item) => question(item, step))];
}

// At the own pace each goes on alone, and back.
function onward(state: State, step: Step): HTMLElement {
  const at = state.steps.indexOf(step.key);
  const to = (key: string | undefined, label: string, name: string) =>
    key ? el("button", { type: "button", class: name, "data-id": label, click: () => void lesson.go(key) }, t(label)) : null;
  return el("nav", { class: "onward", "aria-label": state.title }, to(state.steps[at - 1], "step_back", "side"), to(state.steps[at + 1], "next", "main"));
}

function ownBadge(badge: string): HTMLElement {
  return el("p", { class: "badge" }, picture(badge, ""), el("span", {}, t("badge", { badge: t(`badge_${badge}`) })));
}

function picture(badge: string, alt: string): HTMLElement {
  const image = el("img", { src: `/assets/badge_${badge}.svg`, width: "48", height: "48" });
  image.setAttribute("alt", alt);
  return image;
}

// The bar in the pupil's language: the badge, the languages, and the button that is always in the same corner.
function dress(): void {
  byId("talk").textContent = t("talk_to_someone");
  const badge = lesson.state?.badge;
  byId("badge").replaceChildren(...(badge ? [picture(badge, t("badge", { badge: t(`badge_${badge}`) }))] : []));
  const select = byId("tongue").querySelector("select");
  if (!lesson.state) byId("tongue").replaceChildren();
  else if (select?.value !== frame.locale || select.getAttribute("aria-label") !== t("language")) byId("tongue").replaceChildren(tongue());
}

function tongue(): HTMLElement {
  const select = el("select", { "aria-label": t("language") }) as HTMLSelectElement;
  for (const each of frame.locales) select.append(el("option", { value: each.code, lang: each.code }, each.name));
  select.value = frame.locale;
  select.addEventListener("change", () => {
    void speak(select.value, lesson.country).then(
      () => void lesson.look().then(redraw),
      () => (select.value = frame.locale),
    );
  });
  return el("label", { class: "tongue" }, el("bdi", { "aria-hidden": "true" }, chosen().code.slice(0, 2).toUpperCase()), select);
}

// Nothing of the lesson stays on the screen; the way to help does.
function over(): void {
  const help = helpCards();
  drawn = shown = "";
  forgetSure();
  emptyBox();
  dress();
  byId("trouble").textContent = "";
  cards.replaceChildren(...help);
  cards.setAttribute("aria-label", t("help_cards"));
  place(heading(t("ended")), el("p", {}, t("close_2")), cards);
  main.querySelector<HTMLElement>("h2")?.focus({ preventScroll: true });
}
