"""From a child's message to a need: cut into sentences, classify each, serve the most urgent one.

A message often says two things ("hi, what is a deepfake? someone threatens me"). The urgent one must not drown,
so sentences are read one by one and beside the whole, and crisis beats disclosure beats help beats learn beats meta.
"""
from __future__ import annotations

import re
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import yaml
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from components.model import SentenceModel

CONTENT = Path(__file__).resolve().parents[2] / "content"
RISKS = ["none", "low", "elevated", "high", "emergency"]
FALLBACK = "nlu_fallback"
READING = "reading"
MAX_CHARACTERS = 1000
MAX_PIECES = 8
WHOLE_CHARACTERS = 300  # the cost of a forward pass grows with the length, and all children share one processor
WORDS_IN_A_PIECE = 30
SMALL_TALK = {"greet", "thanks", "goodbye", "affirm", "deny", "insult", "out_of_scope"}
# Inside the disclosure tier these two need someone sooner than the picture itself does.
SOONER = {"sexual_extortion", "sexual_abuse"}


class Need(NamedTuple):
    """A row of the taxonomy: the tier it stands in (0 is the most urgent) and its floor of risk."""

    tier: str
    urgency: int
    risk: str


def read_taxonomy(path: Path = CONTENT / "taxonomy.yaml") -> dict[str, Need]:
    """The needs in the order of the file; the file's order of tiers is the order of urgency."""
    tiers = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {
        name: Need(tier, urgency, fields["risk"])
        for urgency, (tier, needs) in enumerate(tiers.items())
        for name, fields in needs.items()
    }


NEEDS = read_taxonomy()


def tidy(text: str) -> str:
    """A message as the bot reads it: no leading slash (Rasa would obey it) and no control characters."""
    printable = "".join(character if character.isprintable() or character == "\n" else " " for character in text)
    return printable.strip().lstrip("/ \n").strip()


def shorten(text: str) -> str:
    """A long message keeps its beginning and its end: the hardest sentence often comes last."""
    if len(text) <= MAX_CHARACTERS:
        return text
    head = MAX_CHARACTERS * 6 // 10
    return f"{text[:head]}\n{text[-(MAX_CHARACTERS - head - 1):]}"


def pieces(text: str) -> list[str]:
    """The whole message first, then its sentences when there is more than one."""
    text = shorten(text)
    sentences = [part.strip() for part in re.split(r"(?<=[.!?…؟۔।])\s+|\n+", text) if re.search(r"\w", part)]
    parts = [chunk for sentence in sentences for chunk in chunks(sentence.split())]
    whole = text[:WHOLE_CHARACTERS]
    return [whole] if len(parts) < 2 else [whole, *parts[: MAX_PIECES - 2], *parts[MAX_PIECES - 2 :][-1:]]


def chunks(words: list[str]) -> list[str]:
    """Children write without full stops, so a very long sentence is cut by its number of words."""
    cut = [" ".join(words[at : at + WORDS_IN_A_PIECE]) for at in range(0, len(words), WORDS_IN_A_PIECE)]
    return [chunk[:WHOLE_CHARACTERS] for chunk in cut]


def urgency(need: str, confidence: float) -> tuple:
    """Sort key, the most urgent first."""
    return NEEDS[need].urgency, need not in SOONER, -confidence


def worst_risk(needs: list[str]) -> str:
    """The highest floor among the needs of a message; a second need may raise the risk, never lower it."""
    return max((NEEDS[need].risk for need in needs if need in NEEDS), key=RISKS.index, default="none")


