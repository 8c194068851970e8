// The frame of a dialog, and one that asks before it acts.
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { asked } from "./asked";
import { t } from "./words";

export function Ask({ title, yes, act, children }: { title: string; yes: string; act: () => void; children: ComponentChildren }) {
  const submit = (event: Event) => {
    event.preventDefault();
    shut();
    act();
  };
  return (
    <Dialog title={title}>
      <form onSubmit={submit}>
        {children}
        <p class="actions">
          <button type="button" onClick={shut}>{t("cancel")}</button>
          <button class="main">{yes}</button>
        </p>
      </form>
    </Dialog>
  );
}

// Closing by the element itself gives the focus back to where it was.
export function shut(): void {
  document.querySelector("dialog")?.close();
}

export function Dialog({ title, wide, children }: { title: string; wide?: boolean; children: ComponentChildren }) {
  const box = useRef<HTMLDialogElement>(null);
  useEffect(() => box.current?.showModal(), []);
  return (
    <dialog ref={box} class={wide ? "wide" : undefined} aria-labelledby="dialog-title" onClose={() => (asked.value = null)}>
      <h2 id="dialog-title">{title}</h2>
      {children}
    </dialog>
  );
}
