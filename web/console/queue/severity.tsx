// Severity as a word, a shape and a colour, so that no one of them is needed alone.
import type { Risk } from "../api";
import { t } from "../words";

const SHAPES: Record<Risk, string> = {
  emergency: "M5 1h6l4 4v6l-4 4H5l-4-4V5z",
  high: "M8 1.5 15 14.5H1z",
  elevated: "M8 1l7 7-7 7-7-7z",
  low: "M8 2a6 6 0 1 0 0 12A6 6 0 1 0 8 2z",
  none: "M2 8h12",
};

export function Severity({ risk }: { risk: Risk }) {
  return (
    <span class={`severity ${risk}`}>
      <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
        <path d={SHAPES[risk]} />
      </svg>
      {t(`risk_${risk}`)}
    </span>
  );
}
