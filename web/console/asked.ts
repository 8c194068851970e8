// Which dialog stands open, and whether single keys work.
import { signal } from "@preact/signals";
import type { Row } from "./api";

export type Asked =
  | { about: "keys" }
  | { about: "leave" }
  | { about: "release"; row: Row }
  | { about: "close"; row: Row }
  | { about: "glass"; row: Row }
  | { about: "sure"; title: string; what: string; yes: string; act: () => void };
export const asked = signal<Asked | null>(null);
export const keysOn = signal(true);
