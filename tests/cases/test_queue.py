"""The queue: who is shown first, what it is narrowed to, and pages that lose nobody."""

import base64
import json
from collections.abc import Iterator
from typing import Any

import pytest

from api.cases.rules import Risk
from tests.support.installation import BotProcess
from tests.support.office import Office
from tests.support.people import StaffClient

CARDS: list[dict[str, str]] = [
    {}, {"person": "stranger"}, {"threat": "yes"}, {"danger": "yes"}, {"danger": "no"}, {"seen_by": "public"},
]  # fmt: skip
RISKS = ["none", "elevated", "high", "emergency", "none", "elevated"]
LOCALES = ["en", "es", "ar"]
WAITING = 108  # more than two pages of 50
Row = dict[str, Any]


@pytest.fixture(scope="module")
def busy(bot: BotProcess, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Children who came mixed: every risk, every locale; some cases are claimed and some closed."""
    office = Office.open(tmp_path_factory.mktemp("busy") / "faro", bot.url)
    for n in range(WAITING + 4):
        child = office.child(locale=LOCALES[n % 3])
        child.hand_over(card=CARDS[n % len(CARDS)])
        if n < 4:
            office.counsellors[0].act(office.case_of(child), "claim")
        if n < 2:
            office.counsellors[0].act(office.case_of(child), "close", {"outcome": "helped"})
    yield office
    office.close()


def page(who: StaffClient, cursor: str | None = None, **narrowed: str) -> tuple[list[Row], str | None]:
    wanted = {**narrowed, **({"cursor": cursor} if cursor else {})}
    reply = who.http.get("/v1/cases", params=wanted)
    assert reply.status_code == 200, reply.text
    return reply.json()["items"], reply.json()["next"]


def pages(who: StaffClient, **narrowed: str) -> list[list[Row]]:
    rows, cursor = page(who, **narrowed)
    found = [rows]
    while cursor:
        rows, cursor = page(who, cursor, **narrowed)
        found.append(rows)
    return found


def place(row: Row) -> tuple[int, str]:
    return -Risk(row["risk"]).rank, row["created_at"]


def test_the_most_severe_come_first_and_among_them_who_waits_longest(busy: Office) -> None:
    rows = [row for rows in pages(busy.counsellors[0], state="waiting") for row in rows]
    assert [place(row) for row in rows] == sorted(place(row) for row in rows)
    assert [rows[0]["risk"], rows[-1]["risk"]] == ["emergency", "none"]


def test_a_new_emergency_goes_before_all_who_wait_less_urgently(busy: Office) -> None:
    late, case_id = busy.waiting(danger="yes")
    order = [row["id"] for row in page(busy.counsellors[0], state="waiting", risk="emergency")[0]]
    first = page(busy.counsellors[0], state="waiting")[0]
    assert order[-1] == case_id
    assert case_id in [row["id"] for row in first]
    late.http.delete(late.path, headers=late.headers)


def test_pages_hold_every_case_once(busy: Office) -> None:
    found = pages(busy.counsellors[0], state="waiting")
    ids = [row["id"] for rows in found for row in rows]
    assert [len(rows) for rows in found] == [50, 50, WAITING - 100]
    assert set(ids) == {row[0] for row in busy.store.rows("select id from \"case\" where state = 'waiting'")}
    assert len(ids) == len(set(ids))


def test_a_case_that_comes_between_two_pages_moves_nobody(busy: Office) -> None:
    """An offset would show somebody twice, or not at all."""
    first, cursor = page(busy.counsellors[0], state="waiting")
    late, _ = busy.waiting(danger="yes")
    second, _ = page(busy.counsellors[0], cursor, state="waiting")
    late.http.delete(late.path, headers=late.headers)
    assert [*first, *second] == _without_clock([*first, *second], pages(busy.counsellors[0], state="waiting"))


def _without_clock(seen: list[Row], found: list[list[Row]]) -> list[Row]:
    """The first two pages read in one go, with the waiting times of when they were seen."""
    return [{**row, "waiting_seconds": old["waiting_seconds"]} for row, old in zip(found[0] + found[1], seen, strict=True)]


@pytest.mark.parametrize(("state", "count"), [("waiting", WAITING), ("claimed", 2), ("closed", 2)])
def test_the_queue_is_narrowed_to_a_state(busy: Office, state: str, count: int) -> None:
    rows = [row for rows in pages(busy.counsellors[0], state=state) for row in rows if row["outcome"] != "erased"]
    assert {row["state"] for row in rows} == {state}
    assert len(rows) == count


@pytest.mark.parametrize("name", ["risk", "locale"])
def test_the_queue_is_narrowed_to_a_risk_and_to_a_locale(busy: Office, name: str) -> None:
    everybody = [row for rows in pages(busy.counsellors[0]) for row in rows]
    for value in {row[name] for row in everybody}:
        narrowed = [row["id"] for rows in pages(busy.counsellors[0], **{name: value}) for row in rows]
        assert narrowed == [row["id"] for row in everybody if row[name] == value]


def test_two_filters_hold_together(busy: Office) -> None:
    rows = page(busy.counsellors[0], state="waiting", risk="emergency", locale="en")[0]
    assert {(row["state"], row["risk"], row["locale"]) for row in rows} == {("waiting", "emergency", "en")}


def test_a_row_says_whose_it_is_and_how_long_it_waited(busy: Office) -> None:
    mine = page(busy.counsellors[0], state="claimed")[0][0]
    others = page(busy.counsellors[1], state="claimed")[0][0]
    assert (mine["mine"], others["mine"]) == (True, False)
    assert mine["claimed_by"] == others["claimed_by"]
    assert mine["waiting_seconds"] == others["waiting_seconds"]


@pytest.mark.parametrize("wrong", ["state=open", "risk=awful", "cursor=x", "cursor=bnVsbA==", "cursor=WzEsIngiLCJ5Il0="])
def test_a_queue_that_cannot_be_is_refused(busy: Office, wrong: str) -> None:
    reply = busy.counsellors[0].http.get(f"/v1/cases?{wrong}")
    assert reply.status_code == 400
    assert reply.headers["content-type"] == "application/problem+json"


def test_a_cursor_that_points_beyond_everything_is_refused(busy: Office) -> None:
    """The rank in it is a number that no database holds."""
    beyond = base64.urlsafe_b64encode(json.dumps([10**23, "2026-01-01", "x"]).encode()).decode()
    assert busy.counsellors[0].http.get("/v1/cases", params={"cursor": beyond}).status_code == 400
