// Sheets over the chat: the preview of the handoff, the code, erasing. Each can be closed, and nothing happens by closing.
import type { Conversation, Frame, Line } from "./api";
import { el } from "./dom";

export type Yes = { share: string; story?: string; card: Record<string, string | null> };

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

export async function handoff(conversation: Conversation, frame: Frame["texts"], send: (yes: Yes) => void): Promise<void> {
  const preview = await conversation.call<{ lines: Line[]; texts: Frame["texts"] }>("GET", `/${conversation.id}/handoff`);
  const t = { ...frame, ...preview.texts };
  const changes: Record<string, string | null> = {};
  const story = el("textarea", { rows: "3", dir: "auto", maxlength: "1000" }) as HTMLTextAreaElement;
  const choose = (share: string) =>
    el("button", { class: "equal", type: "button", click: () => (box.close(), send({ share, card: changes, story: story.value || undefined })) }, t[`share_${share}`]);
  const box = sheet(
    t.handoff_title!,
    t.handoff_not_now!,
    t.leave!,
    el("p", {}, t.handoff_intro),
    preview.lines.length ? null : el("p", {}, t.handoff_empty),
    el("ul", { class: "lines" }, ...preview.lines.map((line) => editable(line, changes, t))),
    el("label", { class: "line" }, t.handoff_story, story),
    el("p", {}, t.handoff_share),
    ...["summary", "transcript", "nothing"].map(choose),
    el("p", { class: "quiet" }, `${t.handoff_readers} ${t.handoff_kept} ${t.handoff_take_back}`),
  );
}

function editable(line: Line, changes: Record<string, string | null>, t: Frame["texts"]): HTMLElement {
  const words = el("span", {}, line.text);
  const picker = el("select", { hidden: true, "aria-label": line.label }, ...line.options.map((o) => el("option", { value: o.value, selected: o.value === line.value }, o.text))) as HTMLSelectElement;
  const change = el("button", { type: "button", "aria-label": `${t.change_line}: ${line.label}` }, "✎");
  const bin = el("button", { type: "button", "aria-label": `${t.remove_line}: ${line.label}`, "aria-pressed": "false" }, "✕");
  change.addEventListener("click", () => {
    picker.hidden = !picker.hidden;
    if (!picker.hidden) picker.focus();
  });
  picker.addEventListener("change", () => {
    changes[line.field] = picker.value;
    words.textContent = picker.selectedOptions[0]?.textContent ?? "";
    picker.hidden = true;
    change.focus();
  });
  bin.addEventListener("click", () => {
    const binned = changes[line.field] !== null;
    changes[line.field] = binned ? null : picker.value;
    bin.setAttribute("aria-pressed", String(binned));
    item.classList.toggle("binned", binned);
    words.textContent = binned ? t.removed_line! : (picker.selectedOptions[0]?.textContent ?? "");
  });
  const item = el("li", {}, el("span", { class: "quiet" }, line.label), words, change, bin, picker);
  return item;
}
