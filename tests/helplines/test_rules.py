"""Which helpline serves a child and when it is open: decided without a database, by a clock that is handed in."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from api.helplines.rules import Reach, WrongHours, clock_of, is_open, opening, read_hours, serving

MONDAY = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
DAY = read_hours("Europe/Berlin", ["Mon-Fri 09:00-17:00"], [])
NIGHT = read_hours("Europe/Berlin", ["Mon-Fri 20:00-02:00"], [])
ANY = Reach("any")
MEXICO, MEXICO_MAYA = Reach("mexico", ("MX",), ("es",)), Reach("mexico by day", ("MX",), (), hours=DAY)
BALKANS = Reach("balkans", ("RS", "ME"), ("sr", "sq"))
SHUT = Reach("shut", ("MX",), takes_handoffs=False)


@pytest.mark.parametrize(
    ("known", "country", "locale", "wanted"),
    [
        ([ANY, MEXICO], "MX", "en", "mexico"),
        ([MEXICO, ANY], "FR", "fr", "any"),
        ([MEXICO, ANY], None, "es", "any"),
        ([MEXICO, BALKANS], None, "sq", "balkans"),
        ([MEXICO_MAYA, MEXICO], "MX", "es", "mexico"),
        ([MEXICO_MAYA, MEXICO], "MX", "fr", "mexico by day"),
        ([MEXICO, BALKANS], "FR", "fr", None),
        ([SHUT], "MX", "es", None),
        ([SHUT, ANY], "MX", "es", "any"),
        ([ANY, Reach("later")], "MX", "es", "any"),
    ],
    ids=[
        "the country before the language", "no other country's", "no country said", "by language where no country is said",
        "the one that names the language", "better any language than another", "nobody takes that country", "takes nobody",
        "past the one that takes nobody", "the oldest where nothing decides",
    ],
)  # fmt: skip
def test_a_child_is_served_by_the_helpline_that_fits_best(
    known: list[Reach], country: str | None, locale: str, wanted: str | None
) -> None:
    found = serving(known, country, locale, MONDAY)
    assert (found.id if found else None) == wanted


def test_of_two_that_fit_alike_the_one_that_is_open_is_taken() -> None:
    by_day, by_night = Reach("by day", hours=DAY), Reach("by night", hours=NIGHT)
    at = [datetime(2026, 11, 23, hour, tzinfo=UTC) for hour in (9, 21)]
    assert [serving([by_day, by_night], "DE", "en", moment).id for moment in at] == ["by day", "by night"]  # type: ignore[union-attr]


def when(hours: str, zone: str, now: str, **days: str) -> str:
    """`open until` or `closed until`, by the helpline's own clock."""
    exceptions = [{"date": date.removeprefix("on_").replace("_", "-"), "open": text.split()} for date, text in days.items()]
    found = opening(read_hours(zone, hours.split(", "), exceptions), datetime.fromisoformat(now))
    return f"{'open' if found.is_open else 'closed'} {found.at:%d %b %H:%M}" if found else "nothing near"


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        (when("Mon-Fri 09:00-17:00", "Europe/Berlin", "2026-11-23T08:30Z"), "open 23 Nov 17:00"),
        (when("Fri 20:00-02:00", "Europe/Berlin", "2026-11-28T00:30Z"), "open 28 Nov 02:00"),
        (when("Mon-Fri 09:00-17:00", "Europe/Berlin", "2026-12-25T10:00Z", on_2026_12_25=""), "closed 28 Dec 09:00"),
        (when("Mon-Fri 09:00-17:00", "Europe/Berlin", "2026-12-24T10:30Z", on_2026_12_24="10:00-12:00"), "open 24 Dec 12:00"),
        (when("Mon-Fri 09:00-17:00", "Europe/Berlin", "2026-12-26T10:30Z", on_2026_12_26="10:00-12:00"), "open 26 Dec 12:00"),
        (when("Thu 20:00-02:00", "Europe/Berlin", "2026-12-25T00:30Z", on_2026_12_25=""), "open 25 Dec 02:00"),
        # 02:00 becomes 03:00 on 29 March: the hour between does not exist
        (when("Sun 02:30-06:00", "Europe/Berlin", "2026-03-29T01:10Z"), "closed 29 Mar 03:30"),
        (when("Mon-Sun 01:00-09:00", "Europe/Berlin", "2026-03-29T06:59Z"), "open 29 Mar 09:00"),
        # 03:00 becomes 02:00 on 25 October: half past two comes twice, and a line that closes at the first one is closed
        (when("Sat-Sun 20:00-02:30", "Europe/Berlin", "2026-10-25T00:29Z"), "open 25 Oct 02:30"),
        (when("Sat-Sun 20:00-02:30", "Europe/Berlin", "2026-10-25T01:15Z"), "closed 25 Oct 20:00"),
        (when("Mon-Sun 00:00-00:00", "Asia/Tokyo", "2026-11-23T15:00Z"), "open 25 Nov 00:00"),
        (when("Mon-Fri 09:00-17:00", "America/Mexico_City", "2026-11-28T02:00Z"), "closed 30 Nov 09:00"),
    ],
    ids=[
        "open", "past midnight", "a holiday", "a short day", "an extra day", "a night belongs to the day it begins on",
        "summer time begins", "an hour less", "before the hour that comes twice", "in the hour that comes twice",
        "day and night", "its own zone",
    ],
)  # fmt: skip
def test_a_helpline_is_open_by_its_own_clock_and_calendar(said: str, wanted: str) -> None:
    assert said == wanted


