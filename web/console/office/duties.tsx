// Under the bar: what somebody waits for, or what waits for them. Nothing of a case stands here.
import { me } from "../door/door";
import { t } from "../words";
import { visit } from "./office";
import { everybody, toReview, waiting } from "./watch";

export function Duties() {
  const who = me.value;
  if (!who || who.role === "admin") return null;
  if (!who.has_key) return <p class="notice">{t("duty_no_key")}</p>;
  if (who.role !== "supervisor") return null;
  return (
    <>
      {toReview.value > 0 && <Duty text={t("duty_review", { n: toReview.value })} page="break_glass" />}
      {everybody.value?.rotation_due && <Duty text={t("duty_rotate")} page="people" />}
      {waiting.value > 0 && <Duty text={t("duty_grant", { n: waiting.value })} page="people" />}
    </>
  );
}

function Duty({ text, page }: { text: string; page: string }) {
  return (
    <p class="notice">
      {text}{" "}
      <button type="button" onClick={() => visit(page)} aria-label={`${t("duty_go")}: ${t(`${page}_title`)}`}>
        {t("duty_go")}
      </button>
    </p>
  );
}
