// On a narrow screen: back to the queue, and between the two views of a case.
import { backToQueue, view } from "../opened";
import { t } from "../words";

export function Ways() {
  return (
    <nav class="ways" aria-label={t("columns")}>
      <button type="button" onClick={backToQueue}>
        <svg class="arrow" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
          <path d="M10 3 5 8l5 5" />
        </svg>
        {t("back")}
      </button>
      {(["conversation", "card"] as const).map((name) => (
        <button type="button" key={name} aria-pressed={view.value === name} onClick={() => (view.value = name)}>
          {t(name)}
        </button>
      ))}
    </nav>
  );
}
