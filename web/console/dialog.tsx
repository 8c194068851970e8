// The frame of a dialog, and one that asks before it acts.
import type { ComponentChildren, TargetedSubmitEvent } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { asked } from "./asked";
import { notice } from "./opened";
import { t } from "./words";

type Act = () => Promise<boolean> | void; // whether it went through, where what was typed here would be lost

export function Ask({ title, yes, act, children }: { title: string; yes: string; act: Act; children: ComponentChildren }) {
  const [fate, turn] = useState<"" | "sending" | "failed">("");
  const submit = async (event: TargetedSubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (fate === "sending") return;
    const own = event.currentTarget.closest("dialog"); // another may stand here when the answer comes
    turn("sending");
    if ((await act()) === false) turn("failed");
    else own?.close();
  };
  return (
    <Dialog title={title}>
      <form onSubmit={submit}>
        {children}
        {fate === "failed" && <p class="trouble" role="alert">{notice.value}</p>}
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
