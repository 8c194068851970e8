"""What a waiting child is told, from what really happened at this helpline, and nothing where nobody knows."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.support.office import Office
from tests.support.people import ChildClient
from tests.support.store import TIME
from tests.support.words import paragraphs


def waited(office: Office, times: int, minutes: float, days_ago: float = 1, **columns: Any) -> None:
    """Cases of the past that were claimed after so many minutes; they met an empty queue and one member of staff."""
    _, case_id = office.waiting()
    names = [name for (_, name, *_) in office.store.rows('pragma table_info("case")')]
    like = dict(zip(names, office.store.rows('select * from "case" where id = ?', case_id)[0], strict=True))
    came = datetime.now(UTC) - timedelta(days=days_ago)
    claimed = came + timedelta(minutes=minutes)
    times_of = {"created_at": came, "first_claimed_at": claimed, "closed_at": claimed}
    like |= {name: moment.strftime(TIME) for name, moment in times_of.items()}
    like |= {"state": "closed", "ahead": 0, "present": 1, **columns}
    places = ", ".join("?" for _ in names)
    for n in range(times):
        own = {"id": f"{case_id[:30]}{n:06}", "number": f"P{case_id[:3]}{n:04}", "handoff_key": f"past-{n}"}
        office.store.change_all(f'insert into "case" values ({places})', *{**like, **own}.values())
    office.store.change_all('delete from "case" where id = ?', case_id)


def told(child: ChildClient) -> dict[str, Any]:
    reply = child.get("/waiting")
    assert reply.status_code == 200, reply.text
    body: dict[str, Any] = reply.json()
    return body


def sentence(code: str) -> str:
    return " ".join(paragraphs(f"system/wait_{code}", "en"))


def test_a_new_helpline_says_that_nobody_knows(office: Office) -> None:
    waited(office, 9, minutes=4)
    child, _ = office.waiting()
    assert told(child) == {"from_minutes": None, "to_minutes": None, "opens_at": None, "text": sentence("unknown")}


def test_ten_waits_make_a_range_in_whole_words(office: Office) -> None:
    waited(office, 10, minutes=12)
    child, _ = office.waiting()
    assert told(child) == {"from_minutes": 10, "to_minutes": 20, "opens_at": None, "text": sentence("10_20")}


@pytest.mark.parametrize(
    "past",
    [
        {"days_ago": 31}, {"out_of_hours": 1}, {"present": 0}, {"ahead": 9},
        {"first_claimed_at": None, "closed_at": None, "outcome": "erased"},
    ],
    ids=["too long ago", "left out of hours", "nobody was there", "another load", "never claimed"],
)  # fmt: skip
def test_what_was_different_tells_nothing(office: Office, past: dict[str, Any]) -> None:
    waited(office, 10, minutes=4, **past)
    child, _ = office.waiting()
    assert told(child)["text"] == sentence("unknown")


def test_the_case_writes_down_what_it_met_and_its_first_claim(office: Office) -> None:
    """Two staff and a supervisor looked at the console, and two waited in the same class or a heavier one."""
    office.waiting()
    office.waiting(danger="yes")
    _, case_id = office.waiting()
    met = office.store.rows('select ahead, present, first_claimed_at from "case" where id = ?', case_id)
    assert met == [(2, 3, None)]
    for verb in ("claim", "release", "claim"):
        assert office.counsellors[0].act(case_id, verb).status_code == 200
    first, last = office.store.rows('select first_claimed_at, claimed_at from "case" where id = ?', case_id)[0]
    assert first < last


def test_who_waits_ahead_makes_the_promise_longer(office: Office) -> None:
    waited(office, 10, minutes=4, ahead=1, present=3)
    ahead, case_id = office.waiting()
    child, _ = office.waiting()
    assert told(child)["to_minutes"] == 5
    office.store.set_time("case", "created_at", timedelta(minutes=25), "id = ?", case_id)
    assert told(child)["to_minutes"] == 30
    assert ahead.get().json()["state"] == "waiting"


def test_a_child_who_waited_is_told_what_is_left_and_then_that_it_takes_longer(office: Office) -> None:
    waited(office, 10, minutes=18)
    child, case_id = office.waiting()
    texts = []
    for minutes in (0, 10, 30):
        office.store.set_time("case", "created_at", timedelta(minutes=minutes), "id = ?", case_id)
        texts.append(told(child)["text"])
    assert texts == [sentence("10_20"), sentence("0_10"), sentence("longer")]


def test_with_nobody_at_the_console_no_range_is_told(office: Office) -> None:
    waited(office, 10, minutes=4)
    child, _ = office.waiting()
    office.store.change_all("update staff_session set seen_at = ?", (datetime.now(UTC) - timedelta(minutes=15)).strftime(TIME))
    assert told(child)["text"] == sentence("nobody")


def test_only_a_waiting_child_is_told_how_long(office: Office) -> None:
    child, case_id = office.waiting()
    assert told(child)["text"]
    assert office.counsellors[0].act(case_id, "claim").status_code == 200
    assert told(child) == {"from_minutes": None, "to_minutes": None, "opens_at": None, "text": ""}
    assert told(office.child())["text"] == ""


def test_a_plain_page_tells_it_too(office: Office) -> None:
    waited(office, 10, minutes=12)
    child, _ = office.waiting()
    page = child.http.post("/plain", data={"do": "look", "conversation": child.id, "token": child.token}).text
    assert sentence("10_20") in page


def test_another_child_hears_nothing_of_it(office: Office) -> None:
    child, _ = office.waiting()
    stranger = office.child()
    assert httpx.get(f"{office.installation.url}{child.path}/waiting", headers=stranger.headers).status_code == 404
