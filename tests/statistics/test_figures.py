"""Figures over HTTP: what a supervisor, an admin and a funder see of cases that have ended, and what nobody sees."""

import csv
import io
import json
from datetime import timedelta
from typing import Any

import pytest
from pypdf import PdfReader

from api.auth.rules import FRESH, Role
from api.statistics.rules import FEWEST
from tests.statistics.conftest import ENDED
from tests.support.office import Office
from tests.support.people import Hiring, StaffClient

LAST_YEAR = "2025-01"
QUESTIONS = ("need", "category", "image_nature", "risk", "locale", "country", "band", "hour", "month", "outcome")
ALL = sum(ENDED.values())


def counted(who: StaffClient, by: str, of: str = "cases", **span: str) -> list[dict[str, Any]]:
    reply = who.http.get(f"/v1/statistics/{of}", params={"by": by, **span})
    assert reply.status_code == 200, reply.text
    periods: list[dict[str, Any]] = reply.json()["periods"]
    return periods


def answers(period: dict[str, Any]) -> dict[str, int]:
    return {one["code"]: one["count"] for one in period["answers"]}


def test_a_small_count_is_folded_and_takes_the_smallest_other_with_it(office: Office) -> None:
    (period,) = counted(office.supervisor, "need")
    assert (answers(period), period["rest"], period["total"]) == ({"fake_image_of_me": 12}, 14, ALL)
    assert period["running"]


@pytest.mark.parametrize("by", QUESTIONS)
def test_no_question_shows_a_count_under_ten_or_a_sum_that_leads_to_one(office: Office, by: str) -> None:
    for period in counted(office.admin, by):
        assert all(count >= FEWEST for count in answers(period).values())
        assert period["rest"] == 0 or period["rest"] >= FEWEST
        assert sum(answers(period).values()) + period["rest"] == period["total"] == ALL


def test_need_category_and_image_do_not_subtract_from_each_other(office: Office) -> None:
    """One follows from the other: what is folded in one is folded in all three."""
    shown = [answers(counted(office.supervisor, by)[0]) for by in ("need", "category", "image_nature")]
    assert shown == [{"fake_image_of_me": 12}, {"online_abuse": 12}, {"fake": 12}]


def test_the_counts_hold_one_answer_each_and_no_case(office: Office) -> None:
    """A row with need, country and hour together would be nearly a child's own."""
    cells = [str(cell) for row in office.store.rows("select * from figure_count") for cell in row]
    ids = [case_id for pair in office.store.rows('select id, number from "case"') for case_id in pair]
    assert cells and not set(cells) & set(ids)
    assert {month for (month,) in office.store.rows("select distinct length(month) from figure_count")} == {7}


def test_times_show_half_and_nine_of_ten_of_many_and_nothing_of_few(office: Office) -> None:
    rows = office.supervisor.http.get("/v1/statistics/times").json()["rows"]
    assert {(row["of"], row["risk"]) for row in rows} >= {(of, "all") for of in ("waiting", "first_reply", "handling")}
    assert all(1 <= row["half"] <= row["nine_of_ten"] for row in rows)
    assert "elevated" not in {row["risk"] for row in rows}  # three cases of bullying


def test_contacts_and_guides_are_counted_once_a_conversation(office: Office) -> None:
    for n in range(FEWEST):
        child = office.child(country="MX", band="13-15")
        child.say("what is a deepfake")
        child.say("what is a deepfake")
        child.tap("guide:tell")
        if n:  # one of them stops at the first question
            child.tap("tell_whom=parent")
            child.tap("tell_how=say")
    office.installation.stop()  # stores the counts at once
    office.installation.start()
    (contacts,) = counted(office.supervisor, "country", "contacts")
    assert answers(contacts) == {"MX": FEWEST}
    (needs,) = counted(office.supervisor, "need", "contacts")
    assert answers(needs)["what_is_deepfake"] == FEWEST
    (guide,) = office.supervisor.http.get("/v1/statistics/guides").json()["guides"]["tell"]
    assert (answers(guide), guide["rest"], guide["total"]) == ({}, FEWEST, FEWEST)  # nine and one


def test_contacts_have_no_outcome(office: Office) -> None:
    reply = office.supervisor.http.get("/v1/statistics/contacts", params={"by": "outcome"})
    assert reply.status_code == 400


def test_another_helpline_sees_nothing_of_it(office: Office) -> None:
    (stranger,) = Hiring(office.installation).helpline(Role.supervisor)
    assert counted(stranger, "need") == []


