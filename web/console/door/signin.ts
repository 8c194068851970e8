// The sign-in forms of console.html: they work before any label has come.
import { effect } from "@preact/signals";
import { call, statusOf } from "../api";
import { door, enter, turnedOut } from "./door";
import { passkeysWork, showPasskey } from "./passkeys";

const place = document.getElementById("sign-in")!;
const [form, passphrase] = [...place.querySelectorAll("form")] as [HTMLFormElement, HTMLFormElement];
const field = (name: string): HTMLInputElement => place.querySelector<HTMLInputElement>(`[name=${name}]`)!;
const way = (name: string): HTMLButtonElement => place.querySelector<HTMLButtonElement>(`[data-way=${name}]`)!;

export async function armSignIn(): Promise<void> {
  form.addEventListener("submit", (event) => void tryTo(event, byCode));
  passphrase.addEventListener("submit", (event) => void tryTo(event, byPassphrase));
  way("passkey").addEventListener("click", (event) => void tryTo(event, byPasskey));
  way("sso").addEventListener("click", (event) => void tryTo(event, toTheProvider));
  way("back").addEventListener("click", () => ready(false));
  effect(() => {
    place.hidden = door.value !== "out";
    if (door.value === "out") ready(turnedOut.value);
  });
  try {
    await enter();
  } catch (error) {
    door.value = "out";
    if (statusOf(error) !== 401) tell(kindOf(error));
    else backFromTheProvider();
  }
}

function ready(wasInside: boolean): void {
  show(form);
  tell(wasInside ? "turned-out" : null);
  field(field("email").value ? "password" : "email").focus();
  way("passkey").hidden = !passkeysWork();
  void call<{ on: boolean }>("GET", "/staff/sso").then(({ on }) => (way("sso").hidden = !on), () => {});
}

function show(wanted: HTMLFormElement): void {
  form.hidden = wanted !== form;
  passphrase.hidden = wanted !== passphrase;
}

function backFromTheProvider(): void {
  const { hash } = location;
  if (!hash.startsWith("#sso")) return;
  history.replaceState(null, "", location.pathname);
  if (hash === "#sso-refused") return tell("sso-refused");
  show(passphrase);
  field("passphrase").focus();
}

// One try at a time; what was wrong is told in the form that shows, and a secret stays in no box once it is used.
async function tryTo(event: Event, enterBy: () => Promise<boolean>): Promise<void> {
  event.preventDefault();
  const buttons = place.querySelectorAll("button");
  if (buttons[0]!.disabled) return;
  buttons.forEach((button) => (button.disabled = true));
  tell(null);
  try {
    if (!(await enterBy())) return;
    await enter();
    field("password").value = "";
  } catch (error) {
    tell(kindOf(error));
  } finally {
    field("code").value = field("passphrase").value = ""; // a code works once
    buttons.forEach((button) => (button.disabled = false));
    if (door.peek() === "out") field(passphrase.hidden ? (field("password").value ? "code" : "password") : "passphrase").focus();
  }
}

const given = () => ({ email: field("email").value.trim(), password: field("password").value });

async function byCode(): Promise<boolean> {
  await call("POST", "/staff/sessions", { ...given(), code: field("code").value.trim() });
  return true;
}

async function byPasskey(): Promise<boolean> {
  if (!field("email").reportValidity() || !field("password").reportValidity()) return false;
  await call("POST", "/staff/sessions", { ...given(), passkey: await showPasskey(given().email) });
  return true;
}

async function byPassphrase(): Promise<boolean> {
  await call("POST", "/staff/sso/sessions", { passphrase: field("passphrase").value });
  return true;
}

async function toTheProvider(): Promise<boolean> {
  location.assign((await call<{ address: string }>("POST", "/staff/sso")).address);
  return false;
}

function kindOf(error: unknown): string {
  if (error instanceof DOMException) return "no-passkey";
  const status = statusOf(error);
  if (status === 401 || status === 422 || status === 400) return "wrong";
  return status === 429 ? "too-fast" : "away";
}

function tell(kind: string | null): void {
  const shown = form.hidden ? passphrase : form;
  for (const trouble of shown.querySelectorAll<HTMLElement>("[data-trouble]")) trouble.hidden = trouble.dataset.trouble !== kind;
}
