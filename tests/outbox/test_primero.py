"""A claimed case is handed in to a Primero that answers as its documents say; nothing is doubled, nothing lies around."""

import sqlite3
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import date
from typing import Any

import httpx
import pytest

from api.cases.rules import CARD, Risk
from api.outbox.handing_in import Passed, meaning, primero_case, token_of
from tests.support.office import Office
from tests.support.people import StaffClient
from tests.support.primero import PASSWORD, USER, Primero, standing_in
from tests.support.together import at_once

STORY = "marzipan in the words of a child"
AGREED = {"child_agreed": True}


@pytest.fixture
def primero(office: Office) -> Iterator[Primero]:
    with standing_in() as standing:
        assert set_up(office, standing.url).status_code == 200
        yield standing
    office.admin.http.delete("/v1/primero")


def set_up(office: Office, url: str, **changed: str) -> httpx.Response:
    given = {"url": url, "user_name": USER, "password": PASSWORD, "agency": "UNICEF", "owned_by": "faro_worker"}
    return office.admin.http.put("/v1/primero", json={**given, **changed})


def claimed(office: Office) -> str:
    child = office.child(band="13-15", country="MX")
    card = {"situation": "sexual_extortion", "place": "instagram", "person": "stranger", "danger": "yes"}
    child.hand_over("summary", story=STORY, card=card)
    case_id = office.case_of(child)
    office.counsellors[0].act(case_id, "claim")
    return case_id


def hand_in(office: Office, case_id: str, by: StaffClient | None = None) -> dict[str, Any]:
    reply = (by or office.counsellors[0]).http.post(f"/v1/cases/{case_id}/primero", json=AGREED)
    assert reply.status_code == 200, reply.text
    body: dict[str, Any] = reply.json()
    return body


def seen(office: Office, case_id: str) -> list[tuple[str, str | None]]:
    query = "select action, reason from audit_entry where thing = ? and action like 'case.primero%' order by seq"
    return office.store.rows(query, case_id)


def test_a_claimed_case_arrives_with_the_names_that_primero_uses(office: Office, primero: Primero) -> None:
    case_id = claimed(office)
    done = hand_in(office, case_id)
    assert (done["state"], done["code"], done["reference"]) == ("sent", "204", case_id)
    assert primero.cases[case_id] == {
        "id": case_id, "module_id": "primeromodule-cp", "registration_date": primero.cases[case_id]["registration_date"],
        "owned_by": "faro_worker", "owned_by_agency_id": "UNICEF", "interview_subject": "self", "age": 14, "estimated": True,
        "location_current": "MX", "risk_level": "high", "urgent_protection_concern": True, "consent_for_services": True,
        "disclosure_other_orgs": True,
        "incident_details": [{
            "cp_incident_violence_type": "psychological_emotional_abuse", "incident_description": STORY,
            "cp_incident_location_type_other": "online: instagram", "cp_incident_perpetrator_relationship": "stranger",
        }],
    }  # fmt: skip
    assert seen(office, case_id) == [("case.primero", None), ("case.primero_answer", "sent_204")]
    assert office.counsellors[0].http.get(f"/v1/cases/{case_id}/primero").json() == done


@pytest.mark.parametrize("body", [{}, {"child_agreed": False}, {"child_agreed": None}, {"child_agreed": "yes"}])
def test_without_the_childs_yes_nothing_leaves(office: Office, primero: Primero, body: dict[str, Any]) -> None:
    case_id = claimed(office)
    assert office.counsellors[0].http.post(f"/v1/cases/{case_id}/primero", json=body).status_code == 400
    assert primero.asked == []
    assert seen(office, case_id) == []


def test_who_said_that_the_child_agreed_is_kept(office: Office, primero: Primero) -> None:
    case_id = claimed(office)
    hand_in(office, case_id, by=office.supervisor)
    assert office.store.one("select agreed_by from primero_hand_in where case_id = ?", case_id) == office.supervisor.id


def test_a_case_that_is_there_already_is_a_success_and_not_a_second_one(office: Office, primero: Primero) -> None:
    """The answer to the first try was lost on the way; the second finds the same UUID (409)."""
    case_id = claimed(office)
    primero.script = ["lost"]
    done = hand_in(office, case_id)
    assert (done["state"], done["code"]) == ("sent", "409")
    assert list(primero.cases) == [case_id]


def test_what_was_handed_in_is_not_sent_again(office: Office, primero: Primero) -> None:
    case_id = claimed(office)
    assert hand_in(office, case_id) == hand_in(office, case_id)
    assert primero.asked.count("/api/v2/cases") == 1


def test_ten_hands_at_once_make_one_case(office: Office, primero: Primero) -> None:
    case_id = claimed(office)
    done = at_once(lambda _: hand_in(office, case_id), list(range(10)))
    assert {each["state"] for each in done} <= {"sent"}
    assert list(primero.cases) == [case_id]


def test_a_token_that_is_over_its_hour_is_renewed(office: Office, primero: Primero) -> None:
    primero.script = [401]
    assert hand_in(office, claimed(office))["state"] == "sent"
    assert primero.asked == ["/api/v2/tokens", "/api/v2/cases"] * 2


def test_a_newer_primero_says_its_token_in_the_body(office: Office, primero: Primero) -> None:
    primero.token_in_body = True
    assert hand_in(office, claimed(office))["state"] == "sent"


