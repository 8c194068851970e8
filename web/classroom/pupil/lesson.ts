// The lesson as this seat sees it: looking, answering, asking. Answers wait here while the connection is gone.
import { follow } from "./live";
import { begin, keep, kept, wipe } from "./kept";
import type { Answers, Item, State } from "./types";
import { frame } from "./words";

export class Problem extends Error {
  constructor(readonly status: number, readonly detail: string) {
    super(detail);
  }
}

const AGAIN = 3000;
const PAGE = Math.random().toString(36).slice(2); // counts wrong numbers of this page, and dies with it

class Lesson {
  state: State | null = null;
  country: string | null = null; // both stay known after the lesson: where help is, is nothing of a pupil
  help: State["help"] = [];
  over = false;
  away = false;
  after: Record<string, Item> = {}; // at the own pace: what is said about the own answers
  changed = (): void => undefined;
  begun = (): void => undefined;
  private looks = 0;
  private sending = false;
  private again = 0;
  private later = 0;
  private stop: AbortController | null = null;

  async join(code: string): Promise<void> {
    const joined = await this.call<State & { seat: string }>("POST", "/join", { code, locale: frame.locale }, false);
    begin(joined.seat, frame.locale);
    this.begun();
    this.over = false;
    this.after = {};
    this.become(joined);
    this.listen();
  }

  // The state anew. An answer that comes late, after a newer question, is not looked at.
  async look(): Promise<void> {
    const mine = ++this.looks;
    clearTimeout(this.later);
    const query = new URLSearchParams({ locale: kept.locale || frame.locale, ...(kept.at ? { step: kept.at } : {}) });
    try {
      const state = await this.call<State>("GET", `/seat?${query.toString()}`);
      if (mine === this.looks && kept.seat) this.become(state);
    } catch (error) {
      this.failed(error);
      if (!this.over) this.later = setTimeout(() => void this.look(), AGAIN);
    }
  }

  listen(): void {
    this.stop?.abort();
    this.stop = new AbortController();
    void follow(kept.seat, () => this.state?.version ?? 0, this.stop.signal, {
      state: () => void this.look(),
      away: () => this.be(true),
      gone: () => this.end(),
    });
  }

  answer(answers: Answers): void {
    Object.assign(kept.answers, answers);
    kept.unsent = [...kept.unsent.filter((id) => !(id in answers)), ...Object.keys(answers)];
    keep();
    void this.send();
  }

  async ask(text: string, anyway: boolean): Promise<boolean> {
    const taken = await this.call<{ held: boolean; questions_left: number }>("POST", "/questions", { text, anyway });
    if (this.state) this.state.questions_left = taken.questions_left;
    return !taken.held;
  }

  async go(step: string): Promise<void> {
    kept.at = step;
    keep();
    await this.look();
  }

  // One after the other, oldest first. What was changed meanwhile is sent once more.
  private async send(): Promise<void> {
    if (this.sending || this.state?.state === "paused") return;
    this.sending = true;
    clearTimeout(this.again);
    for (let id = kept.unsent[0]; id; id = kept.unsent[0]) {
      const given = kept.answers[id] ?? [];
      if (!(await this.put(id, given))) break;
      if (kept.answers[id] === given || !kept.answers[id]) kept.unsent = kept.unsent.filter((each) => each !== id);
      keep();
    }
    this.sending = false;
  }

  private async put(id: string, given: string[]): Promise<boolean> {
    try {
      const { after } = await this.call<{ after: Record<string, Item> }>("PUT", "/answers", { answers: { [id]: given } });
      if (this.away) await this.look();
      if (after[id]) this.after[id] = after[id]!;
      if (after[id]) this.changed();
      return true;
    } catch (error) {
      if (error instanceof Problem && error.status === 409) return this.refused();
      if (error instanceof Problem && (error.status === 400 || error.status === 422)) return true;
      this.failed(error);
      if (!this.over) this.again = setTimeout(() => void this.send(), AGAIN);
      return false;
    }
  }

  // The step was closed meanwhile, or there is a break: then the answer waits for its end.
  private async refused(): Promise<boolean> {
    await this.look();
    return this.state?.state !== "paused";
  }

  private become(state: State): void {
    this.state = state;
    this.country = state.country;
    this.help = state.help;
    if (state.state === "ended") return this.end();
    this.anew(state.rounds);
    this.be(false);
    if (state.pace === "own" && state.step) this.remember(state.step.items);
    this.changed();
    if (kept.unsent.length) void this.send();
  }

  // A second vote begins with nothing chosen, also for whoever slept through the first. After a restart the votes count from 0.
  private anew(rounds: State["rounds"]): void {
    for (const [id, round] of Object.entries(rounds)) {
      if (round <= (kept.rounds[id] ?? 0)) continue;
      delete kept.answers[id];
      delete this.after[id];
      kept.unsent = kept.unsent.filter((each) => each !== id);
    }
    kept.rounds = rounds;
    keep();
  }

  // After a refresh: the same answer brings back what was said about it.
  private remember(items: Item[]): void {
    const known = items.filter(({ id }) => kept.answers[id] && !this.after[id] && !kept.unsent.includes(id));
    kept.unsent.push(...known.map(({ id }) => id));
  }

  private failed(error: unknown): void {
    if (error instanceof Problem && (error.status === 404 || error.status === 401)) this.end();
    else this.be(true);
  }

  private be(isAway: boolean): void {
    // a restart may have forgotten what is not counted yet: every answer is said once more, and what is closed takes none
    if (this.away && !isAway) this.repeat();
    if (this.away === isAway) return;
    this.away = isAway;
    this.changed();
  }

  private repeat(): void {
    kept.unsent = [...new Set([...kept.unsent, ...Object.keys(kept.answers)])];
  }

  // Deaf and blind until the next seat: another code was scanned.
  quiet(): void {
    this.stop?.abort();
    this.looks++;
    clearTimeout(this.again);
    clearTimeout(this.later);
    this.state = null;
    this.after = {};
  }

  end(): void {
    if (this.over) return;
    this.over = true;
    this.quiet();
    wipe();
    this.changed();
  }

  private async call<T>(method: string, path: string, body?: unknown, seated = true): Promise<T> {
    const headers: Record<string, string> = { "content-type": "application/json", "faro-locale": frame.locale };
    if (!seated) headers["faro-page"] = PAGE;
    if (seated) headers.authorization = `Bearer ${kept.seat}`;
    const reply = await fetch(`/v1/classroom${path}`, { method, headers, cache: "no-store", body: body ? JSON.stringify(body) : undefined });
    if (reply.ok) return (await reply.json()) as T;
    const problem = (await reply.json().catch(() => ({}))) as { detail?: string };
    throw new Problem(reply.status, problem.detail ?? "");
  }
}

export const lesson = new Lesson();
