// The child's API: what comes back, how it is asked, and how news arrive.
import { read, wait } from "../shared/stream";
import { store, stored, wipe } from "./stored";

export type Bubble = {
  id: string;
  seq: number;
  by: "bot" | "child" | "counsellor" | "system";
  key: string | null;
  text: string;
  lang: string | null;
  dir: string;
  quick_replies?: { key: string; label: string }[];
  links?: { label: string; url: string }[];
  phone?: { number: string; dial: string; label: string } | null;
  checked?: string | null;
  source?: string | null;
  step?: string | null;
  do?: string | null;
  name?: string | null;
  cards?: Bubble[];
};
export type State = "bot" | "waiting" | "human" | "closed";
export type Turn = { state: State; bubbles: Bubble[] };
export type News = Partial<Turn> & { typing?: boolean; seen?: number };
export type Whole = Turn & { id: string; token?: string; locale: string; band: string | null; country: string | null; help: Bubble[] };
export type Line = { field: string; label: string; value: string; text: string; options: { value: string; text: string }[] };
export type Frame = {
  locale: string;
  texts: Record<string, string>;
  exit_to: string;
  country: string | null;
  zones: Record<string, string>;
  greet: Bubble[];
  help: Bubble[];
};

export class Problem extends Error {
  constructor(readonly status: number, readonly detail: string, readonly help: Bubble[]) {
    super(detail);
  }
}

const SILENCE = 40_000; // a proxy that holds the stream back never fails: only silence tells

export class Conversation {
  id = "";
  token = "";
  seen = 0; // how far the log was heard without a gap: only a whole log and the news move it, never the answer to a message
  gone = (): void => this.forget();
  private stop: AbortController | null = null;

  constructor(private frame: Frame) {
    [this.id = "", this.token = ""] = (stored() ?? "").split(" ");
  }

  get begun(): boolean {
    return this.token !== "";
  }

  get listening(): boolean {
    return this.stop !== null;
  }

  keep(whole: Whole): void {
    this.id = whole.id;
    this.token = whole.token ?? this.token;
    this.seen = Math.max(0, ...whole.bubbles.map((b) => b.seq));
    store(this.id, this.token);
  }

  forget(): void {
    this.quiet();
    this.id = this.token = "";
    this.seen = 0;
    wipe();
  }

  async file(path: string): Promise<Blob> {
    const reply = await fetch(`/v1/conversations${path}`, { headers: this.headers(), cache: "no-store" });
    if (!reply.ok) throw new Problem(reply.status, "", []);
    return reply.blob();
  }

  async call<T>(method: string, path: string, body?: unknown, key?: string): Promise<T> {
    const headers: Record<string, string> = { ...this.headers(), "content-type": "application/json" };
    if (key) headers["idempotency-key"] = key;
    const reply = await fetch(`/v1/conversations${path}`, { method, headers, cache: "no-store", body: body && JSON.stringify(body) } as RequestInit);
    if (reply.ok) return (reply.status === 204 ? null : await reply.json()) as T;
    const problem = await reply.json().catch(() => ({}));
    if (reply.status === 404 && this.begun && path.startsWith(`/${this.id}`)) this.gone();
    throw new Problem(reply.status, problem.detail ?? "", problem.help ?? []);
  }

  headers(): Record<string, string> {
    const named = { "faro-locale": this.frame.locale, "faro-country": this.frame.country ?? "" };
    return this.token ? { ...named, authorization: `Bearer ${this.token}` } : named;
  }

  // News while a person may write: a stream, and long polling where a stream does not get through.
  async listen(heard: (news: News) => void): Promise<void> {
    this.quiet();
    const stop = (this.stop = new AbortController());
    const hear = (news: News): void => {
      if (stop.signal.aborted) return;
      this.seen = Math.max(this.seen, ...(news.bubbles ?? []).map((b) => b.seq));
      heard(news);
    };
    for (let tries = 0; !stop.signal.aborted; tries++) {
      try {
        if (tries < 2) await this.stream(stop, hear);
        else hear(await this.call<Turn>("GET", `/${this.id}/bubbles?after=${this.seen}&wait=25`));
      } catch {
        if (stop.signal.aborted) return;
        await wait(Math.min(30_000, 1000 * 2 ** Math.min(tries, 5)) * (0.75 + Math.random() / 2));
      }
    }
  }

  quiet(): void {
    this.stop?.abort();
    this.stop = null;
  }

  private async stream(stop: AbortController, heard: (news: News) => void): Promise<void> {
    const inner = new AbortController();
    stop.signal.addEventListener("abort", () => inner.abort());
    let watch = setTimeout(() => inner.abort(), 8000);
    for await (const news of read(`/v1/conversations/${this.id}/events?after=${this.seen}`, this.headers(), inner.signal)) {
      clearTimeout(watch);
      watch = setTimeout(() => inner.abort(), SILENCE);
      if (news.name === "bubble") heard({ bubbles: [news.data as Bubble] });
      else if (news.name === "state") heard({ state: (news.data as { state: State }).state });
      else if (news.name === "seen") heard({ seen: (news.data as { seq: number }).seq });
      else if (news.name === "typing") heard({ typing: true });
      else if (news.name === "gone") return this.gone();
    }
  }
}
