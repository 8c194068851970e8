"""A helpline is told that a lesson is on, if the educator says so: country, hour, band, rounded size, and no school."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.classes import Class
from tests.support.installation import NO_BOT
from tests.support.office import Office


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    office = Office.open(tmp_path / "office", NO_BOT, counsellors=1)
    yield office
    office.close()


def told(office: Office) -> list[tuple[str, str, int]]:
    reply = office.counsellors[0].http.get("/v1/classroom/notices")
    return [(row["country"], row["band"], row["size"]) for row in reply.json()["items"]]


def test_a_helpline_hears_of_a_lesson_in_a_country_that_it_serves(office: Office) -> None:
    Class.open(office.installation.url, country="MX", notify=True, seats=27)
    assert told(office) == [("MX", "under-13", 30)]
    office.store.change_all("update helpline set countries = ?", '["RS"]')
    assert told(office) == []


def test_nothing_is_told_unless_the_educator_says_so(office: Office) -> None:
    Class.open(office.installation.url, country="MX")
    Class.open(office.installation.url, notify=True)  # of no country
    assert told(office) == []


def test_a_notice_of_yesterday_is_told_to_nobody(office: Office) -> None:
    Class.open(office.installation.url, country="MX", notify=True)
    office.store.change_all("update class_notice set day = date('now', '-1 day')")
    assert told(office) == []


def test_lessons_without_end_from_one_place_do_not_fill_the_helplines_screen(office: Office) -> None:
    """Anybody may open a class session; none of them is refused for it."""
    for _ in range(20):
        Class.open(office.installation.url, country="MX", notify=True)
    assert 6 <= len(told(office)) < 20
