// What counsellors opened in an emergency, for supervisors: who, when, why as a code. The words are a note in the case.
import { useEffect, useState } from "preact/hooks";
import { announce } from "../announce";
import { statusOf, type Whole } from "../api";
import { ask } from "../door/door";
import { openCase } from "../opened";
import { clock, t } from "../words";
import { backToDesk } from "./office";
import { lookAtPeople, openings, type Opening } from "./watch";

const COLUMNS = ["case", "by", "at", "reason", "review"];

export function BreakGlass() {
  const [trouble, tell] = useState("");
  useEffect(() => void lookAtPeople().catch(() => tell("office_away")), []);
  const seen = openings.value;
  return (
    <>
      {trouble && <p class="trouble" role="alert">{t(trouble)}</p>}
      {!seen && <p class="quiet">{t("loading")}</p>}
      {seen?.length === 0 && <p>{t("glass_none")}</p>}
      {seen && seen.length > 0 && (
        <div class="scroll" tabIndex={0} role="region" aria-label={t("glass_list")}>
          <table>
            <thead>
              <tr>{COLUMNS.map((name) => <th scope="col" key={name}>{t(`glass_${name}`)}</th>)}</tr>
            </thead>
            <tbody>{seen.map((one) => <Line key={one.id} opening={one} tell={tell} />)}</tbody>
          </table>
        </div>
      )}
    </>
  );
}

function Line({ opening, tell }: { opening: Opening; tell: (trouble: string) => void }) {
  const look = async () => {
    try {
      const whole = await ask<Whole>("GET", `/cases/${opening.case_id}`);
      backToDesk();
      await openCase(whole);
    } catch {
      tell("glass_shut");
    }
  };
  return (
    <tr>
      <th scope="row">
        <button type="button" onClick={() => void look()} aria-label={`${t("glass_look")}: ${opening.number}`}><bdi>{opening.number}</bdi></button>
      </th>
      <td><bdi>{opening.by}</bdi></td>
      <td><time dateTime={opening.opened_at}>{clock(opening.opened_at)}</time></td>
      <td>{t(`emergency_${opening.reason}`)}</td>
      <td>{opening.verdict ? t(`verdict_was_${opening.verdict}`, { name: opening.reviewed_by ?? "" }) : <Review opening={opening} tell={tell} />}</td>
    </tr>
  );
}

function Review({ opening, tell }: { opening: Opening; tell: (trouble: string) => void }) {
  if (opening.mine) return <>{t("glass_own")}</>;
  const say = async (verdict: string) => {
    try {
      await ask("POST", `/break-glass/${opening.id}/review`, { verdict });
      announce(t("glass_reviewed"));
      tell("");
    } catch (error) {
      tell(statusOf(error) === 409 ? "glass_reviewed_before" : "office_away");
    }
    await lookAtPeople().catch(() => undefined);
  };
  return (
    <p class="actions">
      {["accepted", "to_discuss"].map((verdict) => (
        <button type="button" key={verdict} onClick={() => void say(verdict)} aria-label={`${t(`verdict_${verdict}`)}: ${opening.number}`}>
          {t(`verdict_${verdict}`)}
        </button>
      ))}
    </p>
  );
}
