// What the API sends to a pupil's screen.
import type { Bubble } from "../../widget/api";

export type Said = Pick<Bubble, "text" | "lang" | "phone" | "links" | "checked" | "source"> & { dir: "ltr" | "rtl" | "auto" };
export type Option = { id: string; text: string; after?: Said[]; right?: boolean };
export type Item = { id: string; question: string; several: boolean; options: Option[] };
export type Step = { key: string; kind: string; phase: "reading" | "open" | "closed"; title: string; texts: Said[]; items: Item[] };
export type State = {
  version: number;
  state: "live" | "paused" | "ended";
  pace: "led" | "own" | "one";
  locale: string;
  dir: string;
  title: string;
  country: string | null;
  step: Step | null;
  steps: string[];
  rounds: Record<string, number>; // which vote an item is at, where there was more than one
  help: Said[];
  badge: string;
  questions_left: number;
};
export type Language = { code: string; name: string; dir: string };
export type Frame = {
  locale: string;
  dir: string;
  country: string | null;
  pupils: Record<string, string>;
  help: Said[];
  locales: Language[];
};

// An answer to one item by the ids of its options; none at all is a pass.
export type Answers = Record<string, string[]>;
