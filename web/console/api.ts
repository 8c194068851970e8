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
  version: number;
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
};
export type Note = { id: string; by: string; at: string; text: string };
export type Callback = { when: string; channel: string; phone_private: boolean };
export type Whole = Row & {
  lines: Record<string, string>;
  skipped: string[];
  story: string | null;
  shown: string[];
  callback: Callback | null;
  transcript: Said[];
  messages: Said[];
  notes: Note[];
};
export type Page = { items: Row[]; next: string | null };
export type Me = { id: string; name: string; role: "counsellor" | "supervisor" | "admin"; has_key: boolean };
export type Texts = { console: Record<string, string>; card: Record<string, string>; needs: Record<string, string> };

export const NO_ANSWER = 0;
const PATIENCE = 15_000;
let ahead = 0; // the server's clock minus this machine's, so that waiting times are right on a wrong clock

export class Problem extends Error {
  constructor(readonly status: number) {
    super(String(status));
  }
}

export const statusOf = (error: unknown): number => (error instanceof Problem ? error.status : NO_ANSWER);
export const serverTime = (): number => Date.now() + ahead;

export async function call<T>(method: string, path: string, body?: unknown, key?: string): Promise<T> {
  const headers = { ...(body !== undefined && { "content-type": "application/json" }), ...(key && { "idempotency-key": key }) };
  const asked = { method, headers, body: body === undefined ? undefined : JSON.stringify(body), cache: "no-store" as const };
  try {
    const reply = await fetch(`/v1${path}`, { ...asked, signal: AbortSignal.timeout(PATIENCE) });
    keepTime(reply.headers.get("date"));
    if (!reply.ok) throw new Problem(reply.status);
    return (reply.status === 204 ? null : await reply.json()) as T;
  } catch (error) {
    throw error instanceof Problem ? error : new Problem(NO_ANSWER);
  }
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
