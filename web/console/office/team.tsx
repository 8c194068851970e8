// The team's load, for supervisors: by name, without an order of anybody.
import { useEffect, useState } from "preact/hooks";
import type { Load, Member } from "../care";
import { ask } from "../door/door";
import { clock, t } from "../words";

const NUMBERS = ["open_cases", "claimed_today", "distressing", "minutes_in_chat"] as const;
const EVERY = 30_000;

export function Team() {
  const [load, put] = useState<Load | null>(null);
  const [failed, fail] = useState(false);
  useEffect(() => {
    const look = (): void => void ask<Load>("GET", "/supervision/load").then((found) => (put(found), fail(false)), () => fail(true));
    look();
    const again = setInterval(look, EVERY);
    return () => clearInterval(again);
  }, []);
  if (failed) return <p class="trouble" role="alert">{t("office_away")}</p>;
  if (!load) return <p class="quiet">{t("loading")}</p>;
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={t("team_table")}>
      <table>
        <thead>
          <tr>
            {["name", "here"].map((name) => <th scope="col" key={name}>{t(`team_${name}`)}</th>)}
            {NUMBERS.map((name) => <th scope="col" key={name} class="amount">{t(`team_${name}`)}</th>)}
          </tr>
        </thead>
        <tbody>{load.members.map((one) => <Person key={one.id} one={one} />)}</tbody>
      </table>
    </div>
  );
}

function Person({ one }: { one: Member }) {
  const where = one.paused_at ? t("team_paused", { time: clock(one.paused_at) }) : t(one.here ? "team_yes" : "team_no");
  return (
    <tr>
      <th scope="row"><bdi>{one.name}</bdi>, {t(`role_${one.role}`)}</th>
      <td>{where}</td>
      {NUMBERS.map((name) => <td key={name} class="amount">{one[name]}</td>)}
    </tr>
  );
}
