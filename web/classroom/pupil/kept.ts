// What this tab keeps until the lesson is over: the seat, the own answers, how sure one was. Never in localStorage.
import type { Answers } from "./types";

const NAME = "faro-class";

export type Kept = {
  seat: string;
  locale: string;
  at: string; // the step, where each goes at the own pace
  answers: Answers;
  unsent: string[]; // items whose answers the server does not have yet
  sure: Record<string, string>; // before1, now1, then1 ...: stays on this device
};

const none = (): Kept => ({ seat: "", locale: "", at: "", answers: {}, unsent: [], sure: {} });
export let kept: Kept = read();

function read(): Kept {
  try {
    return { ...none(), ...(JSON.parse(sessionStorage.getItem(NAME) ?? "{}") as Partial<Kept>) };
  } catch {
    return none(); // a frame without storage: the page itself still knows
  }
}

export function keep(): void {
  try {
    sessionStorage.setItem(NAME, JSON.stringify(kept));
  } catch {
    // the page itself still knows
  }
}

// A fresh seat knows nothing of the one before.
export function begin(seat: string, locale: string): void {
  kept = { ...none(), seat, locale };
  keep();
}

// Everything goes, a chat that was opened in this tab too: the next pupil may hold this device.
export function wipe(): void {
  kept = none();
  try {
    sessionStorage.clear();
  } catch {
    // nothing was kept
  }
}
