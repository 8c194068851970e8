// The directory, for supervisors: what children of a country are shown, and who has checked it here, by calling or writing.
import { useEffect, useState } from "preact/hooks";
import { announce } from "../announce";
import { statusOf } from "../api";
import { ask } from "../door/door";
import { countryName, t } from "../words";

type How = "called" | "wrote" | "read";
type Line = {
  kind: string;
  id: string;
  name: string;
  phone: string | null;
  url: string | null;
  whatsapp: string | null;
  region: string;
  hours: string;
  source: string;
  checked_on: string;
  shown: boolean;
  digest: string;
  ways: How[];
  check: { how: How; at: string } | null;
};

export function Numbers() {
  const [countries, put] = useState<{ code: string; unchecked: number }[]>([]);
  const [code, choose] = useState("");
  const [failed, fail] = useState(false);
  useEffect(() => void ask<typeof countries>("GET", "/directory").then(put, () => fail(true)), []);
  if (failed) return <p class="trouble" role="alert">{t("numbers_away")}</p>;
  return (
    <>
      <label>
        {t("numbers_country")}{" "}
        <select value={code} onChange={(event) => choose(event.currentTarget.value)}>
          <option value="">{t("numbers_choose")}</option>
          {countries.map((one) => (
            <option key={one.code} value={one.code}>
              {countryName(one.code)}: {t("numbers_open", { n: one.unchecked })}
            </option>
          ))}
        </select>
      </label>
      {code && <Lines key={code} code={code} />}
    </>
  );
}

function Lines({ code }: { code: string }) {
  const [lines, put] = useState<Line[] | null>(null);
  const [trouble, tell] = useState("");
  const load = () => ask<Line[]>("GET", `/directory/${code}`).then(put, () => tell("numbers_away"));
  useEffect(() => void load(), []);
  const sign = async (line: Line, how: How) => {
    try {
      await ask("POST", `/directory/${code}/${line.kind}/${encodeURIComponent(line.id)}/checks`, { digest: line.digest, how });
      announce(t("numbers_signed", { name: nameOf(line) }));
      tell("");
    } catch (error) {
      tell(statusOf(error) === 409 ? "numbers_changed" : "numbers_away");
    }
    await load();
  };
  return (
    <>
      {trouble && <p class="trouble" role="alert">{t(trouble)}</p>}
      {!lines && <p class="quiet">{t("loading")}</p>}
      <ul class="numbers">
        {lines?.map((line) => (
          <li key={`${line.kind} ${line.id}`}>
            <Entry line={line} />
            {line.shown && (
              <p class="actions">
                {line.ways.map((how) => (
                  <button type="button" key={how} onClick={() => void sign(line, how)} aria-label={`${t(`numbers_${how}`)}: ${nameOf(line)}`}>
                    {t(`numbers_${how}`)}
                  </button>
                ))}
              </p>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}

const nameOf = (line: Line): string => line.name || t(`numbers_kind_${line.kind}`);

function Entry({ line }: { line: Line }) {
  const checked = line.check ? t(`numbers_was_${line.check.how}`, { time: line.check.at.slice(0, 10) }) : t("numbers_desk", { date: line.checked_on });
  return (
    <>
      <p>
        <strong>{nameOf(line)}</strong> <bdi>{line.phone}</bdi> <bdi>{line.whatsapp}</bdi> <bdi>{line.url}</bdi> {line.region && t("way_region", { region: line.region })} {line.hours}
      </p>
      <p class="quiet">
        {t(`numbers_kind_${line.kind}`)}. {line.shown ? checked : t("numbers_hidden")} <span dir="auto">{line.source}</span>
      </p>
    </>
  );
}
