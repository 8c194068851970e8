// What waits for a supervisor: people without the key, a key to be replaced, cases that were opened in an emergency.
import { batch, computed, effect, signal, untracked } from "@preact/signals";
import { announce } from "../announce";
import { coalesced, type Me } from "../api";
import { ask, door, me } from "../door/door";
import { t } from "../words";

export type Role = Me["role"];
export type Person = { id: string; name: string; email: string; role: Role; active: boolean; has_key: boolean; seen_on: string | null };
export type Invite = { id: string; name: string; email: string; role: Role; again: boolean; expires_at: string };
export type Everybody = { people: Person[]; invites: Invite[]; rotation_due: boolean; recovery: boolean };
export type Opening = {
  id: string;
  case_id: string;
  number: string;
  by: string;
  mine: boolean;
  reason: string;
  opened_at: string;
  reviewed_by: string | null;
  verdict: string | null;
};

export const everybody = signal<Everybody | null>(null);
export const openings = signal<Opening[] | null>(null);
export const waits = (person: Person): boolean => person.active && !person.has_key && person.role !== "admin";
export const waiting = computed(() => everybody.value?.people.filter(waits).length ?? 0);
export const toReview = computed(() => openings.value?.filter((one) => !one.verdict && !one.mine).length ?? 0);

export const lookAtPeople = coalesced(async () => {
  const who = await ask<Me>("GET", "/staff/sessions/current");
  const people = who.role === "counsellor" ? null : await ask<Everybody>("GET", "/people");
  const opened = who.role === "supervisor" ? await ask<Opening[]>("GET", "/break-glass") : null;
  if (door.peek() !== "in") return;
  const before = toReview.peek();
  batch(() => {
    me.value = who;
    everybody.value = people;
    openings.value = opened;
  });
  if (toReview.peek() > before) announce(t("duty_review", { n: toReview.peek() }));
});

effect(() => {
  if (door.value === "in") untracked(() => void lookAtPeople().catch(() => undefined));
  else
    batch(() => {
      everybody.value = null;
      openings.value = null;
    });
});