@pytest.mark.parametrize(("script", "state", "code"), [
    ([403], "refused", "403"), ([422], "refused", "422"), ([401, 401], "refused", "401"), ([500, 500], "away", "500"),
    ([500], "sent", "204"), ([302], "refused", "302"),
])  # fmt: skip
def test_what_primero_says_is_told_as_it_is(
    office: Office, primero: Primero, script: list[int | str], state: str, code: str
) -> None:
    case_id = claimed(office)
    primero.script = script
    done = hand_in(office, case_id)
    assert (done["state"], done["code"]) == (state, code)
    assert (done["reference"] is None) == (state != "sent")
    assert seen(office, case_id)[-1] == ("case.primero_answer", f"{state}_{code}")


def test_after_a_refusal_or_an_outage_it_can_be_tried_again(office: Office, primero: Primero) -> None:
    case_id = claimed(office)
    primero.script = [422]
    assert hand_in(office, case_id)["state"] == "refused"
    primero.script = [500, 500]
    assert hand_in(office, case_id)["state"] == "away"
    assert hand_in(office, case_id)["state"] == "sent"


def test_a_slow_primero_is_left_before_the_console_gives_up(office: Office, primero: Primero) -> None:
    case_id = claimed(office)
    primero.script = ["slow", "slow"]
    assert (hand_in(office, case_id)["code"], len(primero.asked)) == ("timeout", 4)
    primero.free.set()
    assert hand_in(office, case_id)["state"] == "sent"


def test_a_wrong_password_is_told_apart_from_a_refused_case(office: Office, primero: Primero) -> None:
    set_up(office, primero.url, password="another word")
    done = hand_in(office, claimed(office))
    assert (done["state"], done["code"]) == ("refused", "sign_in")


def test_a_primero_that_is_not_there_is_away(office: Office, primero: Primero) -> None:
    set_up(office, "http://127.0.0.1:9")
    done = hand_in(office, claimed(office))
    assert (done["state"], done["code"]) == ("away", "connection")


def test_only_a_claimed_case_of_a_helpline_with_a_primero_is_handed_in(office: Office, primero: Primero) -> None:
    case_id, (_, waiting) = claimed(office), office.waiting()
    one, two = office.counsellors[:2]
    path = "/v1/cases/{}/primero"
    assert one.http.post(path.format(waiting), json=AGREED).status_code == 403
    assert two.http.post(path.format(case_id), json=AGREED).status_code == 403
    one.act(case_id, "close", {"outcome": "referred"})
    assert one.http.post(path.format(case_id), json=AGREED).status_code == 409
    office.admin.http.delete("/v1/primero")
    assert one.http.get(path.format(claimed(office))).json()["available"] is False
    assert one.http.post(path.format(claimed(office)), json=AGREED).status_code == 409
    assert primero.asked == []


@pytest.mark.parametrize(
    "url", ["https://10.0.0.1", "https://[::1]/", "http://primero.example.org", "https://u:p@primero.example.org"]
)
def test_an_address_inside_the_network_is_no_primero(office: Office, url: str) -> None:
    assert set_up(office, url).status_code == 400


def test_the_password_does_not_come_back_and_stands_nowhere_in_the_clear(office: Office, primero: Primero) -> None:
    case_id = claimed(office)
    hand_in(office, case_id)
    known = office.admin.http.get("/v1/primero")
    assert known.json() == {"url": primero.url, "user_name": USER, "agency": "UNICEF", "owned_by": "faro_worker"}
    disk = b"".join(part.read_bytes() for part in office.store.parts) + office.installation.log.read_bytes()
    for word in (PASSWORD, STORY, *primero.tokens):
        assert word.encode() not in disk


@pytest.mark.parametrize("risk", Risk)
def test_no_field_is_sent_that_says_nothing(risk: Risk) -> None:
    """Skipped questions leave no field, whatever the risk."""
    bare = primero_case(Passed("an id", date(2026, 1, 1), risk, "under-13", None, {}, None, None, None))
    assert None not in bare.values()
    assert "age" not in bare and "estimated" not in bare
    assert bare["incident_details"] == [{}]


@pytest.mark.parametrize("situation", CARD["situation"])
def test_a_friend_is_the_only_other_one_that_it_is_about(situation: str) -> None:
    data = primero_case(Passed("an id", date(2026, 1, 1), "high", None, None, {"situation": situation}, None, None, None))
    assert (data["interview_subject"] == "friend") == (situation == "friend_affected")


@pytest.mark.parametrize("authorization", ["", "Bearer ", "Bearer a\r\nx: y", "Bearer " + "a" * 5000])
def test_a_strange_token_is_none(authorization: str) -> None:
    assert token_of(authorization, b"[]") is None


@pytest.mark.parametrize(("status", "state"), [(None, "away"), (429, "away"), (503, "away"), (404, "refused"), (200, "sent")])
def test_only_what_may_get_better_is_away(status: int | None, state: str) -> None:
    assert meaning(status) == state


def test_a_case_that_ended_while_it_was_read_is_not_handed_in(office: Office, primero: Primero) -> None:
    """A child may erase between the counsellor's click and the words that leave."""
    case_id = claimed(office)
    path, who = f"/v1/cases/{case_id}/primero", office.counsellors[0].http
    with closing(sqlite3.connect(office.store.path, isolation_level=None)) as other, ThreadPoolExecutor() as pool:
        other.execute("BEGIN IMMEDIATE")  # readers go on, writers wait
        reply = pool.submit(who.post, path, json=AGREED)
        time.sleep(0.4)
        other.execute("update \"case\" set state = 'closed' where id = ?", (case_id,))
        other.execute("COMMIT")
        assert reply.result().status_code == 409
    assert case_id not in primero.cases
