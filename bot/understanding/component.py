"""Rasa's intent classifier: read a message in pieces, serve the most urgent need, ask back when it is not clear.

A message often says two things ("hi, what is a deepfake? someone threatens me"). The urgent one must not drown,
so sentences are read one by one and beside the whole, and crisis beats disclosure beats help beats learn beats meta.
"""
from __future__ import annotations

from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.special import expit, logit

from understanding.model import KIND, NeedModel
from understanding.needs import CRISES, NEEDS, SMALL_TALK, urgency, worst_risk
from understanding.text import leaves_out, pieces

FALLBACK = "nlu_fallback"
CALM = "out_of_scope"
MOST_SENTENCES = 6  # the cost of a message grows with them, and all children share one processor
READING = "reading"
POSSIBLE = (1e-6, 1 - 1e-6)  # nothing is certain


def understood(parse: dict[str, Any]) -> dict[str, Any]:
    """What is reported of a message, live and in batch; a guide's answer or a command has no need."""
    intent = parse["intent"]["name"]
    reading = parse.get(READING) or {"confidence": parse["intent"].get("confidence", 1.0), "also": []}
    need = CALM if intent == FALLBACK else intent if intent in NEEDS else None
    also = [other for other in reading["also"] if other != need] if need else []
    return {
        "need": need,
        "confidence": round(float(reading["confidence"]), 4),
        "also": also,
        "risk": worst_risk([need, *also] if need else []),
    }


