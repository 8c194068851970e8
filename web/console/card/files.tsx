// Files that leave Faro: a button a file.
import { useState } from "preact/hooks";
import { announce } from "../announce";
import type { Taken } from "../api";
import { askFile } from "../door/door";
import { t } from "../words";

export type FileOf = { label: string; path: string };

export function Files({ title, files }: { title: string; files: FileOf[] }) {
  const [trouble, tell] = useState(false);
  const take = async (path: string) => {
    tell(false);
    try {
      keep(await askFile(path));
      announce(t("figures_taken"));
    } catch {
      tell(true);
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
    </section>
  );
}

function keep({ name, content }: Taken): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
