// The dialog that asks who is there: password, and a code or a passkey.
import { useEffect, useRef } from "preact/hooks";
import { call, statusOf } from "../api";
import { me } from "./door";
import { Field, Form, type Given } from "../form";
import { passkeysWork, showPasskey } from "./passkeys";
import { settle, wanted } from "./proof";
import { t } from "../words";

export function ProofDialog() {
  return wanted.value ? <Open /> : null;
}

function Open() {
  const box = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    box.current?.showModal();
    box.current?.querySelector("input")?.focus();
  }, []);
  const shut = () => box.current?.close();
  const show = async (given: object) => {
    await call("POST", "/staff/sessions/current/proof", given);
    settle(true);
  };
  const byCode = ({ password, code }: Given) => show({ password, code });
  const byPasskey = async ({ password }: Given) => show({ password, passkey: await showPasskey(me.peek()?.email ?? "") });
  return (
    <dialog ref={box} aria-labelledby="proof-title" onClose={() => settle(false)}>
      <h2 id="proof-title">{t("proof_title")}</h2>
      <p>{t("proof_what")}</p>
      <Form yes={t("proof_code")} act={byCode} trouble={troubleOf} other={passkeysWork() ? { yes: t("proof_passkey"), act: byPasskey, without: "code" } : undefined} cancel={shut}>
        <Field name="password" type="password" autocomplete="current-password" />
        <Field name="code" autocomplete="one-time-code" maxLength={50} />
      </Form>
    </dialog>
  );
}

function troubleOf(error: unknown): string {
  if (error instanceof DOMException) return "passkey_none";
  const status = statusOf(error);
  if (status === 429) return "proof_too_fast";
  return status === 403 || status === 400 ? "proof_wrong" : "office_away";
}