def label_of(example: Message) -> str:
    """The need of an example, and its kind where the file names one (`metadata: {kind: figures}`)."""
    kind = ((example.get("metadata") or {}).get("intent") or {}).get("kind")
    return f"{example.get(INTENT)}{KIND}{kind}" if kind else str(example.get(INTENT))


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class Understanding(IntentClassifier, GraphComponent):
    """The intent classifier of the pipeline. It decides on its own when it has not understood."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The settings of the pipeline; config.yml repeats those that a helpline may want to tune."""
        return {
            "meaning_C": 12.0, "meaning_weight": 0.4, "letters_C": 0.5, "letters_weight": 3.0, "word_weight": 2.0,
            "letters": [3, 5, 150000], "words": [1, 2, 60000], "consonants": [2, 4, 80000],
            "embedding_cache": None,
            "thresholds": {"crisis": 0.15, "disclosure": 0.25, "help": 0.3, "learn": 0.3, "meta": 0.3},
            "sentence_thresholds": {"crisis": 0.6, "disclosure": 0.5, "help": 0.5, "learn": 0.5, "meta": 0.5},
            "against_calm": 0.8, "hint": 0.3, "ask_back": 0.12,
        }

    def __init__(self, config: dict[str, Any], model: NeedModel, storage: ModelStorage, resource: Resource) -> None:
        self.config, self.model, self._storage, self._resource = config, model, storage, resource

    @classmethod
    def create(cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource,
               execution_context: ExecutionContext) -> Understanding:
        """An untrained classifier."""
        return cls(config, NeedModel(config), model_storage, resource)

    @classmethod
    def load(cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource,
             execution_context: ExecutionContext, **kwargs: Any) -> Understanding:
        """The classifier as it was trained."""
        with model_storage.read_from(resource) as folder:
            return cls(config, NeedModel.load(config, folder), model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Fit on the examples of all locales together."""
        examples = [example for example in training_data.intent_examples if example.get(TEXT)]
        self.model.fit([example.get(TEXT) for example in examples], [label_of(example) for example in examples])
        with self._storage.write_to(self._resource) as folder:
            self.model.save(folder)
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Nothing after this component needs its features."""
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """All sentences of all messages are given to the model at once."""
        readable = [message for message in messages if message.get(TEXT)]
        texts = [self._read(message.get(TEXT)) for message in readable]
        flat = [piece for parts, _ in texts for piece in parts]
        rows = self.model.probabilities(flat) if flat else np.empty((0, 0))
        start = 0
        for message, (parts, is_whole) in zip(readable, texts, strict=True):
            self._report(message, parts, rows[start : start + len(parts)], is_whole)
            start += len(parts)
        return messages

    def _read(self, text: str) -> tuple[list[str], bool]:
        """What of a message is read: all of it and each sentence, or of a long story the sentences that say most.

        The second value tells whether the first piece is the whole message.
        """
        whole, *sentences = pieces(text)
        if len(sentences) <= MOST_SENTENCES:
            return [whole, *sentences], True
        return self.model.foremost(sentences, MOST_SENTENCES, SMALL_TALK), False

    def _report(self, message: Message, parts: list[str], rows: np.ndarray, is_whole: bool) -> None:
        ranking = self._ranking(rows[0])
        clear = self._clear_needs(rows, is_whole)
        chosen = min(clear, key=lambda need: urgency(need, clear[need])) if clear else FALLBACK
        confidence = clear.get(chosen, ranking[0]["confidence"])
        others = sorted(set(clear) - {chosen} - SMALL_TALK, key=lambda need: urgency(need, clear[need]))
        message.set(INTENT, {"name": chosen, "confidence": confidence}, add_to_output=True)
        message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
        calm = self._calm(rows) if is_whole and not leaves_out(parts, message.get(TEXT)) else 0.0
        reading = {"confidence": confidence, "also": others, "ask_back": self._plausible(ranking), "calm": calm}
        message.set(READING, reading, add_to_output=True)

    def _calm(self, rows: np.ndarray) -> float:
        """How sure calm talk is in the least calm sentence."""
        return float(rows[:, [need == CALM for need in self.model.needs]].sum(1).min())

    def _ranking(self, row: np.ndarray) -> list[dict[str, Any]]:
        top = np.argsort(-row)[:5]
        return [{"name": self.model.needs[index], "confidence": float(row[index])} for index in top]

    def _clear_needs(self, rows: np.ndarray, is_whole: bool) -> dict[str, float]:
        """Needs that a piece of the message states clearly; of many sentences one must be clearer than a whole message."""
        clear: dict[str, float] = {}
        for position, row in enumerate(rows):
            is_sentence = position > 0 or not is_whole
            bars = self.config["sentence_thresholds" if is_sentence else "thresholds"]
            others = np.delete(rows, [0, position] if is_whole else position, axis=0)
            for need, confidence in self._heard(row).items():
                sure = self._told(confidence, others) if is_sentence and need in CRISES else confidence
                if sure >= bars[NEEDS[need].tier]:
                    clear[need] = max(confidence, clear.get(need, 0.0))
        return clear

    def _told(self, likely: float, others: np.ndarray) -> float:
        """How sure a crisis is of which one sentence speaks: surer where another hints at it too, less where all is calm else.

        Log-odds are added as for independent witnesses, the second with the weight `hint` (chosen on letters of data/dev).
        """
        crises = [index for index, need in enumerate(self.model.needs) if need in CRISES]
        return float(expit(logit(likely) + self.config["hint"] * logit(np.clip(others[:, crises].sum(1).max(), *POSSIBLE))))

    def _heard(self, row: np.ndarray) -> dict[str, float]:
        """The likeliest need, and a crisis beside it if it is not far less likely than calm talk, whatever else is likely."""
        columns = {need: float(row[index]) for index, need in enumerate(self.model.needs)}
        crisis = {need: columns.pop(need) for need in CRISES if need in columns}
        likely, heard = sum(crisis.values()), {}
        if crisis and likely >= self.config["against_calm"] * columns.get(CALM, 0.0):
            heard[max(crisis, key=crisis.__getitem__)] = likely
        best = max(columns, key=columns.__getitem__)
        return {**heard, best: columns[best]}

    def _plausible(self, ranking: list[dict[str, Any]]) -> list[str]:
        """Needs worth asking back about: two or three, led by the likeliest, none of them small talk."""
        likely = [entry["name"] for entry in ranking[:3] if entry["confidence"] >= self.config["ask_back"]]
        if not likely or NEEDS[likely[0]].tier == "meta":
            return []
        return [need for need in likely if NEEDS[need].tier != "meta"]