def understood(parse: dict[str, Any]) -> dict[str, Any]:
    """What is reported of a message, live and in batch; a guide's answer or a command has no need."""
    intent = parse["intent"]["name"]
    reading = parse.get(READING) or {"confidence": parse["intent"].get("confidence", 1.0), "also": []}
    need = "out_of_scope" if intent == FALLBACK else intent if intent in NEEDS else None
    also = [other for other in reading["also"] if other != need] if need else []
    return {
        "need": need,
        "confidence": round(float(reading["confidence"]), 4),
        "also": also,
        "risk": worst_risk([need, *also] if need else []),
    }


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class Understanding(IntentClassifier, GraphComponent):
    """The intent classifier of the pipeline. It decides on its own when it has not understood."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The settings of the pipeline; config.yml repeats those that a helpline may want to tune."""
        return {
            "C": 20.0, "e5_weight": 1.2, "word_weight": 1.5,
            "letters": [2, 5, 50000], "words": [1, 2, 30000],
            "embedding_cache": None,
            "thresholds": {"crisis": 0.25, "disclosure": 0.25, "help": 0.3, "learn": 0.3, "meta": 0.3},
            "sentence_margin": 0.15, "ask_back": 0.12,
        }

    def __init__(self, config: dict[str, Any], model: SentenceModel, storage: ModelStorage, resource: Resource) -> None:
        self.config, self.model, self._storage, self._resource = config, model, storage, resource

    @classmethod
    def create(cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource,
               execution_context: ExecutionContext) -> Understanding:
        """An untrained classifier."""
        return cls(config, SentenceModel(config), model_storage, resource)

    @classmethod
    def load(cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource,
             execution_context: ExecutionContext, **kwargs: Any) -> Understanding:
        """The classifier as it was trained."""
        with model_storage.read_from(resource) as folder:
            return cls(config, SentenceModel.load(config, folder), model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Fit on the examples of all locales together."""
        examples = [example for example in training_data.intent_examples if example.get(TEXT)]
        self.model.fit([example.get(TEXT) for example in examples], [example.get(INTENT) for example in examples])
        with self._storage.write_to(self._resource) as folder:
            self.model.save(folder)
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Nothing after this component needs its features."""
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """All sentences of all messages go through the network in one batch."""
        readable = [message for message in messages if message.get(TEXT)]
        texts = [pieces(message.get(TEXT)) for message in readable]
        flat = [piece for parts in texts for piece in parts]
        rows = self.model.probabilities(flat) if flat else np.empty((0, 0))
        start = 0
        for message, parts in zip(readable, texts, strict=True):
            self._report(message, rows[start : start + len(parts)])
            start += len(parts)
        return messages

    def _report(self, message: Message, rows: np.ndarray) -> None:
        ranking = self._ranking(rows[0])
        clear = self._clear_needs(rows)
        chosen = min(clear, key=lambda need: urgency(need, clear[need])) if clear else FALLBACK
        confidence = clear.get(chosen, ranking[0]["confidence"])
        others = sorted(set(clear) - {chosen} - SMALL_TALK, key=lambda need: urgency(need, clear[need]))
        message.set(INTENT, {"name": chosen, "confidence": confidence}, add_to_output=True)
        message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
        reading = {"confidence": confidence, "also": others, "ask_back": self._plausible(ranking)}
        message.set(READING, reading, add_to_output=True)

    def _ranking(self, row: np.ndarray) -> list[dict[str, Any]]:
        top = np.argsort(-row)[:5]
        return [{"name": self.model.classes[index], "confidence": float(row[index])} for index in top]

    def _clear_needs(self, rows: np.ndarray) -> dict[str, float]:
        """Needs that a piece of the message states clearly; a single sentence must be clearer than the whole."""
        clear: dict[str, float] = {}
        for position, row in enumerate(rows):
            need, confidence = self._best(row)
            margin = self.config["sentence_margin"] if position else 0.0
            if need and confidence >= self.config["thresholds"][NEEDS[need].tier] + margin:
                clear[need] = max(confidence, clear.get(need, 0.0))
        return clear

    def _best(self, row: np.ndarray) -> tuple[str | None, float]:
        """The likeliest need, except that a crisis above its own threshold counts before everything else."""
        floor = self.config["thresholds"]["crisis"]
        crisis = [index for index, name in enumerate(self.model.classes) if NEEDS[name].tier == "crisis"]
        if crisis and float(row[crisis].sum()) >= floor:
            return self.model.classes[max(crisis, key=lambda index: row[index])], float(row[crisis].sum())
        best = int(row.argmax())
        return self.model.classes[best], float(row[best])

    def _plausible(self, ranking: list[dict[str, Any]]) -> list[str]:
        """Needs worth asking back about: two or three, led by the likeliest, none of them small talk."""
        likely = [entry["name"] for entry in ranking[:3] if entry["confidence"] >= self.config["ask_back"]]
        if not likely or NEEDS[likely[0]].tier == "meta":
            return []
        return [need for need in likely if NEEDS[need].tier != "meta"]
