// The one place that speaks to screen readers: what changed in a sentence, never a number that goes on changing.
import { signal } from "@preact/signals";

export const spoken = signal("");

export function say(text: string): void {
  spoken.value = spoken.peek() === text ? `${text} ` : text;
}
