// Who is signed in. When the door closes by itself, what was typed stays; after a sign-out nothing stays.
import { batch, signal } from "@preact/signals";
import { call, fetchFile, Problem, statusOf, type Me, type Taken, type Texts } from "../api";
import { prove } from "./proof";

export const door = signal<"unknown" | "in" | "out">("unknown");
export const me = signal<Me | null>(null);
export const texts = signal<Texts>({ console: {}, card: {}, needs: {} });
export const turnedOut = signal(false);
export const owner = signal(""); // whose words and cases this page holds, also while the door is closed

export async function enter(): Promise<void> {
  const who = await call<Me>("GET", "/staff/sessions/current");
  const words = await call<Texts>("GET", "/staff/texts");
  batch(() => {
    me.value = who;
    texts.value = words;
    owner.value = who.id;
    turnedOut.value = false;
    door.value = "in";
  });
}

export const ask = <T>(method: string, path: string, body?: unknown, key?: string, version?: number): Promise<T> =>
  twice(() => call<T>(method, path, body, key, version));

export const askFile = (path: string): Promise<Taken> => twice(() => fetchFile(path));

async function twice<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(await isMended(error))) throw error;
    return await work();
  }
}

// What was refused for want of a proof, or with a cookie that was just renewed, changed nothing: it may be asked once more.
async function isMended(error: unknown): Promise<boolean> {
  if (statusOf(error) === 401) return isStillIn();
  return error instanceof Problem && error.kind === "proof-is-old" && prove();
}

export async function isStillIn(): Promise<boolean> {
  try {
    await call("GET", "/staff/sessions/current");
    return true;
  } catch (error) {
    if (statusOf(error) === 401) expire();
    return false;
  }
}

export function expire(): void {
  if (door.peek() !== "in") return; // several answers may say it
  batch(() => {
    turnedOut.value = true;
    door.value = "out";
  });
}

export async function leave(): Promise<void> {
  const bySso = me.peek()?.sso;
  try {
    await call("DELETE", "/staff/sessions/current");
  } catch (error) {
    // a door that is already closed is what was wanted
    if (!(error instanceof Problem) || error.status !== 401) throw error;
  }
  batch(() => {
    owner.value = "";
    me.value = null;
    turnedOut.value = false;
    door.value = "out";
  });
  if (bySso) location.assign("/v1/staff/sso/exit");
}
