// News of the class: one stream, its polling twin where no stream gets through, and patience where nothing does.
import { effect, signal, untracked } from "@preact/signals";
import { read } from "../../shared/stream";
import { bearer, call, Problem } from "./api";
import { boxVersion, counted, erasing, keys, look, sheet } from "./session";

const SILENCE = 40_000; // a proxy that holds the stream back never fails: only silence tells
const HELLO = 8_000;
const LONGEST = 5_000; // a lesson has 40 minutes
const WAIT = 25;

export const link = signal<"opening" | "live" | "away">("opening");
export const gone = signal(false); // the link opens no run sheet any more
let wake = (): void => {};

export function goLive(): void {
  effect(() => {
    const host = keys.value?.host;
    if (erasing.value) return;
    link.value = "opening";
    gone.value = false;
    if (!host) return;
    const stop = new AbortController();
    untracked(() => void follow(host, stop.signal));
    return () => stop.abort();
  });
  addEventListener("online", () => {
    wake();
    if (keys.peek()) void look().then(() => (link.value = "live"), () => undefined);
  });
  addEventListener("offline", () => keys.peek() && (link.value = "away"));
  document.addEventListener("visibilitychange", () => wake());
}

async function follow(host: string, stop: AbortSignal): Promise<void> {
  let failed = 0;
  while (!stop.aborted && !gone.peek()) {
    try {
      await look();
      link.value = "live";
      if (failed < 2) await listen(host, stop, () => (failed = 0));
      else {
        await poll(host, stop);
        failed = 0;
      }
      failed++;
    } catch (error) {
      if (stop.aborted) return;
      if (error instanceof Problem && error.status === 401) gone.value = true;
      else if (error instanceof Problem) link.value = "away";
      failed++;
    }
    if (!stop.aborted && !gone.peek()) await pause(Math.min(LONGEST, 500 * 2 ** Math.min(failed, 5)) * (0.75 + Math.random() / 2));
  }
}

async function listen(host: string, stop: AbortSignal, heard: () => void): Promise<void> {
  const silent = new AbortController();
  let watch = setTimeout(() => silent.abort(), HELLO);
  try {
    for await (const news of read("/v1/classroom/events/host", bearer(host), AbortSignal.any([stop, silent.signal]))) {
      clearTimeout(watch);
      watch = setTimeout(() => silent.abort(), SILENCE);
      heard();
      await hear(news.name, news.data);
    }
  } finally {
    clearTimeout(watch);
  }
}

async function hear(name: string, data: unknown): Promise<void> {
  if (name === "state") await look();
  else if (name === "box") {
    await look();
    boxVersion.value++;
  } else if (name === "count") {
    const { seats, answers } = data as { seats: number; answers: Record<string, number> };
    counted(seats, answers);
  }
}

// Two streams have failed: ask instead, for as long as this answers, and try a stream again after a while.
async function poll(host: string, stop: AbortSignal): Promise<void> {
  for (let rounds = 0; rounds < 10 && !stop.aborted; rounds++) {
    const version = sheet.peek()?.version ?? 0;
    await call("GET", `/classroom/news/host?version=${version}&wait=${WAIT}`, host, undefined, (WAIT + 10) * 1000);
    await look();
    boxVersion.value++;
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((done) => {
    wake = done;
    setTimeout(done, milliseconds);
  });
}
