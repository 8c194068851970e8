"""A lesson from the open door to goodbye: who joins, who moves on, what is answered, and what each screen is sent."""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from api.app import create_app  # noqa: F401  (every table)
from api.classroom.schemas import Open as Wanted
from api.db import Base
from tests.classroom.conftest import Open
from tests.support.classes import WISHES, Class, bearer
from tests.support.installation import Installation
from tests.support.routes import table


def words_in(state: Any) -> str:
    return json.dumps(state, ensure_ascii=False)


@pytest.mark.parametrize("written", ["{}", "{:.3} {:.4}", " {} ", "-{}-"])
def test_a_pupil_joins_with_the_number_however_it_is_written(lesson: Open, written: str) -> None:
    opened = lesson()
    typed = written.format(opened.code, opened.code[3:]) if ".3" in written else written.format(opened.code)
    assert opened.join(typed).status_code == 201


@pytest.mark.parametrize("digits", ["٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹", "０１２３４５６７８９"])
def test_a_pupil_joins_with_the_digits_of_the_own_keyboard(lesson: Open, digits: str) -> None:
    opened = lesson()
    assert opened.join(opened.code.translate(str.maketrans("0123456789", digits))).status_code == 201


@pytest.mark.parametrize("extra", ["name", "nickname", "email", "class", "school", "age"])
@pytest.mark.parametrize("where", ["join", "answers", "questions"])
def test_a_field_for_who_somebody_is_is_refused_everywhere(lesson: Open, where: str, extra: str) -> None:
    """S1: refused, not ignored."""
    opened = lesson(1)
    body = {"join": {"code": opened.code}, "answers": {"answers": {"d1": ["a"]}}, "questions": {"text": "May I?"}}[where]
    method = "PUT" if where == "answers" else "POST"
    known = bearer(opened.pupils[0].token)
    reply = opened.http.request(method, f"/v1/classroom/{where}", json={**body, extra: "Milo"}, headers=known)
    assert (reply.status_code, reply.headers["content-type"]) == (400, "application/problem+json")


COLUMNS = sorted({column.name for table in Base.metadata.tables.values() for column in table.columns})
BODIES: dict[str, tuple[dict[str, Any], str]] = {
    "POST sessions": (WISHES, "host"), "POST join": ({"code": "0000000"}, "host"),
    "PUT answers": ({"answers": {"d1": ["a"]}}, "seat"), "POST questions": ({"text": "May I?"}, "seat"),
    "PUT card": ({"card": None}, "host"), "PUT hands/d1": ({"counts": {"a": 1}}, "host"),
    "PATCH questions/none": ({"mark": "next"}, "host"),
}  # fmt: skip


@pytest.mark.parametrize("route", BODIES)
def test_no_column_of_any_table_is_taken_as_a_field(lesson: Open, route: str) -> None:
    """Mass assignment: one at a time, on every route of a class that takes a body."""
    opened, (method, path), (body, who) = lesson(1), route.split(" "), BODIES[route]
    known = bearer(opened.host if who == "host" else opened.pupils[0].token)
    strange = [name for name in COLUMNS if name not in Wanted.model_fields and name not in body]
    taken = [
        name for name in strange
        if opened.http.request(method, f"/v1/classroom/{path}", json={**body, name: "x"}, headers=known).status_code != 400
    ]  # fmt: skip
    assert len(strange) > 100 and taken == []


def test_every_route_of_a_class_that_takes_a_body_is_among_them() -> None:
    taking = {route for route, (_, made) in table().items() if " /v1/classroom/" in route and made.body_field is not None}
    named = {f"{route.split(' ')[0]} /v1/classroom/{route.split(' ')[1].split('/')[0]}" for route in BODIES}
    assert {route.split("/{")[0] for route in taking} == named


def test_a_lesson_opens_only_when_the_whole_notice_is_ticked(school: Installation, lesson: Open) -> None:
    opened = lesson()
    for missing in WISHES["checklist"]:
        ticked = [line for line in WISHES["checklist"] if line != missing]
        reply = opened.http.post("/v1/classroom/sessions", json={**WISHES, "checklist": ticked})
        assert (reply.status_code, reply.json()["type"]) == (422, "/problems/class-gate")


def test_wrong_expired_full_and_locked_codes_are_answered_alike(lesson: Open) -> None:
    ended, full, locked = lesson(), lesson(1, seats=1), lesson()
    ended.do("end")
    locked.do("lock")
    replies = [lesson().join("0000000" if n else "no digits") for n in range(2)]
    replies += [each.join() for each in (ended, full, locked)]
    assert {(reply.status_code, reply.text) for reply in replies} == {(404, replies[0].text)}


