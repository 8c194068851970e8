// The case that is open: reading it, claiming it, giving it back, closing it.
import { batch, computed, effect, signal } from "@preact/signals";
import { announce } from "./announce";
import { coalesced, Problem, serverTime, statusOf, type Row, type Whole } from "./api";
import { ask, door, me, owner } from "./door/door";
import { focusSoon, typedIn } from "./focus";
import { cursor, loadQueue, rowOf } from "./queue/queue";
import { clock, t } from "./words";

export type Opened = { row: Row; whole: Whole | null; shut: boolean };
export type View = "queue" | "conversation" | "card";

export const opened = signal<Opened | null>(null);
export const notice = signal("");
export const view = signal<View>("queue"); // on a narrow screen one column shows
export const readable = computed(() => (opened.value?.whole && !opened.value.row.locked ? opened.value.row.id : ""));

const glass = signal<Record<string, number>>({}); // cases that I opened in an emergency, and until when

const leaving = signal(""); // the case that is being given back or closed: nothing is typed into it any more

const GONE = [403, 404];
const MOMENT = 8000;

export function mayRead(row: Row): boolean {
  if (row.locked) return me.value?.role === "supervisor"; // with a fresh proof, which the door asks for
  if (row.outcome === "erased" || row.state === "waiting") return false;
  return row.mine || row.offered_to_me || me.value?.role === "supervisor" || (glass.value[row.id] ?? 0) > serverTime();
}

export const mayWrite = (row: Row): boolean => row.state === "claimed" && row.mine && leaving.value !== row.id;

function show(row: Row): void {
  batch(() => {
    notice.value = "";
    cursor.value = row.id;
    opened.value = { row, whole: null, shut: false };
    view.value = "conversation";
  });
}

export async function openCase(row: Row): Promise<void> {
  show(row);
  focusSoon("conversation-title");
  await loadCase().catch(failed);
}

export function closeView(): void {
  const row = opened.peek()?.row;
  batch(() => {
    opened.value = null;
    view.value = "queue";
  });
  focusSoon(row ? `row-${row.id}` : "queue-title");
}

export function backToQueue(): void {
  view.value = "queue";
  focusSoon(`row-${cursor.peek()}`);
}

export const loadCase = coalesced(async () => {
  const before = opened.peek();
  if (!before) return;
  const row = newest(before.row, rowOf(before.row.id));
  if ((before.shut || (before.whole && row.locked)) && row.version === before.row.version) return;
  if (!mayRead(row)) {
    opened.value = { row, whole: null, shut: false };
    return;
  }
  try {
    const whole = await ask<Whole>("GET", `/cases/${row.id}`);
    const now = opened.peek()?.row; // an answer that began before the last act is older than what stands
    if (now?.id === row.id && whole.version >= now.version && door.peek() === "in") put(whole);
  } catch (error) {
    if (!GONE.includes(statusOf(error))) throw error;
    if (opened.peek()?.row.id === row.id) opened.value = { row, whole: null, shut: true };
  }
});

// An answer to a claim may be newer than the queue that was read a moment before.
function newest(held: Row, listed: Row | undefined): Row {
  return listed && listed.version >= held.version ? listed : held;
}

function put(whole: Whole): void {
  const before = opened.peek()?.whole;
  if (before?.id === whole.id) tellNew(before, whole);
  opened.value = { row: whole, whole, shut: false };
}

function tellNew(before: Whole, after: Whole): void {
  const seen = before.messages.at(-1)?.seq ?? 0;
  const fresh = after.messages.filter((said) => said.seq > seen && said.by === "child");
  for (const said of fresh) announce(t("child_said", { text: said.meaning ?? said.text }));
}

export async function claim(row: Row): Promise<void> {
  await act("claim_lost", async () => {
    show(row); // at once, so that no word for this child goes to the one who was open before
    const whole = await ask<Whole>("POST", `/cases/${row.id}/claim`);
    taken(whole);
  }, () => (opened.peek()?.row.id === row.id ? "conversation-title" : `row-${row.id}`));
}

export async function claimNext(): Promise<void> {
  await act("claim_lost", async () => {
    const whole = await ask<Whole | null>("POST", "/cases/next");
    if (whole) taken(whole);
    else done(t("nobody_waits"));
  }, () => (opened.peek() ? "conversation-title" : "queue-title"));
}

function taken(whole: Whole): void {
  batch(() => {
    cursor.value = whole.id;
    opened.value = { row: whole, whole, shut: false };
    view.value = "conversation";
  });
  done(t("you_claimed", { number: whole.number }));
}

