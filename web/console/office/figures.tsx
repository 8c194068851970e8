// Figures for supervisors, admins and funders: what may be shown of cases, conversations, times and guides.
import { useEffect, useState } from "preact/hooks";
import { ask } from "../door/door";
import { Files } from "../card/files";
import { countryName, languageOf, t, titleOf } from "../words";
import { Chart, type Bar } from "./chart";

type Answer = { code: string; count: number };
type Period = { period: string; running: boolean; answers: Answer[]; rest: number | null; total: number | null };
type Time = { period: string; running: boolean; of: string; risk: string; half: number; nine_of_ten: number };
type About = "cases" | "contacts" | "times" | "guides";

const ABOUT: About[] = ["cases", "contacts", "times", "guides"];
const OF_CONTACTS = ["need", "locale", "country", "band", "hour", "month"];
const OF_CASES = ["need", "category", "image_nature", "risk", "locale", "country", "band", "hour", "month", "outcome"];
const TIMES = ["waiting", "first_reply", "handling"];
const IN_ORDER = ["hour", "month"]; // everything else by how often
const FILES = [["csv", "export.csv"], ["pdf", "export.pdf"], ["json", "export.json"], ["chi", "chi.csv"]] as const;

export function Figures() {
  const [about, choose] = useState<About>("cases");
  const [by, askBy] = useState("need");
  const [from, setFrom] = useState("");
  const [to, setTo] = useState("");
  const questions = about === "contacts" ? OF_CONTACTS : OF_CASES;
  const question = questions.includes(by) ? by : "need";
  const span = new URLSearchParams(Object.entries({ from, to }).filter(([, month]) => month));
  return (
    <>
      <form class="filters" onSubmit={(event) => event.preventDefault()}>
        <Choice label={t("figures_about")} value={about} names={ABOUT.map((name) => [name, t(`figures_about_${name}`)])} choose={(name) => choose(name as About)} />
        {(about === "cases" || about === "contacts") && (
          <Choice label={t("figures_by")} value={question} names={questions.map((name) => [name, t(`figures_by_${name}`)])} choose={askBy} />
        )}
        <Month label={t("figures_from")} value={from} choose={setFrom} />
        <Month label={t("figures_to")} value={to} choose={setTo} />
      </form>
      <Found key={`${about} ${question} ${span}`} about={about} by={question} span={span} />
      <Files title={t("figures_take")} files={FILES.map(([name, file]) => ({ label: t(`figures_${name}`), path: `/statistics/${file}?${span}` }))} />
    </>
  );
}

function Choice({ label, value, names, choose }: { label: string; value: string; names: string[][]; choose: (name: string) => void }) {
  return (
    <label>
      {label}
      <select value={value} onChange={(event) => choose(event.currentTarget.value)}>
        {names.map(([name, text]) => <option key={name} value={name}>{text}</option>)}
      </select>
    </label>
  );
}

// A browser without a month picker takes the month as 2026-05.
function Month({ label, value, choose }: { label: string; value: string; choose: (month: string) => void }) {
  const put = (month: string): void => void (/^(20\d\d-\d\d)?$/.test(month) && choose(month));
  return (
    <label>
      {label}
      <input type="month" value={value} placeholder="2026-05" onChange={(event) => put(event.currentTarget.value)} />
    </label>
  );
}

type Answers = { periods?: Period[]; rows?: Time[]; guides?: Record<string, Period[]> };

function Found({ about, by, span }: { about: About; by: string; span: URLSearchParams }) {
  const [found, put] = useState<Answers | null>(null);
  const [failed, fail] = useState(false);
  const asked = about === "cases" || about === "contacts" ? `?by=${by}&${span}` : `?${span}`;
  useEffect(() => void ask<Answers>("GET", `/statistics/${about}${asked}`).then(put, () => fail(true)), []);
  if (failed) return <p class="trouble" role="alert">{t("office_away")}</p>;
  if (!found) return <p class="quiet">{t("loading")}</p>;
  const parts = [
    ...(found.periods ?? []).map((period) => <Counts key={period.period} by={by} name={t(`figures_by_${by}`)} period={period} />),
    ...Object.entries(found.guides ?? {}).flatMap(([guide, periods]) =>
      periods.map((period) => <Counts key={`${guide} ${period.period}`} by="step" name={t(`guide_${guide}`)} period={period} />)),
    ...[...new Set((found.rows ?? []).map((row) => row.period))].map((period) => (
      <Minutes key={period} rows={found.rows!.filter((row) => row.period === period)} />
    )),
  ];
  return parts.length ? <>{parts.reverse()}</> : <p>{t("figures_none_yet")}</p>;
}

function Counts({ by, name, period }: { by: string; name: string; period: Period }) {
  const answers = IN_ORDER.includes(by) || by === "step" ? [...period.answers].sort((a, b) => a.code.localeCompare(b.code, "en", { numeric: true })) : period.answers;
  const bars: Bar[] = answers.map(({ code, count }) => ({ label: labelOf(by, code), count }));
  if (period.rest) bars.push({ label: t("figures_rest"), count: period.rest, quiet: true });
  const heading = `${name}, ${nameOf(period)}`;
  return (
    <section class="period">
      <h3>{heading}</h3>
      {period.total === null ? <p>{t("figures_small")}</p> : <Chart name={heading} unit={t("figures_count")} bars={bars} total={period.total} />}
      {!!period.rest && <p class="quiet">{t("figures_hidden")}</p>}
    </section>
  );
}

function Minutes({ rows }: { rows: Time[] }) {
  return (
    <>
      {TIMES.map((of) => {
        const these = rows.filter((row) => row.of === of);
        const heading = `${t(`figures_of_${of}`)}, ${nameOf(rows[0]!)}`;
        const bars = these.flatMap((row) => [
          { label: `${riskOf(row.risk)}: ${t("figures_by_half")}`, count: row.half },
          { label: `${riskOf(row.risk)}: ${t("figures_by_nine_of_ten")}`, count: row.nine_of_ten, quiet: true },
        ]);
        return these.length > 0 && (
          <section class="period" key={of}>
            <h3>{heading}</h3>
            <Chart name={heading} unit={t("figures_minutes")} bars={bars} />
          </section>
        );
      })}
    </>
  );
}

const nameOf = (one: { period: string; running: boolean }): string => (one.running ? t("figures_running", { period: one.period }) : one.period);
const riskOf = (risk: string): string => (risk === "all" ? t("figures_all") : t(`risk_${risk}`));

function labelOf(by: string, code: string): string {
  if (by === "risk" || by === "band" || by === "outcome") return t(`${by}_${code}`);
  if (code === "none") return t("figures_none");
  if (by === "step") return code === "finished" ? t("figures_finished") : t("figures_step", { n: code });
  if (by === "need") return titleOf(code);
  if (by === "category") return t(`chi_${code}`);
  if (by === "image_nature") return t(`figures_image_${code}`);
  if (by === "locale") return languageOf({ locale: code });
  if (by === "country") return countryName(code);
  return by === "hour" ? `${code}:00` : code;
}
