"""When a line is open, and when it opens next, in the time of its own country."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
SPAN = re.compile(rf"({'|'.join(DAYS)})(?:-({'|'.join(DAYS)}))? (\d\d:\d\d)-(\d\d:\d\d)$")
A_WEEK = 8  # today's next week included


class Span(NamedTuple):
    """Some days of the week, 0 is Monday, and from when to when; an end before the beginning is on the next day."""

    days: frozenset[int]
    opens: time
    closes: time
    text: str


class Opening(NamedTuple):
    """Whether it is open, and until or from when (with the country's time zone)."""

    is_open: bool
    at: datetime


def read_span(text: str) -> Span:
    """One line of `hours.open` in the directory, as `Mon-Fri 09:00-17:00`.

    Raises:
        ValueError: it is written in another way.
    """
    found = SPAN.match(text)
    if not found:
        raise ValueError(text)
    first, last, opens, closes = found.groups()
    start, end = DAYS.index(first), DAYS.index(last or first)
    days = frozenset(day % 7 for day in range(start, end + 1 if end >= start else end + 8))
    return Span(days, time.fromisoformat(opens), time.fromisoformat(closes), text)


def opening(spans: Iterable[Span], zone: str, now: datetime) -> Opening | None:
    """Whether a line is open now, or when it opens next; None where its hours are not known."""
    here = now.astimezone(ZoneInfo(zone))
    times = sorted(_times(list(spans), here))
    current = next((closes for opens, closes in times if opens <= here < closes), None)
    if current is not None:
        return Opening(True, current)
    following = next((opens for opens, _ in times if opens > here), None)
    return Opening(False, following) if following is not None else None


def _times(spans: list[Span], here: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Every opening from yesterday (it may last past midnight) to this day next week."""
    for span in spans:
        for ahead in range(-1, A_WEEK):
            day = (here + timedelta(days=ahead)).date()
            if day.weekday() in span.days:
                opens, closes = (datetime.combine(day, t, here.tzinfo) for t in (span.opens, span.closes))
                yield opens, closes if closes > opens else closes + timedelta(days=1)
