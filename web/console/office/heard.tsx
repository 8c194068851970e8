// How the program heard children, for supervisors: counts by month, language and need; no word, nothing small.
import { useEffect, useState } from "preact/hooks";
import { ask } from "../door/door";
import { languageOf, t, titleOf } from "../words";

type Ended = "served" | "asked_back" | "corrected";
type Counted = { month: string; locale: string; need: string; ended: Ended; count: number | null };
type Counts = { fewest: number; rows: Counted[] };
type Line = { month: string; locale: string; need: string } & Record<Ended, (number | null)[]>;

const ENDINGS: Ended[] = ["served", "asked_back", "corrected"];

export function Heard() {
  const [counts, put] = useState<Counts | null>(null);
  const [failed, fail] = useState(false);
  useEffect(() => void ask<Counts>("GET", "/statistics/understanding").then(put, () => fail(true)), []);
  if (failed) return <p class="trouble" role="alert">{t("heard_away")}</p>;
  if (!counts) return <p class="quiet">{t("loading")}</p>;
  return counts.rows.length ? <Table lines={lines(counts.rows)} fewest={counts.fewest} /> : <p>{t("heard_none")}</p>;
}

function Table({ lines, fewest }: { lines: Line[]; fewest: number }) {
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={t("heard_table")}>
      <table>
        <thead>
          <tr>
            {["month", "language", "need", ...ENDINGS].map((name) => (
              <th scope="col" key={name}>{t(`heard_${name}`)}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <tr key={`${line.month} ${line.locale} ${line.need}`}>
              <td>{line.month}</td>
              <td>{languageOf(line)}</td>
              <th scope="row">{titleOf(line.need)}</th>
              {ENDINGS.map((name) => (
                <td key={name}>{sum(line[name], fewest)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function lines(rows: Counted[]): Line[] {
  const found = new Map<string, Line>();
  for (const { month, locale, need, ended, count } of rows) {
    const key = `${month} ${locale} ${need}`;
    const line = found.get(key) ?? { month, locale, need, served: [], asked_back: [], corrected: [] };
    line[ended].push(count);
    found.set(key, line);
  }
  return [...found.values()];
}

// A part that is too small to be shown makes the sum a "more than".
function sum(counts: (number | null)[], fewest: number): string {
  const shown = counts.reduce<number>((all, count) => all + (count ?? 0), 0);
  if (!counts.includes(null)) return String(shown);
  return shown ? t("heard_over", { n: shown }) : t("heard_under", { n: fewest });
}
