// That something changed: by a stream, and by asking where no stream gets through. Nothing else comes this way.
import { read } from "../../shared/stream";

const HELLO = 8_000;
const SILENCE = 40_000; // a proxy that holds the stream back never fails: only silence tells
const LONGEST = 20_000;
type Heard = { state: () => void; away: () => void; gone: () => void };
let wake = (): void => undefined;

addEventListener("online", () => wake());
document.addEventListener("visibilitychange", () => document.hidden || wake());

export async function follow(seat: string, version: () => number, stop: AbortSignal, heard: Heard): Promise<void> {
  const headers = { authorization: `Bearer ${seat}` };
  for (let failed = 0; !stop.aborted; failed++) {
    try {
      const hears = () => ((failed = 0), heard.state());
      if (failed < 2 || failed % 5 === 0) await stream(headers, stop, hears);
      else await poll(headers, version(), stop, heard);
    } catch (error) {
      if (stop.aborted) return;
      if (error instanceof Error && (error.message === "404" || error.message === "401")) return heard.gone();
      if (!(error instanceof DOMException)) heard.away(); // silence alone is no lost connection
    }
    await pause(Math.min(LONGEST, 500 * 2 ** failed) * (0.75 + Math.random() / 2));
  }
}

async function stream(headers: HeadersInit, stop: AbortSignal, hears: () => void): Promise<void> {
  const silent = new AbortController();
  const end = () => silent.abort();
  stop.addEventListener("abort", end);
  let watch = setTimeout(end, HELLO);
  try {
    for await (const news of read("/v1/classroom/events/seat", headers, silent.signal)) {
      clearTimeout(watch);
      watch = setTimeout(end, SILENCE);
      if (news.name === "state") hears();
    }
  } finally {
    clearTimeout(watch);
    stop.removeEventListener("abort", end);
  }
}

async function poll(headers: HeadersInit, version: number, stop: AbortSignal, heard: Heard): Promise<void> {
  for (let patience = 0; ; patience = 25) {
    const reply = await fetch(`/v1/classroom/news/seat?version=${version}&wait=${patience}`, { headers, signal: stop, cache: "no-store" });
    if (!reply.ok) throw new Error(String(reply.status));
    const news = (await reply.json()) as { version: number };
    if (!patience || news.version !== version) heard.state(); // after a restart the versions begin anew
    version = news.version;
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((done) => {
    wake = done;
    setTimeout(done, milliseconds);
  });
}
