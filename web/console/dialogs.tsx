// Which dialog stands open; and those that are about no case: a pause, sign out over unsent text, and the list of keys.
import { useState } from "preact/hooks";
import { asked, keysOn, soundOn } from "./asked";
import { Agree, Close, Glass, Offer, Refer, Release } from "./card/case_dialogs";
import { load, pause } from "./care";
import { Ask, Dialog, shut } from "./dialog";
import { anyDraft } from "./talk/drafts";
import { goOut } from "./door/leaving";
import { Picker } from "./talk/picker";
import { t } from "./words";

const KEYS = [["j", "key_j"], ["k", "key_k"], ["Enter", "key_enter"], ["x", "key_x"], ["c", "key_c"], ["m", "key_m"], ["n", "key_n"], ["p", "key_p"], ["/", "key_search"], ["?", "key_help"], ["Esc", "key_escape"]] as const;

export function Dialogs() {
  const now = asked.value;
  switch (now?.about) {
    case undefined: return null;
    case "keys": return <Keys />;
    case "leave": return <Ask title={t("leave_title")} yes={t("sign_out")} act={() => void goOut()}><p>{t("leave_unsent")}</p></Ask>;
    case "pause": return <Pause />;
    case "phrases": return <Dialog title={t("phrases")} wide><Picker row={now.row} shut={shut} /></Dialog>;
    case "glass": return <Glass row={now.row} />;
    case "sure": return <Ask title={now.title} yes={now.yes} act={now.act}><p>{now.what}</p></Ask>;
    case "close": return <Close row={now.row} />;
    case "offer": return <Offer row={now.row} />;
    case "refer": return <Refer row={now.row} kind={now.kind} />;
    case "agree": return <Agree row={now.row} />;
    case "release": return <Release row={now.row} />;
  }
}

function Pause() {
  const [to, choose] = useState("queue");
  return (
    <Ask title={t("pause_title")} yes={t("pause")} act={() => void pause(to)}>
      <p>{t("pause_what")}</p>
      <label>
        {t("pause_to")}
        <select value={to} onChange={(event) => choose(event.currentTarget.value)}>
          <option value="queue">{t("pause_queue")}</option>
          {load.value?.there.map((one) => <option key={one.id} value={one.id}>{one.name}</option>)}
        </select>
      </label>
      {anyDraft.value && <p class="trouble">{t("unsent")}</p>}
    </Ask>
  );
}

function Keys() {
  return (
    <Dialog title={t("keys_title")}>
      <p>{t("keys_what")}</p>
      <label>
        <input type="checkbox" checked={keysOn.value} onChange={(event) => (keysOn.value = event.currentTarget.checked)} />
        {t("keys_on")}
      </label>
      <label>
        <input type="checkbox" checked={soundOn.value} onChange={(event) => (soundOn.value = event.currentTarget.checked)} />
        {t("sound_on")}
      </label>
      <dl class="keys">
        {KEYS.map(([key, label]) => (
          <div class="line" key={key}>
            <dt><kbd>{key}</kbd></dt>
            <dd>{t(label)}</dd>
          </div>
        ))}
      </dl>
      <p class="actions">
        <button type="button" onClick={shut}>{t("close_dialog")}</button>
      </p>
    </Dialog>
  );
}
