// Sheets over the chat: the code, erasing, and in other files a paper and the handoff. Nothing happens by closing one.
import { el } from "./dom";

export const sheets = { leave: (): void => undefined };

// A sheet covers the bar, so it brings its own way out.
export function sheet(title: string, close: string, leave: string, ...content: (Node | string | null)[]): HTMLDialogElement {
  const box = el("dialog", { class: "sheet", "aria-label": title }) as HTMLDialogElement;
  const out = el("button", { class: "leave", type: "button", click: () => sheets.leave() }, leave);
  box.append(el("div", { class: "top" }, el("h2", {}, title), out), ...content.filter((c): c is Node | string => c != null));
  box.append(el("button", { class: "equal", type: "button", click: () => box.close() }, close));
  box.addEventListener("close", () => box.remove());
  document.body.append(box);
  box.showModal();
  return box;
}
