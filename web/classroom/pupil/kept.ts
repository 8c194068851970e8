// What this tab keeps until the lesson is over: the seat, the own answers, how sure one was. Never in localStorage.
import type { Answers } from "./types";

const NAME = "faro-class";

export type Kept = {
  seat: string;
  locale: string;
  at: string; // the step, where each goes at the own pace
  answers: Answers;
  unsent: string[]; // items whose answers the server does not have yet
  rounds: Record<string, number>; // which vote of an item the answers belong to
  sure: Record<string, string>; // before1, now1, then1 ...: stays on this device
};

const none = (): Kept => ({ seat: "", locale: "", at: "", answers: {}, unsent: [], rounds: {}, sure: {} });
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

// A fresh seat knows nothing of the one before, nor of a chat that was opened in this tab: another pupil may hold this device.
export function begin(seat: string, locale: string): void {
  clear();
  kept = { ...none(), seat, locale };
  keep();
}

// Everything goes, a chat of this tab too; one that is open now goes on until it is closed.
export function wipe(): void {
  kept = none();
  if (document.querySelector("dialog.layer")) forget(NAME);
  else clear();
}

function forget(name: string): void {
  try {
    sessionStorage.removeItem(name);
  } catch {
    // nothing was kept
  }
}

function clear(): void {
  try {
    sessionStorage.clear();
  } catch {
    // nothing was kept
  }
}
