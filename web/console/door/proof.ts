// A highly sensitive act needs a proof of the last minutes: one dialog for all calls that wait for it.
import { signal } from "@preact/signals";

type Wanted = { promise: Promise<boolean>; settle: (given: boolean) => void };
export const wanted = signal<Wanted | null>(null);

export function prove(): Promise<boolean> {
  wanted.value ??= begin();
  return wanted.value.promise;
}

function begin(): Wanted {
  let settle = (_: boolean): void => {};
  const promise = new Promise<boolean>((done) => (settle = done));
  return { promise, settle };
}

export function settle(given: boolean): void {
  const waiting = wanted.peek();
  wanted.value = null;
  waiting?.settle(given);
}
