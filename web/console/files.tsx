// Files that leave Faro: a button a file, and before the first of them the proof of who is asking.
import { useState } from "preact/hooks";
import { announce } from "./announce";
import { fetchFile, statusOf } from "./api";
import { ask, expire } from "./door";
import { t } from "./words";

export type FileOf = { label: string; path: string };

const FORBIDDEN = 403; // whoever sees the buttons may take the files: then only an old proof is refused

export function Files({ title, files }: { title: string; files: FileOf[] }) {
  const [wanted, want] = useState<string | null>(null);
  const [trouble, tell] = useState(false);
  const take = async (path: string) => {
    tell(false);
    want(null);
    try {
      keep(await fetchFile(path));
      announce(t("figures_taken"));
    } catch (error) {
      if (statusOf(error) === 401) expire();
      else if (statusOf(error) === FORBIDDEN) want(path);
      else tell(true);
    }
  };
  return (
    <section class="files" aria-label={title}>
      <h3>{title}</h3>
      <p class="actions">
        {files.map(({ label, path }) => (
          <button type="button" key={path} onClick={() => void take(path)}>{label}</button>
        ))}
      </p>
      {trouble && <p class="trouble" role="alert">{t("office_away")}</p>}
      {wanted && <Proof then={() => void take(wanted)} />}
    </section>
  );
}

function Proof({ then }: { then: () => void }) {
  const [wrong, tell] = useState(false);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const given = Object.fromEntries(["password", "code"].map((name) => [name, form.querySelector<HTMLInputElement>(`[name=${name}]`)!.value.trim()]));
    form.reset(); // a code works once
    try {
      await ask("POST", "/staff/sessions/current/proof", given);
      then();
    } catch {
      tell(true);
    }
  };
  return (
    <form class="proof" aria-label={t("proof_title")} onSubmit={(event) => void submit(event)}>
      <p>{t("proof_what")}</p>
      <label>
        {t("proof_password")}
        <input name="password" type="password" autocomplete="current-password" required ref={(box) => box?.focus()} />
      </label>
      <label>
        {t("proof_code")}
        <input name="code" inputMode="numeric" autocomplete="one-time-code" required />
      </label>
      <button class="main">{t("proof_go")}</button>
      {wrong && <p class="trouble" role="alert">{t("proof_wrong")}</p>}
    </form>
  );
}

function keep({ name, content }: { name: string; content: Blob }): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
