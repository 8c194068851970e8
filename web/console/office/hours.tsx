// When this helpline is open and whom it serves: the week, the days that differ, countries, languages.
import { useEffect, useState } from "preact/hooks";
import { announce } from "../announce";
import { Problem } from "../api";
import { ask } from "../door/door";
import { focusSoon } from "../focus";
import { countryName, languageOf, t } from "../words";

type Day = { date: string; open: string[]; reason: string };
type Rules = { takes_handoffs: boolean; countries: string[]; locales: string[]; zone: string; hours: string[]; days: Day[] };
type Choice = { countries: string[]; locales: string[] };
type Served = Rules & { name: string; open: boolean | null; until: string | null; choice: Choice };

const REASONS = ["holiday", "training", "few_staff", "maintenance", "other"];
const lines = (text: string, sign: string): string[] => text.split(sign).map((one) => one.trim()).filter(Boolean);

export function Hours() {
  const [served, put] = useState<Served | null>(null);
  const [failed, fail] = useState(false);
  useEffect(() => void ask<Served>("GET", "/helpline/hours").then(put, () => fail(true)), []);
  if (failed) return <p class="trouble" role="alert">{t("hours_away")}</p>;
  return served ? <Form served={served} put={put} /> : <p class="quiet">{t("loading")}</p>;
}

function Form({ served, put }: { served: Served; put: (served: Served) => void }) {
  const { name, open, until, choice, ...now } = served;
  const [rules, set] = useState<Rules>(now);
  const [trouble, tell] = useState("");
  const change = (part: Partial<Rules>) => set({ ...rules, ...part });
  const save = async (event: Event) => {
    event.preventDefault();
    try {
      put(await ask<Served>("PUT", "/helpline/hours", rules));
      tell("");
      announce(t("hours_saved"));
    } catch (error) {
      tell(wrong(error));
      focusSoon("hours-trouble");
    }
  };
  return (
    <form class="hours" onSubmit={(event) => void save(event)}>
      <Now name={name} open={open} until={until} zone={now.zone} />
      {trouble && <p class="trouble" role="alert" id="hours-trouble" tabIndex={-1}>{trouble}</p>}
      <label class="tick">
        <input type="checkbox" checked={rules.takes_handoffs} onChange={(event) => change({ takes_handoffs: event.currentTarget.checked })} />
        {t("hours_takes")}
      </label>
      <Week rules={rules} change={change} />
      <Days days={rules.days} change={(days) => change({ days })} />
      <Ticks name="locales" all={choice.locales} chosen={rules.locales} say={(locale) => languageOf({ locale })} change={change} />
      <Ticks name="countries" all={choice.countries} chosen={rules.countries} say={countryName} change={change} />
      <button class="main">{t("hours_save")}</button>
    </form>
  );
}

// What the server could not read: `hours 2`, `days 1`, `days`, `zone`, `countries`, `locales`.
function wrong(error: unknown): string {
  if (!(error instanceof Problem) || error.status !== 400) return t("hours_away");
  const [field = "", n] = error.detail.split(" ");
  const key = field === "days" && !n ? "hours_wrong_days_all" : `hours_wrong_${field}`;
  return t(key) === key ? t("hours_wrong") : t(key, { n: n ?? "" });
}

function Now({ name, open, until, zone }: { name: string; open: boolean | null; until: string | null; zone: string }) {
  const time = until && new Date(until).toLocaleString("en-GB", { weekday: "long", day: "numeric", month: "long", hour: "2-digit", minute: "2-digit", timeZone: zone });
  const said = open === null ? t("hours_unset") : time ? t(open ? "hours_open" : "hours_closed", { time }) : t("hours_shut");
  return (
    <p role="status">
      <strong>{name}.</strong> {said} {time && t("hours_here", { zone })}
    </p>
  );
}

function Week({ rules, change }: { rules: Rules; change: (part: Partial<Rules>) => void }) {
  return (
    <>
      <div>
        <label for="hours-zone">{t("hours_zone")}</label>
        <p class="quiet" id="hours-zone-hint">{t("hours_zone_hint")}</p>
        <input id="hours-zone" list="zones" value={rules.zone} aria-describedby="hours-zone-hint" onChange={(event) => change({ zone: event.currentTarget.value.trim() })} />
        <datalist id="zones">{Intl.supportedValuesOf("timeZone").map((zone) => <option key={zone} value={zone} />)}</datalist>
      </div>
      <div>
        <label for="hours-week">{t("hours_week")}</label>
        <p class="quiet" id="hours-week-hint">{t("hours_week_hint")}</p>
        <textarea id="hours-week" rows={4} spellcheck={false} aria-describedby="hours-week-hint" onChange={(event) => change({ hours: lines(event.currentTarget.value, "\n") })}>
          {rules.hours.join("\n")}
        </textarea>
      </div>
    </>
  );
}

function Days({ days, change }: { days: Day[]; change: (days: Day[]) => void }) {
  const put = (n: number, part: Partial<Day>) => change(days.map((day, at) => (at === n ? { ...day, ...part } : day)));
  return (
    <fieldset>
      <legend>{t("hours_days")}</legend>
      <p class="quiet">{t("hours_days_hint")}</p>
      {days.length > 0 && (
        <div class="scroll" tabIndex={0} role="region" aria-label={t("hours_days")}>
          <table>
            <thead>
              <tr>
                <th scope="col">{t("hours_date")}</th>
                <th scope="col">{t("hours_date_hours")}</th>
                <th scope="col">{t("hours_reason")}</th>
                <td />
              </tr>
            </thead>
            <tbody>
              {days.map((day, n) => (
                <tr key={n}>
                  <td><input type="date" required aria-label={`${t("hours_date")} ${n + 1}`} value={day.date} onChange={(event) => put(n, { date: event.currentTarget.value })} /></td>
                  <td><input aria-label={`${t("hours_date_hours")} ${n + 1}`} value={day.open.join(", ")} onChange={(event) => put(n, { open: lines(event.currentTarget.value, ",") })} /></td>
                  <td>
                    <select aria-label={`${t("hours_reason")} ${n + 1}`} value={day.reason} onChange={(event) => put(n, { reason: event.currentTarget.value })}>
                      {REASONS.map((reason) => <option key={reason} value={reason}>{t(`hours_reason_${reason}`)}</option>)}
                    </select>
                  </td>
                  <td><button type="button" aria-label={t("hours_remove_this", { date: day.date || n + 1 })} onClick={() => change(days.filter((_, at) => at !== n))}>{t("hours_remove")}</button></td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <button type="button" onClick={() => change([...days, { date: "", open: [], reason: "holiday" }])}>{t("hours_add")}</button>
    </fieldset>
  );
}

type TicksOf = { name: "countries" | "locales"; all: string[]; chosen: string[]; say: (code: string) => string; change: (part: Partial<Rules>) => void };

function Ticks({ name, all, chosen, say, change }: TicksOf) {
  const tick = (code: string, on: boolean) => change({ [name]: on ? [...chosen, code] : chosen.filter((one) => one !== code) });
  return (
    <fieldset>
      <legend>{t(`hours_${name}`)}</legend>
      <p class="quiet">{t(`hours_${name}_hint`)}</p>
      <div class="ticks">
        {[...all].sort((a, b) => say(a).localeCompare(say(b))).map((code) => (
          <label key={code}>
            <input type="checkbox" checked={chosen.includes(code)} onChange={(event) => tick(code, event.currentTarget.checked)} />
            {say(code)}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
