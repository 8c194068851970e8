// The sign-in form of console.html: it works before any label has come.
import { effect } from "@preact/signals";
import { call, statusOf } from "./api";
import { door, enter, turnedOut } from "./door";

const place = document.getElementById("sign-in")!;
const form = place.querySelector("form")!;
const troubles = place.querySelectorAll<HTMLElement>("[data-trouble]");
const field = (name: string): HTMLInputElement => form.querySelector<HTMLInputElement>(`[name=${name}]`)!;

export async function armSignIn(): Promise<void> {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void signIn();
  });
  effect(() => {
    place.hidden = door.value !== "out";
    if (door.value === "out") ready(turnedOut.value);
  });
  try {
    await enter();
  } catch (error) {
    door.value = "out";
    if (statusOf(error) !== 401) tell(kindOf(error));
  }
}

function ready(wasInside: boolean): void {
  tell(wasInside ? "turned-out" : null);
  field(field("email").value ? "password" : "email").focus();
}

async function signIn(): Promise<void> {
  const button = form.querySelector("button")!;
  if (button.disabled) return;
  const given = { email: field("email").value.trim(), password: field("password").value, code: field("code").value.replace(/\s/g, "") };
  button.disabled = true;
  tell(null);
  try {
    await call("POST", "/staff/sessions", given);
    await enter();
    field("password").value = "";
  } catch (error) {
    tell(kindOf(error));
    field("code").focus();
  } finally {
    field("code").value = ""; // a code works once
    button.disabled = false;
  }
}

function kindOf(error: unknown): string {
  const status = statusOf(error);
  if (status === 401 || status === 422 || status === 400) return "wrong";
  return status === 429 ? "too-fast" : "away";
}

function tell(kind: string | null): void {
  for (const trouble of troubles) trouble.hidden = trouble.dataset.trouble !== kind;
}
