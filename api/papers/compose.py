"""A plan, a letter, a record or the talk itself as a page to print and as a PDF, composed when asked for and kept nowhere."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from api.conversations.log import Body
from api.conversations.rules import By
from api.speech.papers import RECORD, letter_of, steps_of
from api.speech.say import Speaker, View

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


def compose(speaker: Speaker, name: str, facts: dict[str, Any], view: View, talk: Sequence[Body] = ()) -> Paper:
    """The paper of this name (`plan`, `letter`, `record` or `transcript`) for what was said and answered.

    Args:
        talk: the bubbles of the conversation, for its transcript.
    """
    texts = speaker.book.labels("papers", view.locale)

    def said(key: str) -> list[Body]:
        return speaker.bubbles(key, view, replies=False)

    letter = letter_of(facts, speaker.book.source.keys)
    parts = {
        "plan": lambda: [Part(said(key), box="" if key == "plan/words" else "tick") for key in steps_of(facts)],
        "letter": lambda: [Part(said(key), texts.get(HEADED.get(key, ""), "")) for key in letter],
        "record": lambda: [*(Part(said(f"record/{field}"), box="lines") for field in RECORD), Part(said("record/help"))],
        "transcript": lambda: list(_spoken(talk, speaker.book.labels("widget", view.locale))),
    }[name]()
    return Paper(name, texts[f"{name}_title"], view, speaker.book.direction(view.locale), said(f"{name}/intro"), parts)


def _spoken(talk: Sequence[Body], texts: dict[str, str]) -> Iterator[Part]:
    """The talk in its order, each turn under the name of who spoke."""
    for who, turn in groupby(talk, key=lambda bubble: _who(bubble, texts)):
        yield Part(list(turn), who)


def _who(bubble: Body, texts: dict[str, str]) -> str:
    if bubble["by"] == By.counsellor:
        return f"{bubble['name']} · {texts['person']}" if bubble.get("name") else texts["person"]
    return texts["you"] if bubble["by"] == By.child else texts["faro"]
