// Where the educator is, in the address: language, country, a lesson, or the run sheet. Never a secret.
import { signal } from "@preact/signals";
import { frame } from "./words";

export type Place = { locale: string; country: string; lesson: string; run: boolean };

export const place = signal<Place>(read());
export const moved = signal(0); // grows with every move within the page, so that the new heading takes the focus
addEventListener("popstate", () => arrive(read()));

function read(): Place {
  const asked = new URLSearchParams(location.search);
  const country = asked.get("country") ?? "";
  return { locale: asked.get("locale") ?? "", country: frame.peek().countries.some((each) => each.code === country) ? country : "", lesson: asked.get("lesson") ?? "", run: asked.has("run") || location.hash.startsWith("#host=") };
}

export function to(change: Partial<Place>): string {
  const { locale, country, lesson, run } = { ...place.value, ...change };
  const said = new URLSearchParams();
  if (locale) said.set("locale", locale);
  if (country) said.set("country", country);
  if (run) said.set("run", "");
  else if (lesson) said.set("lesson", lesson);
  const query = said.toString();
  return `/class/teach${query && `?${query}`}`;
}

export function go(change: Partial<Place>): void {
  const next = { ...place.peek(), ...change };
  const stays = next.lesson === place.peek().lesson && next.run === place.peek().run;
  history[stays ? "replaceState" : "pushState"](null, "", to(change));
  if (stays) place.value = next;
  else arrive(next);
}

function arrive(next: Place): void {
  place.value = next;
  moved.value++;
  scrollTo(0, 0);
}

// A link of the page: a plain click stays in the page, every other click is the browser's.
export function link(change: Partial<Place>): { href: string; onClick: (event: MouseEvent) => void } {
  const onClick = (event: MouseEvent) => {
    if (event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    go(change);
  };
  return { href: to(change), onClick };
}

// A view that came after its data takes the focus that its forerunner lost.
export function focusHeading(always = false): void {
  const free = document.activeElement === document.body || document.activeElement?.tagName === "H1";
  if (free && (always || moved.peek())) document.querySelector<HTMLElement>("h1[tabindex]")?.focus({ preventScroll: true });
}
