"""Open now, or when next: in the time of the line's country, not of the server."""

from datetime import UTC, datetime, time

import pytest
from babel.dates import format_date, format_time

from api.directory.book import Directory
from api.directory.hours import Span, opening, read_span
from api.phrasebook.book import Phrasebook
from api.speech.say import Speaker, View
from tests.support.installation import ROOT
from tests.support.words import LOCALES

WORKDAYS, NIGHTS = read_span("Mon-Fri 09:00-17:00"), read_span("Fri-Sun 20:00-02:00")
MONDAY_MORNING = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)


def said(spans: list[Span], zone: str, when: datetime) -> tuple[bool, str] | None:
    found = opening(spans, zone, when)
    return found and (found.is_open, f"{found.at:%a %H:%M}")


@pytest.mark.parametrize(
    ("spans", "zone", "when", "wanted"),
    [
        ([WORKDAYS], "Europe/Berlin", MONDAY_MORNING, (True, "Mon 17:00")),
        ([WORKDAYS], "Europe/Lisbon", MONDAY_MORNING, (False, "Mon 09:00")),
        ([WORKDAYS], "Asia/Kolkata", datetime(2026, 11, 27, 12, 0, tzinfo=UTC), (False, "Mon 09:00")),
        ([NIGHTS], "Europe/Berlin", datetime(2026, 11, 29, 0, 30, tzinfo=UTC), (True, "Sun 02:00")),
        ([NIGHTS], "Europe/Berlin", datetime(2026, 11, 30, 2, 0, tzinfo=UTC), (False, "Fri 20:00")),
        ([], "Europe/Berlin", MONDAY_MORNING, None),
    ],
    ids=["open", "an hour earlier elsewhere", "over the weekend", "past midnight", "from Monday to Friday", "not known"],
)
def test_a_line_is_open_by_its_own_clock(spans: list[Span], zone: str, when: datetime, wanted: tuple[bool, str] | None) -> None:
    assert said(spans, zone, when) == wanted


@pytest.mark.parametrize("wrong", ["9-17", "Mon-Fri 9:00-17:00", "Mo-Fr 09:00-17:00", "Mon-Fri 09:00-25:00"])
def test_hours_in_another_shape_are_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match=r"\d"):
        read_span(wrong)


@pytest.mark.parametrize("locale", LOCALES)
def test_the_help_line_says_when_a_closed_line_opens_and_a_log_does_not(locale: str) -> None:
    """14:00 to 20:00 in Germany; it is half past nine there on a Monday."""
    book = Phrasebook.load(ROOT / "content", ROOT / "locales", drafts=True)
    speaker = Speaker(book, Directory.load(ROOT / "content/directory"), clock=lambda: MONDAY_MORNING)
    view, language = View(locale, country="DE"), book.locales[locale].names
    words = {"day": format_date(MONDAY_MORNING, "EEEE", locale=language), "time": format_time(time(14), "short", locale=language)}
    wanted = book.label("cards", "open_next", locale).format(**words)
    now = next(b["text"] for b in speaker.help(view) if b.get("phone", {}).get("number") == "116 111")
    later = next(b["text"] for b in speaker.cards("helpline", view) if b.get("phone", {}).get("number") == "116 111")
    assert wanted in now
    assert wanted not in later
