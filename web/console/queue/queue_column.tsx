// The left column: the filter and the rows, most severe first.
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Row } from "../api";
import { hasDraft } from "../talk/drafts";
import { focusSoon } from "../focus";
import { claim, claimNext, failed, mayRead, opened, openCase } from "../opened";
import { cursor, filter, FILTERS, groups, hasMore, isLoaded, search, show, showMore, visible, type Group } from "./queue";
import { Lessons } from "./lessons";
import { Severity } from "./severity";
import { emergencies } from "./signs";
import { appointments, CATEGORIES } from "../card/work";
import { bandOf, clock, counted, countryOf, languageOf, reasonsOf, stateOf, t, waitingOf } from "../words";

export function Queue() {
  const list = useKeptFocus();
  return (
    <section class="column queue" aria-labelledby="queue-title">
      <h2 id="queue-title" tabIndex={-1}>
        {t("queue")}
      </h2>
      <p class="next">
        <button type="button" class="main" onClick={() => void claimNext()}>{t("next")}</button>
        <Search />
      </p>
      <div class="filter" role="group" aria-label={t("filter")}>
        {FILTERS.map((name) => (
          <button type="button" key={name} aria-pressed={filter.value === name} onClick={() => void show(name).catch(failed)}>
            {t(`filter_${name}`)}
          </button>
        ))}
      </div>
      <div class="scroll" ref={list}>
        {!isLoaded.value && <p class="quiet">{t("loading")}</p>}
        <Emergencies />
        <Appointments />
        <Lessons />
        {groups.value.map((group) => (
          <Rows key={group.name} {...group} />
        ))}
        {hasMore.value && (
          <button type="button" onClick={() => void showMore().catch(failed)}>
            {t("more")}
          </button>
        )}
      </div>
    </section>
  );
}

function Search() {
  const [number, type] = useState("");
  const [category, choose] = useState("");
  const go = (n: string, c: string) => void search(n, c).catch(failed);
  return (
    <>
      <input
        id="search-number" type="search" placeholder={t("search_number")} aria-label={t("search_number")} value={number} maxLength={9} autocomplete="off"
        onInput={(event) => (type(event.currentTarget.value), go(event.currentTarget.value, category))}
      />
      <select aria-label={t("search_category")} value={category} onChange={(event) => (choose(event.currentTarget.value), go(number, event.currentTarget.value))}>
        <option value="">{t("search_category")}</option>
        {CATEGORIES.map((code) => <option key={code} value={code}>{t(`chi_${code}`)}</option>)}
      </select>
    </>
  );
}

// That there are such children, and since when; not a word of them before their yes.
function Emergencies() {
  const now = emergencies.value;
  if (!now.length) return null;
  return (
    <div class="urgent" role="status">
      <p>{counted("emergency_offered", now.length)}</p>
      <ul>{now.map((one, n) => <li key={n} class="quiet">{t("emergency_since", { language: languageOf(one), n: Math.round(one.since_seconds / 60) })}</li>)}</ul>
    </div>
  );
}

function Appointments() {
  if (!appointments.value.length) return null;
  return (
    <details class="due" open={appointments.value.some((one) => one.mine && Date.parse(one.at) < Date.now())}>
      <summary>{counted("due", appointments.value.length)}</summary>
      <ul>
        {appointments.value.map((one) => (
          <li key={one.case_id + one.at}>
            <button type="button" onClick={() => void search(one.number, "").catch(failed)}>
              <time dateTime={one.at}>{clock(one.at)}</time> <bdi>{one.number}</bdi> <bdi class="quiet">{one.mine ? t("by_you") : one.by}</bdi>
            </button>
          </li>
        ))}
      </ul>
    </details>
  );
}

function Rows({ name, rows }: Group) {
  return (
    <>
      <h3>
        {t(`group_${name}`)} <span class="quiet">{rows.length}</span>
      </h3>
      {rows.length === 0 && <p class="quiet">{t(`none_${name}`)}</p>}
      <ul>
        {rows.map((row) => (
          <QueueRow key={row.id} row={row} />
        ))}
      </ul>
    </>
  );
}

function QueueRow({ row }: { row: Row }) {
  const isOpen = opened.value?.row.id === row.id;
  const about = [languageOf(row), bandOf(row), countryOf(row), t(`share_${row.share}`)];
  return (
    <li class={isOpen ? "row open" : "row"} onFocusIn={() => (cursor.value = row.id)}>
      <button
        type="button"
        id={`row-${row.id}`}
        class="look"
        aria-current={isOpen}
        onClick={() => void openCase(row)}
      >
        <span class="first">
          <Severity risk={row.risk} /> <span class="quiet">{waitingOf(row)}</span>
        </span>{" "}
        <span class="why">{reasonsOf(row)}</span>{" "}
        <span class="quiet about">
          {about.join(", ")}, <span class="number">{row.number}</span>
        </span>
        {row.state === "waiting" && row.out_of_hours && <span class="state"> {t("left_out_of_hours")}</span>}
        {row.state !== "waiting" && <span class="state"> {stateOf(row)}</span>}
        {row.unread && !isOpen && <span class="state fresh"> {t("unread_mark")}</span>}
        {row.look_in && <span class="state"> {t("look_in_mark")}</span>}
        {row.offered_to && !row.offered_to_me && <span class="state"> {t("offered_mark", { name: row.offered_to })}</span>}
        {!isOpen && mayRead(row) && hasDraft(row.id) && <span class="state"> {t("unsent_mark")}</span>}
      </button>
      {row.state === "waiting" && (
        <button type="button" class="claim" aria-label={t("claim_this", { number: row.number })} onClick={() => void claim(row)}>
          {t("claim")}
        </button>
      )}
    </li>
  );
}

// Rows move and go while somebody reads them: the focus stays in the list, on the same case or the one in its place.
function useKeptFocus() {
  const list = useRef<HTMLDivElement>(null);
  const before = useRef<Row[]>([]);
  const rows = visible.value;
  const isInside = (): boolean => list.current?.contains(document.activeElement) ?? false;
  const place = isInside() ? before.current.findIndex((row) => row.id === cursor.peek()) : -1;
  useLayoutEffect(() => {
    before.current = rows;
    if (place < 0 || isInside()) return;
    const next = rows.find((row) => row.id === cursor.peek()) ?? rows[Math.min(place, rows.length - 1)];
    focusSoon(next ? `row-${next.id}` : "queue-title");
  });
  return list;
}
