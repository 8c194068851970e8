// How sure one is: three items before, the same after, and looking back. The values stay on this device;
// the class learns the value after and whether it went up, stayed or went down.
import { el } from "../../widget/dom";
import { keep, kept } from "./kept";
import { lesson } from "./lesson";
import { talk } from "./talk";
import { told } from "./said";
import type { Answers, Item, Step } from "./types";
import { t } from "./words";

const PASS = "pass";
type Page = { name: string; intro: string; item: Item; take: (value: string) => void };
const at: Record<string, number> = {};
let upset = ""; // never leaves this screen, and is not even kept with the rest

export function pagesOf(step: Step): Page[] {
  const confidence = step.items.filter((item) => /^c\d$/.test(item.id));
  const others = step.items.filter((item) => !confidence.includes(item));
  if (step.kind === "before") return confidence.map((item, n) => page(`before${n + 1}`, "", item, () => undefined));
  const now = confidence.map((item, n) => page(`now${n + 1}`, "exit_1", item, (value) => lesson.answer(afterwards(n + 1, value))));
  const asked = confidence.map((item, n) => page(`then${n + 1}`, "looking_back", item, (value) => lesson.answer(lookingBack(n + 1, value))));
  const then = asked.filter((_, n) => kept.sure[`now${n + 1}`] !== PASS); // nothing to compare with
  return [...now, ...then, ...others.map((item) => page(item.id, "", item, (value) => lesson.answer({ [item.id]: value === PASS ? [] : [value] })))];
}

function page(name: string, intro: string, item: Item, send: (value: string) => void): Page {
  const take = (value: string): void => {
    kept.sure[name] = value;
    keep();
    send(value);
  };
  return { name, intro, item, take };
}

export function change(from: string | undefined, to: string | undefined): string[] {
  if (!from || !to || from === PASS || to === PASS) return [];
  return [Number(to) > Number(from) ? "up" : Number(to) < Number(from) ? "down" : "same"];
}

function afterwards(n: number, value: string): Answers {
  const found: Answers = { [`after${n}`]: value === PASS ? [] : [value], [`change${n}`]: change(kept.sure[`before${n}`], value) };
  const then = kept.sure[`then${n}`];
  return then ? { ...found, [`then${n}`]: change(then, value) } : found;
}

function lookingBack(n: number, value: string): Answers {
  return { [`then${n}`]: change(value, kept.sure[`now${n}`]) };
}

// One thing at a time. `nav` draws the way on at the own pace.
export function sure(step: Step, redraw: () => void): HTMLElement {
  if (step.phase === "closed") return step.kind === "exit" ? harm() : el("p", { class: "quiet" }, t("closed"));
  const pages = pagesOf(step);
  const n = Math.min(at[step.key] ?? firstOpen(pages), pages.length);
  const move = (to: number): void => ((at[step.key] = to), redraw());
  const back = n ? el("button", { type: "button", class: "side", click: () => move(n - 1) }, t("back")) : null;
  const now = pages[n];
  if (!now) return el("section", { class: "item" }, step.kind === "exit" ? harm() : el("p", { role: "status" }, t("answer_sent")), back);
  const take = (value: string): void => {
    now.take(value);
    if (step.kind === "before" && n === pages.length - 1) lesson.answer({ before: finished(pages) });
    move(n + 1);
  };
  const count = el("p", { class: "quiet" }, t("count_of", { n: n + 1, all: pages.length }));
  return el("section", { class: "item" }, now.intro ? el("p", {}, t(now.intro)) : null, scale(now, take), count, back);
}

function firstOpen(pages: Page[]): number {
  const found = pages.findIndex((one) => !(one.name in kept.sure));
  return found < 0 ? pages.length : found;
}

function finished(pages: Page[]): string[] {
  return pages.some((one) => (kept.sure[one.name] ?? PASS) !== PASS) ? ["done"] : [];
}

function scale(one: Page, take: (value: string) => void): HTMLElement {
  const given = kept.sure[one.name];
  const choice = (id: string, label: HTMLElement) =>
    el("button", { type: "button", class: "choice", "data-id": id, "aria-pressed": String(given === id), click: () => take(id) }, label);
  return el(
    "div",
    { role: "group", "aria-labelledby": "q_sure" },
    told("h3", { id: "q_sure", tabindex: "-1" }, one.item.question),
    ...one.item.options.map((option) => choice(option.id, told("span", {}, option.text))),
    choice(PASS, el("span", {}, t("pass"))),
  );
}

// "Did anything make you sad?": asked so that help can be offered, and told to nobody.
function harm(): HTMLElement {
  const more = el("div", { role: "status" });
  const choices = ["yes", "no"].map((value) => el("button", { type: "button", class: "choice", "data-id": value, click: () => say(value) }, el("span", {}, t(`upset_${value}`))));
  const say = (value: string): void => {
    upset = value;
    choices.forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.id === value)));
    more.replaceChildren(...offered(value));
  };
  say(upset);
  const question = el("h3", { id: "q_upset", tabindex: "-1" }, t("upset"));
  return el("div", { role: "group", "aria-labelledby": "q_upset" }, question, el("p", { class: "quiet" }, t("upset_note")), ...choices, more);
}

function offered(value: string): HTMLElement[] {
  if (value === "no") return [el("p", {}, t("help_anytime"))];
  const button = el("button", { type: "button", class: "talk wide", click: talk }, t("talk_to_someone"));
  return value ? [el("p", {}, t("upset_help")), button] : [];
}

export function forgetSure(): void {
  for (const key of Object.keys(at)) delete at[key];
  upset = "";
}
