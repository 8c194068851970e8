"""Pure decisions about a conversation: its states, its words, its lifetime."""

from datetime import datetime, timedelta
from enum import StrEnum

MAX_CHARACTERS = 1000
ABSOLUTE = timedelta(hours=24)  # without a handoff (docs/threat-model.md, retention)
IDLE = timedelta(minutes=60)
WITH_CASE = timedelta(days=30)
BANDS = ("under-13", "13-15", "16-17")
DEFAULT_BAND = "13-15"


class State(StrEnum):
    """Who is speaking with the child: one speaker at a time."""

    bot = "bot"
    waiting = "waiting"
    human = "human"
    closed = "closed"


class By(StrEnum):
    """Who said a bubble."""

    bot = "bot"
    child = "child"
    counsellor = "counsellor"
    system = "system"


def expires(created: datetime, seen: datetime, has_case: bool) -> datetime:
    """When a conversation ends by itself: an open case keeps it, silence shortens it."""
    if has_case:
        return seen + WITH_CASE
    return min(created + ABSOLUTE, seen + IDLE)
