// Notes for the team, in a box of their own and away from the words for the child.
import type { Whole } from "../api";
import { Compose } from "../talk/compose";
import { Words } from "../talk/speech";
import { clock, t } from "../words";

export function Notes({ whole }: { whole: Whole }) {
  return (
    <section class="team" aria-labelledby="notes-title">
      <h3 id="notes-title">{t("notes")}</h3>
      {whole.notes.length === 0 && <p class="quiet">{t("no_notes")}</p>}
      <ul>
        {whole.notes.map((note) => (
          <li key={note.id}>
            <span class="quiet">
              <bdi>{note.by}</bdi>, <time dateTime={note.at}>{clock(note.at)}</time>
            </span>
            <Words text={note.text} />
          </li>
        ))}
      </ul>
      <Compose key={whole.id} id={whole.id} kind="notes" />
    </section>
  );
}
