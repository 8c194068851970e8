// The child's page. The server has already drawn it; this makes it quicker and keeps it in one place of the history.
import { Conversation, Problem, type Bubble, type Frame, type News, type State, type Turn, type Whole } from "./api";
import { card, helpLine, row } from "./bubbles";
import { byId, el } from "./dom";
import { armLeaving } from "./leave";
import type { Kept, Yes } from "./handoff";
import { sheet, sheets } from "./sheets";
import { asked, settle } from "./stored";

const frame = JSON.parse(byId("frame").textContent ?? "") as Frame;
const t = frame.texts;
const conversation = new Conversation(frame);
const log = byId("log");
const list = log.querySelector("ol")!;
const box = byId("say").querySelector("textarea")!;
const drawn = new Set<string>();
const PAPERS = ["plan", "letter", "record", "transcript"];
const CALLS = ["talk_to_human", "handoff", "handoff_now"];
type Words = { text?: string; reply?: string; to?: number };
let state: State = "bot";
let attended: Promise<(news: News) => void> | undefined; // by what is loaded once a person is asked for
let line = Promise.resolve(); // messages go one after the other, in the order in which they were typed

conversation.gone = ended;
sheets.leave = armLeaving(byId("leave"), frame.exit_to, () => conversation.forget());
document.querySelector(".look")?.remove();
byId("help").replaceChildren(...helpLine(frame.help, t));
byId("chips").remove();
frame.greet.forEach(offer);
settings();
const opens = document.querySelector("time"); // the device knows its own clock better than the country tells it
if (opens) opens.textContent = new Date(opens.dateTime).toLocaleString(frame.locale, { weekday: "long", hour: "numeric", minute: "2-digit" });

byId("say").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = box.value.trim();
  if (text) send({ text }, text);
  else box.focus();
});
box.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  byId<HTMLFormElement>("say").requestSubmit();
});
box.addEventListener("input", () => {
  box.rows = Math.min(5, box.value.split("\n").length + Math.floor(box.value.length / 40));
});
if (conversation.begun) void resume();
else askCountry();

async function resume(): Promise<void> {
  try {
    redraw(await conversation.call<Whole>("GET", `/${conversation.id}`));
  } catch (error) {
    if (conversation.begun) trouble(error, () => void resume()); // else it has ended: the next words begin a new one
  }
}

function redraw(whole: Whole): void {
  conversation.quiet(); // what comes next is asked for from the end of this log on
  conversation.keep(whole);
  frame.country = whole.country;
  frame.help = whole.help;
  list.replaceChildren();
  drawn.clear();
  byId("help").replaceChildren(...helpLine(whole.help, t));
  const last = whole.bubbles.map(clears).lastIndexOf(true);
  show({ state: whole.state, bubbles: whole.bubbles.map((b, n) => (n < last ? { ...b, quick_replies: [] } : b)) });
  log.scrollTop = log.scrollHeight;
}

// One message or one pressed button. The same key makes a second try safe.
function send(said: Words, words: string, key: string = crypto.randomUUID(), pending?: HTMLElement): void {
  pending ??= draw({ id: key, seq: 0, by: "child", key: null, text: words, lang: null, dir: "auto" });
  pending.dataset.state = t.sending;
  if (said.text) {
    box.value = "";
    box.rows = 1;
  }
  bring(pending);
  const drawnPending = pending;
  line = line.then(() => deliver(said, words, key, drawnPending));
}

async function deliver(said: Words, words: string, key: string, pending: HTMLElement): Promise<void> {
  const toPerson = state === "waiting" || state === "human";
  const id = conversation.id;
  try {
    await begin();
    const turn = await conversation.call<Turn>("POST", `/${conversation.id}/messages`, said, key);
    pending.remove();
    show(turn);
  } catch (error) {
    // the old conversation has ended: the words begin a new one, unless they were for a person
    if (id && !conversation.begun && !toPerson) return deliver(said, words, key, pending);
    delete pending.dataset.state;
    if (refused(error)) takeOut(said, pending);
    trouble(error, refused(error) ? undefined : () => send(said, words, key, pending));
  }
}

