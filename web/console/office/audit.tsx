// The audit log: who did what to which case, and whether the chain holds.
import { useEffect, useState } from "preact/hooks";
import { ask } from "../door/door";
import { clock, t } from "../words";

type Line = { seq: number; at: string; actor: string; by: string | null; action: string; thing: string; reason: string | null };
type Page = { items: Line[]; next: number | null };
type Checked = { holds: boolean; breaks: { seq: number; why: string }[] };

const COLUMNS = ["seq", "at", "by", "action", "reason", "thing"];

export function Audit() {
  const [lines, put] = useState<Line[]>([]);
  const [next, setNext] = useState<number | null>(null);
  const [failed, fail] = useState(false);
  const load = (from?: number | null) =>
    ask<Page>("GET", `/audit${from ? `?before=${from}` : ""}`).then(
      (found) => (put(from ? [...lines, ...found.items] : found.items), setNext(found.next)),
      () => fail(true),
    );
  useEffect(() => void load(), []);
  if (failed) return <p class="trouble" role="alert">{t("office_away")}</p>;
  return (
    <>
      <Chain />
      <div class="scroll" tabIndex={0} role="region" aria-label={t("audit_title")}>
        <table>
          <thead>
            <tr>{COLUMNS.map((name) => <th scope="col" key={name}>{t(`audit_${name}`)}</th>)}</tr>
          </thead>
          <tbody>{lines.map((line) => <Act key={line.seq} line={line} />)}</tbody>
        </table>
      </div>
      {next && <button type="button" onClick={() => void load(next)}>{t("more")}</button>}
    </>
  );
}

function Act({ line }: { line: Line }) {
  return (
    <tr>
      <td>{line.seq}</td>
      <td><time dateTime={line.at}>{clock(line.at)}</time></td>
      <td><bdi>{line.by ?? t(`audit_actor_${line.actor === "-" ? "nobody" : line.actor}`)}</bdi></td>
      <th scope="row">{t(`audit_act_${line.action.replaceAll(".", "_")}`)}</th>
      <td>{line.reason}</td>
      <td><code>{line.thing.slice(0, 8)}</code></td>
    </tr>
  );
}

function Chain() {
  const [checked, put] = useState<Checked | null>(null);
  const check = () => void ask<Checked>("GET", "/audit/check").then(put, () => put(null));
  useEffect(check, []);
  if (!checked) return <p class="quiet">{t("loading")}</p>;
  return (
    <p class={checked.holds ? "" : "trouble"} role="status">
      {checked.holds ? t("audit_holds") : t("audit_broken", { where: checked.breaks.map((one) => `${one.seq} (${one.why})`).join(", ") })}
    </p>
  );
}
