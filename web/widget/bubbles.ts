// Bubbles and cards as elements.
import type { Bubble, Frame } from "./api";
import { el } from "./dom";

// A number or an address, with the day of its last check; where it comes from is one tap away.
export function card(bubble: Bubble): HTMLElement {
  const source = el("small", { dir: "auto" }, bubble.source);
  return el(
    "div",
    { class: "card", lang: bubble.lang, dir: bubble.dir },
    el(
      "p",
      {},
      bubble.phone && el("a", { class: "call", href: `tel:${bubble.phone.dial}` }, el("bdi", {}, bubble.phone.label)),
      " ",
      el("span", {}, bubble.text),
      ...(bubble.links ?? []).flatMap((link) => [" ", outside(link.url, link.label)]),
    ),
    bubble.checked && el("details", { class: "checked" }, el("summary", {}, bubble.checked), source),
  );
}

function outside(url: string, label: string): HTMLElement {
  return el("a", { href: url.startsWith("https://") ? url : null, rel: "noreferrer noopener", target: "_blank" }, label);
}

export function row(bubble: Bubble, texts: Frame["texts"]): HTMLElement {
  const who = { child: texts.you, counsellor: bubble.name ? `${bubble.name} · ${texts.person}` : texts.person }[bubble.by as string] ?? texts.faro;
  const isCard = bubble.phone || bubble.links?.length || bubble.source;
  const words = isCard ? card(bubble) : el("p", { lang: bubble.lang, dir: bubble.dir }, bubble.text);
  return el("li", { class: bubble.by, id: `b${bubble.seq}` }, el("span", { class: "who" }, who), words, ...(bubble.cards ?? []).map(card), bubble.step && el("small", {}, bubble.step));
}

export function helpLine(help: Bubble[], texts: Frame["texts"]): HTMLElement[] {
  const quick = help.flatMap((b) => [
    b.phone && el("a", { class: "call", href: `tel:${b.phone.dial}` }, el("bdi", {}, b.phone.label)),
    !b.phone && b.links?.[0] && outside(b.links[0].url, b.links[0].label),
  ]);
  const line = el("p", {}, ...quick.flatMap((link) => (link ? [" ", link] : [])));
  return [line, el("details", {}, el("summary", { title: texts.all_help }, texts.help_now), el("div", {}, ...help.map(card)))];
}
