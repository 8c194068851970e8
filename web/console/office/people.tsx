// The people of the helpline: who is invited, who holds the key, who leaves. Nobody sets a password for somebody else.
import { signal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import { announce } from "../announce";
import { statusOf } from "../api";
import { asked } from "../asked";
import { ask, me } from "../door/door";
import { clock, t } from "../words";
import { everybody, lookAtPeople, waits, type Invite, type Person, type Role } from "./watch";

type Link = { link: string; expires_at: string };

const ROLES: Role[] = ["counsellor", "supervisor", "admin"];
const link = signal<(Link & { name: string }) | null>(null); // shown once: it leaves with the page
const trouble = signal("");

export function People() {
  useEffect(() => {
    void lookAtPeople().catch(() => (trouble.value = "office_away"));
    return () => {
      link.value = null;
      trouble.value = "";
    };
  }, []);
  const seen = everybody.value;
  return (
    <>
      {trouble.value && <p class="trouble" role="alert">{t(trouble.value)}</p>}
      {link.value && <Fresh {...link.value} />}
      {!seen && <p class="quiet">{t("loading")}</p>}
      {seen && <State people={seen.people} due={seen.rotation_due} recovery={seen.recovery} />}
      {seen && <Table people={seen.people} />}
      <h3>{t("people_invite")}</h3>
      <NewPerson />
      {seen && seen.invites.length > 0 && <Invites invites={seen.invites} />}
    </>
  );
}

// One act: its news for the screen reader, or why it did not happen; then the list as it is now.
async function act(done: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
    trouble.value = "";
    announce(t(done));
  } catch (error) {
    trouble.value = { 403: "people_not_allowed", 409: "people_conflict", 400: "people_wrong" }[statusOf(error)] ?? "office_away";
  }
  await lookAtPeople().catch(() => undefined);
}

const sure = (about: string, name: string, work: () => void): void => {
  asked.value = { about: "sure", title: t(`${about}_title`, { name }), what: t(`${about}_what`), yes: t(`${about}_yes`), act: work };
};

function State({ people, due, recovery }: { people: Person[]; due: boolean; recovery: boolean }) {
  const holds = people.some((one) => one.active && one.role === "supervisor" && one.has_key);
  const isMine = me.value?.role === "supervisor" && me.value.has_key;
  const rotate = () => void act("people_rotated", () => ask("POST", "/people/rotation"));
  return (
    <>
      {!holds && <p class="trouble">{t("people_no_holder")}</p>}
      {!recovery && <p class="trouble">{t("people_no_recovery")}</p>}
      {due && <p class="trouble">{t("people_due")}</p>}
      {isMine && (
        <p class="actions">
          <button type="button" class={due ? "main" : ""} onClick={() => (due ? rotate() : sure("people_rotate", "", rotate))}>
            {t("people_rotate_yes")}
          </button>
        </p>
      )}
    </>
  );
}

function Table({ people }: { people: Person[] }) {
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={t("people_list")}>
      <table>
        <thead>
          <tr>{["name", "role", "key", "seen", "change"].map((name) => <th scope="col" key={name}>{t(`people_${name}`)}</th>)}</tr>
        </thead>
        <tbody>{people.map((one) => <Line key={one.id} person={one} />)}</tbody>
      </table>
    </div>
  );
}

function Line({ person }: { person: Person }) {
  return (
    <tr class={person.active ? "" : "gone"}>
      <th scope="row">
        <bdi>{person.name}</bdi> <span class="quiet"><bdi>{person.email}</bdi></span>
      </th>
      <td>{t(`role_${person.role}`)}</td>
      <td><Key person={person} /></td>
      <td>{person.seen_on ?? t("people_never")}</td>
      <td>{person.id === me.value?.id ? t("people_you") : <Changes person={person} />}</td>
    </tr>
  );
}

