// The door of the class: the code, who is in as a number, the projector's page, the link of this run sheet.
import { Copy } from "./parts";
import { act, keys } from "./session";
import type { Sheet } from "./shapes";
import { address, t } from "./words";

export function Door({ now }: { now: Sheet }) {
  const { host, screen } = keys.value ?? { host: "", screen: "" };
  const own = `${location.origin}/class/teach#host=${host}`;
  return (
    <section class="door" aria-label={t("door_title")}>
      <p class="quiet">{t("alone_note")}</p>
      {screen ? <p><a class="button" href={`/class/screen#${screen}`} target="_blank" rel="noopener">{t("screen_link")}</a></p> : <p class="quiet">{t("screen_elsewhere")}</p>}
      {now.pace !== "one" && <Seats now={now} />}
      <div class="actions"><Copy label={t("copy_link")} text={own} /></div>
      <p class="quiet">{t("host_link_note")}</p>
    </section>
  );
}

function Seats({ now }: { now: Sheet }) {
  const { taken, of } = now.seats;
  return (
    <>
      <p class="address"><bdi dir="ltr">{address.replace(/^https?:\/\//, "")}</bdi> {now.code && <bdi class="code" dir="ltr">{`${now.code.slice(0, 3)} ${now.code.slice(3)}`}</bdi>}</p>
      <p class="count">{t("seats_taken", { taken, of })}</p>
      {now.locked && <p>{t("door_closed")}</p>}
      <button type="button" onClick={() => void act("POST", now.locked ? "/unlock" : "/lock")}>{t(now.locked ? "unlock" : "lock")}</button>
    </>
  );
}
