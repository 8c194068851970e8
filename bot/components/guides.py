"""Where a child stands in a guide, and what a reply does to it. Buttons and typed words end up here alike.

The questions and their order are read from guides.yml, so that they are written down once.
Rasa's forms clear a slot when an entity arrives with the value None; that is how "back" and "change" work.
"""
from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import yaml
from rasa.shared.core.constants import REQUESTED_SLOT
from rasa.shared.core.trackers import DialogueStateTracker

_FILE = yaml.safe_load((Path(__file__).resolve().parents[1] / "guides.yml").read_text(encoding="utf-8"))
GUIDES: dict[str, list[str]] = _FILE["guides"]
ANSWERS: dict[str, list[str]] = _FILE["answers"]
AFRESH: list[str] = _FILE["afresh"]
ENOUGH: dict[str, list[str]] = _FILE["enough"]
SKIPPED = "skipped"
VALUES = {slot: [*values, SKIPPED] for slot, values in ANSWERS.items()}
KEPT = [*VALUES, "situation", "last_guide"]
Entities = dict[str, str | None]


class Position(NamedTuple):
    """The open guide, the question that was asked in it, and everything answered so far."""

    guide: str | None
    asked: str | None
    slots: dict[str, str]

    @property
    def last_guide(self) -> str | None:
        """The open guide, or the one that was open before."""
        return self.guide or self.slots.get("last_guide")

    def changeable(self) -> list[str]:
        """Questions of the open or last guide that have an answer."""
        return [slot for slot in GUIDES.get(self.last_guide or "", []) if slot in self.slots]

    def report(self) -> dict[str, Any] | None:
        """The open question for the api, counted from one."""
        if not self.guide or not self.asked:
            return None
        order = GUIDES[self.guide]
        return {"name": self.guide, "slot": self.asked, "step": order.index(self.asked) + 1, "of": len(order)}


def position(tracker: DialogueStateTracker) -> Position:
    """Read the position out of Rasa's tracker."""
    values = tracker.current_slot_values()
    guide = tracker.active_loop_name
    slots = {name: values[name] for name in KEPT if values.get(name) is not None}
    return Position(guide, values.get(REQUESTED_SLOT) if guide else None, slots)


def owner(slot: str, now: Position) -> str:
    """The guide that asks a question: the open one if it can, else the last one, else the first that does."""
    candidates = [now.guide, now.last_guide, *GUIDES]
    return next(guide for guide in candidates if guide and slot in GUIDES[guide])


def resolve(intent: str, entities: Entities, now: Position) -> tuple[str, Entities]:
    """Turn a reply into what the forms understand. Only these intents may fill a slot; the rest loses its entities."""
    if intent == "answer":
        return _answer(entities, now)
    if intent in ("skip", "back") and not now.asked:
        return "menu", {}
    if intent == "skip":
        return "skip", {str(now.asked): SKIPPED}
    if intent == "back":
        return "go_back", _clear_previous(now)
    if intent == "change":
        return _change(entities.get("change"), now)
    if intent.startswith("guide_"):
        return intent, _opened(intent.removeprefix("guide_"), now)
    return intent, {"section": entities.get("section")} if intent == "more" else {}


def _answer(entities: Entities, now: Position) -> tuple[str, Entities]:
    """An answer; "yes" to the question about danger is no longer a matter for a guide."""
    if entities.get("danger") == "yes":
        return "immediate_danger", {"danger": "yes"}
    slot, value = next(iter(entities.items()))
    guide = owner(slot, now)
    enough = value in ENOUGH.get(slot, ())
    rest = {other: SKIPPED for other in GUIDES[guide] if enough and other not in now.slots}
    return ("answer" if guide == now.guide else f"guide_{guide}"), {**rest, **entities}


def _opened(guide: str, now: Position) -> Entities:
    """What a guide asks anew: all of it, or what another one left out because it had heard enough."""
    if guide in AFRESH:
        return dict.fromkeys(GUIDES[guide])
    others = [asks for name, asks in GUIDES.items() if name != guide
              and any(now.slots.get(slot) in ENOUGH.get(slot, ()) for slot in asks)]
    return {slot: None for slot in GUIDES[guide] if now.slots.get(slot) == SKIPPED and any(slot in asks for asks in others)}


def _clear_previous(now: Position) -> Entities:
    order = GUIDES[str(now.guide)]
    place = order.index(str(now.asked))
    return {order[place - 1]: None} if place else {}


def _change(slot: str | None, now: Position) -> tuple[str, Entities]:
    """Clear an answer and ask it again; outside a guide this opens the guide again."""
    if slot in now.slots:
        guide = owner(str(slot), now)
        # what was left out because of this answer is open again with it
        left_out = [other for other in GUIDES[guide] if slot in ENOUGH and now.slots.get(other) == SKIPPED]
        return ("change" if guide == now.guide else f"guide_{guide}"), dict.fromkeys([str(slot), *left_out])
    return ("change" if now.changeable() else "nothing_to_change"), {}
