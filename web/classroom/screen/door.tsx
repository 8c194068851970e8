// Coming in: the address, the number in large digits, and a QR code that holds both.
import { seats, t } from "./seen";
import type { Seen } from "./types";

const QUIET = 4; // light modules around a QR code (ISO/IEC 18004)

export function Door({ state }: { state: Seen }) {
  if (!state.code) return <h1>{state.title}</h1>;
  return (
    <div class="door">
      <div>
        <h1>{state.title}</h1>
        <p>{t("scan_or_type")}</p>
        <p><bdi class="address">{state.join.address.replace(/^https?:\/\//, "")}</bdi></p>
        <p><Code code={state.code} /></p>
        <p>{t("seats_in", { n: seats.value })}</p>
      </div>
      <Qr size={state.join.qr.size} path={state.join.qr.path} />
    </div>
  );
}

export function Code({ code }: { code: string }) {
  return <bdi class="code" dir="ltr">{code.slice(0, 3)} {code.slice(3)}</bdi>;
}

function Qr({ size, path }: { size: number; path: string }) {
  const whole = size + 2 * QUIET;
  return (
    <svg class="qr" viewBox={`${-QUIET} ${-QUIET} ${whole} ${whole}`} role="img" aria-label={t("qr_code")}>
      <rect x={-QUIET} y={-QUIET} width={whole} height={whole} fill="#fff" />
      <path d={path} fill="#000" shape-rendering="crispEdges" />
    </svg>
  );
}
