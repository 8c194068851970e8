"""Alert words: a helpline's own list of phrases that mean a child's life or body is in danger.

The list may only raise a message to a crisis need. It never lowers what the classifier found.
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
from rasa.shared.nlu.constants import INTENT, METADATA, TEXT
from rasa.shared.nlu.training_data.message import Message

from understanding.component import FALLBACK, READING
from understanding.needs import CONTENT, CRISES, NEEDS, SMALL_TALK
from understanding.text import fold, unleet

FOLDER = CONTENT / "alerts"


def any_of(phrases: list[str]) -> Pattern[str] | None:
    """One pattern for a list of phrases, each at word boundaries; the Arabic "and" is written as part of the next word."""
    words = sorted({fold(str(phrase)) for phrase in phrases} - {""}, key=len, reverse=True)
    return re.compile(rf"(?<!\w)و?(?:{'|'.join(map(re.escape, words))})(?!\w)") if words else None


@cache
def read_alerts(folder: Path = FOLDER) -> dict[str, dict[str, Pattern[str] | None]]:
    """The lists of every locale, read once at start; a file that does not load stops the bot."""
    lists = {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.yaml"))}
    return {
        locale: {key: any_of(phrases.get(key) or []) for key in [*CRISES, "exceptions"]}
        for locale, phrases in lists.items()
    }


def lists_of(locale: str | None) -> list[dict[str, Pattern[str] | None]]:
    """The lists of the message's locale and of English, which children mix in; every list where the locale has none."""
    lists = read_alerts()
    return [lists[name] for name in dict.fromkeys((locale, "en"))] if locale in lists else list(lists.values())


def alert(text: str, locale: str | None = None) -> str | None:
    """The crisis need that a message's words call for."""
    folded, lists = fold(text), lists_of(locale)
    for exceptions in (phrases["exceptions"] for phrases in lists):
        folded = exceptions.sub(" ", folded) if exceptions else folded
    spellings = {folded, unleet(folded)}
    return next((need for need in CRISES for phrases in lists for spelling in spellings
                 if phrases[need] and phrases[need].search(spelling)), None)


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
            found = alert(message.get(TEXT) or "", (message.get(METADATA) or {}).get("locale"))
            current = (message.get(INTENT) or {"name": FALLBACK})["name"]
            if found and current not in CRISES:
                raise_to(found, message)
        return messages
