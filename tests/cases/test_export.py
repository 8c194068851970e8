"""One case as a file: what staff may read, for whoever may read it, and nothing that a spreadsheet runs."""

import csv
import io
import unicodedata
from datetime import timedelta

import httpx
import pytest
from pypdf import PdfReader

from api.auth.rules import FRESH
from api.export import SIGNS, csv_of
from tests.support.office import Office
from tests.support.people import StaffClient

STORY = '=HYPERLINK("http://evil.invalid","me") قصتي պատմություն'
# a formula as it is, behind what is not seen, and in signs of full width (OWASP, CSV injection)
UNSEEN = ("", " ", "   ", "\t", "\r", "\n", "\u200b", "\ufeff", "\u00a0", "\u202e", "\x00")
FORMULAS = [f"{before}{sign}1+1" for sign in "=+-@|%＝＋－＠" for before in UNSEEN]


def take(who: StaffClient, case_id: str, form: str) -> httpx.Response:
    return who.http.get(f"/v1/cases/{case_id}/export.{form}")


@pytest.fixture
def told(office: Office) -> str:
    """A claimed case in which everybody has said something."""
    child = office.child()
    child.say("somebody made a fake nude of me")
    child.hand_over("transcript", story=STORY)
    case_id = office.case_of(child)
    one = office.counsellors[0]
    assert one.act(case_id, "claim").status_code == 200
    assert one.act(case_id, "messages", {"text": "+ I am here"}).status_code == 201
    assert one.act(case_id, "notes", {"text": "@ call the school"}).status_code == 201
    return case_id


@pytest.mark.parametrize("form", ["json", "csv", "pdf"])
def test_a_case_is_taken_out_under_its_number_and_the_act_is_written_down(office: Office, told: str, form: str) -> None:
    reply = take(office.counsellors[0], told, form)
    number = office.store.one('select number from "case" where id = ?', told)
    assert reply.headers["content-disposition"] == f'attachment; filename="{number}.{form}"'
    assert reply.headers["cache-control"] == "no-store"
    acts = office.supervisor.http.get("/v1/audit", params={"thing": told}).json()["items"]
    assert (acts[0]["action"], acts[0]["reason"]) == ("case.export", form)


def test_a_file_for_programs_holds_what_staff_read(office: Office, told: str) -> None:
    one = office.counsellors[0]
    taken, read = take(one, told, "json").json(), one.case(told)
    assert taken == {name: read[name] for name in taken}
    assert taken["story"] == STORY


def test_a_table_holds_everything_and_no_live_formula(office: Office, told: str) -> None:
    rows = list(csv.reader(io.StringIO(take(office.counsellors[0], told, "csv").text.removeprefix("\ufeff"))))
    cells = [cell for row in rows for cell in row]
    for said in ("somebody made a fake nude of me", "I am here", "call the school", "HYPERLINK"):
        assert any(said in cell for cell in cells)
    assert not [cell for cell in cells if is_live(cell)]


def test_a_sheet_holds_every_script(office: Office, told: str) -> None:
    pdf = PdfReader(io.BytesIO(take(office.counsellors[0], told, "pdf").content))
    text = "".join(page.extract_text() for page in pdf.pages)
    assert "I am here" in text and "call the school" in text and "պատմություն" in text


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_cell_is_a_formula_in_any_disguise(formula: str) -> None:
    ((first, second),) = csv.reader(io.StringIO(csv_of([(formula, "plain")]).removeprefix("\ufeff")))
    assert not is_live(first)
    assert (first.replace("'", "").replace("\\", "").strip("\r\n"), second) == (formula.strip("\r\n"), "plain")


def test_numbers_stay_numbers() -> None:
    assert csv_of([(12, -3, "2026-Q1", "")]) == '\ufeff"12","-3","2026-Q1",""\r\n'


def is_live(cell: str) -> bool:
    """Whether a spreadsheet that trims, ignores what is not seen and reads full-width signs would run it."""
    seen = "".join(c for c in cell if unicodedata.category(c)[0] not in "CZ")
    return unicodedata.normalize("NFKC", seen)[:1] in SIGNS


def test_a_supervisor_takes_out_what_the_team_claimed_and_a_colleague_does_not(office: Office, told: str) -> None:
    assert take(office.supervisor, told, "json").status_code == 200
    assert take(office.counsellors[1], told, "json").status_code == 403


def test_an_old_proof_takes_nothing_out(office: Office, told: str) -> None:
    one = office.counsellors[0]
    office.store.set_time("staff_session", "proved_at", FRESH + timedelta(seconds=5), "staff_id = ?", one.id)
    status = take(one, told, "pdf").status_code
    office.store.set_time("staff_session", "proved_at", timedelta(0), "staff_id = ?", one.id)
    assert status == 403


def test_a_form_that_is_none_is_refused(office: Office, told: str) -> None:
    assert take(office.counsellors[0], told, "xlsx").status_code == 400
