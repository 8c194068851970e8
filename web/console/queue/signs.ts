// Signs of the moment: the child is writing, how far each side has seen, and children in an emergency who are offered a person.
import { computed, effect, signal } from "@preact/signals";
import { coalesced } from "../api";
import { ask, door, me } from "../door/door";
import { mayWrite, opened } from "../opened";

export type Emergency = { since_seconds: number; locale: string; country: string | null };

const LASTS = 6_000; // a sign that is not repeated fades
const AGAIN = 4_000;

const writing = signal(false);
let fade = 0;
let told = 0;
let shown = { id: "", seq: 0 };

export const childWrites = computed(() => writing.value && opened.value?.whole !== null);
export const emergencies = signal<Emergency[]>([]);

export function hearTyping(): void {
  writing.value = true;
  clearTimeout(fade);
  fade = window.setTimeout(() => (writing.value = false), LASTS);
}

// Told at most every few seconds, and never with what is typed.
export function tellTyping(id: string): void {
  if (Date.now() - told < AGAIN) return;
  told = Date.now();
  void ask("POST", `/cases/${id}/typing`).catch(() => undefined);
}

export const loadEmergencies = coalesced(async () => {
  emergencies.value = await ask<Emergency[]>("GET", "/cases/emergencies").catch(() => emergencies.peek());
});

// The talk is on no page in the Office, and while a narrow screen shows another column.
const isShown = signal(false);
export function watchTalk(log: Element): () => void {
  const eye = new IntersectionObserver((seen) => (isShown.value = seen.at(-1)!.isIntersecting));
  eye.observe(log);
  return () => {
    eye.disconnect();
    isShown.value = false;
  };
}

// The child sees that a person has read: only what stands on a page that somebody looks at.
function tellSeen(): void {
  if (!isShown.value) return;
  const whole = opened.value?.whole;
  const last = whole?.messages.at(-1)?.seq ?? 0;
  if (!whole || !mayWrite(whole) || !last || document.hidden || (shown.id === whole.id && shown.seq >= last)) return;
  shown = { id: whole.id, seq: last };
  void ask("POST", `/cases/${whole.id}/seen`, { seq: last }).catch(() => (shown = { id: "", seq: 0 }));
}

export function armSigns(): void {
  effect(tellSeen);
  document.addEventListener("visibilitychange", tellSeen);
  effect(() => {
    opened.value?.row.id;
    writing.value = false;
  });
  effect(() => {
    if (door.value === "in" && me.value?.role !== "admin") void loadEmergencies();
    else emergencies.value = [];
  });
}
