// Leave now: the words go first, then the page; this entry of the history is replaced, so Back does not return here.
const TWICE = 1500;
const THRICE = 5000;

export function armLeaving(button: HTMLElement, to: string, wipe: () => void): () => void {
  const leave = (): void => {
    document.body.replaceChildren();
    wipe();
    if (parent !== window) parent.postMessage({ faro: "exit", to }, "*"); // holds nothing but a public address
    location.replace(to);
  };
  button.addEventListener("click", (event) => {
    event.preventDefault();
    leave();
  });
  const presses = { Escape: [] as number[], Shift: [] as number[] };
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Shift") presses.Shift = [];
    if (event.key !== "Escape" && event.key !== "Shift") return;
    // a touch keyboard sends Shift for every capital letter
    if (event.key === "Shift" && matchMedia("(pointer: coarse)").matches && document.activeElement?.matches("textarea,input")) return;
    if (event.repeat) return;
    const [times, within] = event.key === "Escape" ? [2, TWICE] : [3, THRICE];
    const now = Date.now();
    presses[event.key] = [...presses[event.key].filter((at) => now - at < within), now];
    if (presses[event.key].length >= times) leave();
  });
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
  return leave;
}
