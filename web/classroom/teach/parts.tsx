// Small parts of the educator's page.
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { link } from "./place";
import { keys } from "./session";
import type { Bubble } from "./shapes";
import { t } from "./words";

export function Bar({ children }: { children?: ComponentChildren }) {
  return (
    <header class="bar">
      <a class="mark" {...link({ lesson: "", run: false })}>
        <svg viewBox="0 0 32 32" width="28" height="28" aria-hidden="true">
          <path class="beam" d="M17 9 31 3v12z" />
          <path class="tower" d="M11 30 13 12h6l2 18zM12 12V7h8v5M11 7l5-4 5 4" />
        </svg>{" "}
        Faro
      </a>
      {children}
    </header>
  );
}

export function Running() {
  if (!keys.value) return null;
  return (
    <p class="note">
      {t("running_note")} <a {...link({ run: true, lesson: "" })}>{t("running_back")}</a>
    </p>
  );
}

export function Trouble({ text, again }: { text: string; again?: () => void }) {
  if (!text) return null;
  return (
    <div class="trouble" role="alert">
      <p>{t(text)}</p>
      {again && <button type="button" onClick={again}>{t("try_again")}</button>}
    </div>
  );
}

// Sentences of the lesson, with cards of help among them; what is a card has a telephone, a link or a source.
export function Said({ bubbles }: { bubbles: Bubble[] }) {
  return (
    <>
      {bubbles.map((bubble, n) => (
        <p key={n} lang={bubble.lang} dir={bubble.dir} class={bubble.phone || bubble.links.length || bubble.source ? "help" : undefined}>
          {bubble.text}
          {bubble.phone && <> <a href={`tel:${bubble.phone.dial}`}><bdi>{bubble.phone.label}</bdi></a></>}
          {bubble.links.map((each) => (
            <> <a key={each.url} href={each.url} target="_blank" rel="noreferrer noopener">{each.label}</a></>
          ))}
          {bubble.checked && <small> {bubble.checked} <bdi>({bubble.source})</bdi></small>}
        </p>
      ))}
    </>
  );
}

export function List({ items }: { items: string[] }) {
  return <ul>{items.map((item) => <li key={item}>{item}</li>)}</ul>;
}

// Asks once, in its place, before something that can't be undone; both answers weigh the same.
export function Sure({ label, ask, yes, act, main }: { label: string; ask: string; yes: string; act: () => void; main?: boolean }) {
  const [asking, put] = useState(false);
  const first = useRef<HTMLParagraphElement>(null);
  const opener = useRef<HTMLButtonElement>(null);
  const touched = useRef(false);
  useLayoutEffect(() => {
    if (asking) first.current?.focus();
    else if (touched.current) opener.current?.focus();
    touched.current = true;
  }, [asking]);
  if (!asking) return <button type="button" ref={opener} class={main ? "main" : undefined} onClick={() => put(true)}>{label}</button>;
  const answer = (what?: () => void) => () => {
    put(false);
    what?.();
  };
  return (
    <div class="sure" role="group" aria-label={label} onKeyDown={(event) => event.key === "Escape" && put(false)}>
      <p ref={first} tabIndex={-1}>{ask}</p>
      <button type="button" onClick={answer(act)}>{yes}</button>
      <button type="button" onClick={answer()}>{t("not_now")}</button>
    </div>
  );
}

// Copies a text; where the browser does not allow it, shows it to be copied by hand.
export function Copy({ label, text }: { label: string; text: string }) {
  const [done, tell] = useState<"" | "copied" | "by_hand">("");
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      tell("copied");
    } catch {
      tell("by_hand");
    }
  };
  return (
    <>
      <button type="button" onClick={() => void copy()}>{label}</button>
      <span role="status" class="quiet">{done === "copied" && t("copied")}{done === "by_hand" && t("copy_by_hand")}</span>
      {done === "by_hand" && <textarea readOnly aria-label={label} value={text} rows={3} onFocus={(event) => event.currentTarget.select()} />}
    </>
  );
}
