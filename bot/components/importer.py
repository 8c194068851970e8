"""What Rasa is trained on: the sentences, read fast, and forms, slots, answers and rules made out of guides.yml.

By hand a guide would be some sixty lines of YAML, all alike; here it is one (ADR 9). Rasa's own reader of sentences takes
half a minute for fifty thousand of them, libyaml three seconds, and its copies of them half a minute more;
checks/sentences.py says what else must hold of them.
"""
from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from rasa.shared.core.domain import Domain
from rasa.shared.core.training_data.story_reader.yaml_story_reader import YAMLStoryReader
from rasa.shared.core.training_data.structures import StoryGraph
from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from components.guides import ANSWERS, GUIDES, SKIPPED

VERSION = "3.1"
REPLIES = ("answer", "skip", "go_back", "change")  # what a form may take an answer from
Steps = list[dict[str, Any]]


class Sentence(Message):
    """A training sentence. Nothing changes it, so that Rasa, which copies and compares all data a dozen times, need not."""

    def __deepcopy__(self, memo: dict[int, Any]) -> Sentence:
        return self

    def set(self, prop: str, info: Any, add_to_output: bool = False) -> None:
        """What is set already would only make Rasa forget the fingerprint."""
        if self.get(prop) != info:
            super().set(prop, info, add_to_output)


class FaroImporter(RasaFileImporter):
    """Rasa's own importer of files, with the guides, and faster."""

    def get_nlu_data(self, language: str | None = "en") -> TrainingData:
        """Every sentence with its need and the metadata of its block."""
        return TrainingData([message for path in self._nlu_files for message in sentences_of(Path(path))])

    def get_domain(self) -> Domain:
        """The domain of the files with the guides in it."""
        files = super().get_domain()
        return files.merge(Domain.from_dict(domain_of(files.intents)))

    def get_stories(self, exclusion_percentage: int | None = None) -> StoryGraph:
        """The rules of the files and those of the guides."""
        rules = [rule for guide in GUIDES for rule in rules_of(guide)]
        steps = YAMLStoryReader(self.get_domain()).read_from_parsed_yaml({"version": VERSION, "rules": rules})
        return super().get_stories(exclusion_percentage).merge(StoryGraph(steps))


def sentences_of(path: Path) -> Iterator[Sentence]:
    """The sentences of a file, as Rasa's own reader would hand them on."""
    for block in yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)["nlu"]:
        for line in block["examples"].splitlines():
            if text := line.removeprefix("- ").strip():
                yield Sentence.build(text=text, intent=block["intent"], intent_metadata=block.get("metadata"))


def domain_of(intents: list[str]) -> dict[str, Any]:
    """The guides' part of the domain."""
    openers = {f"guide_{guide}": guide for guide in GUIDES}
    # What is not an answer must never be taken for one: a crisis would be swallowed by the next question.
    ignored = [name for name in (*intents, *openers) if name not in REPLIES]
    return {
        "version": VERSION,
        "intents": ["answer", *openers],
        "entities": list(ANSWERS),
        "forms": {guide: {"required_slots": slots, "ignored_intents": ignored} for guide, slots in GUIDES.items()},
        "slots": {**{name: slot_of(name) for name in ANSWERS}, "last_guide": last_guide(openers)},
        "responses": {name: [{"custom": answer}] for guide in GUIDES for name, answer in responses_of(guide).items()},
    }


def slot_of(name: str) -> dict[str, Any]:
    """A question's slot, filled by the entity of the same name."""
    return {"type": "categorical", "influence_conversation": False, "values": [*ANSWERS[name], SKIPPED],
            "mappings": [{"type": "from_entity", "entity": name}]}


def last_guide(openers: dict[str, str]) -> dict[str, Any]:
    """The guide that was opened last, so that "change" works after it has ended."""
    mappings = [{"type": "from_intent", "intent": intent, "value": guide} for intent, guide in openers.items()]
    return {"type": "text", "influence_conversation": False, "mappings": mappings}


def responses_of(guide: str) -> dict[str, dict[str, Any]]:
    """One question a slot, with its buttons, and the end."""
    found: dict[str, dict[str, Any]] = {}
    for place, slot in enumerate(GUIDES[guide]):
        buttons = [*(f"{slot}={value}" for value in ANSWERS[slot]), "skip", *(["back"] if place else []), "stop"]
        found[f"utter_ask_{guide}_{slot}"] = {"key": f"{guide}/ask_{slot}", "buttons": buttons}
    return {**found, f"utter_{guide}_done": {"key": f"{guide}/done"}}


def rules_of(guide: str) -> list[dict[str, Any]]:
    """How a guide opens from anywhere, goes on where it was left, asks again, and ends.

    To ask again, a rule needs an action between the reply and the guide; action_extract_slots has nothing to do there.
    """
    leave: Steps = [{"action": "action_deactivate_loop"}, {"active_loop": None}]
    ask: Steps = [{"action": guide}, {"active_loop": guide}]
    end: Steps = [{"action": guide}, {"active_loop": None}]
    done: Steps = [{"action": f"utter_{guide}_done"}]
    opened: Steps = [{"intent": f"guide_{guide}"}, *leave]
    inside = {"condition": [{"active_loop": guide}]}
    return [
        {"rule": f"{guide} opens with the first question that has no answer", "steps": [*opened, *ask]},
        {"rule": f"{guide} has nothing left to ask", "steps": [*opened, *end, *done]},
        {"rule": f"{guide} ends after the last answer", **inside,
         "steps": [*end, {"slot_was_set": [{"requested_slot": None}]}, *done]},
        *({"rule": f"{guide} asks again after {reply}", **inside,
           "steps": [{"intent": reply}, {"action": "action_extract_slots"}, *ask]} for reply in ("answer", "skip", "go_back")),
        {"rule": f"not understood, in {guide}", **inside,
         "steps": [{"intent": "nlu_fallback"}, {"action": "utter_please_choose"}, *ask]},
        {"rule": f"which answer to change, in {guide}", **inside,
         "steps": [{"intent": "change"}, {"action": "utter_ask_change"}]},
    ]
