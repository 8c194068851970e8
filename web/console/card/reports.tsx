// Where the case stands in the helpline's own systems, as those have reported it.
import { useEffect, useState } from "preact/hooks";
import type { Whole } from "../api";
import { ask } from "../door/door";
import { clock, t } from "../words";

type Report = { system: string; reference: string | null; state: string | null; at: string | null };

export function Reports({ whole }: { whole: Whole }) {
  const [reports, put] = useState<Report[]>([]);
  useEffect(() => void ask<Report[]>("GET", `/cases/${whole.id}/reports`).then(put, () => put([])), [whole]);
  const said = reports.filter((report) => report.state && report.at);
  if (!said.length) return null;
  return (
    <>
      <h3>{t("reports_title")}</h3>
      <dl>
        {said.map((report) => (
          <div class="line" key={report.system}>
            <dt><bdi>{report.system}</bdi></dt>
            <dd>{t(`reports_state_${report.state}`)} <bdi>{report.reference}</bdi> <time dateTime={report.at!}>{clock(report.at!)}</time></dd>
          </div>
        ))}
      </dl>
    </>
  );
}
