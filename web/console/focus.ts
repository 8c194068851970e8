// Where the keyboard is. A place may have to be drawn first, and a slow machine draws late.
let pending = 0;

export function focusSoon(id: string): void {
  cancelAnimationFrame(pending);
  pending = requestAnimationFrame(() => document.getElementById(id)?.focus());
}

// At once if the place is there: letters that are typed before would be taken for keys.
export function focusNow(id: string): void {
  focusSoon(id);
  document.getElementById(id)?.focus();
  if (document.activeElement?.id === id) cancelAnimationFrame(pending);
}

export const typedIn = (): Element | null => {
  const place = document.activeElement;
  return place?.matches("textarea,select,input") ? place : null;
};
