// A paper over the chat: ticked, written on and printed here, and kept nowhere. Loaded when the first one is opened.
import type { Bubble, Frame } from "./api";
import { card } from "./bubbles";
import { el } from "./dom";
import { sheet } from "./sheets";

type Part = { bubbles: Bubble[]; heading: string; box: string };
export type Paper = { name: string; title: string; intro: Bubble[]; parts: Part[]; labels: Record<string, string> };

export function show(paper: Paper, t: Frame["texts"], leave: () => void, file: () => Promise<Blob>): void {
  const { labels } = paper;
  const button = (label: string, click: () => void) => el("button", { type: "button", class: "equal unprinted", click }, label);
  const said = el("p", { role: "status" });
  const box = sheet(
    paper.title,
    labels.back!,
    t.leave!,
    el("div", { class: paper.name === "plan" ? null : "unprinted" }, ...paper.intro.map(words)),
    ...paper.parts.flatMap(piece),
    button(labels.print!, () => print()),
    // an empty form is no use as a file: what is written here would not be in it
    paper.name === "record" ? null : button(labels.pdf!, () => save(file, `faro-${paper.name}.pdf`).catch(() => (said.textContent = t.not_sent!))),
    paper.name === "transcript" ? button(labels.text!, () => void save(async () => text(paper), "faro-transcript.txt")) : null,
    said,
    el("p", { class: "quiet unprinted" }, labels.kept),
  );
  box.classList.add("paper");
  box.querySelector(".leave")!.addEventListener("click", leave);
}

const isCard = (bubble: Bubble): boolean => Boolean(bubble.phone || bubble.links?.length || bubble.source);
const words = (bubble: Bubble): HTMLElement => (isCard(bubble) ? opened(card(bubble)) : el("p", {}, bubble.text));

// On paper nothing can be unfolded: source and day stand beside the number.
function opened(box: HTMLElement): HTMLElement {
  box.querySelector("details")?.setAttribute("open", "");
  return box;
}

function piece({ heading, box, bubbles }: Part): (HTMLElement | null)[] {
  const title = heading ? el("h3", {}, heading) : null;
  const said = bubbles.filter((bubble) => !isCard(bubble)).map((bubble) => bubble.text).join(" ");
  const cards = bubbles.filter(isCard).map(words);
  if (box === "tick") return [el("label", { class: "step" }, el("input", { type: "checkbox" }), el("span", {}, said)), ...cards];
  if (box === "lines") return [el("label", { class: "line" }, said, el("textarea", { rows: "3", dir: "auto", input: grow }))];
  return [title, ...bubbles.map(words)];
}

// A box prints only the lines that it shows.
function grow(event: Event): void {
  const box = event.currentTarget as HTMLTextAreaElement;
  box.rows = Math.max(3, box.value.split("\n").length + Math.ceil(box.value.length / 30));
}

function text(paper: Paper): Blob {
  const turns = paper.parts.map((part) => [part.heading, ...part.bubbles.map((b) => [b.text, b.phone?.number].filter(Boolean).join(" "))].join("\n"));
  return new Blob([turns.join("\n\n")], { type: "text/plain;charset=utf-8" });
}

async function save(file: () => Promise<Blob>, name: string): Promise<void> {
  const url = URL.createObjectURL(await file());
  el("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
