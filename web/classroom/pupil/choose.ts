// One question: big choices, pass among them; after closing, the own choice first and what came of it.
import { el } from "../../widget/dom";
import { kept } from "./kept";
import { lesson } from "./lesson";
import { said, told } from "./said";
import type { Item, Option, Step } from "./types";
import { t } from "./words";

const PASS = "";

export function question(item: Item, step: Step): HTMLElement {
  const own = lesson.state?.pace === "own";
  const known = own ? lesson.after[item.id] : undefined;
  if (step.phase === "closed" || known) return outcome(known ?? item);
  return own || item.several ? withSending(item, own) : byTap(item);
}

// One tap answers; another tap changes the answer.
function byTap(item: Item): HTMLElement {
  const status = el("p", { class: "quiet", role: "status" });
  const redo = (): void => {
    const given = kept.answers[item.id];
    press(group, given ? (given.length ? given : [PASS]) : []);
    status.textContent = given ? t(lesson.away ? "offline" : "answer_sent") : "";
  };
  const group = choices(item, (id) => (lesson.answer({ [item.id]: id === PASS ? [] : [id] }), redo()));
  redo();
  return el("section", { class: "item" }, group, status);
}

// Several choices, and answers that can't be changed, go when one says so.
function withSending(item: Item, once: boolean): HTMLElement {
  let picked = start(item);
  const status = el("p", { class: "quiet", role: "status" });
  const send = el("button", { type: "button", class: "main", click: () => submit() }, t("send"));
  const redo = (): void => {
    press(group, picked);
    send.hidden = !picked.length;
  };
  const submit = (): void => {
    lesson.answer({ [item.id]: picked.filter((id) => id !== PASS) });
    status.textContent = t(lesson.away ? "offline" : once ? "answer_fixed" : "answer_sent");
  };
  const group = choices(item, (id) => {
    picked = item.several ? toggled(picked, id) : [id];
    status.textContent = "";
    redo();
  });
  redo();
  return el("section", { class: "item" }, group, send, status);
}

function start(item: Item): string[] {
  const given = kept.answers[item.id];
  return given ? (given.length ? given : [PASS]) : [];
}

export function toggled(picked: string[], id: string): string[] {
  if (id === PASS) return picked.includes(PASS) ? [] : [PASS];
  const others = picked.filter((each) => each !== PASS && each !== id);
  return picked.includes(id) ? others : [...others, id];
}

function choices(item: Item, pick: (id: string) => void): HTMLElement {
  const label = `q_${item.id}`;
  const rows = [...item.options.map((option) => ({ id: option.id, label: told("span", {}, option.text) })), { id: PASS, label: el("span", {}, t("pass")) }];
  return el(
    "div",
    { role: "group", "aria-labelledby": label },
    told("h3", { id: label, tabindex: "-1" }, item.question),
    item.several ? el("p", { class: "quiet" }, t("choose_several")) : null,
    ...rows.map((row) => el("button", { type: "button", class: "choice", "data-id": row.id || "pass", "aria-pressed": "false", click: () => pick(row.id) }, row.label)),
  );
}

function press(group: HTMLElement, picked: string[]): void {
  group.querySelectorAll<HTMLElement>("[data-id]").forEach((button) => {
    const id = button.dataset.id === "pass" ? PASS : button.dataset.id!;
    button.setAttribute("aria-pressed", String(picked.includes(id)));
  });
}

// What came of the own choice, and behind a tap what came of the others.
export function outcome(item: Item): HTMLElement {
  const given = kept.answers[item.id] ?? [];
  const marked = item.options.some((option) => option.right);
  const own = item.options.filter((option) => given.includes(option.id));
  const others = item.options.filter((option) => !given.includes(option.id));
  const rest = el("details", { open: !own.length }, el("summary", {}, t(marked ? "other_answers" : "other_choices")), ...others.map((o) => consequence(o, marked, false)));
  return el("section", { class: "item" }, told("h3", { tabindex: "-1" }, item.question), ...own.map((o) => consequence(o, marked, true)), others.length ? rest : null);
}

function consequence(option: Option, marked: boolean, own: boolean): HTMLElement {
  const mark = marked ? el("p", { class: option.right ? "verdict right" : "verdict" }, t(option.right ? "right" : "not_right")) : null;
  const name = own ? el("p", { class: "quiet" }, t("your_choice")) : null;
  return el("div", { class: own ? "outcome own" : "outcome" }, name, told("p", { class: "chosen" }, option.text), mark, ...said(option.after ?? []));
}
