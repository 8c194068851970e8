// On the card of a claimed case: hand it in to the helpline's Primero, when the child has agreed, and see how it went.
import { useEffect, useState } from "preact/hooks";
import { announce } from "../announce";
import { isOldProof, type Row } from "../api";
import { ask, me } from "../door/door";
import { clock, t } from "../words";

type HandIn = { available: boolean; state: "sending" | "sent" | "refused" | "away" | null; code: string | null; sent_at: string | null; reference: string | null };

export function HandingIn({ row }: { row: Row }) {
  const [known, put] = useState<HandIn | null>(null);
  const [agreed, agree] = useState(false);
  const [busy, wait] = useState(false);
  const [failed, fail] = useState("");
  const path = `/cases/${row.id}/primero`;
  useEffect(() => void ask<HandIn>("GET", path).then(put, () => undefined), []);
  const send = async (event: Event) => {
    event.preventDefault();
    wait(true);
    fail("");
    await ask<HandIn>("POST", path, { child_agreed: true }).then(
      (done) => (put(done), announce(said(done))),
      (error) => (fail(isOldProof(error) ? "proof_needed" : "not_done"), announce(t(isOldProof(error) ? "proof_needed" : "not_done"))),
    );
    wait(false);
  };
  if (!known || (!known.available && !known.state)) return null;
  return (
    <>
      <h3>{t("hand_in")}</h3>
      {known.state && <p class={known.state === "sent" ? "" : "trouble"}>{said(known)}</p>}
      {failed && <p class="trouble">{t(failed)}</p>}
      {known.available && known.state !== "sent" && row.state === "claimed" && (row.mine || me.value?.role === "supervisor") && (
        <form onSubmit={(event) => void send(event)}>
          <label class="tick">
            <input type="checkbox" required checked={agreed} onChange={(event) => agree(event.currentTarget.checked)} /> {t("hand_in_agreed")}
          </label>
          <p class="quiet">{t("hand_in_what")}</p>
          <p class="actions"><button disabled={busy}>{t(busy ? "hand_in_busy" : "hand_in_do")}</button></p>
        </form>
      )}
    </>
  );
}

function said({ state, code, sent_at, reference }: HandIn): string {
  const label = state === "refused" && code === "sign_in" ? "hand_in_sign_in" : `hand_in_${state}`;
  return t(label, { code: code ?? "", time: sent_at ? clock(sent_at) : "", name: reference ?? "" });
}
