// Phrase pairs: what is on offer for the open case, what a search finds, and saying one.
import { effect, signal } from "@preact/signals";
import { announce } from "../announce";
import { ask, owner } from "../door/door";
import { asked } from "../asked";
import { loadCase, mayWrite, opened } from "../opened";
import { t } from "../words";

export type Answer = { key: string; text: string; child: string | null };
export type Phrase = {
  key: string;
  text: string;
  answers: Answer[];
  cards: string[];
  child: { text: string; lang: string; dir: string; cards: string[] };
  reviewed: boolean;
};
export type Situation = { name: string; title: string; suggested: boolean; phrases: Phrase[] };
export type Offered = { locale: string; locales: { code: string; name: string }[]; child_locale: string; situations: Situation[] };

export const offered = signal<Offered | null>(null);

export function toPhrases(): void {
  const row = opened.peek()?.row;
  if (row && mayWrite(row)) asked.value = { about: "phrases", row };
}

export async function loadPhrases(id: string): Promise<void> {
  offered.value = null;
  offered.value = await ask<Offered>("GET", `/phrases?case=${id}`);
}

export async function readIn(id: string, locale: string): Promise<void> {
  await ask("PUT", "/phrases/locale", { locale });
  await loadPhrases(id);
  await loadCase();
}

export async function say(id: string, phrase: Phrase, key: string): Promise<void> {
  await ask("POST", `/cases/${id}/phrases`, { key: phrase.key }, key);
  announce(t("sent"));
  void loadCase().catch(() => undefined);
}

// All words of the search, in any order, in either language; accents do not count.
export function found(situations: Situation[], search: string): Situation[] {
  const words = plain(search).split(/\s+/).filter(Boolean);
  const fits = (title: string, phrase: Phrase) => {
    const text = plain([title, phrase.text, phrase.child.text].join(" "));
    return words.every((word) => text.includes(word));
  };
  return situations
    .map((one) => ({ ...one, phrases: one.phrases.filter((phrase) => fits(one.title, phrase)) }))
    .filter((one) => one.phrases.length > 0);
}

const plain = (text: string): string => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

effect(() => {
  owner.value;
  offered.value = null;
});
