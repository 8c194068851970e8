// Server-sent events by fetch, so that a token can travel in a header and never in an address.
export type Happened = { name: string; data: unknown; id: number };

export async function* read(url: string, headers: HeadersInit, signal: AbortSignal): AsyncGenerator<Happened> {
  const reply = await fetch(url, { headers, signal, cache: "no-store" });
  if (!reply.ok || !reply.body) throw new Error(String(reply.status));
  const reader = reply.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const blocks = (rest + value).split("\n\n");
    rest = blocks.pop() ?? "";
    for (const block of blocks) yield parse(block);
  }
}

function parse(block: string): Happened {
  const found: Happened = { name: "beat", data: null, id: 0 };
  for (const line of block.split("\n")) {
    const at = line.indexOf(": ");
    const [field, value] = [line.slice(0, at), line.slice(at + 2)];
    if (field === "event") found.name = value;
    else if (field === "data") found.data = JSON.parse(value);
    else if (field === "id") found.id = Number(value);
  }
  return found;
}

export const wait = (milliseconds: number): Promise<void> => new Promise((done) => setTimeout(done, milliseconds));
