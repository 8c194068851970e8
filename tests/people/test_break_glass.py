"""A counsellor reads a colleague's case in an emergency; supervisors know at once, and look at it afterwards."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.people.conftest import Hire
from tests.support.office import Office
from tests.support.people import StaffClient
from tests.support.streams import until, watching

WHY = "kanarie-why: her phone is off and the child says that he is at the door"


def break_glass(who: StaffClient, case_id: str, **changed: str) -> httpx.Response:
    return who.act(case_id, "break-glass", {"reason": "danger_now", "text": WHY, **changed})


def openings(office: Office, case_id: str) -> list[dict[str, Any]]:
    reply = office.supervisor.http.get("/v1/break-glass")
    assert reply.status_code == 200, reply.text
    return [row for row in reply.json() if row["case_id"] == case_id]


def status(who: StaffClient, case_id: str) -> int:
    return who.http.get(f"/v1/cases/{case_id}").status_code


def test_a_counsellor_reads_a_colleagues_case_for_thirty_minutes(office: Office) -> None:
    first, second = office.counsellors
    _, case_id = office.claimed(first)
    assert status(second, case_id) == 403
    reply = break_glass(second, case_id)
    until = datetime.fromisoformat(reply.json()["until"])
    assert (reply.status_code, status(second, case_id)) == (201, 200)
    assert abs(until - datetime.now(UTC) - timedelta(minutes=30)) < timedelta(minutes=1)
    office.store.set_time("break_glass", "until", timedelta(seconds=1), "case_id = ?", case_id)
    assert status(second, case_id) == 403


def test_it_opens_for_reading_and_notes_and_not_for_words_to_the_child(office: Office) -> None:
    """One person speaks at a time, and the child was told who it is."""
    first, second = office.counsellors
    child, case_id = office.claimed(first)
    before = child.get().json()["bubbles"]
    break_glass(second, case_id)
    assert second.act(case_id, "notes", {"text": "police called"}).status_code == 201
    for verb, body in (("messages", {"text": "hello"}), ("close", {"outcome": "helped"}), ("release", None)):
        assert second.act(case_id, verb, body).status_code == 403
    assert child.get().json()["bubbles"] == before
    assert first.act(case_id, "messages", {"text": "I am here"}).status_code == 201


def test_the_reason_is_a_note_for_the_team_and_a_code_for_the_log(office: Office) -> None:
    first, second = office.counsellors
    _, case_id = office.claimed(first)
    break_glass(second, case_id)
    assert WHY in [note["text"] for note in first.case(case_id)["notes"]]
    rows = office.store.rows("select action, reason from audit_entry where thing = ? and action like 'case.break%'", case_id)
    assert rows == [("case.break_glass", "danger_now")]
    assert not [cell for cell in office.store.values() if "kanarie-why" in str(cell)]
    assert "kanarie-why" not in office.installation.log.read_text()


def test_supervisors_are_told_at_once_and_see_no_word(office: Office) -> None:
    first, second = office.counsellors
    _, case_id = office.claimed(first)
    with watching(office.supervisor) as stream:
        until(stream, lambda event: event.name == "hello")
        break_glass(second, case_id)
        heard = until(stream, lambda event: event.name == "staff")
    assert heard[-1].data == {}
    (row,) = openings(office, case_id)
    assert (row["by"], row["reason"], row["verdict"]) == ("counsellor 1", "danger_now", None)
    assert "kanarie" not in str(row)


def test_a_supervisor_reviews_it_once(office: Office, hire: Hire) -> None:
    _, case_id = office.claimed(office.counsellors[0])
    break_glass(office.counsellors[1], case_id)
    (row,) = openings(office, case_id)
    path = f"/v1/break-glass/{row['id']}/review"
    assert office.counsellors[1].http.post(path, json={"verdict": "accepted"}).status_code == 403
    assert office.admin.http.post(path, json={"verdict": "accepted"}).status_code == 403
    assert office.supervisor.http.post(path, json={"verdict": "to_discuss"}).status_code == 204
    assert hire("supervisor").http.post(path, json={"verdict": "accepted"}).status_code == 409
    (row,) = openings(office, case_id)
    assert (row["reviewed_by"], row["verdict"]) == ("supervisor 2", "to_discuss")


def test_nobody_reviews_their_own_opening(office: Office, hire: Hire) -> None:
    """Also who became a supervisor in between."""
    opener = hire()
    _, case_id = office.claimed(office.counsellors[0])
    break_glass(opener, case_id)
    office.admin.http.patch(f"/v1/people/{opener.id}", json={"role": "supervisor"})
    (row,) = openings(office, case_id)
    assert opener.http.post(f"/v1/break-glass/{row['id']}/review", json={"verdict": "accepted"}).status_code == 403


@pytest.mark.parametrize("changed", [{"text": ""}, {"text": "   "}, {"reason": "curious"}, {"text": "x" * 2001}])
def test_without_a_reason_nothing_opens(office: Office, changed: dict[str, str]) -> None:
    _, case_id = office.claimed(office.counsellors[0])
    assert break_glass(office.counsellors[1], case_id, **changed).status_code in (400, 422)
    assert status(office.counsellors[1], case_id) == 403


def test_only_a_colleagues_claimed_case_is_opened_this_way(office: Office) -> None:
    """A waiting case is claimed, an own one is open, a closed one has no emergency."""
    first, second = office.counsellors
    _, waiting = office.waiting()
    _, mine = office.claimed(second)
    _, closed = office.claimed(first)
    first.act(closed, "close", {"outcome": "helped"})
    assert [break_glass(second, case_id).status_code for case_id in (waiting, mine, closed)] == [409, 409, 409]


def test_who_waits_for_the_key_opens_nothing(office: Office, hire: Hire) -> None:
    _, case_id = office.claimed(office.counsellors[0])
    new = hire(waits=True)
    assert break_glass(new, case_id).status_code == 403
    assert openings(office, case_id) == []


def test_supervisors_and_admins_have_no_glass_to_break(office: Office) -> None:
    _, case_id = office.claimed(office.counsellors[0])
    assert break_glass(office.admin, case_id).status_code == 403
    assert break_glass(office.supervisor, case_id).status_code == 403


def test_the_same_key_opens_it_once(office: Office) -> None:
    _, case_id = office.claimed(office.counsellors[0])
    key = str(uuid.uuid4())
    body = {"reason": "technical", "text": WHY}
    first, again = [office.counsellors[1].act(case_id, "break-glass", body, key).json() for _ in range(2)]
    assert first == again
    assert len(openings(office, case_id)) == 1


def test_it_needs_a_fresh_proof(office: Office) -> None:
    second = office.counsellors[1]
    _, case_id = office.claimed(office.counsellors[0])
    mine = office.store.one("select token_hash from staff_session where staff_id = ?", second.id)
    office.store.set_time("staff_session", "proved_at", timedelta(minutes=6), "token_hash = ?", mine)
    assert break_glass(second, case_id).json()["title"] == "ProofIsOld"
    assert openings(office, case_id) == []


def test_who_only_looks_in_carries_nothing_further(office: Office) -> None:
    """Neither who broke the glass nor who is asked to take over: no file, no Primero, no referral, no appointment."""
    first, second = office.counsellors
    at = datetime.now(UTC).isoformat()
    (_, broken), (_, offered) = office.claimed(first), office.claimed(first)
    break_glass(second, broken)
    first.act(offered, "offer", {"to": second.id})
    for case_id in (broken, offered):
        path = f"/v1/cases/{case_id}"
        assert status(second, case_id) == 200
        referral, appointment = f"{path}/referrals/{uuid.uuid4()}", f"{path}/appointments/{uuid.uuid4()}"
        for who, refused in ((second, True), (first, False), (office.supervisor, False)):
            replies = [
                who.http.get(f"{path}/export.json"),
                who.http.put(referral, json={"kind": "hotline", "at": at, "result": "asked"}),
                who.http.put(appointment, json={"at": at, "staff_id": first.id}),
            ]
            assert [reply.status_code for reply in replies] == [403 if refused else 200] * 3
        assert second.http.post(f"{path}/primero", json={"child_agreed": True}).status_code == 403


def test_a_case_goes_to_primero_after_a_fresh_proof_only(office: Office) -> None:
    _, case_id = office.claimed()
    office.age_proof(office.counsellors[0], timedelta(minutes=6))
    reply = office.counsellors[0].http.post(f"/v1/cases/{case_id}/primero", json={"child_agreed": True})
    assert (reply.status_code, reply.json()["title"]) == (403, "ProofIsOld")
