"""A plan, a letter or a record as a page to print and as a PDF, composed when it is asked for and kept nowhere."""

from dataclasses import dataclass
from typing import Any

from api.chat.papers import RECORD, letter_of, steps_of
from api.chat.say import Speaker, View
from api.conversations.log import Body

HEADED = {"letter/do": "letter_do", "letter/not": "letter_not"}


@dataclass(frozen=True)
class Part:
    """A piece of a paper: its bubbles, under a heading or not, with a box to tick or lines to write on."""

    bubbles: list[Body]
    heading: str = ""
    box: str = ""


@dataclass(frozen=True)
class Paper:
    """One sheet. `intro` speaks to the child and is not printed on a letter."""

    name: str
    title: str
    view: View
    direction: str
    intro: list[Body]
    parts: list[Part]


def compose(speaker: Speaker, name: str, facts: dict[str, Any], view: View) -> Paper:
    """The paper of this name (`plan`, `letter` or `record`) for what the child has said and answered."""
    texts = speaker.book.labels("papers", view.locale)

    def said(key: str) -> list[Body]:
        return speaker.bubbles(key, view, replies=False)

    letter = letter_of(facts, speaker.book.source.keys)
    parts = {
        "plan": lambda: [Part(said(key), box="" if key == "plan/words" else "tick") for key in steps_of(facts)],
        "letter": lambda: [Part(said(key), texts.get(HEADED.get(key, ""), "")) for key in letter],
        "record": lambda: [*(Part(said(f"record/{field}"), box="lines") for field in RECORD), Part(said("record/help"))],
    }[name]()
    return Paper(name, texts[f"{name}_title"], view, speaker.book.direction(view.locale), said(f"{name}/intro"), parts)
