"""Typed answers in a guide: "skip", "yes", "my mum" or "on insta" count like the button they mean.

Words come from data/answers/<locale>.yml. A crisis is not turned into an answer, a clear question stays a question.
"""
from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import ENTITIES, INTENT, METADATA, TEXT
from rasa.shared.nlu.training_data.message import Message
from understanding.component import FALLBACK, READING
from understanding.needs import NEEDS, SMALL_TALK
from understanding.text import fold

from components.guides import VALUES, Position, position

FOLDER = Path(__file__).resolve().parents[1] / "data" / "answers"
UNANSWERED = ""
MANY_WORDS = 12
STORY_WORDS = 6
SURE = 0.85
FAINT = 0.3  # below this a crisis is one guess of many, and does not stand against an answer to the question that was asked
APPS = {"whatsapp", "instagram", "tiktok", "snapchat", "telegram", "facebook", "discord"}
# In these guides the topic of the guide itself is no change of subject.
OWN_TOPIC = {
    "picture": {"saw_or_received"},
    "takedown": {"remove_content", "report_to_platform"},
    "tell": {"tell_trusted_adult"},
}
Phrases = dict[str, list[str]]


class Words:
    """The typed words of one locale, normalised once."""

    def __init__(self, content: dict[str, Any]) -> None:
        self.commands = _normalised(content["commands"])
        self.shared = _normalised(content["shared"])
        self.slots = {slot: _normalised(values) for slot, values in content["slots"].items()}
        self.asking = tuple(f"{fold(word)} " for word in content["asking"])

    def shared_for(self, slot: str) -> Phrases:
        """Yes, no and "I do not know", as far as the question has such a value; "no idea" is no "no" where it has none."""
        meaning = {"yes": "yes", "no": "not_yet" if "not_yet" in VALUES[slot] else "no",
                   "unsure": "unknown" if "unknown" in VALUES[slot] else "unsure"}
        return {value if value in VALUES[slot] else UNANSWERED: self.shared[word] for word, value in meaning.items()}

    def command(self, text: str) -> str | None:
        """A command must be the whole message: "stop" ends a guide, "he does not stop" does not."""
        return next((name for name, phrases in self.commands.items() if text in phrases), None)

    def exact(self, slot: str, text: str) -> str | None:
        """The value whose words are the whole message, be it several of them ("no im safe at home")."""
        for value in VALUES[slot]:
            phrases = [*self.slots.get(slot, {}).get(value, []), *self.shared_for(slot).get(value, [])]
            if made_of(text, phrases):
                return value
        return None

    def within(self, slot: str, text: str) -> str | None:
        """The value with the longest phrase in the message; yes and no count at its beginning only.

        One letter is too little: "x" is an app, and a kiss.
        """
        padded = f" {text} "
        found = [(len(phrase), value) for value, phrases in self.slots.get(slot, {}).items() for phrase in phrases
                 if len(phrase) > 1 and f" {phrase} " in padded]
        found += [(len(phrase), value) for value, phrases in self.shared_for(slot).items() for phrase in phrases
                  if len(phrase) > 1 and padded.startswith(f" {phrase} ")]
        longest = max(found, default=(0, ""))[0]
        values = {value for length, value in found if length == longest}
        return values.pop() if len(values) == 1 and values != {UNANSWERED} else None


def made_of(text: str, phrases: list[str]) -> bool:
    """Whether a text is nothing but these phrases, in a time that grows with its length alone.

    A pattern would try every way of cutting "no no no no …", and the bot that does so answers nobody else.
    """
    words, known = text.split(), {tuple(phrase.split()) for phrase in phrases}
    reached = {0}
    for start in range(len(words)):
        if start in reached:
            reached |= {start + len(phrase) for phrase in known if tuple(words[start : start + len(phrase)]) == phrase}
    return bool(words) and len(words) in reached


def _normalised(phrases: Phrases) -> Phrases:
    return {value: [fold(str(phrase)) for phrase in words] for value, words in phrases.items()}


@cache
def read_words() -> dict[str, Words]:
    """The words of every locale, read once at start."""
    return {path.stem: Words(yaml.safe_load(path.read_text(encoding="utf-8"))) for path in FOLDER.glob("*.yml")}


