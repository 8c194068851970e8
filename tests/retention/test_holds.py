"""A hold keeps a case past its time and past the child's erasure, for a while; the page says what goes when; proofs stay."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.support.office import Office
from tests.support.people import ChildClient
from tests.support.purging import purge

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
