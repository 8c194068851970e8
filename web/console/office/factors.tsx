// The second factors of My account: passkeys, the authenticator, recovery codes.
import { useState } from "preact/hooks";
import { ask } from "../door/door";
import { Field, Form, type Given } from "../form";
import { makePasskey, passkeysWork } from "../door/passkeys";
import { t } from "../words";
import { troubleOf, type Act } from "./account";

export type Passkey = { id: string; name: string; made_on: string; used_on: string | null };
type Offered = { secret: string; picture: string; size: number };

export function Passkeys({ list, at, act }: { list: Passkey[]; at: string; act: Act }) {
  const here = passkeysWork() && location.origin === at;
  return (
    <>
      <h3>{t("passkeys")}</h3>
      <p class="quiet">{t("passkeys_what")}</p>
      {list.length > 0 && (
        <ul class="things">
          {list.map((one) => (
            <li key={one.id}>
              <span>
                <bdi>{one.name || t("passkey_nameless")}</bdi>{" "}
                <span class="quiet">{t("passkey_made", { time: one.made_on })} {t(one.used_on ? "passkey_used" : "passkey_unused", { time: one.used_on ?? "" })}</span>
              </span>
              <button type="button" onClick={() => void act(ask("DELETE", `/staff/account/passkeys/${one.id}`), "passkey_removed")} aria-label={`${t("passkey_remove")}: ${one.name}`}>
                {t("passkey_remove")}
              </button>
            </li>
          ))}
        </ul>
      )}
      {here ? <NewPasskey act={act} /> : <p>{t("passkeys_elsewhere", { name: at })}</p>}
    </>
  );
}

function NewPasskey({ act }: { act: Act }) {
  const add = async ({ name }: Given) => {
    const offered = await ask<PublicKeyCredentialCreationOptionsJSON>("POST", "/staff/account/passkeys/challenge");
    const passkey = await makePasskey(offered);
    await ask("POST", "/staff/account/passkeys", { name, passkey });
    await act(Promise.resolve(), "passkey_added");
  };
  return (
    <Form yes={t("passkey_add")} act={add} trouble={troubleOf}>
      <Field name="name" label="passkey_name" maxLength={40} autocomplete="off" />
    </Form>
  );
}

export function Authenticator() {
  const [offered, offer] = useState<Offered | null>(null);
  const [told, tell] = useState("");
  const begin = () => {
    tell("");
    ask<Offered>("POST", "/staff/account/authenticator").then(offer, (error) => tell(troubleOf(error)));
  };
  const confirm = async ({ password, code }: Given) => {
    await ask("PUT", "/staff/account/authenticator", { password, code: code?.replace(/\s/g, "") });
    offer(null);
    tell("authenticator_changed");
  };
  return (
    <>
      <h3>{t("authenticator")}</h3>
      <p class="quiet">{t("authenticator_what")}</p>
      {offered ? (
        <>
          <p>{t("authenticator_scan")}</p>
          <svg class="qr" viewBox={`0 0 ${offered.size} ${offered.size}`} role="img" aria-label={t("authenticator_picture")}>
            <path d={offered.picture} />
          </svg>
          <p><code>{offered.secret.match(/.{1,4}/g)?.join(" ")}</code></p>
          <Form yes={t("authenticator_confirm")} act={confirm} trouble={troubleOf} cancel={() => offer(null)}>
            <Field name="code" label="authenticator_code" autocomplete="one-time-code" inputMode="numeric" maxLength={8} />
            <Field name="password" type="password" autocomplete="current-password" />
          </Form>
        </>
      ) : (
        <button type="button" onClick={begin}>{t("authenticator_new")}</button>
      )}
      <p role="status">{told && t(told)}</p>
    </>
  );
}

export function Codes({ left, changed }: { left: number; changed: () => Promise<void> }) {
  const [codes, show] = useState<string[]>([]);
  const [told, tell] = useState("");
  const make = async () => {
    tell("");
    try {
      show((await ask<{ codes: string[] }>("POST", "/staff/account/recovery-codes")).codes);
      await changed();
    } catch (error) {
      tell(troubleOf(error));
    }
  };
  return (
    <>
      <h3>{t("codes")}</h3>
      <p class="quiet">{t("codes_what")}</p>
      <p>{t("codes_left", { n: left })}</p>
      {codes.length > 0 && (
        <div class="codes" role="status">
          <p><strong>{t("codes_once")}</strong></p>
          <ol>{codes.map((code) => <li key={code}><code>{code}</code></li>)}</ol>
          <button type="button" onClick={() => show([])}>{t("codes_kept")}</button>
        </div>
      )}
      {codes.length === 0 && <button type="button" onClick={() => void make()}>{t("codes_make")}</button>}
      <p class="trouble" role="alert">{told && t(told)}</p>
    </>
  );
}
