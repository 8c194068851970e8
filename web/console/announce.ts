// One place that speaks to screen readers. An entry leaves after a moment, or some readers repeat all of them.
import { effect, signal } from "@preact/signals";
import { door } from "./door/door";

const MOMENT = 3000;
let next = 0;
export const spoken = signal<{ id: number; text: string }[]>([]);

export function announce(text: string): void {
  const id = next++;
  spoken.value = [...spoken.value, { id, text }];
  setTimeout(() => (spoken.value = spoken.value.filter((entry) => entry.id !== id)), MOMENT);
}

effect(() => {
  if (door.value !== "in") spoken.value = [];
});
