"""What a counsellor carries in a shift, for their own care: no score, no order of people. Pure."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from api.cases.rules import Risk

HEAVY_RISKS = frozenset({Risk.high, Risk.emergency})
HEAVY_NEEDS = frozenset({"suicide_self_harm", "sexual_abuse", "immediate_danger"})
BEGINS = frozenset({"case.claim", "case.accept"})
ENDS = frozenset({"case.release", "case.close", "case.transfer"})


class Step(NamedTuple):
    """A moment of a shift in which a case began or ended to be a counsellor's own."""

    at: datetime
    action: str
    case_id: str


def is_distressing(risk: Risk, need: str | None) -> bool:
    """Whether a case weighs on whoever takes it: abuse, self-harm, danger (vicarious trauma; CHI, counsellor care)."""
    return risk in HEAVY_RISKS or need in HEAVY_NEEDS


def minutes_in_chat(steps: Iterable[Step], still_open: Mapping[str, datetime], began: datetime, now: datetime) -> int:
    """Whole minutes of a shift in which at least one case was the counsellor's own; two at once count once.

    Args:
        steps: in the order of time, since `began`; a case that ends without having begun was there before the shift.
        still_open: case -> since when somebody has it.
    """
    spans, since = [], dict[str, datetime]()
    for at, action, case_id in steps:
        if action in BEGINS:
            since[case_id] = at
        elif action in ENDS:
            spans.append((since.pop(case_id, began), at))
    spans += [(since.get(case_id, max(began, taken)), now) for case_id, taken in still_open.items()]
    return int(_covered(spans) // 60)


def _covered(spans: Iterable[tuple[datetime, datetime]]) -> float:
    """Seconds that at least one span covers."""
    covered, until = 0.0, None
    for start, end in sorted(spans):
        start = start if until is None else max(start, until)
        if end > start:
            covered += (end - start).total_seconds()
            until = end
    return covered
