// What is typed and not yet handed over, by case. It leaves its box only when the server has it.
import { computed, effect, signal } from "@preact/signals";
import { announce } from "../announce";
import { ask, owner } from "../door/door";
import { loadCase } from "../opened";
import { t } from "../words";

export type Kind = "messages" | "notes";
export type Draft = { text: string; fate: "" | "sending" | "failed"; tried: string; key: string };

const EMPTY: Draft = { text: "", fate: "", tried: "", key: "" };
const drafts = signal<Record<string, Draft>>({});
const placeOf = (id: string, kind: Kind): string => `${id}/${kind}`;
const pick = (place: string): Draft => drafts.value[place] ?? EMPTY;

export const anyDraft = computed(() => Object.values(drafts.value).some((draft) => draft.text.trim()));
export const draftOf = (id: string, kind: Kind): Draft => pick(placeOf(id, kind));
export const hasDraft = (id: string): boolean => [draftOf(id, "messages"), draftOf(id, "notes")].some((draft) => draft.text.trim());

export function type(id: string, kind: Kind, text: string): void {
  keep(placeOf(id, kind), text ? { text } : EMPTY); // what is typed into an empty box is said anew
}

function keep(place: string, change: Partial<Draft>): void {
  drafts.value = { ...drafts.peek(), [place]: { ...(drafts.peek()[place] ?? EMPTY), ...change } };
}

// The same key goes with every try of the same words, so that nothing is said to a child twice.
export async function hand(id: string, kind: Kind): Promise<void> {
  const place = placeOf(id, kind);
  const draft = drafts.peek()[place] ?? EMPTY;
  const text = draft.text.trim();
  if (!text || draft.fate === "sending") return;
  const key = draft.tried === text ? draft.key : crypto.randomUUID();
  keep(place, { fate: "sending", tried: text, key });
  try {
    await ask("POST", `/cases/${place}`, { text }, key);
    keep(place, EMPTY);
    announce(t(kind === "messages" ? "sent" : "kept"));
  } catch {
    keep(place, { fate: "failed" });
  }
  await loadCase().catch(() => undefined);
}

effect(() => {
  owner.value;
  drafts.value = {};
});
addEventListener("beforeunload", (event) => {
  if (anyDraft.peek()) event.preventDefault();
});