def test_a_late_pupil_comes_in_when_the_educator_opens_the_door(lesson: Open) -> None:
    opened = lesson(2)
    opened.do("steps/rules/go")
    assert opened.join().status_code == 201  # still coming in
    opened.do("steps/d1/go")
    assert opened.join().status_code == 404
    opened.do("unlock")
    late = opened.sit()
    assert late.look()["step"]["key"] == "d1"


def test_a_full_class_shows_no_number_until_the_educator_opens_the_door(lesson: Open) -> None:
    opened = lesson(2, seats=2)
    assert (opened.projector()["code"], opened.sheet()["takes"]) == (None, False)
    opened.do("unlock")
    assert (opened.projector()["code"], opened.sheet()["takes"]) == (opened.code, True)


def test_a_refresh_keeps_the_seat(lesson: Open) -> None:
    opened = lesson(3)
    pupil = opened.pupils[0]
    assert pupil.look()["badge"] == pupil.joined["badge"]
    assert opened.sheet()["seats"] == {"taken": 3, "of": 30}


def test_a_pupil_is_sent_the_current_step_and_no_key(lesson: Open) -> None:
    """S7."""
    opened = lesson(2)
    opened.do("steps/q1/go")
    opened.do("steps/q1/open")
    state = opened.pupils[0].look()
    assert state["step"]["key"] == "q1" and state["steps"] == []
    options = state["step"]["items"][0]["options"]
    assert all(option.keys() == {"id", "text"} for option in options)
    assert "results" not in words_in(state)


def test_choices_come_after_reading_and_what_came_of_them_after_closing(lesson: Open) -> None:
    opened = lesson(6)
    opened.do("steps/d1/go")
    assert opened.pupils[0].look()["step"]["items"] == []
    assert opened.pupils[0].answer("d1", "a").status_code == 409
    opened.do("steps/d1/open")
    assert all("after" not in option for option in opened.pupils[0].look()["step"]["items"][0]["options"])
    opened.do("steps/d1/close")
    assert all(option["after"] for option in opened.pupils[0].look()["step"]["items"][0]["options"])


def test_an_answer_may_be_changed_until_the_step_is_closed(lesson: Open) -> None:
    opened = lesson(5)
    opened.do("steps/d1/go")
    opened.do("steps/d1/open")
    for pupil in opened.pupils:
        pupil.answer("d1", "a")
        pupil.answer("d1", "b")
    closed = opened.step("d1", opened.do("steps/d1/close"))
    assert {row["option"]: row["share"] for row in closed["results"]["d1"]} == {"a": "few", "b": "nearly_all", "c": "few"}
    assert opened.pupils[0].answer("d1", "c").status_code == 409


def test_a_second_vote_takes_the_place_of_the_first(lesson: Open) -> None:
    opened = lesson(5)
    opened.vote("d1", *"aaaaa")
    opened.do("steps/d1/again")
    again = opened.vote("d1", *"bbbbb")
    assert {row["option"]: row["share"] for row in again["results"]["d1"]} == {"a": "few", "b": "nearly_all", "c": "few"}


@pytest.mark.parametrize(("item", "chosen"), [("d1", ["z"]), ("d1", ["a", "b"]), ("d1", ["a", "a"]), ("nothing", ["a"])])
def test_what_is_no_answer_is_refused(lesson: Open, item: str, chosen: list[str]) -> None:
    opened = lesson(1)
    opened.do("steps/d1/go")
    opened.do("steps/d1/open")
    assert opened.pupils[0].answer(item, *chosen).status_code in (400, 404)
    assert opened.step("d1")["answers"] == 0


def test_pause_holds_everything_and_go_on_lets_go(lesson: Open) -> None:
    """S10."""
    opened = lesson(1)
    opened.do("steps/d1/go")
    opened.do("steps/d1/open")
    opened.do("pause")
    assert opened.pupils[0].look()["state"] == opened.projector()["state"] == "paused"
    assert opened.pupils[0].answer("d1", "a").status_code == 409
    opened.do("resume")
    assert opened.pupils[0].answer("d1", "a").status_code == 200


def test_each_pupil_reads_the_own_language_and_all_answers_are_counted_together(lesson: Open) -> None:
    opened = lesson()
    for locale in ("en", "en", "es", "ar", "hy"):
        opened.sit(locale=locale)
    assert opened.vote("d1", *"aaaaa")["results"]["d1"][0]["share"] == "nearly_all"


def test_at_the_own_pace_a_pupil_moves_alone_and_hears_at_once_what_came_of_it(lesson: Open) -> None:
    opened = lesson(2, pace="own")
    first, second = opened.pupils
    after = first.answer("d1", "b").json()["after"]["d1"]
    assert next(option for option in after["options"] if option["id"] == "b")["after"]
    assert first.look(step="q1")["step"]["key"] == "q1" and second.look()["step"]["key"] == "door"
    first.answer("d1", "a")  # what was said about the first answer cannot be unsaid
    assert (opened.step("d1")["answers"], opened.step("q1")["answers"]) == (1, 0)


