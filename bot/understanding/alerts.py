"""Alert words: a helpline's own list of phrases that mean a child's life or body is in danger.

The list may only raise a message to a crisis need. It never lowers what the classifier found. A phrase that is denied ("nobody
is beating me") or that the list itself calls an idiom ("he will kill me") rings as well, unless the classifier is sure of calm
talk: neither the words nor the classifier decide alone.
"""
from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from re import Pattern
from typing import Any

import yaml
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message

from understanding.component import FALLBACK, READING
from understanding.needs import CONTENT, CRISES, NEEDS, SMALL_TALK
from understanding.text import fold, unleet

FOLDER = CONTENT / "alerts"
SURE = 0.9  # of calm talk, so that a denial or an idiom is believed
BETWEEN = 2  # words at most between a denial and what is denied


def one_of(phrases: list[str]) -> str:
    """The expression for a list of phrases, each at word boundaries; the Arabic "and" is written as part of the next word."""
    words = sorted({fold(str(phrase)) for phrase in phrases} - {""}, key=len, reverse=True)
    return rf"(?<!\w)و?(?:{'|'.join(map(re.escape, words))})(?!\w)" if words else r"(?!)"


def patterns(phrases: dict[str, list[str]]) -> dict[str, Pattern[str]]:
    """The patterns of one locale: one a crisis need, `exceptions`, and `doubtful` for idioms and for phrases behind a denial."""
    found = {key: one_of(phrases.get(key) or []) for key in [*CRISES, "exceptions", "denials", "idioms"]}
    ringing = "|".join(found[need] for need in CRISES)
    found["doubtful"] = rf"{found.pop('denials')}(?: \w+){{0,{BETWEEN}}} (?:{ringing})|{found.pop('idioms')}"
    return {key: re.compile(expression) for key, expression in found.items()}


@cache
def read_alerts(folder: Path = FOLDER) -> list[dict[str, Pattern[str]]]:
    """The lists of every locale, read once at start; a file that does not load stops the bot."""
    return [patterns(yaml.safe_load(path.read_text(encoding="utf-8"))) for path in sorted(folder.glob("*.yaml"))]


def alert(text: str, without: str = "exceptions") -> str | None:
    """The crisis need that a message's words call for. A child may mix languages, so every list is tried."""
    folded, lists = fold(text), read_alerts()
    for taken_out in dict.fromkeys(("exceptions", without)):
        for phrases in lists:
            folded = phrases[taken_out].sub(" ", folded)
    spellings = {folded, unleet(folded)}
    return next((need for need in CRISES for phrases in lists for spelling in spellings if phrases[need].search(spelling)), None)


def is_calm(message: Message) -> bool:
    """Whether all that rings is denied or an idiom, and the classifier has read every sentence and is sure of calm talk in it."""
    sure = (message.get(READING) or {}).get("calm", 0.0) >= SURE
    return sure and alert(message.get(TEXT) or "", without="doubtful") is None


def raise_to(need: str, message: Message) -> None:
    """Put the crisis first and keep what the classifier had found beside it."""
    before = (message.get(INTENT) or {}).get("name")
    reading = message.get(READING) or {"also": [], "ask_back": []}
    also = [other for other in [before, *reading["also"]] if other in NEEDS and other not in SMALL_TALK]
    message.set(INTENT, {"name": need, "confidence": 1.0}, add_to_output=True)
    message.set(READING, {**reading, "confidence": 1.0, "also": also, "alert": True}, add_to_output=True)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class Alerts(GraphComponent):
    """Runs after the classifier and looks at messages that are not a crisis yet."""

    @classmethod
    def create(cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource,
               execution_context: ExecutionContext) -> Alerts:
        """Read the lists now, so that a broken one is noticed at start and not at a child's message."""
        read_alerts()
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """Raise the messages whose words are on a list."""
        for message in messages:
            found = alert(message.get(TEXT) or "")
            current = (message.get(INTENT) or {"name": FALLBACK})["name"]
            if found and current not in CRISES and not is_calm(message):
                raise_to(found, message)
        return messages
