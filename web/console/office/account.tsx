// My account: how I prove who I am, my password, and where I am signed in.
import { useEffect, useState } from "preact/hooks";
import { announce } from "../announce";
import { isOldProof, Problem, statusOf } from "../api";
import { ask } from "../door/door";
import { Field, Form, type Given } from "../form";
import { clock, t } from "../words";
import { Authenticator, Codes, Passkeys, type Passkey } from "./factors";

type Session = { id: string; began_at: string; used_at: string; current: boolean; sso: boolean };
type Mine = { email: string; passkeys: Passkey[]; passkeys_at: string; recovery_codes: number; sessions: Session[] };

export function Account() {
  const [mine, put] = useState<Mine | null>(null);
  const [trouble, tell] = useState("");
  const load = () => ask<Mine>("GET", "/staff/account").then(put, () => tell("office_away"));
  useEffect(() => void load(), []);
  // Every act of this page: do it, say so, read all anew. A refused proof is no trouble: nothing was done.
  const act = async (work: Promise<unknown>, done: string): Promise<void> => {
    tell("");
    try {
      await work;
      announce(t(done));
    } catch (error) {
      if (!isOldProof(error)) tell(statusOf(error) === 409 ? "changed_meanwhile" : "office_away");
    }
    await load();
  };
  if (!mine) return trouble ? <p class="trouble" role="alert">{t(trouble)}</p> : <p class="quiet">{t("loading")}</p>;
  return (
    <div class="account">
      <p class="trouble" role="alert">{trouble && t(trouble)}</p>
      <Passkeys list={mine.passkeys} at={mine.passkeys_at} act={act} />
      <Authenticator />
      <Codes left={mine.recovery_codes} changed={load} />
      <Password changed={load} />
      <Sessions list={mine.sessions} act={act} />
      <SingleSignOn act={act} />
    </div>
  );
}

export type Act = (work: Promise<unknown>, done: string) => Promise<void>;

// What a form of this page says when it did not go through.
export function troubleOf(error: unknown): string {
  if (isOldProof(error)) return "proof_needed";
  if (error instanceof DOMException) return "passkey_none";
  if (error instanceof Problem && error.kind === "weak-password") return `password_${error.detail}`;
  const known: Record<number, string> = { 403: "proof_wrong", 409: "changed_meanwhile", 429: "proof_too_fast" };
  return known[statusOf(error)] ?? "office_away";
}

function Password({ changed }: { changed: () => Promise<void> }) {
  const [done, say] = useState(false);
  const change = async ({ password, new: next }: Given) => {
    say(false);
    await ask("PUT", "/staff/account/password", { password, new: next });
    say(true);
    await changed();
  };
  return (
    <>
      <h3>{t("field_password")}</h3>
      <p class="quiet">{t("password_what")}</p>
      <Form yes={t("password_change")} act={change} trouble={troubleOf}>
        <Field name="password" label="password_old" type="password" autocomplete="current-password" />
        <Field name="new" label="password_new" type="password" autocomplete="new-password" minLength={15} />
      </Form>
      <p role="status">{done && t("password_changed")}</p>
    </>
  );
}

function Sessions({ list, act }: { list: Session[]; act: Act }) {
  const end = (one: Session) => void act(ask("DELETE", `/staff/account/sessions/${one.id}`), "session_ended");
  return (
    <>
      <h3>{t("sessions")}</h3>
      <p class="quiet">{t("sessions_what")}</p>
      <ul class="things">
        {list.map((one) => (
          <li key={one.id}>
            <span>
              {t("session_since")} <time dateTime={one.began_at}>{clock(one.began_at)}</time>, {t("session_used")}{" "}
              <time dateTime={one.used_at}>{clock(one.used_at)}</time>
              {one.sso && `, ${t("session_sso")}`}
            </span>
            {one.current ? (
              <strong>{t("session_this")}</strong>
            ) : (
              <button type="button" onClick={() => end(one)} aria-label={`${t("session_end")}: ${t("session_since")} ${clock(one.began_at)}`}>
                {t("session_end")}
              </button>
            )}
          </li>
        ))}
      </ul>
      {list.length > 1 && (
        <button type="button" onClick={() => void act(ask("DELETE", "/staff/account/sessions"), "session_ended")}>
          {t("sessions_end_others")}
        </button>
      )}
    </>
  );
}

function SingleSignOn({ act }: { act: Act }) {
  const [link, put] = useState({ on: false, linked: false });
  const load = () => ask<typeof link>("GET", "/staff/sso/link").then(put, () => {});
  useEffect(() => void load(), []);
  if (!link.on) return null;
  return (
    <>
      <h3>{t("sso")}</h3>
      <p>{t(link.linked ? "sso_linked" : "sso_not_linked")}</p>
      {link.linked && (
        <button type="button" onClick={() => void act(ask("DELETE", "/staff/sso/link").then(load), "sso_unlinked")}>
          {t("sso_unlink")}
        </button>
      )}
    </>
  );
}
