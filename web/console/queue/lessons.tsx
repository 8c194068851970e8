// Lessons that educators told of: more children come on such a day. No school, no name.
import { effect, signal } from "@preact/signals";
import { ask, door, me } from "../door/door";
import { bandOf, clock, countryOf, t } from "../words";

type Lesson = { country: string; day: string; hour: number; band: string; size: number };
const lessons = signal<Lesson[]>([]);
const EVERY = 10 * 60_000;

const begun = (lesson: Lesson): string => `${lesson.day}T${String(lesson.hour).padStart(2, "0")}:00:00Z`;

async function look(): Promise<void> {
  lessons.value = (await ask<{ items: Lesson[] }>("GET", "/classroom/notices")).items;
}

export function Lessons() {
  if (!lessons.value.length) return null;
  return (
    <details class="due">
      <summary>{t("lessons_today")}</summary>
      <ul>
        {lessons.value.map((one, n) => (
          <li key={n}>
            <time dateTime={begun(one)}>{clock(begun(one))}</time>{" "}
            {t("lesson_of", { country: countryOf(one), band: bandOf(one), n: one.size })}
          </li>
        ))}
      </ul>
    </details>
  );
}

effect(() => {
  if (door.value !== "in" || me.value?.role === "admin") return;
  const again = (): void => void look().catch(() => {}); // the queue says when the server is away
  again();
  const timer = setInterval(again, EVERY);
  return () => clearInterval(timer);
});
