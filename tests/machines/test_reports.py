"""What a system reports back: once for each key, only from the version it has seen, and shown to whoever reads the case."""

from datetime import timedelta

import pytest

from tests.support.office import Office
from tests.support.systems import SystemClient
from tests.support.together import at_once

SAID = {"reference": "CRM-17", "state": "in_progress"}


def test_a_report_is_kept_and_staff_who_read_the_case_see_it(office: Office, system: SystemClient) -> None:
    _, case_id = office.claimed()
    reply = system.report(case_id, SAID)
    assert reply.status_code == 200, reply.text
    assert {name: reply.json()[name] for name in SAID} == SAID
    fetched = system.get(f"/{case_id}")
    assert (fetched.headers["etag"], fetched.json()["report"]) == (reply.headers["etag"], reply.json())
    seen = office.counsellors[0].http.get(f"/v1/cases/{case_id}/reports").json()
    assert [(one["system"], one["reference"], one["state"]) for one in seen if one["reference"]] == [
        ("Our case system", "CRM-17", "in_progress")
    ]
    assert office.counsellors[1].http.get(f"/v1/cases/{case_id}/reports").status_code == 403


def test_a_later_report_without_a_reference_keeps_the_one_before(office: Office, system: SystemClient) -> None:
    _, case_id = office.waiting()
    system.report(case_id, SAID)
    assert system.report(case_id, {"state": "closed"}).json()["reference"] == "CRM-17"


def test_a_report_without_a_version_or_from_an_old_one_is_refused(office: Office, system: SystemClient) -> None:
    child, case_id = office.claimed()
    old = system.get(f"/{case_id}").headers["etag"]
    child.say("something new")
    without, stale = system.report(case_id, SAID, etag=""), system.report(case_id, SAID, etag=old)
    assert (without.status_code, without.json()["type"]) == (428, "/problems/no-version")
    assert (stale.status_code, stale.json()["type"]) == (412, "/problems/stale")
    assert system.get(f"/{case_id}").json()["report"] == {"reference": None, "state": None, "at": None}
    assert system.report(case_id, SAID, etag="*").status_code == 200


def test_the_same_key_reports_once_and_is_answered_alike(office: Office, system: SystemClient) -> None:
    """Also when the version has moved on meanwhile, because the first try may have got through unseen."""
    _, case_id = office.waiting()
    etag = system.get(f"/{case_id}").headers["etag"]
    first, again = (system.report(case_id, SAID, etag, key="the same key") for _ in range(2))
    assert (first.status_code, again.status_code) == (200, 200)
    assert (first.json(), first.headers["etag"]) == (again.json(), again.headers["etag"])
    assert office.store.one("select version from client_grant where case_id = ? and client_id = ?", case_id, system.id) == 2
    other = system.report(case_id, {"state": "closed"}, "*", key="the same key")
    assert (other.status_code, other.json()["type"]) == (422, "/problems/key-reused")


def test_a_key_is_forgotten_after_a_day(office: Office, system: SystemClient) -> None:
    _, case_id = office.waiting()
    system.report(case_id, SAID, key="a key of yesterday")
    office.store.set_time("client_answer", "at", timedelta(hours=24, minutes=1), "key = ?", "a key of yesterday")
    office.installation.stop(), office.installation.start()  # the first thing that it does is to purge
    reply = system.report(case_id, {"state": "closed"}, key="a key of yesterday")
    assert reply.status_code == 200, reply.text


def test_eight_at_once_with_one_version_make_one_report(office: Office, system: SystemClient) -> None:
    _, case_id = office.waiting()
    etag = system.get(f"/{case_id}").headers["etag"]
    said = [{"state": "received", "reference": f"CRM-{n}"} for n in range(8)]
    statuses = at_once(lambda body: system.report(case_id, body, etag).status_code, said)
    assert sorted(statuses) == [200, *[412] * 7]


@pytest.mark.parametrize(
    "body",
    [{}, {"state": "lost"}, {"state": None}, {"state": "received", "reference": "the girl from May"},
     {"state": "received", "reference": ""}, {"state": "received", "risk": "none"}],
    ids=str,
)  # fmt: skip
def test_words_and_strange_fields_are_no_report(office: Office, system: SystemClient, body: dict[str, str]) -> None:
    """A reference is a code: what is not sealed may not be typed."""
    _, case_id = office.waiting()
    assert system.report(case_id, body, "*").status_code == 400


def test_a_report_needs_a_key(office: Office, system: SystemClient) -> None:
    _, case_id = office.waiting()
    headers = {**system.headers, "if-match": "*"}
    assert system.http.patch(f"/v1/integrations/cases/{case_id}", json=SAID, headers=headers).status_code == 400


def test_a_report_is_written_down_with_its_code(office: Office, system: SystemClient) -> None:
    _, case_id = office.waiting()
    system.report(case_id, SAID)
    query = "select actor, reason from audit_entry where thing = ? and action = 'case.report'"
    assert office.store.rows(query, case_id) == [(system.id, "in_progress")]
