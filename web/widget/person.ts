// What the page needs once a person is asked for: the handoff, taking it back, and the signs of who is writing and has read.
import type { Conversation, Frame, News, State } from "./api";
import { el } from "./dom";
import { sheet, sheets } from "./sheets";

export { handoff } from "./handoff";

type Texts = Record<string, string>;
type Room = { conversation: Conversation; list: Element; box: HTMLTextAreaElement; line: HTMLElement; texts: Texts };
const TYPING_EVERY = 4_000;
const TYPING_LASTS = 6_000;
const SEEN_EVERY = 3_000;

// The words for it come now, so that the first page stays light.
export async function texts(locale: string): Promise<Texts> {
  const reply = await fetch(`/v1/config?locale=${locale}`);
  return ((await reply.json()) as { person: Texts }).person;
}

export function takeBack(t: Texts, frame: Frame["texts"], leave: () => void, sure: () => void): void {
  sheets.leave = leave;
  const yes = el("button", { class: "equal", type: "button", click: () => (box.close(), sure()) }, t.take_back_yes);
  const box = sheet(t.take_back!, t.take_back_no!, frame.leave!, el("p", {}, t.take_back_sure), yes);
}

// Signs are for the eye: a reader of the screen is told what was said, not that somebody is about to.
export function attend({ conversation, list, box, line, texts: t }: Room): (news: News) => void {
  const writing = el("span", { "aria-hidden": "true", hidden: true }, ` ${t.writing}…`);
  let state: State = "waiting";
  let theirs = 0;
  let mine = 0;
  let typedAt = 0;
  let gone = 0;
  let report = 0;
  const tell = (sign: string, body?: unknown): void => void conversation.call("POST", `/${conversation.id}/${sign}`, body).catch(() => undefined);

  box.addEventListener("input", () => {
    if (state !== "human" || !box.value || Date.now() - typedAt < TYPING_EVERY) return;
    typedAt = Date.now();
    tell("typing");
  });
  document.addEventListener("visibilitychange", shown);

  // What stands on a page that nobody looks at has not been seen; of some seconds the last is enough.
  function shown(): void {
    if (state !== "human" || document.hidden || report || conversation.seen <= mine) return;
    report = window.setTimeout(() => {
      report = 0;
      if (!document.hidden && conversation.begun) tell("seen", { seq: (mine = conversation.seen) });
    }, SEEN_EVERY);
  }

  function show(isWriting: boolean): void {
    clearTimeout(gone);
    writing.hidden = !isWriting;
    if (isWriting) gone = window.setTimeout(() => (writing.hidden = true), TYPING_LASTS);
  }

  function mark(): void {
    const last = [...list.querySelectorAll<HTMLElement>("li.child[id^=b]")].filter((item) => Number(item.id.slice(1)) <= theirs).pop();
    list.querySelectorAll<HTMLElement>("[data-seen]").forEach((item) => item !== last && delete item.dataset.seen);
    if (last) last.dataset.seen = t.seen;
  }

  return (news) => {
    state = news.state ?? state;
    theirs = Math.max(theirs, news.seen ?? 0);
    if (!writing.isConnected) line.append(writing);
    if (news.typing) show(state === "human");
    else if (news.bubbles?.length || news.state) show(false);
    mark();
    shown();
  };
}
