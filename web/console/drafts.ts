// What is typed and not yet handed over, by case. It leaves its box only when the server has it.
import { computed, effect, signal } from "@preact/signals";
import { announce } from "./announce";
import { NO_ANSWER, statusOf, type Whole } from "./api";
import { ask, me, owner } from "./door";
import { loadCase, opened } from "./opened";
import { t } from "./words";

export type Kind = "messages" | "notes";
export type Draft = { text: string; fate: "" | "sending" | "failed" | "unsure"; tried: string; known: number };

const EMPTY: Draft = { text: "", fate: "", tried: "", known: 0 };
const drafts = signal<Record<string, Draft>>({});
const placeOf = (id: string, kind: Kind): string => `${id}/${kind}`;
const pick = (place: string): Draft => drafts.value[place] ?? EMPTY;

export const anyDraft = computed(() => Object.values(drafts.value).some((draft) => draft.text.trim()));
export const draftOf = (id: string, kind: Kind): Draft => pick(placeOf(id, kind));
export const hasDraft = (id: string): boolean => [draftOf(id, "messages"), draftOf(id, "notes")].some((draft) => draft.text.trim());

export function type(id: string, kind: Kind, text: string): void {
  keep(placeOf(id, kind), { text });
}

function keep(place: string, change: Partial<Draft>): void {
  drafts.value = { ...drafts.peek(), [place]: { ...(drafts.peek()[place] ?? EMPTY), ...change } };
}

export async function hand(id: string, kind: Kind): Promise<void> {
  const place = placeOf(id, kind);
  if (drafts.peek()[place]?.fate === "unsure" && !(await looked())) return;
  const draft = drafts.peek()[place] ?? EMPTY;
  const text = draft.text.trim();
  const whole = opened.peek()?.whole;
  if (!text || draft.fate === "sending" || whole?.id !== id) return;
  keep(place, { fate: "sending", tried: text, known: times(whole, kind, text) });
  try {
    await ask("POST", `/cases/${place}`, { text });
    keep(place, EMPTY);
    announce(t(kind === "messages" ? "sent" : "kept"));
  } catch (error) {
    keep(place, { fate: maybeArrived(error) ? "unsure" : "failed" });
  }
  await looked();
}

const maybeArrived = (error: unknown): boolean => statusOf(error) === NO_ANSWER || statusOf(error) >= 500;

async function looked(): Promise<boolean> {
  return loadCase().then(
    () => true,
    () => false,
  );
}

// After silence the case itself tells whether the text arrived, so that nothing is said to a child twice.
function settle(whole: Whole): void {
  for (const kind of ["messages", "notes"] as const) {
    const place = placeOf(whole.id, kind);
    const draft = drafts.peek()[place];
    if (draft?.fate !== "unsure") continue;
    const arrived = times(whole, kind, draft.tried) > draft.known;
    if (arrived && draft.text.trim() === draft.tried) keep(place, EMPTY);
    else keep(place, { fate: arrived ? "" : "failed" });
  }
}

function times(whole: Whole, kind: Kind, text: string): number {
  const name = me.peek()?.name;
  if (kind === "notes") return whole.notes.filter((note) => note.by === name && note.text === text).length;
  return whole.messages.filter((said) => said.by === "counsellor" && said.name === name && said.text === text).length;
}

effect(() => {
  const whole = opened.value?.whole;
  if (whole) settle(whole);
});
effect(() => {
  owner.value;
  drafts.value = {};
});
addEventListener("beforeunload", (event) => {
  if (anyDraft.peek()) event.preventDefault();
});
