// The form of an invite in console.html: it works before any label has come. The token stands after the # of the address,
// which no server sees, and it leaves the address at once, so that no history keeps it.
import { call, statusOf } from "../api";

type Welcome = { name: string; email: string; helpline: string; secret: string; qr: string; side: number };

const template = document.getElementById("invite") as HTMLTemplateElement;
const place = template.content.firstElementChild as HTMLElement; // it stands in the page only while it is used
const form = place.querySelector("form")!;
const field = (name: string): HTMLInputElement => form.querySelector<HTMLInputElement>(`[name=${name}]`)!;

export function takeInvite(): string {
  const token = new URLSearchParams(location.hash.slice(1)).get("invite") ?? "";
  if (token) history.replaceState(null, "", location.pathname);
  return token;
}

export async function armInvite(token: string, signIn: () => Promise<void>): Promise<void> {
  template.after(place);
  const leave = (): void => {
    place.remove();
    form.reset();
    void signIn();
  };
  place.querySelector("[data-step=gone] button")!.addEventListener("click", leave);
  field("show").addEventListener("change", () => (field("password").type = field("show").checked ? "text" : "password"));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void join(token, leave);
  });
  try {
    show(await call<Welcome>("POST", "/people/invites/open", { token }));
  } catch (error) {
    step(statusOf(error) === 404 ? "gone" : "join");
    if (statusOf(error) !== 404) tell("away");
  }
}

function show(welcome: Welcome): void {
  for (const mark of form.querySelectorAll<HTMLElement>("[data-fill]")) {
    const text = String(welcome[mark.dataset.fill as keyof Welcome]);
    mark.textContent = mark.dataset.fill === "secret" ? (text.match(/.{1,4}/g) ?? []).join(" ") : text;
  }
  field("email").value = welcome.email;
  form.querySelector("svg")!.setAttribute("viewBox", `0 0 ${welcome.side} ${welcome.side}`);
  form.querySelector("path")!.setAttribute("d", welcome.qr);
  step("join");
  field("password").focus();
}

async function join(token: string, leave: () => void): Promise<void> {
  const button = form.querySelector("button")!;
  if (button.disabled) return;
  const [email, password, code] = [field("email").value, field("password").value, field("code").value.replace(/\s/g, "")];
  button.disabled = true;
  tell(null);
  try {
    await call("POST", "/people/invites/accept", { token, password, code });
    await call("POST", "/staff/sessions", { email, password, code }).catch(() => undefined); // else the form asks for a next code
    leave();
  } catch (error) {
    if (statusOf(error) === 404) step("gone");
    else tell({ 403: "code", 422: "weak" }[statusOf(error)] ?? "away");
  } finally {
    button.disabled = false;
  }
}

function step(name: string): void {
  for (const part of place.querySelectorAll<HTMLElement>("[data-step]")) part.hidden = part.dataset.step !== name;
}

function tell(kind: string | null): void {
  for (const trouble of form.querySelectorAll<HTMLElement>("[data-trouble]")) trouble.hidden = trouble.dataset.trouble !== kind;
}
