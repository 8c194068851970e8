"""What a child can take along: a plan of steps, a letter to a grown-up, a record without pictures, the talk itself.

They are put together when they are asked for, and kept nowhere.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from api.cases.rules import CARD

PAPERS = ("plan", "letter", "record", "transcript")
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
    Step("plan/safe", (*CRISES, "sexual_abuse"), "danger", "yes unsure"),
    Step("plan/safe", slot="near", values="yes soon unsure skipped"),
    Step("plan/safe", slot="hurt_now", values="yes unsure"),
    Step("plan/safe", slot="friend_danger", values="yes unsure"),
    Step("plan/stay", ("suicide_self_harm",), "hurt_now", "yes unsure"),
    Step("plan/stop", REPAIR),
    Step("plan/no_answer", THREATS, "threat", "yes unsure"),
    Step("plan/tell_helpline", slot="adult", values="nobody"),
    Step("plan/tell_helpline", slot="tell_whom", values="nobody"),
    Step("plan/tell", (ALL,)),
    Step("plan/friend", ("friend_affected",)),
    Step("plan/write_down", (*PICTURES, "solicited_for_images", "bullying")),
    Step("plan/report", (*PICTURES, "solicited_for_images", "bullying", "remove_content")),
    Step("plan/take_down", slot="own_phone", values="yes"),
    Step("plan/hotline", (*PICTURES, "remove_content")),
    Step("plan/mute", ("bullying",)),
    Step("plan/block", (*THREATS, "bullying"), "threat", "yes"),
    Step("plan/school", slot="seen_by", values="school"),
    Step("plan/school", slot="place", values="school_chat"),
    Step("plan/sorry", slot="did", values="made passed_on"),
    Step("plan/later", (ALL,)),
    Step("plan/words", (*PICTURES, "bullying")),
)
NO_NEED_TO_TELL = ("yes", "nobody")  # an adult knows, or there is none: then the helpline stands in the plan


def told(facts: Mapping[str, Any]) -> list[str]:
    """The situations that were said, the last one last."""
    return [str(need) for need in facts.get("needs") or () if need in SITUATIONS]


def steps_of(facts: Mapping[str, Any]) -> list[str]:
    """The sections of the plan for every crisis and the last disclosure that were said, and for what was answered."""
    slots = facts.get("slots") or {}
    situations = {need for need in told(facts) if need in CRISES} | set([n for n in told(facts) if n not in CRISES][-1:])
    fitting = dict.fromkeys(step.section for step in STEPS if _fits(step, situations, slots))
    left_out = ["plan/tell"] if slots.get("adult") in NO_NEED_TO_TELL else []
    return [section for section in fitting if section not in left_out]


def _fits(step: Step, situations: set[str], slots: Mapping[str, Any]) -> bool:
    answered = bool(step.slot) and str(slots.get(step.slot)) in step.values.split()
    return answered or ALL in step.situations or not situations.isdisjoint(step.situations)


def letter_of(facts: Mapping[str, Any], known: frozenset[str]) -> list[str]:
    """The sections of the letter: what was said last in one line; then what helps, or in a crisis the numbers at once."""
    last = (told(facts) or [""])[-1]
    if last in CRISES:
        return [f"letter/{last}", "letter/urgent"]
    what = f"letter/{last}" if f"letter/{last}" in known else "letter/something"
    fault = [] if last in REPAIR else ["letter/not_my_fault"]
    picture = [] if set(told(facts)) == {"sexual_abuse"} else ["letter/not_picture"]
    return ["letter/greeting", what, "letter/do", *fault, "letter/not", *picture, "letter/help"]
