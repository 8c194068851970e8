// A paper on the screen. Printing and leaving need a script; everything else on the page works without it.
import { byId } from "./dom";
import { armLeaving } from "./leave";
import { stored, wipe } from "./stored";

const leave = byId<HTMLAnchorElement>("leave");
armLeaving(leave, leave.href, wipe);

const print = byId("print");
print.hidden = false;
print.addEventListener("click", () => window.print());

// a chat that this tab keeps goes on where it was; else the form asks the server for the page without script
byId("back").addEventListener("click", (event) => {
  if (!stored()) return;
  event.preventDefault();
  location.replace(`/?locale=${document.documentElement.lang}`);
});
