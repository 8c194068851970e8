// The door of the class: the code, who is in as a number, the projector's page, the link of this run sheet.
import { Copy } from "./parts";
import { act, keys } from "./session";
import type { Sheet } from "./shapes";
import { address, t } from "./words";

export function Door({ now }: { now: Sheet }) {
  const { host, screen } = keys.value ?? { host: "", screen: "" };
  const own = `${location.origin}/class/teach#host=${host}`;
  return (
    <details class="door" open={now.at === now.steps[0]?.key}>
      <summary>{t("door_title")} {now.pace !== "one" && <span class="quiet">{t("seats_taken", now.seats)}</span>}</summary>
      <p class="quiet">{t("alone_note")}</p>
      {screen ? <p><a class="button" href={`/class/screen#${screen}`} target="_blank" rel="noopener">{t("screen_link")}</a></p> : <p class="quiet">{t("screen_elsewhere")}</p>}
      {now.pace !== "one" && <Seats now={now} />}
      <div class="actions"><Copy label={t("copy_link")} text={own} /></div>
      <p class="quiet">{t("host_link_note")}</p>
    </details>
  );
}

function Seats({ now }: { now: Sheet }) {
  return (
    <>
      <p class="address"><bdi dir="ltr">{address.replace(/^https?:\/\//, "")}</bdi> {now.code && <bdi class="code" dir="ltr">{`${now.code.slice(0, 3)} ${now.code.slice(3)}`}</bdi>}</p>
      {!now.takes && <p>{t("door_closed")}</p>}
      <button type="button" onClick={() => void act("POST", now.takes ? "/lock" : "/unlock")}>{t(now.takes ? "lock" : "unlock")}</button>
    </>
  );
}