function Key({ person }: { person: Person }) {
  if (!person.active) return <>{t("people_left")}</>;
  if (!waits(person)) return <>{t(person.has_key ? "people_has_key" : "people_needs_none")}</>;
  const grant = () => void act("people_granted", () => ask("POST", `/people/${person.id}/grant`));
  const canGrant = me.value?.role === "supervisor" && me.value.has_key;
  return (
    <>
      {t("people_waits")}{" "}
      {canGrant && (
        <button type="button" onClick={() => sure("people_grant", person.name, grant)} aria-label={`${t("people_grant_yes")}: ${person.name}`}>
          {t("people_grant_yes")}
        </button>
      )}
    </>
  );
}

function Changes({ person }: { person: Person }) {
  const to = (role: Role) => () => void act("people_changed", () => ask("PATCH", `/people/${person.id}`, { role }));
  const relink = () => void make("people_link_made", person.name, `/people/${person.id}/lost-password`);
  const leave = () => void act("people_gone", () => ask("POST", `/people/${person.id}/leave`));
  const about = person.active ? "people_lost" : "people_back";
  return (
    <details>
      <summary aria-label={`${t("people_change")}: ${person.name}`}>{t("people_change")}</summary>
      <button type="button" onClick={() => sure(about, person.name, relink)}>{t(`${about}_yes`)}</button>
      {person.active &&
        ROLES.filter((role) => role !== person.role).map((role) => (
          <button type="button" key={role} onClick={() => sure(`people_to_${role}`, person.name, to(role))}>
            {t(`people_to_${role}_yes`)}
          </button>
        ))}
      {person.active && <button type="button" onClick={() => sure("people_leave", person.name, leave)}>{t("people_leave_yes")}</button>}
    </details>
  );
}

async function make(done: string, name: string, path: string, body?: unknown): Promise<void> {
  link.value = null;
  await act(done, async () => {
    const made = await ask<Link>("POST", path, body);
    link.value = { ...made, name };
  });
}

function NewPerson() {
  const [name, setName] = useState("");
  const [email, setEmail] = useState("");
  const [role, setRole] = useState<Role>("counsellor");
  const submit = async (event: Event) => {
    event.preventDefault();
    await make("people_link_made", name, "/people/invites", { name, email, role });
    if (!link.peek()) return;
    setName("");
    setEmail("");
  };
  return (
    <form class="fields" onSubmit={(event) => void submit(event)}>
      <label>
        {t("people_name")}
        <input required maxLength={80} autocomplete="off" value={name} onInput={(event) => setName(event.currentTarget.value)} />
      </label>
      <label>
        {t("people_email")}
        <input type="email" required maxLength={254} autocomplete="off" value={email} onInput={(event) => setEmail(event.currentTarget.value)} />
      </label>
      <label>
        {t("people_role")}
        <select value={role} onChange={(event) => setRole(event.currentTarget.value as Role)}>
          {ROLES.map((one) => <option key={one} value={one}>{t(`role_${one}`)}</option>)}
        </select>
      </label>
      <button class="main">{t("people_invite_yes")}</button>
    </form>
  );
}

function Fresh({ link: path, name, expires_at }: Link & { name: string }) {
  const whole = location.origin + path;
  const copy = () => void navigator.clipboard.writeText(whole).then(() => announce(t("people_copied")), () => undefined);
  return (
    <div class="boxed">
      <p>{t("people_link_for", { name, time: clock(expires_at) })}</p>
      <p class="fields">
        <input class="wide" readOnly value={whole} aria-label={t("people_link")} onFocus={(event) => event.currentTarget.select()} />
        <button type="button" onClick={copy}>{t("people_copy")}</button>
      </p>
    </div>
  );
}

function Invites({ invites }: { invites: Invite[] }) {
  const withdraw = (one: Invite) => () => void act("people_withdrawn", () => ask("DELETE", `/people/invites/${one.id}`));
  return (
    <>
      <h3>{t("people_invited")}</h3>
      <ul class="numbers">
        {invites.map((one) => (
          <li key={one.id}>
            <bdi>{one.name}</bdi>, <bdi>{one.email}</bdi>, {t(`role_${one.role}`)}. {t("people_until", { time: clock(one.expires_at) })}{" "}
            <button type="button" onClick={withdraw(one)} aria-label={`${t("people_withdraw")}: ${one.name}`}>{t("people_withdraw")}</button>
          </li>
        ))}
      </ul>
    </>
  );
}