@pytest.mark.parametrize("span", [{"from": "2026-13"}, {"to": "yesterday"}, {"from": "2026-1"}])
def test_a_month_that_is_none_is_refused(office: Office, span: dict[str, str]) -> None:
    assert office.supervisor.http.get("/v1/statistics/cases", params=span).status_code == 400


def test_an_erased_case_counts_without_what_it_was_about(office: Office) -> None:
    child, _ = office.waiting(situation="sexual_abuse")
    assert child.http.delete(child.path, headers=child.headers).status_code == 204
    assert office.store.one("select count from figure_count where of = 'cases' and by = 'outcome' and code = 'erased'") == 1
    assert office.store.rows("select code from figure_count where code like 'sexual_abuse%'") == []
    (period,) = counted(office.supervisor, "outcome")
    assert answers(period) == {}  # one erased, and the helped folded with it


@pytest.fixture
def over(office: Office) -> Office:
    """The counts moved into a period that is over."""
    office.store.change_all("update figure_count set month = ?", LAST_YEAR)
    return office


def test_a_file_holds_no_period_that_still_runs(office: Office) -> None:
    office.store.change_all("update figure_count set month = strftime('%Y-%m')")
    lines = office.supervisor.http.get("/v1/statistics/export.json").json()["lines"]
    assert lines == []


@pytest.mark.parametrize("format", ["csv", "json", "pdf"])
def test_figures_are_taken_out_as_a_file_and_the_act_is_written_down(over: Office, format: str) -> None:
    reply = over.admin.http.get(f"/v1/statistics/export.{format}")
    assert reply.status_code == 200
    assert reply.headers["content-disposition"].startswith('attachment; filename="figures-')
    assert reply.headers["cache-control"] == "no-store"
    acts = over.supervisor.http.get("/v1/audit").json()["items"]
    assert (acts[0]["action"], acts[0]["reason"]) == ("figures.export", format)


def test_all_three_files_hold_the_same_counts_and_say_how_they_were_made(over: Office) -> None:
    whole = over.supervisor.http.get("/v1/statistics/export.json").json()
    assert whole["helpline"] == "The only helpline" and str(FEWEST) in whole["method"]
    needs = [line for line in whole["lines"] if (line["of"], line["by"]) == ("cases", "need")]
    assert ("fake_image_of_me", 12) in {(line["code"], line["count"]) for line in needs}
    table = list(csv.reader(io.StringIO(over.supervisor.http.get("/v1/statistics/export.csv").text.removeprefix("\ufeff"))))
    assert [tuple(map(str, line.values())) for line in whole["lines"]] == [tuple(row) for row in table[1:]]
    pdf = PdfReader(io.BytesIO(over.supervisor.http.get("/v1/statistics/export.pdf").content))
    text = " ".join(page.extract_text() for page in pdf.pages)
    assert "The only helpline" in text and "2025-Q1" in text and "fewer than 10" in text


def test_the_table_for_child_helpline_international_names_its_categories(over: Office) -> None:
    reply = over.supervisor.http.get("/v1/statistics/chi.csv")
    rows = list(csv.DictReader(io.StringIO(reply.text.removeprefix("\ufeff"))))
    assert rows[0] == {
        "period": "2025-Q1", "category": "Violence", "sub_category": "Online child sexual abuse and exploitation",
        "image_nature": "fake", "need": "fake_image_of_me", "cases": "12",
    }  # fmt: skip
    assert all(int(row["cases"]) >= FEWEST for row in rows)


def test_a_file_needs_a_fresh_proof_and_a_look_does_not(over: Office) -> None:
    over.store.set_time("staff_session", "proved_at", FRESH + timedelta(seconds=5), "staff_id = ?", over.supervisor.id)
    statuses = [over.supervisor.http.get(f"/v1/statistics/{name}").status_code for name in ("export.csv", "chi.csv", "cases")]
    over.store.set_time("staff_session", "proved_at", timedelta(0), "staff_id = ?", over.supervisor.id)
    assert statuses == [403, 403, 200]


def test_a_span_takes_whole_periods_only(over: Office) -> None:
    """Half a quarter would subtract from the whole one."""
    assert [p["period"] for p in counted(over.supervisor, "need", **{"from": "2025-03", "to": "2025-03"})] == ["2025-Q1"]
    assert counted(over.supervisor, "need", **{"from": "2025-04"}) == []
    assert json.dumps(counted(over.supervisor, "month")).count(LAST_YEAR) == 1
