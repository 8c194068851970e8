// Codes into words. A code without a label shows as it is, so that nothing is ever hidden by a missing word.
import { signal } from "@preact/signals";
import { serverTime, type Row, type Said } from "./api";
import { me, texts } from "./door/door";

const LOCALE = "en-GB";
const MINUTE = 60_000;
const languages = new Intl.DisplayNames(LOCALE, { type: "language", fallback: "code" });
const countries = new Intl.DisplayNames(LOCALE, { type: "region", fallback: "code" });
const plural = new Intl.PluralRules(LOCALE);
const clockOnly = new Intl.DateTimeFormat(LOCALE, { hour: "2-digit", minute: "2-digit" });
const dayAndClock = new Intl.DateTimeFormat(LOCALE, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
const tick = signal(0);
setInterval(() => tick.value++, 10_000);

type Fill = Record<string, string | number>;

export function t(key: string, fill: Fill = {}): string {
  const text = texts.value.console[key] ?? texts.value.card[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(fill[name] ?? whole));
}

const knows = (key: string): boolean => key in texts.value.console || key in texts.value.card;
export const counted = (key: string, n: number, fill: Fill = {}): string => t(`${key}_${plural.select(n)}`, { ...fill, n });
export const languageOf = (row: { locale: string }): string => languages.of(row.locale) ?? row.locale;
export const countryName = (code: string): string => countries.of(code) ?? code;
export const countryOf = (row: Pick<Row, "country">): string => (row.country && countries.of(row.country)) || t("country_none");
export const bandOf = (row: Pick<Row, "band">): string => t(`band_${row.band ?? "none"}`);

export function reasonsOf(row: Row): string {
  const words = row.reasons.map((code) => t(`reason_${code.replaceAll(".", "_")}`)).join(", ") || t("reason_none");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export function stateOf(row: Row): string {
  if (row.state === "closed" && row.outcome) return `${t("state_closed")}: ${t(`outcome_${row.outcome}`)}`;
  if (row.state !== "claimed") return t(`state_${row.state}`);
  return row.mine ? t("state_mine") : t("state_claimed", { name: row.claimed_by ?? "" });
}

export const waitingOf = (row: Row): string => t(row.state === "waiting" ? "waits" : "waited", { time: waitingTime(row) });

export function waitingTime(row: Row): string {
  tick.value; // read, so that a waiting time goes on counting on the screen
  return duration(row.state === "waiting" ? serverTime() - Date.parse(row.created_at) : row.waiting_seconds * 1000);
}

function duration(milliseconds: number): string {
  const minutes = Math.floor(Math.max(0, milliseconds) / MINUTE);
  if (minutes < 1) return t("minutes_under_one");
  if (minutes < 60) return t("minutes", { n: minutes });
  const hours = Math.floor(minutes / 60);
  return hours < 24 ? t("hours", { h: hours, m: minutes % 60 }) : counted("days", Math.floor(hours / 24));
}

export function clock(at: string | number): string {
  const time = new Date(at);
  return (time.toDateString() === new Date().toDateString() ? clockOnly : dayAndClock).format(time);
}

export function speakerOf(said: Said): string {
  if (said.by === "counsellor") return said.name === me.value?.name ? t("by_you") : (said.name ?? "");
  return t(`by_${said.by}`);
}

// A mark in the log has a label; what the program said in the child's language stays as it was said.
export function markOf(said: Said): string | null {
  const key = `system_${(said.key ?? "").replaceAll("/", "_")}`;
  return said.key && knows(key) ? t(key) : null;
}

export const titleOf = (need: string): string => texts.value.needs[need] ?? need.replaceAll("_", " ");

export function shownOf(key: string): string {
  const [topic = "", section] = key.split("/");
  const field = section?.replace(/^ask_/, "field_");
  if (field !== section && field && knows(field)) return t("shown_question", { name: t(field) });
  const title = texts.value.needs[topic] ?? (topic === "advice" ? t("shown_advice") : t("shown_guide"));
  return section ? `${title}: ${section.replaceAll("_", " ")}` : title;
}