def test_with_one_device_the_educator_counts_hands(lesson: Open) -> None:
    opened = lesson(pace="one", seats=12)
    assert opened.code is None
    opened.do("steps/d1/go")
    sheet = opened.do("hands/d1", "PUT", json={"counts": {"a": 9, "b": 2}})
    assert [row["share"] for row in opened.step("d1", sheet)["results"]["d1"]] == ["nearly_all", "few", "few"]
    too_many = opened.http.put("/v1/classroom/hands/d2", json={"counts": {"a": 13}}, headers=bearer(opened.host))
    assert too_many.status_code == 400


def test_with_one_device_nobody_is_asked_for_a_phone(lesson: Open) -> None:
    opened, led = lesson(pace="one"), lesson()
    sheet = opened.sheet()
    assert {step["kind"] for step in led.sheet()["steps"]} - {step["kind"] for step in sheet["steps"]} == {
        "before",
        "box",
        "exit",
    }
    said = [opened.step(kind, sheet)[cue] for kind in ("door", "rules") for cue in ("say", "todo")]
    assert not [words for words in said if re.search(r"number|address|button|Talk to someone", words)]
    for kind in ("door", "talk"):
        opened.do(f"steps/{kind}/go")
        assert opened.projector()["step"]["texts"] == []  # "your screen waits"


@pytest.mark.parametrize(("pace", "plan"), [("led", "plan"), ("own", "plan"), ("one", "plan_one")])
def test_the_run_sheet_is_the_plan_that_was_prepared(lesson: Open, pace: str, plan: str) -> None:
    opened = lesson(pace=pace)
    prepared = opened.http.get(f"/v1/lessons/{WISHES['lesson']}").json()[plan]
    assert [{name: step[name] for name in prepared[0]} for step in opened.sheet()["steps"]] == prepared


@pytest.mark.parametrize("role", ["host", "screen", "seat"])
def test_each_token_opens_one_page_and_no_other(lesson: Open, role: str) -> None:
    """S6."""
    opened = lesson(1)
    tokens = {"host": opened.host, "screen": opened.screen, "seat": opened.pupils[0].token, "code": opened.code}
    for name, token in tokens.items():
        status = opened.http.get(f"/v1/classroom/{role}", headers=bearer(token)).status_code
        assert status == (200 if name == role else 401)


def test_a_projector_cannot_move_the_class(lesson: Open) -> None:
    opened = lesson()
    for path in ("steps/d1/go", "pause", "end"):
        assert opened.http.post(f"/v1/classroom/{path}", headers=bearer(opened.screen)).status_code == 401


def test_the_projector_shows_address_number_and_a_code_to_scan(lesson: Open, school: Installation) -> None:
    seen = lesson().projector()
    assert seen["join"]["address"] == f"{school.url}/class" and len(seen["code"]) == 7
    assert seen["join"]["qr"]["size"] >= 25 and seen["join"]["qr"]["path"].startswith("M0 0h1v1h-1z")


def test_only_a_prompt_or_a_reviewed_answer_stands_on_the_projector(lesson: Open) -> None:
    """S2: nobody's typing, an educator's neither."""
    opened = lesson()
    opened.do("card", "PUT", json={"card": "faq:f1"})
    assert opened.projector()["card"]["title"].endswith("?")
    for typed in ("hello class", "faq:<b>", "prompt:12"):
        reply = opened.http.put("/v1/classroom/card", json={"card": typed}, headers=bearer(opened.host))
        assert reply.status_code == 400
    opened.do("card", "PUT", json={"card": None})
    assert opened.projector()["card"] is None


def test_every_step_of_every_lesson_opens_on_every_screen(school: Installation, lesson: Open) -> None:
    listed = lesson().http.get("/v1/lessons").json()["items"]
    assert len(listed) == 20 and not [row["reasons"] for row in listed if row["reasons"]]
    for row in listed:
        opened = lesson(1, lesson=row["id"])
        for step in opened.sheet()["steps"]:
            opened.do(f"steps/{step['key']}/go")
            assert opened.projector()["step"]["key"] == opened.pupils[0].look()["step"]["key"] == step["key"]


def test_two_answers_at_the_same_instant_are_both_counted(lesson: Open) -> None:
    opened: Class = lesson(30)
    opened.do("steps/d1/go")
    opened.do("steps/d1/open")
    with ThreadPoolExecutor(30) as many:
        assert {reply.status_code for reply in many.map(lambda p: p.answer("d1", "a"), opened.pupils)} == {200}
    assert opened.step("d1")["answers"] == 30
