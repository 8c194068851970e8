"""Pure: from the waits of the last weeks to a range that may be promised, in whole minutes (docs/adr/0014).

A wait that has no claim yet, or never got one, is not left out (that would make every promise too short): it counts as
"at least so long" (Kaplan and Meier 1958, Nonparametric Estimation from Incomplete Observations).
"""

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

FEWEST = 10  # claimed cases of a similar load; under that nobody knows
SHORT, LONG = 0.2, 0.8  # three children in five wait within these
CLOSE = 0.5  # loads this near to each other, or half of the own, are alike
# What can be said, from the narrowest to the widest; each has its sentence `system/wait_<from>_<to>`
RANGES: tuple[tuple[int, int | None], ...] = (
    (0, 5), (0, 10), (10, 20), (0, 20), (10, 30), (0, 30), (20, 60), (0, 60), (60, None), (30, None), (0, None),
)  # fmt: skip


class Load(NamedTuple):
    """What a case meets: who waits before it in the same or a heavier class, the longest of them (minutes), who is there."""

    ahead: int
    longest: float
    present: int

    @property
    def each(self) -> float:
        """Waiting cases for each member of staff who is there."""
        return self.ahead / max(1, self.present)


class Wait(NamedTuple):
    """How long a case waited (minutes), whether a claim ended it, and the load that it met."""

    minutes: float
    claimed: bool
    load: float


class Outlook(NamedTuple):
    """What a waiting child is told: a range from now on, in whole minutes, or why there is none.

    Attributes:
        code: `0_5`, `over_60` and so on for a range; `unknown`, `longer` (than usual) or `nobody` without one.
    """

    code: str
    from_minutes: int | None = None
    to_minutes: int | None = None


def outlook(history: Iterable[Wait], load: Load, waited: float = 0.0) -> Outlook:
    """What may be said to a child who has waited so many minutes already.

    The end is never nearer than the longest wait ahead allows: who came earlier and is no less urgent comes first.
    """
    if not load.present:
        return Outlook("nobody")
    alike = [wait for wait in history if abs(wait.load - load.each) <= max(CLOSE, load.each / 2)]
    still = [wait._replace(minutes=wait.minutes - waited) for wait in alike if wait.minutes >= waited]
    if _claimed(still) < FEWEST:
        return Outlook("longer" if _claimed(alike) >= FEWEST else "unknown")
    soonest = quantile(still, SHORT)
    if soonest is None:
        return Outlook("unknown")
    latest = quantile(still, LONG)
    return _in_words(soonest, math.inf if latest is None else max(latest, load.longest - waited))


def _claimed(waits: Sequence[Wait]) -> int:
    return sum(wait.claimed for wait in waits)


def quantile(waits: Iterable[Wait], share: float) -> float | None:
    """After how many minutes this share has been claimed; None where so many never were."""
    ordered = sorted(waits, key=lambda wait: (wait.minutes, not wait.claimed))
    unclaimed = 1.0
    for place, wait in enumerate(ordered):
        if wait.claimed:
            unclaimed *= 1 - 1 / (len(ordered) - place)
            if unclaimed <= 1 - share + 1e-9:
                return wait.minutes
    return None


def _in_words(soonest: float, latest: float) -> Outlook:
    """The narrowest range that holds both ends: rounding never promises more than was measured."""
    low, high = next((a, b) for a, b in RANGES if a <= soonest and (b is None or latest <= b))
    return Outlook(f"{low}_{high}" if high else f"over_{low}", low, high)
