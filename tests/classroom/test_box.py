"""The question box (S8): for the educator alone, sealed at rest, and the private way first for who may need somebody."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from api.vault.keys import token_id
from tests.classroom.conftest import Open
from tests.support.classes import Class, bearer
from tests.support.installation import Installation, without_bot
from tests.support.store import Store

CALM = "What does the word consent mean?"
HELP = "somebody made a naked fake picture of me and sends it around"


def with_box(lesson: Open, pupils: int = 1) -> Class:
    opened = lesson(pupils)
    opened.do("steps/box/go")
    return opened


def box_of(opened: Class) -> list[dict[str, str]]:
    items: list[dict[str, str]] = opened.do("questions", "GET")["items"]
    return items


def test_a_question_reaches_the_educator_and_no_screen(lesson: Open) -> None:
    """S2."""
    opened = with_box(lesson)
    assert opened.pupils[0].ask(CALM).json() == {"held": False, "questions_left": 2}
    assert [(row["text"], row["careful"], row["mark"]) for row in box_of(opened)] == [(CALM, False, "")]
    assert CALM not in str(opened.projector()) + str(opened.pupils[0].look()) + str(opened.sheet())


@pytest.mark.parametrize("words", [HELP, "I do not want to live any more", "he says he sends it to everybody if I do not pay"])
def test_a_pupil_who_may_need_somebody_is_offered_the_private_way_first(lesson: Open, words: str) -> None:
    opened = with_box(lesson)
    assert opened.pupils[0].ask(words).json() == {"held": True, "questions_left": 3}
    assert box_of(opened) == []
    assert opened.pupils[0].ask(words, anyway=True).json()["held"] is False
    assert [(row["text"], row["careful"]) for row in box_of(opened)] == [(words, True)]


def test_who_says_anyway_at_once_is_looked_at_all_the_same(lesson: Open) -> None:
    opened = with_box(lesson)
    opened.pupils[0].ask(HELP, anyway=True)
    assert box_of(opened)[0]["careful"]


def test_a_question_lies_sealed_in_the_database(lesson: Open, school: Installation) -> None:
    opened = with_box(lesson)
    opened.pupils[0].ask("What is a zephyrquartz?")
    assert "zephyrquartz" in str(box_of(opened))
    for file in school.folder.glob("*"):
        assert not file.is_file() or b"zephyrquartz" not in file.read_bytes(), file.name


def test_three_questions_a_seat(lesson: Open) -> None:
    opened = with_box(lesson)
    assert [opened.pupils[0].ask(CALM).status_code for _ in range(4)] == [200, 200, 200, 429]


def test_a_question_has_160_characters_and_comes_only_into_an_open_box(lesson: Open) -> None:
    opened = with_box(lesson)
    assert opened.pupils[0].ask("a" * 161).json()["type"] == "/problems/too-long"
    assert opened.pupils[0].ask(" \u200b ").json()["type"] == "/problems/empty"
    opened.do("steps/box/close")
    assert opened.pupils[0].ask(CALM).json()["type"] == "/problems/class-not-now"
    assert box_of(opened) == []


def test_the_educator_notes_what_becomes_of_a_question(lesson: Open) -> None:
    opened = with_box(lesson)
    opened.pupils[0].ask(CALM)
    (row,) = box_of(opened)
    opened.do(f"questions/{row['id']}", "PATCH", json={"mark": "next"})
    assert box_of(opened)[0]["mark"] == "next"
    assert opened.sheet()["keep_longer"]  # until the next lesson


def test_another_educator_reads_and_marks_nothing_of_it(lesson: Open) -> None:
    opened, other = with_box(lesson), lesson()
    opened.pupils[0].ask(CALM)
    (row,) = box_of(opened)
    known = bearer(other.host)
    assert other.http.get("/v1/classroom/questions", headers=known).json() == {"items": []}
    reply = other.http.patch(f"/v1/classroom/questions/{row['id']}", json={"mark": "next"}, headers=known)
    assert reply.status_code == 404


def test_without_the_bot_every_question_is_a_careful_one(tmp_path_factory: pytest.TempPathFactory) -> None:
    with without_bot(tmp_path_factory.mktemp("nobot") / "faro") as installation:
        opened = Class.open(installation.url, 1)
        opened.do("steps/box/go")
        assert opened.pupils[0].ask(CALM).json()["held"] is True


def test_questions_are_gone_with_end_and_wipe_and_the_counts_stay(lesson: Open, school: Installation) -> None:
    opened = with_box(lesson, 6)
    opened.pupils[0].ask(CALM)
    opened.do("steps/d1/go")
    opened.vote("d1", *"aaaaaa")
    opened.do("wipe")
    assert box_of(opened) == []
    assert opened.step("d1")["results"]["d1"]
    session = "select id from class_session where host_hash = ?"
    left = f"select count(*) from class_question where session_id = ({session})"
    assert Store(school.folder).one(left, token_id(opened.host)) == 0


def test_delete_the_results_too(lesson: Open, school: Installation) -> None:
    opened = lesson(6)
    opened.vote("d1", *"aaaaaa")
    opened.do("session", "DELETE")
    assert opened.http.get("/v1/classroom/host", headers=bearer(opened.host)).status_code == 401
    assert opened.http.get("/v1/classroom/seat", headers=bearer(opened.pupils[0].token)).status_code == 401


def test_several_questions_at_the_same_instant_are_three_and_no_more(lesson: Open) -> None:
    opened = with_box(lesson)
    with ThreadPoolExecutor(8) as many:
        replies = list(many.map(lambda n: opened.pupils[0].ask(f"What is number {n}?").status_code, range(8)))
    assert sorted(replies) == [200] * 3 + [429] * 5
    assert len(box_of(opened)) == 3


def test_a_question_that_could_not_be_kept_is_none_of_the_three(lesson: Open, school: Installation) -> None:
    opened = with_box(lesson)
    with Store(school.folder).locked():
        assert opened.pupils[0].ask(CALM).status_code == 503
    assert opened.pupils[0].look()["questions_left"] == 3
    assert [opened.pupils[0].ask(CALM).status_code for _ in range(3)] == [200] * 3


def test_what_is_held_back_cannot_be_tried_without_end(lesson: Open) -> None:
    opened = with_box(lesson)
    assert {opened.pupils[0].ask(HELP).status_code for _ in range(10)} == {200}
    assert opened.pupils[0].ask(HELP).status_code == 429


def test_a_careful_question_is_never_marked_to_be_read_aloud(lesson: Open) -> None:
    opened = with_box(lesson)
    opened.pupils[0].ask(HELP, anyway=True)
    (row,) = box_of(opened)
    reply = opened.http.patch(f"/v1/classroom/questions/{row['id']}", json={"mark": "aloud"}, headers=bearer(opened.host))
    assert reply.status_code == 400


@pytest.mark.parametrize("pace", ["led", "own"])
def test_the_educator_closes_the_box_and_opens_it_again(lesson: Open, pace: str) -> None:
    opened = lesson(1, pace=pace)
    opened.do("steps/box/go")
    opened.do("steps/box/close")
    assert opened.pupils[0].ask(CALM).status_code == 409
    opened.do("steps/box/open")
    assert opened.pupils[0].ask(CALM).status_code == 200
