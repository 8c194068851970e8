"""When a line is open, and when it opens next, in the time of its own country."""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
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
    week = tuple(spans)
    return opening_by(lambda day: week, zone, now, A_WEEK)


def opening_by(spans_of: Callable[[date], Iterable[Span]], zone: str, now: datetime, days: int) -> Opening | None:
    """The same where a day may have hours of its own; a span belongs to the day on which it begins.

    Args:
        days: how many days ahead a next opening is looked for.

    Moments are compared in UTC: on the wall's clock an hour comes twice when summer time ends.
    """
    place = ZoneInfo(zone)
    today = now.astimezone(place).date()
    for ahead in range(-1, days):  # yesterday's may last past midnight
        day = today + timedelta(days=ahead)
        for opens, closes in sorted(_times(spans_of(day), day, place)):
            if now < closes:
                is_open = opens <= now
                return Opening(is_open, (closes if is_open else opens).astimezone(place))
    return None


def _times(spans: Iterable[Span], day: date, place: ZoneInfo) -> Iterator[tuple[datetime, datetime]]:
    """From when to when it is open on a day, in UTC."""
    for span in spans:
        if day.weekday() in span.days:
            last = day if span.closes > span.opens else day + timedelta(days=1)
            yield (
                datetime.combine(day, span.opens, place).astimezone(UTC),
                datetime.combine(last, span.closes, place).astimezone(UTC),
            )
