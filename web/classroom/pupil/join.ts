// Coming in: a number, and the own language. No name.
import { el } from "../../widget/dom";
import { lesson, Problem } from "./lesson";
import { frame, speak, t } from "./words";

const DIGITS = 7;
let typed = "";

// Digits of any script: the server reads them all, this only counts.
export function digitsIn(text: string): number {
  return (text.match(/\p{Nd}/gu) ?? []).length;
}

// The code of a QR code stands in the fragment, which no server sees. It is read once and taken out of the address.
export function takeFragment(): boolean {
  const code = decodeURIComponent(location.hash.slice(1));
  if (location.hash) history.replaceState(null, "", location.pathname + location.search);
  if (digitsIn(code) !== DIGITS) return false;
  typed = code.length === DIGITS ? `${code.slice(0, 3)} ${code.slice(3)}` : code;
  return true;
}

export function joinScreen(redraw: () => void): HTMLElement[] {
  const wrong = el("p", { id: "wrong", class: "wrong", role: "alert" });
  const input = el("input", {
    id: "code", name: "code", inputmode: "numeric", autocomplete: "off", dir: "ltr", maxlength: "20", "aria-describedby": "hint wrong",
  }) as HTMLInputElement;
  input.value = typed;
  input.addEventListener("input", () => (typed = input.value));
  const go = el("button", { class: "main" }, t("join_go"));
  const form = el(
    "form",
    { class: "join" },
    el("label", { for: "code" }, t("join_code")), input, el("p", { id: "hint", class: "quiet" }, t("join_hint")), wrong, go,
  );
  form.addEventListener("submit", (event) => (event.preventDefault(), void join(input, wrong)));
  return [el("h2", { tabindex: "-1" }, t("join_title")), form, languages(redraw)];
}

async function join(input: HTMLInputElement, wrong: HTMLElement): Promise<void> {
  wrong.textContent = "";
  input.removeAttribute("aria-invalid");
  try {
    if (digitsIn(typed) !== DIGITS) throw new Problem(404, t("join_wrong"));
    await lesson.join(typed);
    typed = "";
  } catch (error) {
    wrong.textContent = (error instanceof Problem && error.detail) || t("join_offline");
    if (error instanceof Problem) input.setAttribute("aria-invalid", "true");
    input.focus();
  }
}

function languages(redraw: () => void): HTMLElement {
  const buttons = frame.locales.map((each) => {
    const isChosen = each.code === frame.locale;
    const choose = () => void speak(each.code, frame.country).then(redraw, () => undefined);
    return el("button", { type: "button", class: "language", lang: each.code, dir: each.dir, "aria-pressed": String(isChosen), click: choose }, each.name);
  });
  return el("div", { class: "languages", role: "group", "aria-label": t("language") }, ...buttons);
}
