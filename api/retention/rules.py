"""How long what is kept (docs/threat-model.md, retention). Pure: the moment comes in."""

from datetime import date, datetime, timedelta
from enum import StrEnum

KEEP_CLOSED_DAYS = 90  # a helpline may shorten it
LONGEST_HOLD = timedelta(days=366)  # a hold is renewed by a person, never forgotten
KEEP_ANSWERED = timedelta(hours=24)
LATE = timedelta(hours=26)  # an hourly worker that missed a whole day


class HoldReason(StrEnum):
    """Why a case is kept longer."""

    court = "court"
    police = "police"
    complaint = "complaint"
    other = "other"


def goes_on(closed_at: datetime, keep_days: int, held_until: date | None) -> date:
    """The day on which a closed case is deleted: after its time, and after its hold."""
    day = (closed_at + timedelta(days=keep_days)).date()
    return max(day, held_until + timedelta(days=1)) if held_until else day


def is_late(last: datetime | None, moment: datetime) -> bool:
    return last is None or moment - last > LATE


def hold_fits(until: date, today: date) -> bool:
    """A hold ends, and not in the past."""
    return today <= until <= today + LONGEST_HOLD
