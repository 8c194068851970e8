// The letter home: to copy, or to print by itself.
import { Copy } from "./parts";
import { t } from "./words";

export function Letter() {
  const lines = [1, 2, 3, 4, 5].map((n) => t(`letter_${n}`));
  const print = () => {
    document.documentElement.dataset["print"] = "letter";
    addEventListener("afterprint", () => delete document.documentElement.dataset["print"], { once: true });
    window.print();
  };
  return (
    <section class="letter">
      <h2>{t("letter_title")}</h2>
      {lines.map((line) => <p key={line}>{line}</p>)}
      <div class="actions unprinted">
        <Copy label={t("letter_copy")} text={lines.join("\n\n")} />
        <button type="button" onClick={print}>{t("letter_print")}</button>
      </div>
    </section>
  );
}
