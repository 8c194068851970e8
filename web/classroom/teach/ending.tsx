// The end of a lesson: closing it for all, taking the results along, deleting what is left.
import { signal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import { call, save, sentenceOf } from "./api";
import { Box } from "./box";
import { Sure, Trouble } from "./parts";
import { focusHeading, go, link } from "./place";
import { Results } from "./results";
import { erasing, insist, keep, keys, trouble } from "./session";
import type { Sheet, Step } from "./shapes";
import { exitItem } from "./step";
import { t } from "./words";

export const notice = signal("");

export function Ending({ now }: { now: Sheet }) {
  return (
    <section class="ending">
      <h2 id="ending" tabIndex={-1}>{t("ending_title")}</h2>
      <p class="quiet">{t("kept_how_long")}</p>
      <div class="actions">
        <Sure label={t("end")} ask={t("end_sure")} yes={t("end_yes")} act={() => void end("/end")} main />
        {now.pace !== "one" && <Sure label={t("end_and_wipe")} ask={t("wipe_sure")} yes={t("wipe_yes")} act={() => void end("/wipe")} />}
      </div>
    </section>
  );
}

let wanted = "";

async function end(path: string): Promise<void> {
  wanted = path;
  await insist(path);
}

async function erase(): Promise<void> {
  erasing.value = true;
  try {
    await call("DELETE", "/classroom/session", keys.peek()?.host);
    notice.value = "all_deleted";
    keep(null);
    go({ run: false, lesson: "" });
  } catch (error) {
    trouble.value = sentenceOf(error);
  } finally {
    erasing.value = false;
  }
}

export function Ended({ now }: { now: Sheet }) {
  useEffect(() => focusHeading(true), []);
  const steps = now.steps.filter((step) => step.results && Object.keys(step.results).length);
  return (
    <main class="page">
      <p class="quiet">{now.title}</p>
      <h1 tabIndex={-1}>{t("ended_title")}</h1>
      <Trouble text={trouble.value} again={trouble.value === "not_stored" ? () => void end(wanted) : undefined} />
      <p>{t("stay_note")}</p>
      {now.pace !== "one" && <Box now={now} />}
      <Take />
      <h2>{t("results")}</h2>
      <div>{steps.map((step) => <Counted key={step.key} step={step} />)}</div>
      <h2>{t("delete_title")}</h2>
      <p class="quiet">{t("kept_how_long")}</p>
      <div class="actions">
        {now.questions > 0 && <Sure label={t("wipe")} ask={t("wipe_sure")} yes={t("wipe_yes")} act={() => void end("/wipe")} />}
        <Sure label={t("erase_counts")} ask={t("erase_sure")} yes={t("erase_yes")} act={() => void erase()} />
      </div>
      <p><a {...link({ run: false, lesson: "" })}>{t("back_to_lessons")}</a></p>
    </main>
  );
}

function Counted({ step }: { step: Step }) {
  return (
    <details class="counted">
      <summary>{step.title}</summary>
      {Object.entries(step.results ?? {}).map(([id, rows]) => {
        const item = exitItem(id, step);
        return <section key={id} class="item"><h3>{item.question}</h3><Results item={item} rows={rows} /></section>;
      })}
    </details>
  );
}

function Take() {
  const [failed, tell] = useState("");
  const take = async (format: string) => {
    tell("");
    await save(`/classroom/export?format=${format}`, keys.peek()?.host ?? "").catch((error) => tell(sentenceOf(error)));
  };
  return (
    <section>
      <h2>{t("export")}</h2>
      <p class="quiet">{t("export_note")}</p>
      <div class="actions">{["csv", "xlsx", "pdf"].map((format) => <button type="button" key={format} onClick={() => void take(format)}>{t(`export_${format}`)}</button>)}</div>
      <Trouble text={failed} />
    </section>
  );
}
