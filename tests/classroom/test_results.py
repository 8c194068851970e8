"""What may be shown of answers (S3): nothing before closing, nothing under five, attitudes in bands, nothing by pupil."""

import csv
import io
import json
import re
import zipfile
from typing import Any

import pytest
from pypdf import PdfReader

from tests.classroom.conftest import Open
from tests.support.classes import Class, bearer


def everywhere(opened: Class) -> dict[str, str]:
    """All that a class session gives away: three screens, the polling twin, three files."""
    found = {"host": json.dumps(opened.sheet()), "screen": json.dumps(opened.projector())}
    found["seat"] = json.dumps([pupil.look() for pupil in opened.pupils[:1]])
    for role, token in (("host", opened.host), ("screen", opened.screen)):
        found[f"news {role}"] = opened.http.get(f"/v1/classroom/news/{role}", headers=bearer(token)).text
    for form in ("csv", "xlsx", "pdf"):
        file = export(opened, form)
        found[form] = file.decode() if form == "csv" else " ".join(cells(file)) if form == "xlsx" else text_of(file)
    return found


def cells(xlsx: bytes) -> list[str]:
    """The words of a spreadsheet: its table of shared strings."""
    with zipfile.ZipFile(io.BytesIO(xlsx)) as parts:
        return re.findall(r"<t[^>]*>([^<]*)</t>", parts.read("xl/sharedStrings.xml").decode())


def export(opened: Class, form: str) -> bytes:
    reply = opened.http.get("/v1/classroom/export", params={"format": form}, headers=bearer(opened.host))
    assert reply.status_code == 200, reply.text
    return reply.content


def text_of(pdf: bytes) -> str:
    return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def shares(step: Any) -> dict[str, str]:
    (rows,) = step["results"].values()
    return {row["option"]: row["share"] for row in rows}


SHOWN = ("host", "screen", "csv", "xlsx", "pdf")  # a pupil's screen and the polling twin never hold results


def test_with_four_answers_nothing_shows_anywhere(lesson: Open) -> None:
    opened = lesson(4)
    closed = [opened.vote("d1", *"aaaa"), opened.vote("q1", *"bbbb")]
    assert [list(step["results"].values()) for step in closed] == [[None], [None]]
    opened.do("steps/close/go")
    for place, held in everywhere(opened).items():
        assert "nearly all" not in held and "about 100 %" not in held and '"share":' not in held.replace(" ", ""), place
    opened.do("unlock")
    opened.sit()
    opened.do("steps/d1/again")
    opened.do("steps/q1/again")
    opened.vote("d1", *"aaaaa")
    opened.vote("q1", *"bbbbb")
    for place, held in everywhere(opened).items():  # with five the same search finds something, or it could find nothing at all
        assert ("nearly all" in held or "about 100 %" in held) is (place in SHOWN), place


def test_a_pass_is_an_answer_that_counts_for_nothing(lesson: Open) -> None:
    """Four who chose and two who passed are four."""
    opened = lesson(6)
    closed = opened.vote("d1", *"aaaa", "", "")
    assert (closed["answers"], closed["results"]["d1"]) == (6, None)


def test_five_answers_show_bands_and_never_nobody_or_everybody(lesson: Open) -> None:
    opened = lesson(5)
    assert shares(opened.vote("d1", *"aaaaa")) == {"a": "nearly_all", "b": "few", "c": "few"}


@pytest.mark.parametrize(("hands", "band"), [(2, "few"), (6, "some"), (10, "half"), (14, "most"), (19, "nearly_all")])
def test_a_band_is_twenty_points_wide(lesson: Open, hands: int, band: str) -> None:
    opened = lesson(pace="one", seats=20)
    opened.do("steps/d1/go")
    sheet = opened.do("hands/d1", "PUT", json={"counts": {"a": hands, "b": 20 - hands}})
    assert shares(opened.step("d1", sheet))["a"] == band


def test_knowledge_is_rounded_to_ten_percent(lesson: Open) -> None:
    opened = lesson(7)
    assert shares(opened.vote("q1", *"bbbbbba")) == {"a": "10", "b": "90", "c": "0"}


