"""What is counted of a message, and what of a count may be shown."""

from collections.abc import Container, Mapping
from enum import StrEnum
from typing import Any, NamedTuple

BUCKETS = 5
FEWEST = 5  # a smaller count could point at one child (UNECE principles and guidelines on confidentiality, small cells)


class Ended(StrEnum):
    """How a typed message was met."""

    served = "served"
    asked_back = "asked_back"
    corrected = "corrected"  # the button that a child pressed after having been asked back


class Heard(NamedTuple):
    """What one message adds to. `bucket` is the fifth of the confidence: 0 (under 20 %) to 4."""

    helpline_id: str
    month: str
    locale: str
    need: str
    bucket: int
    ended: Ended


def heard(helpline_id: str, month: str, locale: str, understood: Mapping[str, Any], needs: Container[str]) -> Heard | None:
    """What to count of the bot's report; a command, or a need of no taxonomy, counts for nothing."""
    need, confidence = understood.get("need"), understood.get("confidence")
    if not isinstance(need, str) or need not in needs or not isinstance(confidence, (int, float)):
        return None
    ended = Ended.asked_back if understood.get("asked_back") else Ended.served
    return Heard(helpline_id, month, locale, need, bucket(confidence), ended)


def bucket(confidence: float) -> int:
    return max(0, min(int(confidence * BUCKETS), BUCKETS - 1))


def shown(count: int) -> int | None:
    """The count, or None where it is too small to be shown."""
    return count if count >= FEWEST else None
