// The keyboard: single keys that work while nobody types, and that can be switched off.
import { asked, keysOn } from "./asked";
import { door } from "./door/door";
import { focusNow, focusSoon, typedIn } from "./focus";
import { claim, claimNext, closeView, opened, view, type View } from "./opened";
import { toPhrases } from "./talk/phrases";
import { cursor, rowOf, visible } from "./queue/queue";

const KEYS: Record<string, () => void> = {
  j: () => step(1),
  k: () => step(-1),
  x: () => void claimNext(),
  c: claimHere,
  "/": () => toSearch(),
  m: () => toBox("conversation", "message-box"),
  n: () => toBox("card", "note-box"),
  p: toPhrases,
  "?": () => (asked.value = { about: "keys" }),
};

export function armKeys(): void {
  document.addEventListener("keydown", (event) => {
    if (door.peek() !== "in" || asked.peek() || document.querySelector("dialog[open]") || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") escape();
    else if (keysOn.peek() && !typedIn()) press(event);
  });
}

function press(event: KeyboardEvent): void {
  const act = KEYS[event.key];
  if (!act) return;
  event.preventDefault(); // or the letter would land in the box that gets the focus
  act();
}

function escape(): void {
  if (typedIn()) focusSoon(document.activeElement?.id === "note-box" ? "card-title" : "conversation-title");
  else if (opened.peek()) closeView();
}

function step(by: number): void {
  const rows = visible.peek();
  const at = rows.findIndex((row) => row.id === cursor.peek());
  const row = rows[at < 0 ? 0 : Math.min(rows.length - 1, Math.max(0, at + by))];
  if (!row) return;
  view.value = "queue";
  cursor.value = row.id;
  focusSoon(`row-${row.id}`);
}

// The row that has the focus; elsewhere the case that is open.
function claimHere(): void {
  const isInQueue = document.activeElement?.closest(".queue") !== null;
  const row = (isInQueue && rowOf(cursor.peek())) || opened.peek()?.row;
  if (row?.state === "waiting") void claim(row);
}

function toSearch(): void {
  view.value = "queue";
  focusNow("search-number");
}

function toBox(column: View, id: string): void {
  if (!opened.peek()?.whole) return;
  view.value = column;
  focusNow(id);
}