def test_while_a_step_is_open_only_the_number_of_answers_is_known(lesson: Open) -> None:
    opened = lesson(8)
    opened.do("steps/d1/go")
    opened.do("steps/d1/open")
    for pupil in opened.pupils:
        pupil.answer("d1", "b")
    sheet, seen = opened.step("d1"), opened.projector()
    assert sheet["answers"] == 8 and "results" not in sheet and "results" not in seen["step"]


def test_before_and_after_need_ten(lesson: Open) -> None:
    opened = lesson(10)
    opened.do("steps/exit/go")
    for pupil in opened.pupils[:9]:
        pupil.answer("change1", "up")
    for pupil in opened.pupils:
        pupil.answer("change2", "up")
        pupil.answer("after1", "3")
    closed = opened.step("exit", opened.do("steps/exit/close"))
    assert closed["results"]["change1"] is None
    assert [row["share"] for row in closed["results"]["change2"]] == ["nearly_all", "few", "few"]


def test_what_a_pupil_said_before_stays_on_the_device(lesson: Open) -> None:
    """The only thing that the step takes is that it was done."""
    opened = lesson(1)
    opened.do("steps/before/go")
    assert opened.pupils[0].answer("before", "3").status_code == 400
    assert opened.pupils[0].answer("before", "done").status_code == 200


def test_the_export_holds_no_row_of_a_pupil_and_says_what_it_is(lesson: Open) -> None:
    opened = lesson(6)
    opened.vote("d1", *"aaaabb")
    rows = list(csv.reader(io.StringIO(export(opened, "csv").decode("utf-8-sig"))))
    assert "no control group" in rows[2][1]
    assert [row[2:] for row in rows[5:]] == [["5+", "most"], ["5+", "some"], ["5+", "few"]]


@pytest.mark.parametrize("form", ["xlsx", "pdf"])
def test_spreadsheet_and_sheet_say_the_same_as_the_table(lesson: Open, form: str) -> None:
    opened = lesson(6)
    opened.vote("d1", *"aaaabb")
    held = everywhere(opened)[form]
    assert [band for band in ("most", "some", "few") if band not in held] == []


def test_results_come_in_no_other_format(lesson: Open) -> None:
    opened = lesson()
    assert opened.http.get("/v1/classroom/export?format=json", headers=bearer(opened.host)).status_code == 400


def test_the_export_is_for_the_educator_alone(lesson: Open) -> None:
    opened = lesson(1)
    for token in (opened.screen, opened.pupils[0].token):
        assert opened.http.get("/v1/classroom/export", headers=bearer(token)).status_code == 401


def test_in_a_red_lesson_the_projector_tells_what_came_of_it_and_not_how_many_chose_it(lesson: Open) -> None:
    opened = lesson(6, lesson="b3_it_reached_my_phone")
    assert opened.vote("d1", *"aaaabb")["results"]["d1"]
    step = opened.projector()["step"]
    assert "results" not in step and all(option["after"] for option in step["items"][0]["options"])
    opened.vote("q1", *"aaaabb")
    assert opened.projector()["step"]["results"]["q1"]


@pytest.mark.parametrize("others", [0, 1])
def test_of_five_answers_nobody_can_tell_whether_all_chose_the_same(lesson: Open, others: int) -> None:
    """Five of five and four of five look alike, and so do none and one."""
    opened = lesson(5)
    found = shares(opened.vote("d1", *("aaaa" + "ab"[others])))
    assert (found["a"], found["b"]) == ("nearly_all", "few")


def test_a_step_that_was_never_opened_is_not_closed_by_passing_it(lesson: Open) -> None:
    opened = lesson(5)
    opened.do("steps/d1/go")
    opened.do("steps/d2/go")
    opened.do("steps/d1/go")
    assert opened.pupils[0].look()["step"]["phase"] == "reading"
    assert opened.vote("d1", *"aaaaa")["results"]["d1"]


def test_a_second_vote_is_another_round(lesson: Open) -> None:
    opened = lesson(5)
    opened.vote("d1", *"aaaaa")
    assert opened.pupils[0].look()["rounds"] == {}
    opened.do("steps/d1/again")
    assert opened.pupils[0].look()["rounds"] == {"d1": 1}


def test_closing_what_was_never_opened_shows_nothing(lesson: Open) -> None:
    opened = lesson(5)
    opened.do("steps/d1/go")
    opened.do("steps/d1/close")
    step = opened.pupils[0].look()["step"]
    assert (step["phase"], step["items"]) == ("reading", [])