function refused(error: unknown): error is Problem {
  return error instanceof Problem && error.status >= 400 && error.status < 429;
}

// What was not taken was not said: it goes back into the box, before what has been typed there since.
function takeOut(said: Words, pending: HTMLElement): void {
  pending.remove();
  box.value = [said.text, box.value].filter(Boolean).join("\n");
  box.dispatchEvent(new Event("input"));
}

async function begin(): Promise<void> {
  if (conversation.begun) return;
  const band = byId("settings").querySelector<HTMLSelectElement>("[name=band]")?.value || null;
  const country = byId("settings").querySelector<HTMLSelectElement>("[name=country]")?.value || null;
  const whole = await conversation.call<Whole>("POST", "", { locale: frame.locale, band, country });
  conversation.keep(whole);
}

function show(turn: News): void {
  // what can be tried again stays until it is: news of somebody else must not take away the way to send
  if (turn.bubbles ?? turn.state) list.querySelectorAll(".notice:not([data-again])").forEach((old) => old.remove());
  const fresh = (turn.bubbles ?? []).filter((b) => !drawn.has(b.id));
  if (fresh.some(clears)) clearChips();
  const rows = fresh.map(place);
  // the turn's first line is brought to the top, so that an answer is read from its beginning
  if (rows[0]) bring(rows[0]);
  if (turn.state) become(turn.state);
  void attended?.then((hear) => hear(turn)).catch(() => (attended = undefined)); // signs are no reason for a trouble
  for (const bubble of fresh) {
    if (bubble.do === "offer_erase") erase();
    if (bubble.do === "offer_locale") byId("settings").setAttribute("open", "");
  }
}

function clearChips(): void {
  list.querySelectorAll(".chips").forEach((old) => old.remove());
}

// What the child says, and a mark that somebody came or left, ends what was offered before.
function clears(bubble: Bubble): boolean {
  return bubble.by === "child" || bubble.by === "system";
}

// Only the log scrolls: the bar with Leave now and the help line stay where they are.
function bring(item: HTMLElement): void {
  log.scrollTop = item.offsetTop - log.offsetTop;
}

function place(bubble: Bubble): HTMLElement {
  drawn.add(bubble.id);
  const item = draw(bubble);
  offer(bubble);
  return item;
}

function draw(bubble: Bubble): HTMLElement {
  const item = row(bubble, t);
  list.append(item);
  return item;
}

// Quick replies stand under their bubble; when the child speaks again, those of the turn before go.
// A person asks one thing at a time: their new question takes the place of the one before.
function offer(bubble: Bubble): void {
  const replies = bubble.quick_replies ?? [];
  if (!replies.length) return;
  if (bubble.by !== "bot") list.querySelectorAll(".chips").forEach((old) => old.remove());
  const short = replies.every((reply) => reply.key.startsWith("band="));
  list.append(el("li", { class: short ? "chips short" : "chips" }, ...replies.map((reply) => chip(reply, bubble.seq))));
}

function chip(reply: { key: string; label: string }, to: number): HTMLElement {
  const person = CALLS.includes(reply.key);
  return el("button", { type: "button", class: person ? "person" : null, click: () => press(reply.key, reply.label, to) }, reply.label);
}

function press(key: string, label: string, to: number): void {
  log.focus({ preventScroll: true });
  if (key === "handoff") void openHandoff();
  else if (key === "handoff_now") callNow();
  else if (key === "take_back") void takeBack();
  else if (key === "erase") erase();
  else if (key === "code") void code();
  else if (PAPERS.includes(key)) void paper(key);
  else send({ reply: key, to }, label);
}