def is_question(text: str, need: str, confidence: float, now: Position, words: Words) -> bool:
    """Whether a message that mentions an option is about something else all the same."""
    if need not in NEEDS or need in SMALL_TALK:
        return False
    if any(mark in text for mark in "?؟¿") or fold(text).startswith(words.asking):
        return True
    if NEEDS[need].tier == "disclosure":
        return confidence >= SURE and len(text.split()) > STORY_WORDS
    return confidence >= SURE and need not in OWN_TOPIC.get(str(now.guide), ())


def meaning(message: Message, now: Position) -> tuple[str, list[dict[str, str]]] | None:
    """The intent and entities of a typed reply, or None when it is not one."""
    if not now.asked:
        return None
    text, short = message.get(TEXT) or "", fold(message.get(TEXT) or "")
    words = words_of((message.get(METADATA) or {}).get("locale"))
    intent = message.get(INTENT) or {"name": FALLBACK, "confidence": 0.0}
    answer = words.command(short) or words.exact(now.asked, short)
    if is_crisis(message) and (alerted(message) or (not answer and intent["confidence"] >= FAINT)):
        return None
    if answer in words.commands:
        return str(answer), []
    answer = answer or loose_answer(text, intent, now, words)
    return ("answer", [{"entity": now.asked, "value": answer}]) if answer else None


def is_crisis(message: Message) -> bool:
    """Whether the message was understood as a crisis."""
    need = NEEDS.get((message.get(INTENT) or {}).get("name", ""))
    return need is not None and need.tier == "crisis"


def alerted(message: Message) -> bool:
    """Whether an alert word made it one; that always wins.

    The classifier alone may take "I am safe" or "I have nobody" for a crisis. When the whole message is words from the
    reviewed list, it means what the button means.
    """
    return bool((message.get(READING) or {}).get("alert"))


def loose_answer(text: str, intent: dict[str, Any], now: Position, words: Words) -> str | None:
    """An answer inside a short message that is not a question."""
    short, asked = fold(text), str(now.asked)
    if len(short.split()) > MANY_WORDS or is_question(text, intent["name"], intent["confidence"], now, words):
        return None
    return words.within(asked, short) or yes_or_no(asked, intent["name"])


def told(intent: str, text: str, locale: str) -> dict[str, str]:
    """What a disclosure says by itself and need not be asked again: a threat, the app it names.

    Other places than apps are too easily meant otherwise.
    """
    if intent not in NEEDS or NEEDS[intent].tier != "disclosure":
        return {}
    place = words_of(locale).within("place", fold(text))
    threat = {"threat": "yes"} if intent == "sexual_extortion" else {}
    return {**threat, **({"place": place} if place in APPS else {})}


def words_of(locale: str | None) -> Words:
    """The words of a locale; a new locale without a file starts with the English ones."""
    return read_words().get(locale or "en") or read_words()["en"]


def yes_or_no(slot: str, need: str) -> str | None:
    """What the classifier took for a yes or a no, in words that are not on the list."""
    wanted = {"affirm": ["yes"], "deny": ["no", "not_yet"]}.get(need, [])
    return next((value for value in wanted if value in VALUES[slot]), None)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class GuideAnswers(GraphComponent):
    """The last step of the pipeline; outside a guide it does nothing."""

    @classmethod
    def create(cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource,
               execution_context: ExecutionContext) -> GuideAnswers:
        """Read the words now, so that a broken file is noticed at start."""
        read_words()
        return cls()

    def process(self, messages: list[Message], tracker: DialogueStateTracker) -> list[Message]:
        """The name of the parameter `tracker` is what makes Rasa hand over the conversation."""
        now = position(tracker)
        for message in messages:
            if reply := meaning(message, now):
                intent, entities = reply
                message.set(INTENT, {"name": intent, "confidence": 1.0}, add_to_output=True)
                message.set(ENTITIES, entities, add_to_output=True)
                message.set(READING, {"confidence": 1.0, "also": [], "ask_back": []}, add_to_output=True)
        return messages
