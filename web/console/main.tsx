// The staff's console: a desk behind a door.
import { effect } from "@preact/signals";
import { render } from "preact";
import { Desk } from "./desk";
import { door, me } from "./door/door";
import { armKeys } from "./keys";
import { armInvite, takeInvite } from "./door/invite";
import { goLive } from "./live";
import { focusSoon } from "./focus";
import { alarm, armAlarm } from "./queue/alarm";
import { waiting } from "./queue/queue";
import { armSigns } from "./queue/signs";
import { armSignIn } from "./door/signin";

const place = document.getElementById("desk")!;

effect(() => {
  const inside = door.value === "in";
  place.hidden = !inside;
  // a number and nothing else: a title shows on shared screens and in histories
  const count = me.value?.paused_at ? 0 : waiting.value.length;
  document.title = inside && count ? `(${count}${alarm.value ? "!" : ""}) Faro` : "Faro";
});
effect(() => {
  if (door.value === "in") focusSoon("queue-title");
});
render(<Desk />, place);
armKeys();
goLive();
armAlarm();
armSigns();
const invite = takeInvite();
if (invite) void armInvite(invite, armSignIn);
else void armSignIn();
