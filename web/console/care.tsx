// A counsellor's own shift: a pause in the bar, and one sentence when it has been much. No score, nobody compared.
import { computed, effect, signal } from "@preact/signals";
import { announce } from "./announce";
import type { Me } from "./api";
import { asked } from "./asked";
import { ask, door, me, owner } from "./door/door";
import { failed, opened } from "./opened";
import { groups, loadQueue } from "./queue/queue";
import { clock, t } from "./words";

export type Colleague = { id: string; name: string };
export type Member = Colleague & {
  role: string;
  here: boolean;
  paused_at: string | null;
  open_cases: number;
  claimed_today: number;
  distressing: number;
  minutes_in_chat: number;
};
export type Load = { members: Member[]; there: Colleague[]; many: number };

export const load = signal<Load | null>(null);
const heardOut = signal(0); // after how many heavy cases the sentence was put away
const mineNow = computed(() => groups.value.find((group) => group.name === "mine")?.rows.length ?? 0);
const heavy = computed(() => load.value?.members.find((one) => one.id === me.value?.id)?.distressing ?? 0);
const isMuch = computed(() => load.value !== null && heavy.value >= load.value.many && heavy.value > heardOut.value);

async function look(): Promise<void> {
  load.value = await ask<Load>("GET", "/supervision/load");
  me.value = await ask<Me>("GET", "/staff/sessions/current"); // a claim ends a pause
}

export async function pause(to: string): Promise<void> {
  await change(() => ask("POST", "/staff/pause", { hand_over_to: to }), "pause_begun");
}

const resume = (): Promise<void> => change(() => ask("POST", "/staff/resume"), "pause_over");

async function change(work: () => Promise<unknown>, done: string): Promise<void> {
  try {
    await work();
    opened.value = null;
    await look();
    announce(t(done));
  } catch {
    failed();
  }
  await loadQueue().catch(failed);
}

export function Pause() {
  const since = me.value?.paused_at;
  if (me.value?.role === "admin") return null;
  if (since) {
    return (
      <>
        <span>{t("pause_since", { time: clock(since) })}</span>
        <button type="button" class="main" onClick={() => void resume()}>{t("pause_resume")}</button>
      </>
    );
  }
  return <button type="button" onClick={() => void look().finally(() => (asked.value = { about: "pause" }))}>{t("pause")}</button>;
}

export function Kindness() {
  if (!isMuch.value || me.value?.paused_at) return null;
  return (
    <p class="notice kind">
      {t("pause_kind", { n: heavy.value })}{" "}
      <button type="button" onClick={() => (heardOut.value = heavy.value)}>{t("pause_not_now")}</button>
    </p>
  );
}

effect(() => {
  mineNow.value;
  if (door.value === "in" && me.peek()?.role !== "admin") void look().catch(() => {}); // the queue says when the server is away
});
effect(() => {
  owner.value;
  load.value = null;
  heardOut.value = 0;
});
