// Signing out: it asks first while there is text that is not handed over.
import { announce } from "../announce";
import { asked } from "../asked";
import { leave } from "./door";
import { anyDraft } from "../talk/drafts";
import { notice } from "../opened";
import { t } from "../words";

export function signOut(): void {
  if (anyDraft.peek()) asked.value = { about: "leave" };
  else void goOut();
}

export async function goOut(): Promise<void> {
  try {
    await leave();
  } catch {
    notice.value = t("not_done");
    announce(t("not_done"));
  }
}
