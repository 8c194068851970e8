// The staff's API: what comes back and how it is asked. The cookie travels by itself; no script can read it.
export type Risk = "none" | "low" | "elevated" | "high" | "emergency";
export type State = "waiting" | "claimed" | "closed";
export type Row = {
  id: string;
  number: string;
  state: State;
  risk: Risk;
  reasons: string[];
  need: string | null;
  share: string;
  locale: string;
  band: string | null;
  country: string | null;
  claimed_by: string | null;
  mine: boolean;
  waiting_seconds: number;
  created_at: string;
  outcome: string | null;
  categories: string[];
  image_nature: string | null;
  follow_up_on: string | null;
  offered_to: string | null;
  offered_to_me: boolean;
  look_in: boolean;
  out_of_hours: boolean;
  unread: boolean;
  version: number;
  locked: boolean;
};
export type Said = {
  seq: number;
  by: "child" | "bot" | "counsellor" | "system";
  at: string | null;
  key: string | null;
  text: string;
  lang: string | null;
  dir: string;
  name: string | null;
  meaning: string | null;
  asked: string | null;
};
export type Note = { id: string; by: string; at: string; text: string };
export type Callback = {
  when: string;
  times: string[];
  channel: string;
  phone_private: boolean | null;
  number: string | null;
  may_say: string;
};
export type Whole = Row & {
  lines: Record<string, string>;
  skipped: string[];
  story: string | null;
  shown: string[];
  callback: Callback | null;
  transcript: Said[];
  messages: Said[];
  notes: Note[];
  watched_by: string[];
  seen: number;
};
export type Page = { items: Row[]; next: string | null };
export type Me = { id: string; name: string; email: string; sso: boolean; role: "counsellor" | "supervisor" | "admin"; paused_at: string | null; has_key: boolean };
export type Texts = { console: Record<string, string>; card: Record<string, string>; needs: Record<string, string> };

export const NO_ANSWER = 0;
const PATIENCE = 15_000;
let ahead = 0; // the server's clock minus this machine's, so that waiting times are right on a wrong clock

// `kind` is the last part of the problem's type (RFC 9457), `detail` a code that says more.
export class Problem extends Error {
  constructor(readonly status: number, readonly kind = "", readonly detail = "") {
    super(String(status));
  }
}

async function problemOf(reply: Response): Promise<Problem> {
  const told = (await reply.json().catch(() => null)) as { type?: string; detail?: string } | null;
  return new Problem(reply.status, told?.type?.split("/").at(-1), told?.detail);
}

export const statusOf = (error: unknown): number => (error instanceof Problem ? error.status : NO_ANSWER);
export const serverTime = (): number => Date.now() + ahead;

export async function call<T>(method: string, path: string, body?: unknown, key?: string, version?: number): Promise<T> {
  const headers = { ...(body !== undefined && { "content-type": "application/json" }), ...(key && { "idempotency-key": key }), ...(version !== undefined && { "if-match": `"${version}"` }) };
  const asked = { method, headers, body: body === undefined ? undefined : JSON.stringify(body), cache: "no-store" as const };
  try {
    const reply = await fetch(`/v1${path}`, { ...asked, signal: AbortSignal.timeout(PATIENCE) });
    keepTime(reply.headers.get("date"));
    if (!reply.ok) throw await problemOf(reply);
    return (reply.status === 204 ? null : await reply.json()) as T;
  } catch (error) {
    throw error instanceof Problem ? error : new Problem(NO_ANSWER);
  }
}

export type Taken = { name: string; content: Blob };

export async function fetchFile(path: string): Promise<Taken> {
  const reply = await fetch(`/v1${path}`, { cache: "no-store", signal: AbortSignal.timeout(2 * PATIENCE) }).catch(() => null);
  if (!reply) throw new Problem(NO_ANSWER);
  if (!reply.ok) throw await problemOf(reply);
  const name = /filename="([^"]+)"/.exec(reply.headers.get("content-disposition") ?? "")?.[1] ?? "faro";
  return { name, content: await reply.blob() };
}

function keepTime(date: string | null): void {
  const said = Date.parse(date ?? "");
  if (!Number.isNaN(said) && Math.abs(said - Date.now()) > 5000) ahead = said - Date.now();
  else ahead = 0;
}

// Many events in a row make one more look, not many.
export function coalesced(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | null = null;
  let again = false;
  async function run(): Promise<void> {
    try {
      do {
        again = false;
        await work();
      } while (again);
    } finally {
      running = null;
    }
  }
  return () => {
    again = true;
    running ??= run();
    return running;
  };
}

export const isOldProof = (error: unknown): boolean => error instanceof Problem && error.kind === "proof-is-old";
