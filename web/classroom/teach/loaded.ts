// Something that is fetched for a view: its value, or the sentence about what went wrong, and a way to try again.
import { useEffect, useState } from "preact/hooks";
import { call, sentenceOf } from "./api";

export type Loaded<T> = { value: T | null; trouble: string; again: () => void };

export function useLoaded<T>(path: string): Loaded<T> {
  const [found, put] = useState<{ path: string; value: T } | null>(null);
  const [trouble, tell] = useState("");
  const [tries, count] = useState(0);
  useEffect(() => {
    let current = true;
    tell("");
    call<T>("GET", path).then(
      (value) => current && put({ path, value }),
      (error) => current && tell(sentenceOf(error)),
    );
    return () => {
      current = false;
    };
  }, [path, tries]);
  return { value: found?.path === path ? found.value : null, trouble, again: () => count(tries + 1) };
}
