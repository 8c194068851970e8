// What the API sends to the projector: the step, what may be shown of its answers, and nothing about a pupil.
import type { Frame, State, Step } from "../pupil/types";

export type Share = { option: string; share: string; text: string };
export type Shown = Step & { results?: Record<string, Share[] | null> };
export type Card = { title: string; texts: Step["texts"] };
export type Seen = Omit<State, "step" | "steps" | "rounds" | "badge" | "questions_left"> & {
  step: Shown;
  card: Card | null;
  seats: number;
  code: string | null;
  join: { address: string; qr: { size: number; path: string } };
};
export type { Frame };
