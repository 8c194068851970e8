// The safeguarding notice, the size of the class, the pace. Nothing opens before every line is ticked.
import { useRef, useState } from "preact/hooks";
import { call, sentenceOf } from "./api";
import { Trouble } from "./parts";
import { go, place } from "./place";
import { PackLinks } from "./prepare";
import { keep } from "./session";
import type { Lesson } from "./shapes";
import { t } from "./words";

const PACES = ["led", "own", "one", "paper"];
const MOST = 60;

export function Gate({ lesson, pace, choose }: { lesson: Lesson; pace: string; choose: (pace: string) => void }) {
  const [ticked, tick] = useState<string[]>([]);
  const [seats, count] = useState("30");
  const [notify, tell] = useState(false);
  const [trouble, say] = useState("");
  const [missing, miss] = useState(0);
  const form = useRef<HTMLFormElement>(null);
  const busy = useRef(false);
  const { country } = place.value;

  const open = async () => {
    const left = lesson.gate.filter((line) => !ticked.includes(line.key));
    miss(left.length);
    if (left[0]) return form.current?.querySelector<HTMLInputElement>(`[value="${left[0].key}"]`)?.focus();
    if (!(Number(seats) >= 1 && Number(seats) <= MOST && Number.isInteger(Number(seats)))) {
      say("seats_wrong");
      return form.current?.querySelector<HTMLInputElement>('[type="number"]')?.focus();
    }
    if (busy.current) return;
    busy.current = true;
    const wanted = { lesson: lesson.id, locale: lesson.locale, country: country || null, seats: Number(seats), pace, notify: notify && !!country, checklist: ticked };
    try {
      const opened = await call<{ host: string; screen: string }>("POST", "/classroom/sessions", "", wanted);
      keep({ host: opened.host, screen: opened.screen });
      go({ run: true, lesson: "" });
    } catch (error) {
      say(sentenceOf(error));
    } finally {
      busy.current = false;
    }
  };
  const submit = (event: Event) => {
    event.preventDefault();
    say("");
    void open();
  };
  const turn = (key: string) => {
    miss(0);
    tick(ticked.includes(key) ? ticked.filter((each) => each !== key) : [...ticked, key]);
  };

  return (
    <section class="gate unprinted">
      <h2 id="gate" tabIndex={-1}>{t("gate_title")}</h2>
      <form ref={form} noValidate onSubmit={submit}>
        <fieldset>
          <legend>{t("gate_intro")}</legend>
          {lesson.gate.map((line) => (
            <label class="tick" key={line.key}>
              <input type="checkbox" value={line.key} checked={ticked.includes(line.key)} onChange={() => turn(line.key)} />
              <span>{line.text}</span>
            </label>
          ))}
        </fieldset>
        <fieldset>
          <legend>{t("choose_pace")}</legend>
          {PACES.map((each) => (
            <label class="tick" key={each}>
              <input type="radio" name="pace" value={each} checked={pace === each} onChange={() => choose(each)} />
              <span>{t(`pace_${each}`)}</span>
            </label>
          ))}
        </fieldset>
        {pace === "paper" ? (
          <PackLinks id={lesson.id} />
        ) : (
          <>
            <label class="seats">
              {t("choose_seats")}
              <input type="number" inputMode="numeric" min={1} max={MOST} required value={seats} onInput={(event) => count(event.currentTarget.value)} />
            </label>
            {country && (
              <label class="tick">
                <input type="checkbox" checked={notify} onChange={() => tell(!notify)} />
                <span>{t("notify")}</span>
              </label>
            )}
            <div role="alert">{missing > 0 && <p class="missing">{t("gate_missing", { n: missing })}</p>}</div>
            <Trouble text={trouble} />
            <button class="main">{t("open_lesson")}</button>
          </>
        )}
      </form>
    </section>
  );
}
