// What the lesson says, as elements: paragraphs, and the cards of help as the server drew them.
import { card } from "../../widget/bubbles";
import type { Bubble } from "../../widget/api";
import { byId, el } from "../../widget/dom";
import { lesson } from "./lesson";
import type { Said } from "./types";
import { frame } from "./words";

export function said(texts: Said[]): HTMLElement[] {
  return texts.map((one) => {
    const isCard = one.phone || one.links?.length || one.source;
    return isCard ? card(one as Bubble) : el("p", { lang: one.lang, dir: one.dir }, one.text);
  });
}

export function helpCards(): HTMLElement[] {
  return (lesson.help.length ? lesson.help : frame.help).map((one) => card(one as Bubble));
}

// Said to a screen reader, for what appears where the focus is not.
export function announce(text: string): void {
  byId("news").textContent = text;
}

// The lesson may speak another language than the page, where it is not whole in the pupil's own.
export function told(tag: string, attributes: Record<string, string | null>, text: string): HTMLElement {
  return el(tag, { lang: lesson.state?.locale ?? null, dir: lesson.state?.dir ?? null, ...attributes }, text);
}
