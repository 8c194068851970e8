// The lessons by age; one that cannot be opened says why, and in which languages it can.
import { useState } from "preact/hooks";
import { Drawing } from "./drawing";
import { useLoaded } from "./loaded";
import { notice } from "./ending";
import { Bar, Running, Trouble } from "./parts";
import { go, link, place } from "./place";
import type { Row } from "./shapes";
import { frame, languageOf, t } from "./words";

const BANDS = ["under-13", "13-15", "16-17"];

export function Lessons() {
  const found = useLoaded<{ items: Row[] }>(`/lessons?locale=${frame.value.locale}`);
  const [band, choose] = useState("");
  const rows = found.value?.items ?? [];
  const drafts = rows.some((row) => !row.reasons.length && !row.reviewed);
  const shown = BANDS.filter((each) => !band || each === band);
  return (
    <>
      <Bar />
      <main class="page">
        <h1 tabIndex={-1}>{t("teach_title")}</h1>
        <p class="lead">{t("teach_intro")}</p>
        {notice.value && <p class="note" role="status">{t(notice.value)}</p>}
        <Running />
        <Choices band={band} choose={choose} />
        {drafts && <p class="draft">{t("draft")}</p>}
        <Trouble text={found.trouble} again={found.again} />
        {!found.value && !found.trouble && <p class="quiet">{t("loading")}</p>}
        {shown.map((each) => <Band key={each} title={t(`band_${each}`)} rows={rows.filter((row) => row.band === each)} />)}
        <Band title={t("closed_title")} rows={rows.filter((row) => !row.band)} />
      </main>
    </>
  );
}

function Choices({ band, choose }: { band: string; choose: (band: string) => void }) {
  const { locales, countries, locale } = frame.value;
  return (
    <div class="choices">
      <label>
        {t("language")}
        <select value={locale} onChange={(event) => go({ locale: event.currentTarget.value })}>
          {locales.map((each) => <option key={each.code} value={each.code} lang={each.code}>{each.name}</option>)}
        </select>
      </label>
      <label>
        {t("choose_country")}
        <select value={place.value.country} onChange={(event) => go({ country: event.currentTarget.value })}>
          <option value="">{t("country_none")}</option>
          {countries.map((each) => <option key={each.code} value={each.code}>{each.name}</option>)}
        </select>
      </label>
      <label>
        {t("choose_band")}
        <select value={band} onChange={(event) => choose(event.currentTarget.value)}>
          <option value="">{t("band_all")}</option>
          {BANDS.map((each) => <option key={each} value={each}>{t(`band_${each}`)}</option>)}
        </select>
      </label>
    </div>
  );
}

function Band({ title, rows }: { title: string; rows: Row[] }) {
  if (!rows.length) return null;
  return (
    <section class="band">
      <h2>{title}</h2>
      <ul class="lessons">{rows.map((row) => <li key={row.id}>{row.reasons.length ? <Closed row={row} /> : <Open row={row} />}</li>)}</ul>
    </section>
  );
}

function Open({ row }: { row: Row }) {
  return (
    <article>
      {row.drawing && <Drawing {...row.drawing} />}
      <h3><a {...link({ lesson: row.id, run: false })}>{row.title}</a></h3>
      <p>{row.goal}</p>
      <Facts row={row} />
    </article>
  );
}

export function Facts({ row }: { row: Row }) {
  return (
    <ul class="facts">
      <li>{t("minutes", { n: row.minutes ?? 0 })}</li>
      <li class={`sensitivity ${row.sensitivity}`}>{t(`sensitivity_${row.sensitivity}`)}</li>
      {row.booster && <li>{t("booster")}</li>}
    </ul>
  );
}

function Closed({ row }: { row: Row }) {
  return (
    <article class="closed">
      <h3>{row.title}</h3>
      <p>{t("lesson_closed")}</p>
      <details>
        <summary>{t("closed_why")}</summary>
        <ul lang="en" dir="ltr">{row.reasons.map((reason) => <li key={reason}>{reason}</li>)}</ul>
      </details>
      {row.locales.length > 0 ? (
        <>
          <p class="quiet">{t("offered_in")}</p>
          <ul class="offered">
            {row.locales.map((code) => <li key={code}><a lang={code} {...link({ lesson: row.id, locale: code, run: false })}>{languageOf(code)}</a></li>)}
          </ul>
        </>
      ) : (
        <p class="quiet">{t("offered_nowhere")}</p>
      )}
    </article>
  );
}
