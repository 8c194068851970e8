// The middle column: what was said in the case, and the box to write in.
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Row, Said, Whole } from "../api";
import { asked } from "../asked";
import { Compose } from "./compose";
import { me } from "../door/door";
import { claim, mayRead, mayWrite, opened, type Opened } from "../opened";
import { toPhrases } from "./phrases";
import { childWrites, watchTalk } from "../queue/signs";
import { Speech } from "./speech";
import { Ways } from "./ways";
import { stateOf, t } from "../words";

const NEAR = 80;

export function Conversation() {
  const now = opened.value;
  return (
    <section class="column conversation" aria-labelledby="conversation-title">
      <Ways />
      <h2 id="conversation-title" tabIndex={-1}>
        {t("conversation")}
        {now && (
          <>
            {" "}
            <span class="quiet">
              <bdi>{now.row.number}</bdi>, {stateOf(now.row)}
            </span>
          </>
        )}
      </h2>
      {!now && <p class="empty quiet">{t("pick")}</p>}
      {now && (now.whole ? <Talk whole={now.whole} /> : <Closed {...now} />)}
    </section>
  );
}

function Closed({ row, shut }: Opened) {
  return (
    <div class="empty">
      <p>{t(reasonOfClosed(row, shut))}</p>
      {row.state === "waiting" && (
        <button type="button" class="main" onClick={() => void claim(row)}>
          {t("claim")}
        </button>
      )}
      {me.value?.role === "counsellor" && row.state === "claimed" && !row.mine && (
        <p class="actions">
          <button type="button" onClick={() => (asked.value = { about: "glass", row })}>
            {t("glass_open")}
          </button>
        </p>
      )}
    </div>
  );
}

function reasonOfClosed(row: Row, shut: boolean): string {
  if (row.locked && !mayRead(row)) return "locked";
  if (row.outcome === "erased" && !row.locked) return "erased";
  if (shut) return "shut";
  if (row.state === "waiting") return "claim_first";
  return mayRead(row) ? "loading" : "claimed_by_other";
}

function Talk({ whole }: { whole: Whole }) {
  const { log, isBelow, toEnd, onScroll } = useEnd(whole.id, whole.messages.at(-1)?.seq ?? 0);
  useEffect(() => watchTalk(log.current!), []);
  return (
    <>
      {whole.watched_by.length > 0 && <p class="watched" role="status">{t("watched_by", { names: whole.watched_by.join(", ") })}</p>}
      <div class="scroll log" ref={log} onScroll={onScroll} role="region" aria-label={t("log")} tabIndex={0}>
        {whole.messages.length === 0 && <p class="quiet">{t("no_messages")}</p>}
        <ol>
          {folded(whole.messages).map((said) => (
            <Speech key={said.seq} said={said} />
          ))}
        </ol>
        <p class="signs quiet">{childWrites.value ? t("child_writes") : seenBy(whole) ? t("child_has_seen") : ""}</p>
      </div>
      {isBelow && (
        <button type="button" class="newer" onClick={toEnd}>
          {t("newer")}
        </button>
      )}
      {mayWrite(whole) ? <Answering id={whole.id} /> : <p class="quiet foot">{t("read_only")}</p>}
    </>
  );
}

function Answering({ id }: { id: string }) {
  return (
    <>
      <p class="foot actions">
        <button type="button" onClick={toPhrases}>
          {t("phrases")} <kbd>p</kbd>
        </button>
      </p>
      <Compose key={id} id={id} kind="messages" />
    </>
  );
}

// Whether the child's page has shown the last thing that a person wrote.
function seenBy(whole: Whole): boolean {
  const last = whole.messages.at(-1);
  return last?.by === "counsellor" && whole.seen >= last.seq;
}

// One mark of the program is several bubbles for the child; here it is one line.
function folded(messages: Said[]): Said[] {
  return messages.filter((said, n) => said.by !== "system" || !said.key || said.key !== messages[n - 1]?.key);
}

// Follows the end of the log, unless somebody reads further up.
function useEnd(id: string, last: number) {
  const log = useRef<HTMLDivElement>(null);
  const follows = useRef(true);
  const [isBelow, setBelow] = useState(false);
  const toEnd = () => {
    log.current?.scrollTo(0, log.current.scrollHeight);
    setBelow(false);
  };
  const onScroll = ({ currentTarget: box }: { currentTarget: HTMLDivElement }) => {
    follows.current = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR;
    if (follows.current) setBelow(false);
  };
  useLayoutEffect(() => {
    follows.current = true;
  }, [id]);
  useLayoutEffect(() => {
    if (follows.current) toEnd();
    else setBelow(true);
  }, [id, last]);
  return { log, isBelow, toEnd, onScroll };
}
