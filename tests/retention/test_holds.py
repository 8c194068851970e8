"""A hold keeps a case past its time and past the child's erasure, for a while; the page says what goes when; proofs stay."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.support.office import Office
from tests.support.people import ChildClient
from tests.support.purging import purge
from tests.support.words import keys_of

TODAY = datetime.now(UTC).date()
OLD = timedelta(days=90, minutes=1)


def closed(office: Office) -> tuple[ChildClient, str]:
    child, case_id = office.claimed()
    assert office.counsellors[0].act(case_id, "close", {"outcome": "helped"}).is_success
    return child, case_id


def hold(office: Office, case_id: str, days: int = 30) -> int:
    until = f"{TODAY + timedelta(days=days)}"
    return office.supervisor.http.put(f"/v1/cases/{case_id}/hold", json={"reason": "court", "until": until}).status_code


def page(office: Office) -> dict[str, Any]:
    body: dict[str, Any] = office.supervisor.http.get("/v1/retention").json()
    return body


def there(office: Office, case_id: str) -> bool:
    return bool(office.store.one('select count(*) from "case" where id = ?', case_id))


def grow_old(office: Office, case_id: str) -> None:
    office.store.set_time("case", "closed_at", OLD, "id = ?", case_id)


def test_a_held_case_outlives_its_time_and_goes_after_the_hold(office: Office) -> None:
    _, case_id = closed(office)
    assert hold(office, case_id) == 204
    grow_old(office, case_id)
    purge(office.installation)
    assert there(office, case_id)
    office.store.change("update case_hold set until = ? where case_id = ?", f"{TODAY - timedelta(days=1)}", case_id)
    purge(office.installation)
    assert not there(office, case_id)


def test_the_page_says_on_which_day_a_case_goes(office: Office) -> None:
    _, case_id = closed(office)
    going = {one["id"]: one for one in page(office)["going"]}
    assert going[case_id]["goes_on"] == f"{TODAY + timedelta(days=90)}"
    hold(office, case_id, 200)
    held = {one["id"]: one for one in page(office)["going"]}[case_id]
    assert (held["goes_on"], held["hold"]) == (f"{TODAY + timedelta(days=201)}", "court")
    assert page(office)["late"] is False


def test_of_a_deleted_case_a_proof_stays_and_no_row(office: Office) -> None:
    _, case_id = closed(office)
    grow_old(office, case_id)
    purge(office.installation)
    gone = {one["id"]: one for one in page(office)["gone"]}[case_id]
    assert (gone["why"], gone["rows_left"]) == ("case.purge", 0)
    assert office.supervisor.http.get("/v1/audit/check").json()["holds"]


def test_a_child_who_erases_a_held_case_is_told_so_and_it_goes_after_the_hold(office: Office) -> None:
    child, case_id = closed(office)
    hold(office, case_id)
    erased = child.http.delete(child.path, headers=child.headers)
    assert erased.status_code == 200
    assert erased.json()["bubbles"][0]["key"] == "system/erased_held"
    assert child.get().status_code == 404
    assert office.supervisor.http.delete(f"/v1/cases/{case_id}/hold").status_code == 204
    purge(office.installation)
    assert not there(office, case_id)


def kept_words(office: Office, case_id: str) -> int:
    return int(office.store.one("select count(*) from message where case_id = ?", case_id))


def erased_under_a_hold(office: Office) -> tuple[ChildClient, str]:
    """What was said with the counsellor is in the case; what was said to the program before is not."""
    child = office.child()
    child.say("something for the program alone")
    child.hand_over()
    case_id = office.case_of(child)
    for verb, body in (("claim", None), ("messages", {"text": "liquorice"}), ("close", {"outcome": "helped"})):
        assert office.counsellors[0].act(case_id, verb, body).is_success
    assert hold(office, case_id) == 204
    assert child.http.delete(child.path, headers=child.headers).status_code == 200
    return child, case_id


def test_a_hold_keeps_what_was_said_in_the_case_and_nothing_else_of_the_talk(office: Office) -> None:
    child, case_id = erased_under_a_hold(office)
    purge(office.installation)
    assert "liquorice" in [said["text"] for said in office.supervisor.case(case_id)["messages"]]
    outside = "select count(*) from message where conversation_id = ? and case_id is null"
    assert office.store.one(outside, child.id) == 0
    assert office.store.one(
        "select facts is null and case_key is null and wrapped_key = x'' from conversation where id = ?", child.id
    )
    assert child.get().status_code == 404
    assert office.supervisor.http.delete(f"/v1/cases/{case_id}/hold").status_code == 204
    purge(office.installation)
    assert (kept_words(office, case_id), there(office, case_id)) == (0, False)
    assert office.store.one("select count(*) from conversation where id = ?", child.id) == 0


def test_what_a_child_has_erased_under_a_hold_is_not_found_by_its_category(office: Office) -> None:
    child, case_id = closed(office)
    counsellor, filed = office.counsellors[0], {"categories": ["legal"]}
    assert counsellor.http.patch(f"/v1/cases/{case_id}", json=filed, headers={"if-match": "*"}).status_code == 200
    assert case_id in [row["id"] for row in counsellor.queue(category="legal")]
    hold(office, case_id)
    assert child.http.delete(child.path, headers=child.headers).status_code == 200
    assert case_id not in [row["id"] for row in counsellor.queue(category="legal")]
    assert case_id in [row["id"] for row in counsellor.queue(state="closed")]


def test_a_hold_keeps_the_words_of_a_case_whose_conversation_ended(office: Office) -> None:
    child, case_id = closed(office)
    hold(office, case_id)
    before = kept_words(office, case_id)
    office.store.set_time("conversation", "expires_at", timedelta(minutes=1), "id = ?", child.id)
    purge(office.installation)
    purge(office.installation)
    assert before == kept_words(office, case_id) > 0


def test_what_a_child_erased_under_a_hold_is_locked_to_all_but_a_supervisor_with_a_fresh_proof(office: Office) -> None:
    _, case_id = erased_under_a_hold(office)
    counsellor = office.counsellors[0]
    for path in ("", "/work", "/reports", "/primero"):
        assert counsellor.http.get(f"/v1/cases/{case_id}{path}").status_code == 403
    office.age_proof(office.supervisor, timedelta(minutes=6))
    assert office.supervisor.http.get(f"/v1/cases/{case_id}").json()["type"].endswith("proof-is-old")
    office.prove_again()
    assert office.supervisor.http.get(f"/v1/cases/{case_id}").status_code == 200
    assert office.supervisor.act(case_id, "notes", {"text": "one more"}).status_code == 403
    version = {"If-Match": f'"{office.supervisor.case(case_id)["version"]}"'}
    assert counsellor.http.patch(f"/v1/cases/{case_id}", json={"categories": []}, headers=version).status_code == 403
    (row,) = [row for row in counsellor.queue(state="closed") if row["id"] == case_id]
    assert (row["locked"], row["need"], row["reasons"]) == (True, None, [])
    reads = "select count(*) from audit_entry where thing = ? and action = 'case.read' and actor = ?"
    assert office.store.one(reads, case_id, office.supervisor.id) == 1


def test_a_request_that_is_taken_back_under_a_hold_is_not_called_erased(office: Office) -> None:
    child, case_id = office.waiting(situation="bullying")
    assert hold(office, case_id) == 204
    turn = child.http.delete(f"{child.path}/handoff", headers=child.headers).json()
    assert set(keys_of(turn, "system")) == {"system/taken_back_held"}
    assert office.supervisor.case(case_id)["lines"] == {"situation": "bullying"}


@pytest.mark.parametrize("act", ["erased", "taken_back"])
def test_a_child_is_told_of_a_copy_that_went_out_of_faro(office: Office, act: str) -> None:
    office.prove_again()
    child, case_id = office.claimed()
    assert office.counsellors[0].http.get(f"/v1/cases/{case_id}/export.json").status_code == 200
    assert office.counsellors[0].act(case_id, "release").is_success
    path = child.path if act == "erased" else f"{child.path}/handoff"
    told = child.http.delete(path, headers=child.headers).json()
    assert [bubble["key"] for bubble in told["bubbles"]][:2] == [f"system/{act}", "system/copies"]


def test_a_helpline_keeps_closed_cases_shorter(office: Office) -> None:
    _, case_id = closed(office)
    office.store.set_time("case", "closed_at", timedelta(days=11), "id = ?", case_id)
    purge(office.installation)
    assert there(office, case_id)
    assert office.supervisor.http.patch("/v1/retention", json={"keep_closed_days": 10}).status_code == 200
    purge(office.installation)
    assert not there(office, case_id)
    assert office.supervisor.http.patch("/v1/retention", json={"keep_closed_days": 91}).status_code == 400


def test_a_hold_needs_an_end_and_a_fresh_proof(office: Office) -> None:
    _, case_id = closed(office)
    assert hold(office, case_id, -1) == 400
    assert hold(office, case_id, 400) == 400
    office.store.change("update staff_session set proved_at = '2026-01-01' where staff_id = ?", office.supervisor.id)
    assert hold(office, case_id) == 403
    office.store.change("update staff_session set proved_at = seen_at where staff_id = ?", office.supervisor.id)


def test_readiness_says_when_the_worker_has_not_run_for_a_day(office: Office) -> None:
    assert office.supervisor.http.get("/readyz").json()["retention"] is True
    office.store.change("update retention_run set at = '2026-01-01 00:00:00'")
    assert office.supervisor.http.get("/readyz").json()["retention"] is False
