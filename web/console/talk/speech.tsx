// One thing that was said. A child's words stand isolated and as plain text: nothing in them is ever a link.
import type { Said } from "../api";
import { clock, markOf, speakerOf, t } from "../words";

export function Speech({ said }: { said: Said }) {
  const mark = said.by === "system" ? markOf(said) : null;
  return (
    <li class={mark ? "speech mark" : `speech ${said.by}`}>
      {!mark && (
        <span class="who">
          <bdi>{speakerOf(said)}</bdi>
        </span>
      )}{" "}
      {said.at && <time dateTime={said.at}>{clock(said.at)}</time>}
      {mark ? <p>{mark}</p> : <Words text={said.text} lang={said.lang} dir={said.dir} />}
      {said.meaning && !said.text.startsWith(said.meaning) && <p class="meaning quiet" dir="auto">{said.meaning}</p>}
      {said.asked && <p class="meaning quiet">{t("phrase_asked")} <span dir="auto">{said.asked}</span></p>}
    </li>
  );
}

export function Words({ text, lang, dir = "auto" }: { text: string; lang?: string | null; dir?: string }) {
  return (
    <p class="words" lang={lang ?? undefined} dir={dir as "auto"}>
      {text}
    </p>
  );
}
