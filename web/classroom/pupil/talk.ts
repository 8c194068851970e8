// The private way: the chat in a layer of this page. It asks nothing of the class and tells it nothing; Back is one tap.
import { byId, el } from "../../widget/dom";
import { wipe } from "./kept";
import { lesson } from "./lesson";
import { helpCards } from "./said";
import { frame, t } from "./words";

const PATIENCE = 8000;
let layer: HTMLDialogElement | null = null;

// The link of the page becomes a button: with a script the chat opens over the lesson, without one in its place.
export function armTalk(): void {
  const button = el("button", { id: "talk", class: "talk", type: "button", click: talk }, t("talk_to_someone"));
  byId("talk").replaceWith(button);
  addEventListener("message", (event) => {
    const chat = layer?.querySelector("iframe")?.contentWindow;
    if (event.origin === location.origin && event.source === chat && (event.data as { faro?: string }).faro === "exit") layer?.close();
  });
}

export function talk(): void {
  if (layer) return;
  const back = el("button", { class: "talk", type: "button", click: () => layer?.close() }, t("talk_back"));
  const place = el("div", { class: "place" });
  layer = el("dialog", { class: "layer", "aria-label": t("talk_to_someone") }, el("div", { class: "top" }, el("p", {}, t("talk_privacy")), back, el("p", {}, t("talk_later"))), place) as HTMLDialogElement;
  layer.addEventListener("close", closed);
  document.body.append(layer);
  layer.showModal();
  back.focus();
  open(place);
}

function open(place: HTMLElement): void {
  const country = lesson.country ?? frame.country ?? "";
  const chat = el("iframe", { title: t("talk_to_someone"), referrerpolicy: "no-referrer" }) as HTMLIFrameElement;
  const cards = (): void => {
    if (!place.querySelector(".card")) place.prepend(el("div", { class: "cards", role: "status" }, el("p", {}, t("talk_away")), ...helpCards()));
    chat.hidden = true;
  };
  const late = setTimeout(cards, PATIENCE);
  chat.addEventListener("load", () => {
    clearTimeout(late);
    if (!chat.contentDocument?.getElementById("say")) return cards();
    place.querySelector(".cards")?.remove();
    chat.hidden = false;
  });
  chat.src = `/?locale=${frame.locale}&country=${country}`;
  place.append(chat);
}

// After the lesson nothing of a chat stays in this tab either.
function closed(): void {
  layer?.remove();
  layer = null;
  if (lesson.over) wipe();
  byId("talk").focus();
}
