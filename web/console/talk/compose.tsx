// A box for words that go to the child, or for a note that never does. The two look different and send differently.
import type { TargetedKeyboardEvent } from "preact";
import { draftOf, hand, type, type Draft, type Kind } from "./drafts";
import { tellTyping } from "../queue/signs";
import { t } from "../words";

const LONGEST = 2000;
const WORDS = {
  messages: { box: "message-box", label: "write", hint: "write_hint", send: "send", failed: "not_sent" },
  notes: { box: "note-box", label: "note", hint: "note_hint", send: "keep", failed: "not_kept" },
};

export function Compose({ id, kind }: { id: string; kind: Kind }) {
  const draft = draftOf(id, kind);
  const words = WORDS[kind];
  const isTrouble = draft.fate === "failed";
  const submit = (event: Event) => {
    event.preventDefault();
    void hand(id, kind);
  };
  return (
    <form class={`compose ${kind}`} onSubmit={submit}>
      <label for={words.box}>{t(words.label)}</label>
      <textarea
        id={words.box}
        dir="auto"
        rows={kind === "notes" ? 3 : rowsFor(draft.text)}
        maxLength={LONGEST}
        value={draft.text}
        readOnly={draft.fate === "sending"}
        aria-describedby={`${words.box}-hint ${words.box}-fate`}
        aria-invalid={isTrouble}
        onInput={(event) => (type(id, kind, event.currentTarget.value), kind === "messages" && tellTyping(id))}
        onKeyDown={(event) => sends(event, kind) && submit(event)}
      />
      <p class="quiet" id={`${words.box}-hint`}>
        {t(words.hint)}
      </p>
      <p class={isTrouble ? "trouble" : "quiet"} id={`${words.box}-fate`} role="status">
        {fateOf(draft, words)}
      </p>
      <button class={kind === "messages" ? "main" : ""} disabled={draft.fate === "sending"}>
        {t(isTrouble ? "try_again" : words.send)}
      </button>
    </form>
  );
}

function fateOf(draft: Draft, words: { failed: string }): string {
  if (draft.fate === "sending") return t("sending");
  return draft.fate === "failed" ? t(words.failed) : "";
}

// Enter sends words to the child and never a note: a hand that is used to the one can't do the other by mistake.
function sends(event: TargetedKeyboardEvent<HTMLTextAreaElement>, kind: Kind): boolean {
  if (event.key !== "Enter" || event.isComposing) return false;
  return kind === "messages" ? !event.shiftKey : event.ctrlKey || event.metaKey;
}

const rowsFor = (text: string): number => Math.min(8, Math.max(2, text.split("\n").length + Math.floor(text.length / 60)));
