// The words of the page in the chosen language; a key without a word shows as it is, so that nothing is hidden.
import { effect, signal } from "@preact/signals";
import { call } from "./api";
import type { Frame } from "./shapes";

export const frame = signal<Frame>(JSON.parse(document.getElementById("frame")!.textContent!) as Frame);
export const address = document.documentElement.dataset["address"] ?? `${location.origin}/class`;

export function t(key: string, fill: Record<string, string | number> = {}): string {
  const text = frame.value.staff[key] ?? frame.value.pupils[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(fill[name] ?? whole));
}

export const languageOf = (code: string): string => frame.value.locales.find((each) => each.code === code)?.name ?? code;
export const countryOf = (code: string): string => frame.value.countries.find((each) => each.code === code)?.name ?? code;

export async function speak(locale: string): Promise<void> {
  if (locale !== frame.peek().locale) frame.value = await call<Frame>("GET", `/lessons-frame?locale=${encodeURIComponent(locale)}`);
}

effect(() => {
  document.documentElement.lang = frame.value.locale;
  document.documentElement.dir = frame.value.dir;
});
