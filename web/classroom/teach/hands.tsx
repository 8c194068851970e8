// One device: raised hands, a number for each choice. What was typed stays until it is counted.
import { useEffect, useRef, useState } from "preact/hooks";
import { act } from "./session";
import type { Item } from "./shapes";
import { t } from "./words";

export function Hands({ item, seats }: { item: Item; seats: number }) {
  const [typed, put] = useState<Record<string, string>>({});
  const [over, tell] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => form.current?.querySelector("input")?.focus(), []);
  const submit = (event: Event) => {
    event.preventDefault();
    const counts = Object.fromEntries(item.options.map((option) => [option.id, Math.max(0, Math.trunc(Number(typed[option.id] ?? 0) || 0))]));
    const values = Object.values(counts);
    const most = item.several ? Math.max(...values) : values.reduce((sum, each) => sum + each, 0);
    tell(most > seats);
    if (most <= seats) void act("PUT", `/hands/${item.id}`, { counts });
  };
  return (
    <form ref={form} id="hands" class="hands" noValidate onSubmit={submit}>
      <p>{t("hands_enter")}</p>
      {item.options.map((option) => (
        <label key={option.id}>
          <span>{option.text}</span>
          <input type="number" inputMode="numeric" min={0} max={seats} value={typed[option.id] ?? ""} onInput={(event) => put({ ...typed, [option.id]: event.currentTarget.value })} />
        </label>
      ))}
      <div role="alert">{over && <p class="missing">{t("hands_too_many", { n: seats })}</p>}</div>
    </form>
  );
}
