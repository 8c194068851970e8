// The words of the page in the pupil's own language, and the page's direction.
import { byId } from "../../widget/dom";
import { keep, kept } from "./kept";
import type { Frame, Language } from "./types";

export let frame = JSON.parse(byId("frame").textContent ?? "") as Frame;

export function t(key: string, values: Record<string, string | number> = {}): string {
  return (frame.pupils[key] ?? key).replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

export async function speak(locale: string, country: string | null): Promise<void> {
  const query = new URLSearchParams({ locale, country: country ?? "" });
  const reply = await fetch(`/v1/lessons-frame?${query.toString()}`);
  if (!reply.ok) throw new Error(String(reply.status));
  frame = { ...((await reply.json()) as Frame), country };
  kept.locale = frame.locale;
  keep();
  document.documentElement.lang = frame.locale;
  document.documentElement.dir = frame.dir;
}

export function chosen(): Language {
  return frame.locales.find((each) => each.code === frame.locale) ?? { code: frame.locale, name: frame.locale, dir: frame.dir };
}
