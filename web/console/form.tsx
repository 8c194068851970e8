// A form that tells what went wrong in its own place, and keeps what was typed until it went through.
import type { ComponentChildren, InputHTMLAttributes } from "preact";
import { useRef, useState } from "preact/hooks";
import { t } from "./words";

export type Given = Record<string, string>;
type Act = (given: Given) => Promise<void>;
type Other = { yes: string; act: Act; without: string }; // a second way that needs one field less
type Props = {
  yes: string;
  act: Act;
  trouble: (error: unknown) => string; // the key of a label
  other?: Other;
  cancel?: () => void;
  children: ComponentChildren;
};

export function Form({ yes, act, trouble, other, cancel, children }: Props) {
  const form = useRef<HTMLFormElement>(null);
  const [busy, work] = useState(false);
  const [told, tell] = useState("");
  const go = async (wanted: Act) => {
    if (busy || !form.current) return;
    work(true);
    tell("");
    try {
      await wanted(Object.fromEntries(new FormData(form.current)) as Given);
      form.current?.reset();
    } catch (error) {
      tell(trouble(error));
    } finally {
      work(false);
    }
  };
  const goOther = (way: Other) => {
    const fields = [...(form.current?.elements ?? [])] as HTMLInputElement[];
    if (fields.every((field) => field.name === way.without || field.reportValidity())) void go(way.act);
  };
  return (
    <form ref={form} onSubmit={(event) => (event.preventDefault(), void go(act))}>
      {children}
      <p class="trouble" role="alert">{told && t(told)}</p>
      <p class="actions">
        {cancel && <button type="button" onClick={cancel}>{t("cancel")}</button>}
        {other && <button type="button" disabled={busy} onClick={() => goOther(other)}>{other.yes}</button>}
        <button class="main" disabled={busy}>{yes}</button>
      </p>
    </form>
  );
}

// A field is called by its name: `field_<name>` in content/ui/console.yaml, unless a page says otherwise.
export function Field({ name, label, ...rest }: { name: string; label?: string } & InputHTMLAttributes<HTMLInputElement>) {
  return (
    <label class="field">
      {t(label ?? `field_${name}`)} <input name={name} required maxLength={256} {...rest} />
    </label>
  );
}
