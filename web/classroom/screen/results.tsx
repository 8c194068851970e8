// How the class chose: a table whose cells carry a bar, and below it what came of each choice.
import type { Item } from "../pupil/types";
import { Said } from "./said";
import { t } from "./seen";
import type { Share } from "./types";

const TENTHS: Record<string, number> = { few: 1, some: 3, half: 5, most: 7, nearly_all: 9 };

export function tenths(share: string): number {
  return TENTHS[share] ?? Math.round(Number(share) / 10);
}

export function Results({ item, shares }: { item: Item; shares: Share[] | null }) {
  const marked = item.options.some((option) => option.right);
  return (
    <>
      <h2>{item.question}</h2>
      {!shares && <p class="few">{t("too_few")}</p>}
      <table>
        <caption class="unseen">{t("results")}</caption>
        <thead class="unseen">
          <tr><th scope="col">{t("results_choice")}</th><th scope="col">{t("results_share")}</th></tr>
        </thead>
        {item.options.map((option) => (
          <tbody key={option.id}>
            <tr>
              <th scope="rowgroup">{option.text}{marked && <> <small>{t(option.right ? "right" : "not_right")}</small></>}</th>
              <td class="share"><Bar share={shares?.find((one) => one.option === option.id)} /></td>
            </tr>
            <tr><td colSpan={2} class="came"><Said texts={option.after ?? []} /></td></tr>
          </tbody>
        ))}
      </table>
    </>
  );
}

function Bar({ share }: { share: Share | undefined }) {
  if (!share) return null;
  return (
    <>
      <span class="track" aria-hidden="true"><span class={`bar w${tenths(share.share)}`} /></span>
      <span>{share.text}</span>
    </>
  );
}
