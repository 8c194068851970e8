// Bars drawn as SVG, with the same numbers in a table beside them.
import { t } from "../words";

export type Bar = { label: string; count: number; quiet?: boolean };

const ROW = 44;
const FULL = 84; // per cent, so that the longest bar leaves room for its number

export function Chart({ name, unit, bars, total }: { name: string; unit: string; bars: Bar[]; total?: number }) {
  return (
    <div class="figure">
      <Bars name={name} bars={bars} />
      <table>
        <caption class="unseen">{name}</caption>
        <thead>
          <tr>
            <th scope="col">{t("figures_answer")}</th>
            <th scope="col" class="amount">{unit}</th>
          </tr>
        </thead>
        <tbody>
          {bars.map((bar) => (
            <tr key={bar.label}>
              <th scope="row">{bar.label}</th>
              <td class="amount">{bar.count}</td>
            </tr>
          ))}
          {total !== undefined && (
            <tr class="total">
              <th scope="row">{t("figures_total")}</th>
              <td class="amount">{total}</td>
            </tr>
          )}
        </tbody>
      </table>
    </div>
  );
}

function Bars({ name, bars }: { name: string; bars: Bar[] }) {
  const most = Math.max(1, ...bars.map((bar) => bar.count));
  const end = (bar: Bar): string => `${Math.max(1, (bar.count / most) * FULL)}%`;
  return (
    <svg class="bars" height={bars.length * ROW} role="img" aria-label={t("figures_chart", { name })}>
      {bars.map((bar, place) => (
        <g key={bar.label}>
          <text y={place * ROW + 15}>{bar.label}</text>
          <rect class={bar.quiet ? "quiet" : undefined} x="1" y={place * ROW + 21} width={end(bar)} height="14" rx="3" />
          <text x={end(bar)} dx="9" y={place * ROW + 33}>{bar.count}</text>
        </g>
      ))}
    </svg>
  );
}
