// What a case is filed under: categories of Child Helpline International, and beside them what the picture is.
import { useEffect, useState } from "preact/hooks";
import type { Whole } from "../api";
import { fileUnder } from "../opened";
import { CATEGORIES, NATURES } from "./work";
import { t } from "../words";

export function Filing({ whole }: { whole: Whole }) {
  const [busy, wait] = useState(false);
  const [chosen, choose] = useState(whole.categories);
  useEffect(() => choose(whole.categories), [whole.version]);
  const change = async (filing: Record<string, unknown>) => {
    wait(true);
    await fileUnder(whole, filing);
    wait(false);
  };
  const toggle = (code: string, on: boolean) => {
    const categories = CATEGORIES.filter((one) => (one === code ? on : chosen.includes(one)));
    choose(categories);
    void change({ categories });
  };
  return (
    <details class="filing" open={whole.categories.length === 0}>
      <summary>{t("filing")}{whole.categories.length > 0 && <span class="quiet">: {whole.categories.map((code) => t(`chi_${code}`)).join(", ")}</span>}</summary>
      <fieldset disabled={busy}>
        <legend class="quiet">{t("filing_what")}</legend>
        {CATEGORIES.map((code) => (
          <label key={code}>
            <input type="checkbox" checked={chosen.includes(code)} onChange={(event) => toggle(code, event.currentTarget.checked)} />
            {t(`chi_${code}`)}
          </label>
        ))}
        <label class="field">
          {t("image_nature")}{" "}
          <select value={whole.image_nature ?? ""} onChange={(event) => void change({ image_nature: event.currentTarget.value || null })}>
            <option value="">{t("nature_open")}</option>
            {NATURES.map((name) => <option key={name} value={name}>{t(`nature_${name}`)}</option>)}
          </select>
        </label>
        <label class="field">
          {t("follow_up_on")}{" "}
          <input type="date" value={whole.follow_up_on ?? ""} onChange={(event) => void change({ follow_up_on: event.currentTarget.value || null })} />
        </label>
      </fieldset>
    </details>
  );
}
