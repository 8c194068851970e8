// Who is signed in. When the door closes by itself, what was typed stays; after a sign-out nothing stays.
import { batch, signal } from "@preact/signals";
import { call, Problem, statusOf, type Me, type Texts } from "./api";

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

export async function ask<T>(method: string, path: string, body?: unknown, key?: string, version?: number): Promise<T> {
  try {
    return await call<T>(method, path, body, key, version);
  } catch (error) {
    if (statusOf(error) === 401) expire();
    throw error;
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
}
