// The preview of what is passed on, with the small form for a call-back. Part of what is loaded when a person is asked for.
import type { Conversation, Frame, Line } from "./api";
import { el } from "./dom";
import { sheet, sheets } from "./sheets";

type Texts = Frame["texts"];
export type Callback = { channel: string; times: string[]; when: string; phone_private: boolean | null; number: string | null; may_say: string };
export type Changes = Record<string, string | null>;
export type Yes = { share: string; story?: string; card: Changes; callback?: Callback; urgent?: boolean; version?: string };
export type Kept = { changes: Changes; story: HTMLTextAreaElement; wish: ReturnType<typeof wishes>; told?: string };

const BETWEEN = /[\s()./-]/g; // what people write between the digits of a number
const NUMBER = /^\+?\p{Nd}{3,15}$/u;
const PRIVATE: Record<string, boolean> = { me: true, others: false };

// `kept` is the form as it was filled in, when the yes did not go through, and what is told of it.
export async function handoff(conversation: Conversation, frame: Texts, leave: () => void, send: (yes: Yes, form: Kept) => void, kept?: Kept): Promise<void> {
  const preview = await conversation.call<{ lines: Line[]; version: string; texts: Texts }>("GET", `/${conversation.id}/handoff`);
  const t = { ...frame, ...preview.texts };
  const changes: Changes = {};
  for (const { field } of preview.lines) if (kept && field in kept.changes) changes[field] = kept.changes[field]!;
  const story = kept?.story ?? (el("textarea", { rows: "3", dir: "auto", maxlength: "1000" }) as HTMLTextAreaElement);
  const wish = kept?.wish ?? wishes(t);
  sheets.leave = leave;
  const pass = (share: string): void => {
    const callback = wish.read();
    if (callback === null) return; // the number is no number: the form says so
    box.close();
    send({ share, card: changes, story: story.value || undefined, callback, version: preview.version }, { changes, story, wish });
  };
  const choose = (share: string) => el("button", { class: "equal", type: "button", click: () => pass(share) }, t[`share_${share}`]);
  const box = sheet(
    t.handoff_title!,
    t.handoff_not_now!,
    t.leave!,
    kept?.told ? el("p", { role: "alert" }, kept.told) : null,
    el("p", {}, t.handoff_intro),
    preview.lines.length ? null : el("p", {}, t.handoff_empty),
    el("ul", { class: "lines" }, ...preview.lines.map((line) => editable(line, changes, t))),
    el("label", { class: "line" }, t.handoff_story, story),
    wish.form,
    el("p", {}, t.handoff_share),
    ...["summary", "transcript", "nothing"].map(choose),
    el("p", { class: "quiet" }, `${t.handoff_readers} ${t.handoff_kept} ${t.handoff_take_back}`),
  );
}

// When, how, and what is safe: only what fits the answers so far is shown.
function wishes(t: Texts): { form: HTMLElement; read: () => Callback | undefined | null } {
  const choice = (type: string, name: string, value: string, label: string, checked = false) =>
    el("label", { class: "choice" }, el("input", { type, name, value, checked }), label);
  const group = (legend: string, ...choices: Node[]) => el("fieldset", {}, el("legend", {}, t[legend]), ...choices);
  const radios = (legend: string, name: string, values: string[], first: string) =>
    group(legend, ...values.map((value) => choice("radio", name, value, t[`callback_${value}`]!, value === first)));
  const number = el("input", { name: "number", type: "tel", dir: "ltr", autocomplete: "off", maxlength: "40" }) as HTMLInputElement;
  const wrong = el("p", { role: "alert" });
  const advice = el("div", { class: "card", role: "status", hidden: true });
  const phone = el(
    "div",
    { hidden: true },
    radios("callback_who", "who", ["me", "others", "unsure"], ""),
    advice,
    el("label", { class: "line" }, t.callback_number, number),
    wrong,
    el("p", { class: "quiet" }, t.callback_sealed),
    radios("callback_may_say", "may_say", ["nothing", "wrong_number", "first_name"], "nothing"),
  );
  const more = el(
    "div",
    { hidden: true },
    group("callback_times", ...["morning", "afternoon", "evening"].map((time) => choice("checkbox", "time", time, t[`callback_${time}`]!))),
    el("label", { class: "line" }, t.callback_when, el("input", { name: "when", dir: "auto", autocomplete: "off", maxlength: "120" })),
    phone,
  );
  const form = el("form", {}, radios("callback_how", "channel", ["none", "chat", "phone"], "none"), more) as HTMLFormElement;
  const chosen = (name: string): string => String(new FormData(form).get(name) ?? "");
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("change", () => {
    more.hidden = chosen("channel") === "none";
    phone.hidden = chosen("channel") !== "phone";
    advice.hidden = phone.hidden || !["others", "unsure"].includes(chosen("who"));
    if (!advice.hidden && !advice.firstChild) advice.append(el("p", {}, t.callback_warning), el("p", {}, t.callback_advice));
  });
  const read = (): Callback | undefined | null => {
    const channel = chosen("channel");
    if (channel === "none") return undefined;
    const typed = channel === "phone" ? number.value.replace(BETWEEN, "") : "";
    wrong.textContent = typed && !NUMBER.test(typed) ? t.callback_bad! : "";
    if (wrong.textContent) return number.focus(), null;
    const times = new FormData(form).getAll("time").map(String);
    return { channel, times, when: chosen("when"), phone_private: PRIVATE[chosen("who")] ?? null, number: typed || null, may_say: chosen("may_say") };
  };
  return { form: el("details", { class: "wish", dir: "auto" }, el("summary", {}, t.callback_title), form), read };
}

function editable(line: Line, changes: Changes, t: Texts): HTMLElement {
  const words = el("span", {});
  const value = changes[line.field] ?? line.value;
  const picker = el("select", { hidden: true, "aria-label": line.label }, ...line.options.map((o) => el("option", { value: o.value, selected: o.value === value }, o.text))) as HTMLSelectElement;
  const change = el("button", { type: "button", "aria-label": `${t.change_line}: ${line.label}` }, "✎");
  const bin = el("button", { type: "button", "aria-label": `${t.remove_line}: ${line.label}`, "aria-pressed": "false" }, "✕");
  change.addEventListener("click", () => {
    picker.hidden = !picker.hidden;
    if (!picker.hidden) picker.focus();
  });
  picker.addEventListener("change", () => {
    changes[line.field] = picker.value;
    draw();
    picker.hidden = true;
    change.focus();
  });
  bin.addEventListener("click", () => {
    changes[line.field] = changes[line.field] === null ? picker.value : null;
    draw();
  });
  const item = el("li", {}, el("span", { class: "quiet" }, line.label), words, change, bin, picker);
  const draw = (): void => {
    const binned = changes[line.field] === null;
    bin.setAttribute("aria-pressed", String(binned));
    item.classList.toggle("binned", binned);
    words.textContent = binned ? t.removed_line! : (picker.selectedOptions[0]?.textContent ?? "");
  };
  draw();
  return item;
}
