// What is done beside the talk: next steps, referrals, appointments, and who could take a case over.
import { effect, signal } from "@preact/signals";
import { coalesced } from "../api";
import { ask } from "../door/door";
import { opened } from "../opened";

export type Way = { name: string; region: string; phone: string | null; url: string | null; source: string; checked_on: string };
export type Step = { code: string; referral: string | null; done: boolean; ways: Way[] };
export type Referral = { id: string; kind: string; at: string; result: string; result_at: string; words: string };
export type Appointment = { id: string; at: string; staff_id: string; kept: string };
export type Work = { steps: Step[]; referrals: Referral[]; appointments: Appointment[] };
export type Colleague = { id: string; name: string; role: string; there: boolean };
export type Due = { case_id: string; number: string; at: string; by: string; mine: boolean };

export const KINDS = ["hotline", "platform", "police", "protection", "emergency", "crisis_line", "school", "helpline", "other"];
export const RESULTS = ["asked", "accepted", "refused", "done", "no_answer"];
export const CATEGORIES = ["online_abuse", "cyberbullying", "sexual_violence", "violence_other", "suicidal", "self_harm", "distress", "legal"];
export const NATURES = ["fake", "edited", "real", "unsure"];

export const work = signal<{ id: string; held: Work } | null>(null);
export const appointments = signal<Due[]>([]);

export const loadWork = coalesced(async () => {
  const id = opened.peek()?.whole?.id;
  if (!id) return;
  const held = await ask<Work>("GET", `/cases/${id}/work`).catch(() => null);
  if (held && opened.peek()?.whole?.id === id) work.value = { id, held };
});

export const loadDue = coalesced(async () => {
  appointments.value = await ask<Due[]>("GET", "/appointments").catch(() => appointments.peek());
});

// The id is made here and stays the same over tries, so that nothing is written twice.
export async function keep(caseId: string, list: "referrals" | "appointments", id: string, body: unknown): Promise<void> {
  await ask("PUT", `/cases/${caseId}/${list}/${id}`, body);
  await Promise.all([loadWork(), list === "appointments" && loadDue()]);
}

export const colleagues = (): Promise<Colleague[]> => ask("GET", "/cases/colleagues");

effect(() => {
  if (!opened.value?.whole) work.value = null;
  else void loadWork();
});