def test_a_long_break_is_looked_over_and_a_longer_one_has_no_day() -> None:
    break_days = [{"date": (MONDAY.date() + timedelta(days=n)).isoformat(), "open": []} for n in range(100)]
    short, long = (read_hours("Europe/Berlin", ["Mon-Fri 09:00-17:00"], break_days[:n]) for n in (30, 100))
    found = opening(short, MONDAY)
    assert found is not None and (found.is_open, f"{found.at:%d %b}") == (False, "23 Dec")
    assert opening(long, MONDAY) is None
    assert is_open(long, MONDAY) is False


def test_without_hours_only_the_staff_at_the_console_tell() -> None:
    assert opening(Reach("new").hours, MONDAY) is None
    assert is_open(Reach("new").hours, MONDAY) is None


@pytest.mark.parametrize(
    ("zone", "week", "days", "wrong"),
    [
        ("Mars/Base", ["Mon-Fri 09:00-17:00"], [], "zone"),
        ("", ["Mon-Fri 09:00-17:00"], [], "zone"),
        ("Europe/Berlin", ["Mon-Fri 09:00-17:00", "Sat 9-12"], [], "hours 2"),
        ("Europe/Berlin", ["Mon 09:00-17:00"], [{"date": "2026-12-25", "open": ["10-12"]}], "days 1"),
        ("Europe/Berlin", ["Mon 09:00-17:00"], [{"date": "25.12.2026", "open": []}], "days 1"),
        ("Europe/Berlin", ["Mon 09:00-17:00"], [{"date": "2026-12-25", "open": []}] * 2, "days"),
        ("Europe/Berlin", [], [{"date": "2026-12-25", "open": []}], "days"),
    ],
)
def test_what_can_not_be_read_is_named_with_its_line(
    zone: str, week: list[str], days: list[dict[str, object]], wrong: str
) -> None:
    with pytest.raises(WrongHours, match=f"^{wrong}$"):
        read_hours(zone, week, days)


@pytest.mark.parametrize(
    ("country", "wanted"),
    [("DE", "Europe/Berlin"), ("AM", "Asia/Yerevan"), ("MX", None), ("ES", None), ("XX", None), (None, None)],
)
def test_a_country_has_one_clock_or_none(country: str | None, wanted: str | None) -> None:
    """Two places of Germany have a zone each, and the same time."""
    found = clock_of(country, MONDAY)
    assert found == (ZoneInfo(wanted) if wanted else None)
