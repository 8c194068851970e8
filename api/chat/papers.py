"""What a child can take along on paper: a plan of steps, a letter to a grown-up, a record without pictures.

They are put together from what was answered, out of reviewed sentences, and kept nowhere.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from api.cases.rules import CARD

PAPERS = ("plan", "letter", "record")
REPAIR = ("made_or_shared", "wants_to_make")
CRISES = ("suicide_self_harm", "immediate_danger")
THREATS = ("sexual_extortion", "solicited_for_images")
PICTURES = ("fake_image_of_me", "real_image_shared", "sexual_extortion", "saw_or_received", "friend_affected")
RECORD = ("where", "who", "when", "said", "paid", "seen", "done")
SITUATIONS = (*CARD["situation"], "remove_content")
ALL = "*"


class Step(NamedTuple):
    """A section of the plan, and what calls for it: situations (`*` for all), or answers to a question."""

    section: str
    situations: Sequence[str] = ()
    slot: str = ""
    values: str = ""


# The order is the order of the plan: safety, people, then what can be done against the picture.
STEPS = (
    Step("plan/safe", ("immediate_danger", "sexual_abuse"), "danger", "yes unsure"),
    Step("plan/safe", slot="near", values="yes soon"),
    Step("plan/stay", ("suicide_self_harm",), "hurt_now", "yes unsure"),
    Step("plan/stop", REPAIR),
    Step("plan/no_answer", THREATS, "threat", "yes unsure"),
    Step("plan/tell_helpline", slot="adult", values="nobody"),
    Step("plan/tell_helpline", slot="tell_whom", values="nobody"),
    Step("plan/tell", (ALL,)),
    Step("plan/friend", ("friend_affected",)),
    Step("plan/write_down", (*PICTURES, "solicited_for_images", "bullying")),
    Step("plan/report", (*PICTURES, "bullying", "remove_content")),
    Step("plan/take_down", slot="own_phone", values="yes"),
    Step("plan/hotline", (*PICTURES, "remove_content")),
    Step("plan/mute", ("bullying",)),
    Step("plan/block", (*THREATS, "bullying")),
    Step("plan/school", slot="seen_by", values="school"),
    Step("plan/school", slot="place", values="school_chat"),
    Step("plan/sorry", ("made_or_shared",)),
    Step("plan/later", (ALL,)),
)


def situation_of(facts: Mapping[str, Any]) -> str:
    """The crisis that was said, or the last need; empty if nothing was understood yet."""
    needs = [str(need) for need in facts.get("needs") or () if need in SITUATIONS]
    crises = [need for need in needs if need in CRISES]
    return (crises or needs or [""])[-1]


def steps_of(facts: Mapping[str, Any]) -> list[str]:
    """The sections of the plan that fit what was said and answered, in their order."""
    slots, situation = facts.get("slots") or {}, situation_of(facts)
    told = ["plan/tell"] if slots.get("adult") == "yes" else []  # what is done is no step any more
    fitting = dict.fromkeys(step.section for step in STEPS if _fits(step, situation, slots))
    return [section for section in fitting if section not in told]


def _fits(step: Step, situation: str, slots: Mapping[str, Any]) -> bool:
    answered = bool(step.slot) and str(slots.get(step.slot)) in step.values.split()
    return answered or ALL in step.situations or situation in step.situations


def letter_of(facts: Mapping[str, Any], known: frozenset[str]) -> list[str]:
    """The sections of the letter: a greeting, what happened in one line, what to do, what not to do, who helps."""
    situation = situation_of(facts)
    what = f"letter/{situation}" if f"letter/{situation}" in known else "letter/something"
    fault = [] if situation in REPAIR else ["letter/not_my_fault"]
    return ["letter/greeting", what, "letter/do", *fault, "letter/not", "letter/help"]
