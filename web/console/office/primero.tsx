// Primero, for admins: where the helpline's case system is and as whom Faro signs in there.
import { useEffect, useState } from "preact/hooks";
import { announce } from "../announce";
import { statusOf } from "../api";
import { ask } from "../door/door";
import { t } from "../words";

type Account = { url: string | null; user_name: string | null; agency: string | null; owned_by: string | null };

const FIELDS = ["url", "user_name", "password", "agency", "owned_by"] as const;
const NEEDED = ["url", "user_name", "password"];
const LONGEST = { url: 500, user_name: 80, password: 256, agency: 80, owned_by: 80 };
const REASONS: Record<number, string> = { 400: "webhooks_refused", 403: "proof_needed" };

export function Primero() {
  const [account, put] = useState<Account | null>(null);
  const [trouble, tell] = useState("");
  useEffect(() => void ask<Account>("GET", "/primero").then(put, () => tell("office_away")), []);
  const keep = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const given = Object.fromEntries([...new FormData(form)].filter(([, value]) => value !== ""));
    try {
      put(await ask<Account>("PUT", "/primero", given));
      (form.elements.namedItem("password") as HTMLInputElement).value = "";
      tell("");
      announce(t("primero_kept"));
    } catch (error) {
      tell(REASONS[statusOf(error)] ?? "not_done");
    }
  };
  const forget = () => ask("DELETE", "/primero").then(() => (put({ url: null, user_name: null, agency: null, owned_by: null }), announce(t("primero_forgotten"))), () => tell("not_done"));
  if (!account) return trouble ? <p class="trouble" role="alert">{t(trouble)}</p> : <p class="quiet">{t("loading")}</p>;
  return (
    <>
      {trouble && <p class="trouble" role="alert">{t(trouble)}</p>}
      <p role="status">{account.url ? t("primero_is_set", { name: account.url }) : t("primero_is_not_set")}</p>
      <form class="fields" key={account.url ?? ""} onSubmit={(event) => void keep(event)}>
        {FIELDS.map((name) => <Field key={name} name={name} account={account} />)}
        <p class="actions">
          <button class="main">{t("primero_keep")}</button>
          {account.url && <button type="button" onClick={() => void forget()}>{t("primero_forget")}</button>}
        </p>
      </form>
    </>
  );
}

function Field({ name, account }: { name: (typeof FIELDS)[number]; account: Account }) {
  const common = { name, maxLength: LONGEST[name], required: NEEDED.includes(name), autoComplete: "off" } as const;
  return (
    <label>
      {t(`primero_${name}`)}
      {name === "password" ? <input type="password" {...common} /> : <input {...common} defaultValue={account[name] ?? ""} />}
    </label>
  );
}
