// The right column: what can be done, what the child passed on, and the notes.
import type { ComponentChildren } from "preact";
import type { Callback, Row, Whole } from "../api";
import { asked } from "../asked";
import { HandingIn } from "./handing_in";
import { Files } from "./files";
import { Notes } from "./notes";
import { CaseWork } from "./casework";
import { Filing } from "./filing";
import { accept, askToLookIn, claim, decline, mayWrite, opened } from "../opened";
import { Reports } from "./reports";
import { Severity } from "../queue/severity";
import { Speech, Words } from "../talk/speech";
import { Ways } from "../talk/ways";
import { bandOf, countryOf, languageOf, reasonsOf, shownOf, t, waitingTime } from "../words";

export function Card() {
  const now = opened.value;
  return (
    <section class="column card" aria-labelledby="card-title">
      <Ways />
      <h2 id="card-title" tabIndex={-1}>
        {t("card")}{" "}
        {now && (
          <span class="quiet">
            <bdi>{now.row.number}</bdi>
          </span>
        )}
      </h2>
      {now && (
        <div class="scroll">
          <Actions row={now.row} />
          <Facts row={now.row} />
          {now.whole && <PassedOn whole={now.whole} />}
          {now.whole && <Files key={now.row.id} title={t("export_take")} files={filesOf(now.row)} />}
        </div>
      )}
    </section>
  );
}

const filesOf = (row: Row) => ["pdf", "csv", "json"].map((form) => ({ label: t(`figures_${form}`), path: `/cases/${row.id}/export.${form}` }));

function Actions({ row }: { row: Row }) {
  if (row.state === "waiting") {
    return (
      <p class="actions">
        <button type="button" onClick={() => void claim(row)}>
          {t("claim")}
        </button>
      </p>
    );
  }
  if (row.offered_to_me) return <Offered row={row} />;
  if (!mayWrite(row)) return null;
  return (
    <p class="actions">
      {row.offered_to ? (
        <button type="button" onClick={() => void decline(row)}>{t("offer_back", { name: row.offered_to })}</button>
      ) : (
        <button type="button" onClick={() => (asked.value = { about: "offer", row })}>{t("offer")}</button>
      )}
      <button type="button" aria-pressed={row.look_in} onClick={() => void askToLookIn(row, !row.look_in)}>{t("look_in")}</button>
      <button type="button" onClick={() => (asked.value = { about: "release", row })}>
        {t("release")}
      </button>
      <button type="button" onClick={() => (asked.value = { about: "close", row })}>
        {t("close")}
      </button>
    </p>
  );
}

function Offered({ row }: { row: Row }) {
  return (
    <>
      <p>{t("offered_to_you", { name: row.claimed_by ?? "" })}</p>
      <p class="actions">
        <button type="button" class="main" onClick={() => void accept(row)}>{t("accept")}</button>
        <button type="button" onClick={() => void decline(row)}>{t("decline")}</button>
      </p>
    </>
  );
}

function Facts({ row }: { row: Row }) {
  return (
    <dl>
      <Line label={t("fact_reasons")}>
        <Severity risk={row.risk} /> {reasonsOf(row)}
      </Line>
      <Line label={t("fact_waiting")}>{waitingTime(row)}</Line>
      <Line label={t("fact_language")}>{languageOf(row)}</Line>
      <Line label={t("fact_band")}>{bandOf(row)}</Line>
      <Line label={t("fact_country")}>{countryOf(row)}</Line>
      <Line label={t("fact_share")}>{t(`share_${row.share}`)}</Line>
    </dl>
  );
}

function PassedOn({ whole }: { whole: Whole }) {
  const lines = Object.entries(whole.lines);
  return (
    <>
      {whole.callback && <CallBack {...whole.callback} />}
      <h3>{t("lines")}</h3>
      {lines.length === 0 && <p class="quiet">{t("no_lines")}</p>}
      <dl>
        {lines.map(([field, value]) => (
          <Line key={field} label={t(`field_${field}`)}>
            {t(`${field}_${value}`)}
          </Line>
        ))}
        {whole.skipped.length > 0 && (
          <Line label={t("skipped")} quiet>
            {whole.skipped.map((field) => t(`field_${field}`)).join(", ")}
          </Line>
        )}
      </dl>
      <h3>{t("story")}</h3>
      {whole.story ? <blockquote><Words text={whole.story} /></blockquote> : <p class="quiet">{t("no_story")}</p>}
      <CaseWork whole={whole} />
      {whole.mine && <Filing whole={whole} />}
      <Reports whole={whole} />
      <Notes whole={whole} />
      <HandingIn row={whole} key={whole.id} />
      <Before whole={whole} />
    </>
  );
}

// How to reach the child stands first, because a call to a phone that others see can harm.
function CallBack({ when, times, channel, phone_private, number, may_say }: Callback) {
  const phone = phone_private === null ? "unsure" : phone_private ? "private" : "shared";
  return (
    <>
      <h3>{t("callback")}</h3>
      {channel === "phone" && !phone_private && <p><strong>{t("callback_careful")}</strong></p>}
      <dl>
        <Line label={t("callback_channel")}>
          {t(`callback_${channel}`)}{channel === "phone" && `. ${t(`callback_${phone}`)}`}.
        </Line>
        {number && <Line label={t("callback_number")}><bdi>{number}</bdi></Line>}
        {times.length > 0 && <Line label={t("callback_times")}>{times.map((time) => t(`callback_${time}`)).join(", ")}</Line>}
        {when && <Line label={t("callback_when")}><bdi>{when}</bdi></Line>}
        {channel === "phone" && <Line label={t("callback_may_say")}>{t(`callback_${may_say}`)}</Line>}
      </dl>
    </>
  );
}

// What came before the case: long, so it opens on demand.
function Before({ whole }: { whole: Whole }) {
  return (
    <>
      {whole.transcript.length > 0 && (
        <details>
          <summary>{t("transcript", { n: whole.transcript.length })}</summary>
          <ol>{whole.transcript.map((said) => <Speech key={said.seq} said={said} />)}</ol>
        </details>
      )}
      {whole.shown.length > 0 && (
        <details>
          <summary>{t("shown", { n: whole.shown.length })}</summary>
          <ul class="shown">{whole.shown.map((key, n) => <li key={n}>{shownOf(key)} <code>{key}</code></li>)}</ul>
        </details>
      )}
    </>
  );
}

function Line({ label, quiet, children }: { label: string; quiet?: boolean; children: ComponentChildren }) {
  return (
    <div class={quiet ? "line quiet" : "line"}>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}
