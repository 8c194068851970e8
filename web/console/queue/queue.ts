// The queue: who waits, who is mine, and what the filter shows.
import { batch, computed, effect, signal } from "@preact/signals";
import { announce } from "../announce";
import { coalesced, type Page, type Row, type State } from "../api";
import { ask, door, me, owner } from "../door/door";
import { counted } from "../words";

export type Filter = "open" | "waiting" | "claimed" | "closed";
type Loaded = { filter: Filter; waiting: Row[]; others: Row[]; more: boolean };
export type Group = { name: "found" | "offered" | "asked" | "mine" | State; rows: Row[] };

export const FILTERS: Filter[] = ["open", "waiting", "claimed", "closed"];
export const filter = signal<Filter>("open");
export const cursor = signal(""); // the case that `j` and `k` stand on
const loaded = signal<Loaded | null>(null);
const closedPages = signal(1);

export const isLoaded = computed(() => loaded.value !== null);
export const waiting = computed(() => loaded.value?.waiting ?? []);
export const found = signal<Row[] | null>(null); // what a search found, instead of the queue
export const hasMore = computed(() => loaded.value?.more ?? false);
export const mine = computed(() => (loaded.value?.others ?? []).filter((row) => row.mine && row.state === "claimed"));
export const groups = computed<Group[]>(() => {
  if (found.value) return [{ name: "found", rows: found.value }];
  if (!loaded.value) return [];
  const { filter: shown, waiting, others } = loaded.value;
  if (shown !== "open") return [{ name: shown, rows: shown === "waiting" ? waiting : others }];
  return [...concerning(others), { name: "mine", rows: mine.value }, { name: "waiting", rows: waiting }];
});

// Cases of colleagues that want something of me: taken over, or looked into.
function concerning(others: Row[]): Group[] {
  const offered = others.filter((row) => row.offered_to_me);
  const asking = me.value?.role === "supervisor" ? others.filter((row) => row.look_in && !row.mine) : [];
  const groups: Group[] = [{ name: "offered", rows: offered }, { name: "asked", rows: asking }];
  return groups.filter((group) => group.rows.length);
}
export const visible = computed(() => groups.value.flatMap((group) => group.rows));

export function rowOf(id: string): Row | undefined {
  const { waiting = [], others = [] } = loaded.value ?? {};
  return [...waiting, ...others, ...(found.value ?? [])].find((row) => row.id === id);
}

export const loadQueue = coalesced(async () => {
  const shown = filter.peek();
  const [waiting, others] = await Promise.all([pages("waiting"), beside(shown)]);
  if (door.peek() !== "in") return;
  tellNew(waiting.rows);
  loaded.value = { filter: shown, waiting: waiting.rows, others: others.rows, more: others.more };
});

export function show(chosen: Filter): Promise<void> {
  batch(() => {
    filter.value = chosen;
    closedPages.value = 1;
  });
  return loadQueue();
}

export function showMore(): Promise<void> {
  closedPages.value++;
  return loadQueue();
}

type Found = { rows: Row[]; more: boolean };

async function beside(shown: Filter): Promise<Found> {
  if (shown === "waiting") return { rows: [], more: false };
  return shown === "closed" ? pages("closed", closedPages.peek()) : pages("claimed");
}

async function pages(state: State, most = Infinity): Promise<Found> {
  const rows: Row[] = [];
  let next: string | null = null;
  for (let page = 0; page < most; page++) {
    const from: string = next ? `&cursor=${encodeURIComponent(next)}` : "";
    const found: Page = await ask("GET", `/cases?state=${state}${from}`);
    rows.push(...found.items);
    next = found.next;
    if (!next) break;
  }
  return { rows, more: next !== null };
}

export async function search(number: string, category: string): Promise<void> {
  if (!number.trim() && !category) {
    found.value = null;
    return;
  }
  const asked = new URLSearchParams({ ...(number.trim() && { number: number.trim() }), ...(category && { category }) });
  found.value = (await ask<Page>("GET", `/cases?${asked}`)).items;
  announce(counted("found", found.peek()!.length));
}

function tellNew(waiting: Row[]): void {
  const before = loaded.peek();
  if (!before) return;
  const known = new Set(before.waiting.map((row) => row.id));
  const fresh = waiting.filter((row) => !known.has(row.id)).length;
  if (fresh && !me.peek()?.paused_at) announce(counted("new_waiting", fresh));
}

effect(() => {
  if (door.value !== "in") loaded.value = null;
});
effect(() => {
  owner.value;
  batch(() => {
    filter.value = "open";
    cursor.value = "";
    found.value = null;
  });
});
