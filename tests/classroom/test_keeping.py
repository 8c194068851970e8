"""What happens to a class when time passes, Faro starts anew, or somebody tries codes by the thousand."""

import asyncio
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from tests.support.classes import Class, bearer
from tests.support.installation import NO_BOT, Installation
from tests.support.store import Store


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Installation]:
    installation = Installation(tmp_path / "faro", NO_BOT).start()
    yield installation
    installation.stop()


def again(installation: Installation) -> None:
    """A crash, and a new start; the worker runs at once."""
    installation.kill()
    installation.start()


def test_a_restart_in_the_middle_of_a_lesson_loses_no_seat_and_no_result(own: Installation) -> None:
    opened = Class.open(own.url, 6)
    closed = opened.vote("d1", *"aaaabb")
    opened.do("steps/d2/go")
    opened.do("steps/d2/open")
    again(own)
    assert opened.step("d1")["results"] == closed["results"]
    assert {pupil.look()["step"]["key"] for pupil in opened.pupils} == {"d2"}
    for pupil in opened.pupils:  # what was on its way is sent again by the page
        assert pupil.answer("d2", "a").status_code == 200
    assert opened.step("d2", opened.do("steps/d2/close"))["answers"] == 6
    assert opened.join().status_code == 404  # the door behind the lesson stays closed


def age(installation: Installation, column: str, by: timedelta) -> None:
    Store(installation.folder).set_time("class_session", column, by, "1 = ?", 1)


def counted(installation: Installation) -> dict[str, int]:
    store = Store(installation.folder)
    tables = ("class_session", "class_count", "class_question", "class_notice")
    return {table: store.one(f"select count(*) from {table}") for table in tables}


def with_everything(installation: Installation) -> Class:
    opened = Class.open(installation.url, 6, country="MX", notify=True)
    opened.vote("d1", *"aaaaaa")
    opened.do("steps/box/go")
    opened.pupils[0].ask("May I ask?", anyway=True)
    return opened


def test_a_class_that_nobody_ended_ends_after_four_hours(own: Installation) -> None:
    opened = with_everything(own)
    age(own, "created_at", timedelta(hours=4, minutes=1))
    again(own)
    time.sleep(1)
    assert opened.sheet()["state"] == "ended"
    assert opened.pupils[0].look()["state"] == "ended"
    assert opened.sheet()["seats"]["taken"] == 0


def test_questions_are_deleted_after_a_day_and_the_counts_stay(own: Installation) -> None:
    with_everything(own).do("end")
    age(own, "ended_at", timedelta(hours=25))
    again(own)
    time.sleep(1)
    assert counted(own)["class_question"] == 0 and counted(own)["class_count"] > 0


def test_questions_for_the_next_lesson_stay_a_week(own: Installation) -> None:
    opened = with_everything(own)
    opened.do("keep")
    opened.do("end")
    for spent, left in ((timedelta(days=7, hours=1), 1), (timedelta(days=8, minutes=1), 0)):
        age(own, "ended_at", spent)
        again(own)
        time.sleep(1)
        assert counted(own)["class_question"] == left


def test_everything_is_gone_after_thirty_days(own: Installation) -> None:
    with_everything(own).do("end")
    age(own, "created_at", timedelta(days=31))
    Store(own.folder).change_all("update class_notice set day = date('now', '-3 days')")
    again(own)
    time.sleep(1)
    assert counted(own) == dict.fromkeys(counted(own), 0)


async def flood(url: str, codes: list[str]) -> set[int]:
    """Try codes, a hundred at once; the statuses that came."""
    found: set[int] = set()
    async with httpx.AsyncClient(base_url=url, timeout=60) as http:
        for first in range(0, len(codes), 100):
            tries = [http.post("/v1/classroom/join", json={"code": code}) for code in codes[first : first + 100]]
            found |= {reply.status_code for reply in await asyncio.gather(*tries)}
    return found


def test_a_flood_of_wrong_numbers_does_not_stop_a_class_behind_the_same_address(own: Installation) -> None:
    """S6: three thousand tries; the class that is coming in meanwhile gets all its seats."""
    opened = Class.open(own.url, seats=30)
    running = Class.open(own.url, 1, seats=60)
    running.do("steps/d1/go")
    codes = [code for n in range(3000) if (code := f"{n:07}") not in (opened.code, running.code)]
    with ThreadPoolExecutor(1) as beside:
        tried = beside.submit(asyncio.run, flood(own.url, codes))
        seats = [opened.join().status_code for _ in range(30)]
        assert (tried.result(), seats) == ({404}, [201] * 30)
    assert running.sheet()["seats"]["taken"] == 1  # a lesson that has begun is locked: guessing its number opens nothing
    assert running.pupils[0].look()["step"]["key"] == "d1"