export async function accept(row: Row): Promise<void> {
  await act("changed_meanwhile", async () => taken(await ask<Whole>("POST", `/cases/${row.id}/accept`)));
}

// For the colleague: no. For whoever offered it: never mind.
export async function decline(row: Row): Promise<void> {
  await act("changed_meanwhile", async () => {
    turned(await ask<Row>("POST", `/cases/${row.id}/decline`));
    done(t("declined"));
  });
}

export function offer(row: Row, to: string, note: string, key: string): Promise<boolean> {
  return act("changed_meanwhile", async () => {
    const after = await ask<Row>("POST", `/cases/${row.id}/offer`, { to, note }, key);
    done(t("offered", { name: after.offered_to ?? "" }));
  });
}

export async function askToLookIn(row: Row, wanted: boolean): Promise<void> {
  await act("changed_meanwhile", async () => {
    await ask("POST", `/cases/${row.id}/look-in`, { look_in: wanted });
    done(t(wanted ? "look_in_asked" : "look_in_taken_back"));
  });
}

export async function fileUnder(whole: Whole, filing: Record<string, unknown>): Promise<void> {
  try {
    await ask("PATCH", `/cases/${whole.id}`, filing, undefined, whole.version);
    announce(t("filed"));
  } catch (error) {
    tell(t(statusOf(error) === 412 ? "changed_meanwhile" : "not_done"));
  }
  await Promise.allSettled([loadQueue().then(loadCase)]);
}

export function release(row: Row): Promise<boolean> {
  return act("changed_meanwhile", leave(row, async () => {
    turned(await ask<Row>("POST", `/cases/${row.id}/release`));
    done(t("released"));
  }));
}

export function close(row: Row, outcome: string, followUp: string | null): Promise<boolean> {
  return act("changed_meanwhile", leave(row, async () => {
    const after = await ask<Row>("POST", `/cases/${row.id}/close`, { outcome, follow_up_on: followUp });
    turned({ ...after, claimed_by: row.claimed_by }, opened.peek()?.whole);
    done(t("closed"));
  }));
}

const leave = (row: Row, work: () => Promise<void>) => async (): Promise<void> => {
  leaving.value = row.id;
  await work().finally(() => (leaving.value = ""));
};

// What is open turns with what was done to it, so that nobody types into a case that is over before it is read again.
function turned(after: Row, whole: Whole | null = null): void {
  if (opened.peek()?.row.id === after.id) opened.value = { row: after, whole: whole && { ...whole, ...after }, shut: false };
}

// Half an hour of reading; then the case closes by itself.
export function breakGlass(row: Row, reason: string, text: string, key: string): Promise<boolean> {
  return act("glass_lost", async () => {
    const { until } = await ask<{ until: string }>("POST", `/cases/${row.id}/break-glass`, { reason, text }, key);
    glass.value = { ...glass.peek(), [row.id]: Date.parse(until) };
    opened.value = { row, whole: null, shut: false };
    setTimeout(() => void loadCase().catch(failed), Date.parse(until) - serverTime());
    done(t("glass_until", { time: clock(until) }));
  });
}

// The focus moves before the queue is read again: by then a quick hand is typing in the box.
// Whoever began to type elsewhere while the answer was on its way stays there.
async function act(lost: string, work: () => Promise<void>, place = (): string => "conversation-title"): Promise<boolean> {
  notice.value = "";
  const before = typedIn();
  const trouble = await work().then(() => "", (error) => troubleOf(error, lost));
  if (trouble) tell(trouble);
  if ([null, before].includes(typedIn())) focusSoon(place());
  void Promise.allSettled([loadQueue().then(loadCase)]);
  return !trouble;
}

function troubleOf(error: unknown, lost: string): string {
  if (![403, 404, 409].includes(statusOf(error))) return t("not_done");
  const name = lost === "claim_lost" && error instanceof Problem && statusOf(error) === 409 ? error.detail : "";
  return name ? t("claim_lost_to", { name }) : t(lost);
}

export const failed = (): void => tell(t("not_done"));

function tell(text: string): void {
  if (door.peek() !== "in") return; // the sign-in form speaks for itself
  notice.value = text;
  announce(text);
}

// Good news leave by themselves; trouble stays until the next thing is done.
function done(text: string): void {
  tell(text);
  setTimeout(() => notice.peek() === text && (notice.value = ""), MOMENT);
}

effect(() => {
  if (door.value !== "in" && opened.peek()) opened.value = { ...opened.peek()!, whole: null };
});
effect(() => {
  owner.value;
  batch(() => {
    opened.value = null;
    notice.value = "";
    view.value = "queue";
    glass.value = {};
  });
});
