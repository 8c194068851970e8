// Which dialog stands open, and whether single keys work.
import { signal } from "@preact/signals";
import type { Row } from "./api";

export type Asked =
  | { about: "keys" | "leave" | "pause" }
  | { about: "release" | "close" | "offer" | "agree" | "phrases" | "glass"; row: Row }
  | { about: "refer"; row: Row; kind: string }
  | { about: "sure"; title: string; what: string; yes: string; act: () => void };
export const asked = signal<Asked | null>(null);
export const keysOn = signal(true);
export const soundOn = signal(true);
