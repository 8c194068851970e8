// The projector's state, looked at anew whenever the server says that something changed.
import { signal } from "@preact/signals";
import { read } from "../../shared/stream";
import type { Frame, Seen } from "./types";

const NAME = "faro-screen";
const HELLO = 8_000;
const SILENCE = 40_000; // a proxy that holds the stream back never fails: only silence tells
const LONGEST = 15_000;

export const seen = signal<Seen | null>(null);
export const frame = signal<Frame | null>(null);
export const seats = signal(0);
export const away = signal(false);
export const unknown = signal(false);
const token = takeToken();
let wake = (): void => undefined;

export const t = (key: string, values: Record<string, string | number> = {}): string =>
  (frame.value?.pupils[key] ?? "").replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));

// The token stands in the fragment once; then only in this tab.
function takeToken(): string {
  const given = location.hash.slice(1);
  if (given) history.replaceState(null, "", location.pathname + location.search);
  try {
    if (given) sessionStorage.setItem(NAME, given);
    return given || (sessionStorage.getItem(NAME) ?? "");
  } catch {
    return given;
  }
}

const headers = (): HeadersInit => ({ authorization: `Bearer ${token}` });

async function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  const reply = await fetch(path, { headers: headers(), cache: "no-store", signal });
  if (!reply.ok) throw new Error(String(reply.status));
  return (await reply.json()) as T;
}

async function look(): Promise<void> {
  const state = await get<Seen>("/v1/classroom/screen");
  if (state.locale !== frame.value?.locale || !seen.value) await speak(state.locale, state.country);
  seen.value = state;
  seats.value = state.seats;
  away.value = false;
}

async function speak(locale: string, country: string | null): Promise<void> {
  frame.value = await get<Frame>(`/v1/lessons-frame?${new URLSearchParams({ locale, country: country ?? "" }).toString()}`);
  document.documentElement.lang = frame.value.locale;
  document.documentElement.dir = frame.value.dir;
}

export async function follow(): Promise<void> {
  addEventListener("online", () => wake());
  document.addEventListener("visibilitychange", () => wake());
  for (let failed = 0; !unknown.value; failed++) {
    try {
      if (failed < 2 || failed % 5 === 0) await stream(() => (failed = 0));
      else await poll();
    } catch (error) {
      await trouble(error);
    }
    await pause(Math.min(LONGEST, 500 * 2 ** failed) * (0.75 + Math.random() / 2));
  }
}

async function trouble(error: unknown): Promise<void> {
  const status = error instanceof Error ? error.message : "";
  if (status === "401" || status === "404") {
    if (!frame.value) await speak(navigator.language, null).catch(() => undefined);
    unknown.value = true;
  } else if (!(error instanceof DOMException)) away.value = true; // silence alone is no lost connection
}

async function stream(opened: () => void): Promise<void> {
  const silent = new AbortController();
  const end = () => silent.abort();
  let watch = setTimeout(end, HELLO);
  try {
    for await (const news of read("/v1/classroom/events/screen", headers(), silent.signal)) {
      clearTimeout(watch);
      watch = setTimeout(end, SILENCE);
      if (news.name === "state") await look();
      if (news.name === "state") opened();
      if (news.name === "count") seats.value = (news.data as { seats: number }).seats;
    }
  } finally {
    clearTimeout(watch);
    silent.abort();
  }
}

async function poll(): Promise<void> {
  for (;;) {
    await look();
    const query = new URLSearchParams({ version: String(seen.value?.version ?? 0), wait: "25" });
    await get(`/v1/classroom/news/screen?${query.toString()}`);
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((done) => {
    wake = done;
    setTimeout(done, milliseconds);
  });
}
