// Cards to talk about, and reviewed answers: on the projector by one tap, away by another.
import { act } from "./session";
import type { Sheet } from "./shapes";
import { t } from "./words";

export function Cards({ now }: { now: Sheet }) {
  const kind = now.steps.find((step) => step.key === now.at)?.kind;
  const { prompts, faq, card } = now;
  return (
    <>
      {card && <p class="note">{t("card_shown")} <button type="button" onClick={() => void act("PUT", "/card", { card: null })}>{t("hide_from_screen")}</button></p>}
      <details class="cards" open={kind === "talk"}>
        <summary>{t("prompts")}</summary>
        <ul>{prompts.map((text, n) => <li key={text}><p>{text}</p><Show id={`prompt:${n}`} now={now} about={text} /></li>)}</ul>
      </details>
      {faq.length > 0 && (
        <details class="cards">
          <summary>{t("faq_cards")}</summary>
          <ul>
            {faq.map((each) => (
              <li key={each.id}>
                <h3>{each.question}</h3>
                {each.answer.map((text) => <p key={text}>{text}</p>)}
                <Show id={`faq:${each.id}`} now={now} about={each.question} />
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

function Show({ id, now, about }: { id: string; now: Sheet; about: string }) {
  const on = now.card === id;
  return (
    <button type="button" class={on ? "chosen" : undefined} aria-description={about} onClick={() => void act("PUT", "/card", { card: on ? null : id })}>
      {t(on ? "hide_from_screen" : "show_on_screen")}
    </button>
  );
}
