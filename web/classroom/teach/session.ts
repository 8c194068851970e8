// The class session of this tab: its secrets (sessionStorage, never an address), its run sheet, and what is done with it.
import { signal } from "@preact/signals";
import { call, Problem } from "./api";
import { frame, speak } from "./words";
import type { Sheet, Step } from "./shapes";

type Keys = { host: string; screen: string };
const PLACE = "faro-teach";
const REST = 600; // a second press of a button that has just changed its meaning is not meant
const VOTES = ["decision", "quiz"];

export const keys = signal<Keys | null>(take());
export const sheet = signal<Sheet | null>(null);
export const trouble = signal("");
export const busy = signal(false);
export const erasing = signal(false); // no news is asked for meanwhile: it would be that the class is gone
export const looking = signal<string | null>(null); // a step that is looked at ahead, while the class is elsewhere
export const boxVersion = signal(0);
let asked = 0;
let shown = 0;
let rests = 0;
let running: Promise<unknown> = Promise.resolve();

addEventListener("hashchange", () => {
  if (!location.hash.startsWith("#host=")) return;
  take(); // a link that was pasted over this page
  location.reload();
});

function take(): Keys | null {
  const kept = JSON.parse(sessionStorage.getItem(PLACE) ?? "null") as Keys | null;
  const host = /^#host=([\w.-]+)$/.exec(location.hash)?.[1];
  if (!host) return kept;
  history.replaceState(null, "", `${location.pathname}?run`);
  const found = kept?.host === host ? kept : { host, screen: "" };
  sessionStorage.setItem(PLACE, JSON.stringify(found));
  return found;
}

export function keep(found: Keys | null): void {
  if (found) sessionStorage.setItem(PLACE, JSON.stringify(found));
  else sessionStorage.removeItem(PLACE);
  sheet.value = null;
  looking.value = null;
  trouble.value = "";
  keys.value = found;
}

export const isVote = (step: Step): boolean => VOTES.includes(step.kind);
export const stepAt = (of: Sheet): Step => of.steps.find((step) => step.key === of.at)!;
export const stepSeen = (of: Sheet): Step => of.steps.find((step) => step.key === (looking.value ?? of.at)) ?? stepAt(of);

// The newest question wins: an answer that was asked for earlier never overwrites a later one.
async function fetched(method: string, path: string, body?: unknown): Promise<void> {
  const token = keys.peek()?.host ?? "";
  const mine = ++asked;
  const found = await call<Sheet>(method, `/classroom${path}`, token, body);
  if (mine < shown || keys.peek()?.host !== token) return;
  shown = mine;
  if (found.locale !== frame.peek().locale) await speak(found.locale).catch(() => undefined);
  if (found.questions !== sheet.peek()?.questions) boxVersion.value++;
  sheet.value = found;
}

export async function look(): Promise<void> {
  await fetched("GET", "/host");
  if (trouble.peek() === "away") trouble.value = "";
}

export async function act(method: string, path: string, body?: unknown): Promise<boolean> {
  if (busy.peek() || Date.now() < rests) return false;
  const done = run(method, path, body);
  running = done;
  return done;
}

// A break and the end are never dropped: they wait for what is under way, and for no rest.
// Only "go on" rests, or a second tap on "pause" would end the break.
export async function insist(path: string): Promise<void> {
  if (path === "/resume" && Date.now() < rests) return;
  while (busy.peek()) await running;
  rests = 0;
  await act("POST", path);
}

async function run(method: string, path: string, body?: unknown): Promise<boolean> {
  busy.value = true;
  try {
    await fetched(method, path, body);
    trouble.value = "";
    return true;
  } catch (error) {
    trouble.value = failed(error);
    return false;
  } finally {
    busy.value = false;
    rests = Date.now() + REST;
  }
}

// The class goes by the API's process: with the database away it has moved all the same (docs/adr/0017).
function failed(error: unknown): string {
  if (!(error instanceof Problem)) return "trouble";
  if (error.type === "/problems/database") return "not_stored";
  return error.status === 409 ? "trouble" : error.sentence;
}

export async function moveTo(key: string): Promise<void> {
  if (!(await act("POST", `/steps/${key}/go`))) return;
  looking.value = null;
  const at = sheet.peek() && stepAt(sheet.peek()!);
  rests = 0;
  if (at && sheet.peek()!.pace === "own" && at.phase === "reading") await act("POST", `/steps/${key}/open`); // own pace: never shut
}

export function counted(seats: number, answers: Record<string, number>): void {
  const now = sheet.peek();
  if (!now) return;
  const steps = now.steps.map((step) => ({ ...step, answers: answers[step.key] ?? step.answers }));
  sheet.value = { ...now, steps, seats: { ...now.seats, taken: seats } };
}
