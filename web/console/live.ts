// News from the server: one stream, and looking every ten seconds where no stream gets through.
import { computed, effect, signal, untracked } from "@preact/signals";
import { read } from "../shared/stream";
import { statusOf } from "./api";
import { door, isStillIn, me } from "./door/door";
import { loadCase, readable } from "./opened";
import { lookAtPeople } from "./office/watch";
import { isLoaded, loadQueue, mine } from "./queue/queue";
import { hearTyping, loadEmergencies } from "./queue/signs";
import { loadDue } from "./card/work";

const HELLO = 8_000;
const SILENCE = 40_000; // a proxy that holds the stream back never fails: only silence tells
const LOOK = 10_000;
const LONGEST = 30_000;

const streaming = signal(false);
const fresh = signal<boolean | null>(null);
export const heardAt = signal(0);
export const link = computed(() => {
  if (fresh.value === null) return "opening";
  if (!fresh.value) return "away";
  return streaming.value ? "live" : "polling";
});
const atDesk = computed(() => door.value === "in" && me.value?.role !== "admin"); // an admin has no queue, and is refused it
const beside = computed(() => mine.value.map((row) => row.id).filter((id) => id !== readable.value).sort().join());
let wake = (): void => {};

export function goLive(): void {
  effect(() => {
    if (!atDesk.value || !isLoaded.value) return;
    beside.value; // of a case that a colleague gave me, only a stream that was opened afterwards tells
    const from = new AbortController();
    const id = readable.value;
    untracked(() => void follow(`/v1/cases/events${id ? `?case=${id}` : ""}`, from.signal));
    return () => from.abort();
  });
  effect(() => {
    if (atDesk.value) void look();
    else streaming.value = false;
  });
  setInterval(() => {
    if (atDesk.peek() && link.peek() !== "live") void look();
  }, LOOK);
  addEventListener("online", () => wake());
  addEventListener("offline", () => atDesk.peek() && void look());
  document.addEventListener("visibilitychange", () => wake());
}

async function follow(path: string, stop: AbortSignal): Promise<void> {
  for (let tries = 0; !stop.aborted; tries++) {
    try {
      await listen(path, stop, () => (tries = 0));
    } catch (error) {
      if (stop.aborted) return;
      await refused(error);
    }
    if (stop.aborted) return;
    streaming.value = false;
    await pause(Math.min(LONGEST, 1000 * 2 ** tries) * (0.75 + Math.random() / 2));
  }
}

async function listen(path: string, stop: AbortSignal, opened: () => void): Promise<void> {
  const silent = new AbortController();
  let watch = setTimeout(() => silent.abort(), HELLO);
  try {
    for await (const news of read(path, {}, AbortSignal.any([stop, silent.signal]))) {
      clearTimeout(watch);
      watch = setTimeout(() => silent.abort(), SILENCE);
      heardAt.value = Date.now();
      if (news.name === "hello") opened();
      hear(news.name);
    }
  } finally {
    clearTimeout(watch);
  }
}

function hear(name: string): void {
  if (name === "gone") void isStillIn();
  else if (name === "case" || name === "seen") void look(loadCase);
  else if (name === "typing") hearTyping();
  else if (name === "emergency") void loadEmergencies();
  else if (name === "queue") void look();
  else if (name === "staff") void lookAtPeople().catch(() => undefined);
  else if (name === "hello") {
    streaming.value = true;
    void look(); // what happened before the stream stood
  }
}

async function refused(error: unknown): Promise<void> {
  const status = error instanceof Error ? error.message : "";
  if (status === "401") await isStillIn();
  else if (status === "403" || status === "404") await look();
}

const all = (): Promise<void> => Promise.all([loadQueue().then(loadCase), loadDue()]).then(() => undefined);

async function look(load = all): Promise<void> {
  try {
    await (fresh.peek() === false ? all : load)();
    fresh.value = true;
    heardAt.value = Date.now();
  } catch (error) {
    if (statusOf(error) !== 401) fresh.value = false;
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((done) => {
    wake = done;
    setTimeout(done, milliseconds);
  });
}
