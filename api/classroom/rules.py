"""What a class session is made of, and what of its answers may be shown. Pure.

Suppression: five answers at least, ten for before and after (ONS and NHS disclosure guidance use 5 to 10); attitudes only in
bands of twenty points, so that "nobody" and "everybody" never stand on a screen that pupils see.
"""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum

from api.lessons.steps import Item, Kind, Sort, Step

CODE_DIGITS = 7  # with 200 rooms one guess in 50,000 opens a seat, which holds nothing
SEATS = 60
LATE = 2  # seats that are free when the educator lets somebody in
DOOR_OPEN = timedelta(hours=1)  # a door that nobody closed
QUESTIONS_PER_SEAT = 3
TRIES_PER_SEAT = 10
QUESTION_CHARACTERS = 160
FEWEST = 5
FEWEST_CHANGES = 10
LIFE = timedelta(hours=4)  # a class session that nobody ends
KEEP_QUESTIONS = timedelta(hours=24)
KEEP_QUESTIONS_LONG = timedelta(days=8)  # over the next lesson of the week: the end is kept as the hour that it lies in
KEEP_COUNTS = timedelta(days=30)
PASS = "pass"  # noqa: S105  (a pupil may pass at every question)
BADGES = (
    "cat", "fish", "turtle", "bee", "fox", "hedgehog", "frog", "bird",
    "crab", "penguin",
)  # fmt: skip


class Pace(StrEnum):
    """Who moves on: the educator for all, each pupil, or the class with one device and raised hands."""

    led = "led"
    own = "own"
    one = "one"


class Phase(StrEnum):
    """Where a step stands. While it is open, only the number of answers is known to anybody."""

    reading = "reading"
    open = "open"
    closed = "closed"


class Band(StrEnum):
    """A share of a class in five plain words."""

    few = "few"
    some = "some"
    half = "half"
    most = "most"
    nearly_all = "nearly_all"


def first_phase(step: Step) -> Phase:
    """A vote begins with reading; everything else is open at once."""
    return Phase.reading if step.kind in (Kind.decision, Kind.quiz) else Phase.open


def shown(item: Item, counts: Mapping[str, int]) -> dict[str, str] | None:
    """What may be shown of an item's answers: option -> band or rounded percentage; None where too few answered.

    Args:
        counts: answers by option; `answers` holds how many answered at all, where several options could be chosen.
    """
    given = answered(item, counts)
    fewest = FEWEST_CHANGES if item.sort is Sort.change else FEWEST
    if item.sort is Sort.done or given < fewest:
        return None
    say = _rounded if item.sort is Sort.knowledge else _banded
    return {option: say(counts.get(option, 0) / given) for option in item.options}


def answered(item: Item, counts: Mapping[str, int]) -> int:
    """How many answered and did not pass."""
    return counts.get("answers", 0) if item.several else sum(counts.get(option, 0) for option in item.options)


def _rounded(share: float) -> str:
    return f"{int(share * 10 + 0.5) * 10}"


def _banded(share: float) -> str:
    """About twenty points each. The outer bands take in one of five, or unanimity of five would be proven."""
    if share <= 0.2:
        return Band.few
    if share >= 0.8:
        return Band.nearly_all
    return Band.some if share < 0.45 else Band.half if share <= 0.55 else Band.most


def digits_of(typed: str) -> str:
    """The code that was typed on any keyboard: Latin, Arabic or Persian digits, with whatever stands between them."""
    found = [c for c in typed if c.isdecimal()]
    return "".join(str(int(c)) for c in found) if len(found) == CODE_DIGITS else ""