function become(next: State): void {
  if (next !== state || !byId("state").textContent) {
    byId("state").textContent = t[`state_${next}`] ?? "";
    byId("state").className = `state ${next}`;
    document.querySelector(".bar")!.classList.toggle("with-person", next === "human");
  }
  if (next !== state && next !== "bot") byId("when").replaceChildren();
  state = next;
  if (state === "waiting") void howLong();
  if (state === "waiting" || state === "human") listen(), attend();
  else conversation.quiet();
}

// How long it may take, in words, looked at anew each minute: a range that was measured, never a countdown.
let asking = 0;
async function howLong(): Promise<void> {
  clearTimeout(asking);
  if (state !== "waiting") return;
  asking = setTimeout(() => void howLong(), 60_000);
  const { text } = await conversation.call<{ text: string }>("GET", `/${conversation.id}/waiting`).catch(() => ({ text: "" }));
  const when = byId("when");
  if (state === "waiting" && text && when.textContent !== text) when.textContent = text;
}

function listen(): void {
  if (!conversation.listening) void conversation.listen(show);
}

const company = (): Promise<typeof import("./person")> => import(`/assets/${"person"}.js`);

function attend(): void {
  attended ??= company().then(async (person) =>
    person.attend({ conversation, list, box, line: byId("state"), texts: await person.texts(frame.locale) }),
  );
}

function ended(): void {
  conversation.forget();
  if (state !== "bot") become("closed");
}

async function openHandoff(kept?: Kept): Promise<void> {
  try {
    await line; // a message on its way may change what would be passed on
    await begin();
    const { handoff } = await company();
    await handoff(conversation, t, () => sheets.leave(), (yes, form) => void passOn(yes, crypto.randomUUID(), form), kept);
  } catch (error) {
    trouble(error, () => void openHandoff(kept));
  }
}

async function passOn(yes: Yes, key: string, form?: Kept): Promise<void> {
  try {
    await begin();
    show(await conversation.call<Turn>("POST", `/${conversation.id}/handoff`, yes, key));
  } catch (error) {
    // what was not passed on comes back as it was filled in, with the lines that are true now
    if (form && refused(error) && error.status !== 409) return openHandoff({ ...form, told: error.status === 412 ? t.not_sent! : error.detail });
    trouble(error, () => void passOn(yes, key, form));
  }
}

// One tap, and a second one in haste is not a second request.
function callNow(): void {
  clearChips();
  void passOn({ share: "nothing", card: {}, urgent: true }, crypto.randomUUID());
}

async function takeBack(): Promise<void> {
  try {
    const person = await company();
    person.takeBack(await person.texts(frame.locale), t, () => sheets.leave(), () => void undo());
  } catch (error) {
    trouble(error, () => void takeBack());
  }
}

async function undo(): Promise<void> {
  try {
    show(await conversation.call<Turn>("DELETE", `/${conversation.id}/handoff`));
  } catch (error) {
    trouble(error, conversation.begun ? () => void undo() : undefined);
  }
}

// A paper stands over the chat, in the same page: nothing new in the history that Back could return to.
async function paper(name: string): Promise<void> {
  try {
    await line;
    await begin();
    const { show: lay } = (await import(`/assets/${"paper"}.js`)) as typeof import("./paper");
    const path = `/${conversation.id}/papers/${name}`;
    lay(await conversation.call("GET", path), t, () => sheets.leave(), () => conversation.file(`${path}/pdf`));
  } catch (error) {
    trouble(error, () => void paper(name));
  }
}

async function code(): Promise<void> {
  try {
    await begin();
    const made = await conversation.call<{ code: string; text: string }>("POST", `/${conversation.id}/code`);
    sheet(t.code_title!, t.close!, t.leave!, el("p", { class: "code" }, el("bdi", {}, made.code)), el("p", {}, made.text));
  } catch (error) {
    trouble(error, () => void code());
  }
}

