// What came of a vote: a table with the share in words; the bar beside it says the same to the eye.
import type { Item, Result } from "./shapes";
import { t } from "./words";

const WIDTH: Record<string, string> = { few: "10%", some: "30%", half: "50%", most: "70%", nearly_all: "90%" };

export function Results({ item, rows }: { item: Item; rows: Result[] | null }) {
  if (!rows) {
    return (
      <>
        <p class="note">{t("too_few")}</p>
        <ol class="options">{item.options.map((option) => <li key={option.id}>{option.text}</li>)}</ol>
      </>
    );
  }
  return (
    <table class="results">
      <caption class="unseen">{t("results")}</caption>
      <thead class="unseen">
        <tr><th scope="col">{t("export_option")}</th><th scope="col">{t("export_share")}</th></tr>
      </thead>
      <tbody>{rows.map((row) => <Line key={row.option} item={item} row={row} />)}</tbody>
    </table>
  );
}

function Line({ item, row }: { item: Item; row: Result }) {
  const option = item.options.find((each) => each.id === row.option);
  return (
    <tr>
      <th scope="row">{option?.text ?? row.option}{option?.right && <b class="right">{t("right")}</b>}</th>
      <td>
        <span>{row.text}</span>
        <span class="bar-of" aria-hidden="true"><i style={{ "--share": WIDTH[row.share] ?? `${row.share}%` }} /></span>
      </td>
    </tr>
  );
}
