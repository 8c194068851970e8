// The question box: one short question, without a name. What sounds like more than a question goes the private way first.
import { el } from "../../widget/dom";
import { lesson, Problem } from "./lesson";
import { announce } from "./said";
import { talk } from "./talk";
import { t } from "./words";

const LONGEST = 160;
let draft = "";
let note = "";
let held = false;
let sending = false; // a slow answer is no reason to ask the same thing twice

export function box(redraw: () => void): HTMLElement {
  const left = lesson.state?.questions_left ?? 0;
  const status = el("p", { class: "quiet", role: "status" }, note);
  if (held) return el("section", { class: "item" }, detour(redraw), status);
  if (!left) return el("section", { class: "item" }, status, el("p", {}, t("question_none")));
  return el("section", { class: "item" }, form(redraw), status, el("p", { class: "quiet" }, t("question_left", { n: left })));
}

function form(redraw: () => void): HTMLElement {
  const area = el("textarea", { id: "question", rows: "3", dir: "auto", autocomplete: "off", "aria-describedby": "count" }) as HTMLTextAreaElement;
  const count = el("p", { id: "count", class: "quiet" });
  const send = el("button", { class: "main", "aria-disabled": String(sending) }, t("send"));
  const counted = (): void => {
    draft = [...area.value].slice(0, LONGEST).join("");
    if (area.value !== draft) area.value = draft;
    count.textContent = t("characters_left", { n: LONGEST - [...draft].length });
  };
  area.value = draft;
  area.readOnly = sending;
  area.addEventListener("input", counted);
  counted();
  const whole = el("form", {}, el("label", { for: "question" }, t("question_label")), area, count, send);
  whole.addEventListener("submit", (event) => {
    event.preventDefault();
    if (draft.trim()) void submit(false, redraw);
    else area.focus();
  });
  return whole;
}

async function submit(anyway: boolean, redraw: () => void): Promise<void> {
  if (sending) return;
  sending = true;
  redraw();
  try {
    held = !(await lesson.ask(draft, anyway));
    if (!held) draft = "";
    note = held ? "" : t("question_sent");
  } catch (error) {
    note = (error instanceof Problem && error.detail) || t("question_offline");
  }
  sending = false;
  redraw();
  if (note) announce(note);
}

// Three ways of the same size; nothing was sent yet.
function detour(redraw: () => void): HTMLElement {
  const way = (label: string, act: () => void) =>
    el("button", { type: "button", class: "choice", "aria-disabled": String(sending), click: () => sending || act() }, el("span", {}, t(label)));
  return el(
    "div",
    { role: "group", "aria-labelledby": "q_held" },
    el("h3", { id: "q_held", tabindex: "-1" }, t("question_held")),
    el("blockquote", { dir: "auto" }, draft),
    way("question_private", talk),
    way("question_anyway", () => void submit(true, redraw)),
    way("question_delete", () => (emptyBox(), redraw())),
  );
}

export function emptyBox(): void {
  draft = note = "";
  held = false;
}
