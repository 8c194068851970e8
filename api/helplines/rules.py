"""Pure decisions: which helpline serves a child, whether it is open, and when it opens next."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from babel.core import get_global

from api.directory.hours import DAYS, Opening, Span, opening_by, read_span

FAR_DAYS = 60  # beyond that nobody is told a day: too much can change
EVERY_DAY = f"{DAYS[0]}-{DAYS[-1]}"


class Why(StrEnum):
    """Why a day has hours of its own; for staff only, and a code, so that nothing typed is kept."""

    holiday = "holiday"
    training = "training"
    few_staff = "few_staff"
    maintenance = "maintenance"
    other = "other"


class WrongHours(ValueError):
    """What can't be read, as a code and, in a list, its line: `hours 2`."""


@dataclass(frozen=True)
class Hours:
    """When a helpline is open, in its own time zone (IANA). A day in `days` has these hours instead of the week's."""

    zone: str = ""
    week: tuple[Span, ...] = ()
    days: Mapping[date, tuple[Span, ...]] | None = None

    def of(self, day: date) -> tuple[Span, ...]:
        return (self.days or {}).get(day, self.week)


@dataclass(frozen=True)
class Reach:
    """Whom a helpline serves and when. No country named means every country; no language named means any.

    Attributes:
        countries: ISO 3166-1 alpha-2.
        locales: as in `locales/languages.yaml`.
    """

    id: str
    countries: tuple[str, ...] = ()
    locales: tuple[str, ...] = ()
    takes_handoffs: bool = True
    hours: Hours = Hours()

    def takes(self, country: str | None) -> bool:
        """Whether a child of this country can be passed on; a child who named no country can."""
        return self.takes_handoffs and (not self.countries or country is None or country in self.countries)


def opening(hours: Hours, now: datetime) -> Opening | None:
    """Whether the helpline is open and until when, or when it opens next; None where no hours are set, or nothing is near."""
    return opening_by(hours.of, hours.zone, now, FAR_DAYS) if hours.week else None


def is_open(hours: Hours, now: datetime) -> bool | None:
    """Open or closed by its hours; None where none are set, so that only the staff at the console tell."""
    if not hours.week:
        return None
    found = opening(hours, now)
    return found is not None and found.is_open


def clock_of(country: str | None, moment: datetime) -> ZoneInfo | None:
    """The one clock that all of a country goes by at that moment, or None where there are several, or no country was named.

    Source of its zones: Unicode CLDR, by Babel.
    """
    zones = [ZoneInfo(name) for name in get_global("territory_zones").get(country or "", ()) if name in available_timezones()]
    offsets = {moment.astimezone(zone).utcoffset() for zone in zones}
    return zones[0] if len(offsets) == 1 else None


def serving(reaches: Iterable[Reach], country: str | None, locale: str, now: datetime) -> Reach | None:
    """The helpline for a child: it takes the country; best if it names the country, then the language, then if it is open.

    Args:
        reaches: the oldest first; it goes on being reached where nothing else decides.
    """

    def misfit(reach: Reach) -> tuple[int, int, bool]:
        return _misfit(country, reach.countries), _misfit(locale, reach.locales), is_open(reach.hours, now) is False

    return min((reach for reach in reaches if reach.takes(country)), key=misfit, default=None)


def _misfit(wanted: str | None, named: Sequence[str]) -> int:
    if wanted in named:
        return 0
    return 2 if named else 1


def read_hours(zone: str, week: Sequence[str], days: Sequence[Mapping[str, Any]]) -> Hours:
    """Make hours of what stands in the table or comes from the console.

    Args:
        week: lines as in the directory, `Mon-Fri 09:00-17:00`.
        days: `{date: "2026-12-25", open: ["10:00-14:00"]}`, closed where nothing is open.

    Raises:
        WrongHours: `zone`; `hours` and `days` with the number of the line, from 1; `days` for a day that stands there twice,
            or for exceptions from no hours at all.
    """
    if zone not in available_timezones() and (zone or week or days):
        raise WrongHours("zone")
    spans = tuple(_span(text, f"hours {n}") for n, text in enumerate(week, 1))
    exceptions = dict(_day(day, f"days {n}") for n, day in enumerate(days, 1))
    if len(exceptions) < len(days) or (days and not week):
        raise WrongHours("days")
    return Hours(zone, spans, exceptions)


def _day(day: Mapping[str, Any], place: str) -> tuple[date, tuple[Span, ...]]:
    try:
        when = date.fromisoformat(str(day["date"]))
    except ValueError:
        raise WrongHours(place) from None
    return when, tuple(_span(f"{EVERY_DAY} {text}", place) for text in day["open"])


def _span(text: str, place: str) -> Span:
    try:
        return read_span(text)
    except ValueError:
        raise WrongHours(place) from None