def test_one_source_opens_so_many_classes_and_no_more(tmp_path: Path) -> None:
    installation = Installation(tmp_path / "faro", NO_BOT, {"FARO_CLASSES_PER_SOURCE": "2/minute"}).start()
    try:
        first = Class.open(installation.url)
        Class.open(installation.url)
        with pytest.raises(AssertionError, match="too-fast"):
            Class.open(installation.url)
        assert first.join().status_code == 201
    finally:
        installation.stop()


def test_the_host_link_opens_the_results_after_the_lesson(own: Installation) -> None:
    opened = Class.open(own.url, 6)
    opened.vote("d1", *"aaaaaa")
    opened.do("end")
    again(own)
    reply = opened.http.get("/v1/classroom/export", headers=bearer(opened.host))
    assert "nearly all" in reply.text


def test_a_lesson_that_is_over_takes_nothing_more(own: Installation) -> None:
    opened = Class.open(own.url, 6)
    opened.vote("d1", *"aaaaaa")
    opened.do("end")
    for path in ("steps/d1/again", "steps/d2/go", "pause", "unlock"):
        assert opened.http.post(f"/v1/classroom/{path}", headers=bearer(opened.host)).status_code == 409
    assert opened.step("d1")["results"]["d1"]


def test_what_is_kept_of_a_lesson_tells_the_day_and_not_the_minute(own: Installation) -> None:
    Class.open(own.url, 1).do("end")
    begun, ended = Store(own.folder).rows("select created_at, ended_at from class_session")[0]
    assert begun.endswith("00:00:00.000000") and ended.endswith(":00:00.000000")


def test_a_class_whose_lesson_is_gone_ends_all_the_same(own: Installation) -> None:
    with_everything(own)
    Store(own.folder).change_all("update class_session set lesson = 'one_that_was_deleted'")
    age(own, "created_at", timedelta(hours=5))
    again(own)
    time.sleep(1)
    assert Store(own.folder).one("select count(*) from class_session where ended_at is null or code is not null") == 0


def test_a_lost_tab_does_not_keep_a_late_pupil_out(own: Installation) -> None:
    opened = Class.open(own.url, 3, seats=3)
    assert opened.join().status_code == 404
    opened.do("unlock")
    assert opened.join().status_code == 201


def test_a_door_that_nobody_closed_shows_no_number_after_an_hour(own: Installation) -> None:
    opened = Class.open(own.url, 1)
    age(own, "created_at", timedelta(minutes=61))
    again(own)
    assert (opened.projector()["code"], opened.sheet()["takes"]) == (None, False)
    opened.do("unlock")
    assert (opened.projector()["code"], opened.sheet()["takes"]) == (opened.code, True)


def test_a_page_that_guesses_is_stopped_and_the_one_beside_it_is_not(own: Installation) -> None:
    opened = Class.open(own.url)
    guesses = [f"{n:07}" for n in range(21) if f"{n:07}" != opened.code]
    replies = [opened.http.post("/v1/classroom/join", json={"code": code}, headers={"faro-page": "one"}) for code in guesses]
    assert [reply.status_code for reply in replies][:20] == [404] * 20
    for page, status in (("one", 429), ("another", 201)):
        right = opened.http.post("/v1/classroom/join", json={"code": opened.code}, headers={"faro-page": page})
        assert right.status_code == status


def test_a_pause_reaches_every_screen_while_the_database_is_away(own: Installation) -> None:
    """S10: the educator is told, the class is paused all the same, and the next tap writes what is missing."""
    opened = Class.open(own.url, 1)
    with Store(own.folder).locked():
        refused = opened.http.post("/v1/classroom/pause", headers=bearer(opened.host))
        assert (refused.status_code, refused.json()["type"]) == (503, "/problems/database")
        assert opened.pupils[0].look()["state"] == "paused"
    opened.do("pause")
    again(own)
    assert opened.pupils[0].look()["state"] == "paused"
