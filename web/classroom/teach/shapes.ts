// What the API tells an educator (api/teaching/routes.py, api/classroom/views.py).
export type Bubble = {
  text: string;
  lang: string;
  dir: "ltr" | "rtl";
  links: { label: string; url: string }[];
  phone?: { dial: string; label: string };
  checked?: string;
  source?: string;
};
export type Language = { code: string; name: string; dir: string };
export type Frame = {
  locale: string;
  dir: string;
  pupils: Record<string, string>;
  staff: Record<string, string>;
  locales: Language[];
  countries: { code: string; name: string }[];
};
export type Row = {
  id: string;
  title: string;
  reasons: string[];
  locales: string[];
  band?: string;
  sensitivity?: string;
  minutes?: number;
  goal?: string;
  booster?: boolean;
  at_home?: boolean;
  reviewed?: boolean;
  drawing?: { name: string; alt: string };
};
export type Faq = { id: string; question: string; answer: string[] };
export type Planned = { key: string; kind: string; minutes: number; title: string; say: string; todo: string };
export type Lesson = Required<Row> & {
  locale: string;
  outcomes: string[];
  will_say: string[];
  will_not_say: string[];
  words: { word: string; meaning: string }[];
  prompts: string[];
  faq: Faq[];
  game: string[];
  practise: string;
  home: string[];
  maps_to: string[];
  sources: string[];
  plan: Planned[];
  plan_one: Planned[]; // of a class with one device
  gate: { key: string; text: string }[];
  help: Bubble[];
};

export type Option = { id: string; text: string; after?: Bubble[]; right?: boolean };
export type Item = { id: string; question: string | null; several: boolean; options: Option[] };
export type Result = { option: string; share: string; text: string };
export type Step = Planned & {
  phase: "reading" | "open" | "closed";
  texts: Bubble[];
  items: Item[];
  results?: Record<string, Result[] | null>;
  answers: number;
};
export type Sheet = {
  version: number;
  state: "live" | "paused" | "ended";
  pace: "led" | "own" | "one";
  locale: string;
  dir: string;
  title: string;
  band: string;
  lesson: string;
  country: string | null;
  code: string | null;
  takes: boolean; // somebody may still come in
  seats: { taken: number; of: number };
  at: string;
  steps: Step[];
  card: string | null;
  prompts: string[];
  faq: Faq[];
  questions: number;
  keep_longer: boolean;
};
export type Question = { id: string; careful: boolean; mark: "" | "aloud" | "next" | "not_here"; text: string };
