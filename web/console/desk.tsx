// The desk: bar, three columns, dialogs, and the one place that speaks to screen readers.
import { spoken } from "./announce";
import { asked } from "./asked";
import { Card } from "./card/card";
import { Kindness, Pause } from "./care";
import { Conversation } from "./talk/conversation";
import { Dialogs } from "./dialogs";
import { door, me } from "./door/door";
import { signOut } from "./door/leaving";
import { heardAt, link } from "./live";
import { notice, view } from "./opened";
import { Duties } from "./office/duties";
import { backToDesk, inOffice, mine, Office, visit } from "./office/office";
import { ProofDialog } from "./door/proof_dialog";
import { Queue } from "./queue/queue_column";
import { clock, t } from "./words";

export function Desk() {
  return (
    <>
      {door.value === "in" && (
        <>
          <Bar />
          {inOffice.value ? (
            <Office />
          ) : (
            <main class="columns" data-view={view.value}>
              <Queue />
              <Conversation />
              <Card />
            </main>
          )}
          <Dialogs />
          <ProofDialog />
        </>
      )}
      <div class="unseen" aria-live="polite">
        {spoken.value.map((entry) => (
          <p key={entry.id}>{entry.text}</p>
        ))}
      </div>
    </>
  );
}

function Bar() {
  const who = me.value;
  return (
    <header class="bar">
      <h1>Faro</h1>
      {who?.role !== "admin" && (
        <p class={`link ${link.value}`} role="status">
          {t(`link_${link.value}`, { time: clock(heardAt.value) })}
        </p>
      )}
      <p class="who">
        <bdi>{who?.name}</bdi>, {t(`role_${who?.role}`)}
      </p>
      {who?.role !== "admin" && mine.value.length > 0 && (
        <button type="button" onClick={() => (inOffice.value ? backToDesk() : visit())}>
          {t(inOffice.value ? "desk" : "office")}
        </button>
      )}
      <Pause />
      <button type="button" onClick={() => (asked.value = { about: "keys" })}>
        {t("help")} <kbd>?</kbd>
      </button>
      <button type="button" onClick={signOut}>
        {t("sign_out")}
      </button>
      <Duties />
      {notice.value && <p class="notice">{notice.value}</p>}
      <Kindness />
    </header>
  );
}
