// The left column: the filter and the rows, most severe first.
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Row } from "./api";
import { hasDraft } from "./drafts";
import { claim, failed, focusSoon, mayRead, opened, openCase } from "./opened";
import { cursor, filter, FILTERS, groups, hasMore, isLoaded, show, showMore, visible, type Group } from "./queue";
import { Severity } from "./severity";
import { bandOf, countryOf, languageOf, reasonsOf, stateOf, t, waitingOf } from "./words";

export function Queue() {
  const list = useKeptFocus();
  return (
    <section class="column queue" aria-labelledby="queue-title">
      <h2 id="queue-title" tabIndex={-1}>
        {t("queue")}
      </h2>
      <div class="filter" role="group" aria-label={t("filter")}>
        {FILTERS.map((name) => (
          <button type="button" key={name} aria-pressed={filter.value === name} onClick={() => void show(name).catch(failed)}>
            {t(`filter_${name}`)}
          </button>
        ))}
      </div>
      <div class="scroll" ref={list}>
        {!isLoaded.value && <p class="quiet">{t("loading")}</p>}
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