function erase(): void {
  const yes = el("button", { class: "equal", type: "button" }, t.erase_yes);
  const asked = sheet(t.erase!, t.erase_no!, t.leave!, el("p", {}, t.erase_sure), yes);
  yes.addEventListener("click", async () => {
    asked.close();
    try {
      const told = conversation.begun ? await conversation.call<{ bubbles: Bubble[] } | null>("DELETE", `/${conversation.id}`) : null;
      conversation.forget();
      if (told) return ((list.textContent = ""), show(told));
      location.replace(address(frame.locale, frame.country));
    } catch (error) {
      trouble(error, erase);
    }
  });
}

// What went wrong is a sentence in the flow, with help and the way on; what was typed stays.
function trouble(error: unknown, again?: () => void): void {
  const problem = error instanceof Problem ? error : new Problem(0, t.not_sent!, frame.help);
  const retry = () => (note.remove(), again?.());
  const button = again && problem.status !== 409 && el("button", { type: "button", class: "equal", click: retry }, t.try_again);
  const retried = !problem.status || problem.status >= 429;
  const note = el("li", { class: "notice", role: "status", "data-again": retried }, el("p", {}, problem.detail || t.not_sent!), ...problem.help.map(card), button || null);
  list.append(note);
  bring(note);
}

function settings(): void {
  const panel = byId<HTMLDetailsElement>("settings");
  const [form, resumeForm] = panel.querySelectorAll("form");
  form!.addEventListener("submit", async (event) => {
    event.preventDefault();
    panel.open = false;
    const chosen = new FormData(form!);
    const [locale, band, country] = ["locale", "band", "country"].map((name) => String(chosen.get(name) ?? "") || null);
    try {
      if (conversation.begun) await conversation.call("PATCH", `/${conversation.id}`, { locale, band, country });
      if (conversation.begun || locale !== frame.locale || country !== frame.country) location.replace(address(locale ?? frame.locale, country ?? null));
    } catch (error) {
      trouble(error, () => form!.requestSubmit());
    }
  });
  resumeForm!.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      const given = String(new FormData(resumeForm!).get("code") ?? "");
      redraw(await conversation.call<Whole>("POST", "/resume", { code: given }));
      panel.open = false;
    } catch (error) {
      trouble(error, () => resumeForm!.requestSubmit());
    }
  });
  panel.append(
    el("button", { type: "button", click: () => ((panel.open = false), void code()) }, t.code_get),
    el("button", { type: "button", click: () => ((panel.open = false), erase()) }, t.erase),
  );
}

// Which help is shown depends on the country. The device's time zone suggests one; a tap says whether it is right.
function askCountry(): void {
  const code = frame.zones[Intl.DateTimeFormat().resolvedOptions().timeZone];
  const option = code && byId("settings").querySelector<HTMLOptionElement>(`[name=country] [value=${code}]`);
  if (!option || frame.country || asked()) return;
  const answer = (label: string, act: () => void) =>
    el("button", { type: "button", click: () => (item.remove(), settle(), act()) }, label);
  const item = el("li", { class: "chips country" }, el("p", {}, t.country_ask!.replace("{country}", option.text)));
  item.append(
    answer(t.country_yes!, () => void live(option)),
    answer(t.country_no!, () => {
      byId("settings").setAttribute("open", "");
      byId("settings").querySelector<HTMLElement>("[name=country]")?.focus();
    }),
  );
  list.append(item);
}

// The page is drawn again with the country's numbers, unless words stand in the box or are on their way.
async function live(option: HTMLOptionElement): Promise<void> {
  option.selected = true;
  if (!conversation.begun && !box.value && !list.querySelector(".child")) return location.replace(address(frame.locale, option.value));
  try {
    await line;
    await begin();
    await conversation.call("PATCH", `/${conversation.id}`, { country: option.value });
    await resume();
  } catch (error) {
    trouble(error, () => void live(option));
  }
}

function address(locale: string, country: string | null): string {
  return `/?locale=${locale}${country ? `&country=${country}` : ""}`;
}
