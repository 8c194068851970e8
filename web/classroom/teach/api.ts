// Asking the API. A token travels in a header and never in an address; what went wrong becomes the key of a sentence.
const PATIENCE = 15_000;
const SENTENCES: Record<number, string> = { 401: "host_gone", 404: "not_there", 409: "lesson_closed", 429: "too_many" };

export class Problem extends Error {
  constructor(readonly status: number, readonly type = "") {
    super(String(status));
  }
  get sentence(): string {
    return this.status ? (SENTENCES[this.status] ?? "trouble") : "away";
  }
}

export const sentenceOf = (error: unknown): string => (error instanceof Problem ? error.sentence : "trouble");
export const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });

async function ask(method: string, path: string, token: string, body: unknown, patience: number): Promise<Response> {
  const headers = { ...(body !== undefined && { "content-type": "application/json" }), ...(token && bearer(token)) };
  const asked = { method, headers, body: body === undefined ? undefined : JSON.stringify(body), cache: "no-store" as const };
  const reply = await fetch(`/v1${path}`, { ...asked, signal: AbortSignal.timeout(patience) }).catch(() => null);
  if (!reply) throw new Problem(0);
  if (!reply.ok) throw new Problem(reply.status, ((await reply.json().catch(() => ({}))) as { type?: string }).type);
  return reply;
}

export async function call<T>(method: string, path: string, token = "", body?: unknown, patience = PATIENCE): Promise<T> {
  const reply = await ask(method, path, token, body, patience);
  if (reply.status === 204) return null as T;
  return (await reply.json().catch(() => {
    throw new Problem(0); // the connection went in the middle of an answer
  })) as T;
}

export async function save(path: string, token: string): Promise<void> {
  const reply = await ask("GET", path, token, undefined, 2 * PATIENCE);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await reply.blob());
  link.download = /filename="([^"]+)"/.exec(reply.headers.get("content-disposition") ?? "")?.[1] ?? "faro";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
