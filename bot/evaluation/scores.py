"""The figures: what share of messages is heard rightly, and what a probability is worth."""
from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

from understanding.needs import CRISES, NEEDS

from evaluation.messages import EVERYDAY, FIGURES, VEILED, Sample

Reading = dict[str, Any]  # what `understood` reports: need, confidence, also, risk
Pair = tuple[Sample, Reading]


class Scores(NamedTuple):
    """Shares from 0 to 1, for one locale or for all."""

    messages: int
    exact: float
    group: float
    macro_recall: float
    crisis: float
    disclosure: float
    everyday_alarms: float
    figure_alarms: float
    calibration_error: float
    asked_back: float


def share(hits: Sequence[bool]) -> float:
    """The share that is true; of nothing there is no share."""
    return sum(hits) / len(hits) if hits else float("nan")


def tier_of(need: str) -> str:
    """The group of a need."""
    return NEEDS[need].tier


def scores(pairs: Sequence[Pair]) -> Scores:
    """All figures of some messages and their readings. A veiled crisis counts for crisis recall only."""
    plain = [(sample, read) for sample, read in pairs if sample.kind != VEILED]
    return Scores(
        messages=len(pairs),
        exact=share([sample.is_met(read["need"]) for sample, read in plain]),
        group=share([sample.tier == tier_of(read["need"]) for sample, read in plain]),
        macro_recall=macro_recall(plain),
        crisis=share([read["need"] in CRISES for sample, read in pairs if sample.tier == "crisis"]),
        disclosure=share([tier_of(read["need"]) in ("crisis", "disclosure")
                          for sample, read in pairs if sample.tier == "disclosure"]),
        everyday_alarms=alarms(pairs, EVERYDAY),
        figure_alarms=alarms(pairs, FIGURES),
        calibration_error=calibration_error(plain),
        asked_back=share([bool(read.get("asked_back")) for _, read in pairs]),
    )


def macro_recall(pairs: Sequence[Pair]) -> float:
    """The mean over needs of the share of its messages that were heard as it."""
    needs = {sample.need for sample, _ in pairs}
    recalls = [share([sample.is_met(read["need"]) for sample, read in pairs if sample.need == need]) for need in needs]
    return sum(recalls) / len(recalls) if recalls else float("nan")


def alarms(pairs: Sequence[Pair], kind: str) -> float:
    """The share of a kind of calm messages that was taken for a crisis."""
    return share([read["need"] in CRISES for sample, read in pairs if sample.kind == kind])


def reliability(pairs: Sequence[Pair], bins: int = 10) -> list[tuple[float, float, int]]:
    """Per bin of confidence: mean confidence, share that was right, count."""
    found = []
    for number in range(bins):
        own = [(sample, read) for sample, read in pairs if min(int(read["confidence"] * bins), bins - 1) == number]
        if own:
            mean = sum(read["confidence"] for _, read in own) / len(own)
            found.append((mean, share([sample.is_met(read["need"]) for sample, read in own]), len(own)))
    return found


def calibration_error(pairs: Sequence[Pair]) -> float:
    """Expected calibration error over ten bins (Guo et al. 2017). What was asked back claims nothing and is left out."""
    sure = [(sample, read) for sample, read in pairs if not read.get("unsure")]
    return sum(count * abs(mean - right) for mean, right, count in reliability(sure)) / max(len(sure), 1)


def confusions(pairs: Sequence[Pair]) -> Counter[tuple[str, str]]:
    """What was meant and what was heard instead, with counts."""
    return Counter((sample.need, read["need"]) for sample, read in pairs
                   if sample.kind != VEILED and not sample.is_met(read["need"]))
