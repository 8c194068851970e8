"""Beside the talk: next steps with the country's ways, referrals with their result, and times to call back."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from api.cases.rules import CARD, Risk
from api.casework.rules import next_steps
from tests.support.office import Office
from tests.support.people import StaffClient

NOW = datetime.now(UTC)


def work(who: StaffClient, case_id: str) -> dict[str, Any]:
    body: dict[str, Any] = who.http.get(f"/v1/cases/{case_id}/work").json()
    return body


def refer(who: StaffClient, case_id: str, referral: str, **said: Any) -> Any:
    body = {"kind": "hotline", "at": NOW.isoformat(), "result": "asked", **said}
    return who.http.put(f"/v1/cases/{case_id}/referrals/{referral}", json=body)


def test_danger_comes_first_among_the_steps_with_the_numbers_of_the_country(office: Office) -> None:
    child = office.child(country="GB")
    child.hand_over(card={"situation": "suicide_self_harm", "threat": "yes", "place": "instagram"})
    case_id = office.case_of(child)
    office.counsellors[0].act(case_id, "claim")
    steps = work(office.counsellors[0], case_id)["steps"]
    assert [step["code"] for step in steps[:3]] == ["ask_safe", "emergency", "crisis"]
    assert steps[1]["ways"][0]["phone"] == "999"
    assert all(way["source"] and way["checked_on"] for step in steps for way in step["ways"])
    assert "no_payment" in [step["code"] for step in steps]


def test_a_counsellor_sees_that_a_way_serves_one_region_only(office: Office) -> None:
    child = office.child(country="CO")
    child.hand_over(card={"situation": "suicide_self_harm"})
    case_id = office.case_of(child)
    office.counsellors[0].act(case_id, "claim")
    ways = next(step["ways"] for step in work(office.counsellors[0], case_id)["steps"] if step["code"] == "crisis")
    assert [(way["phone"], way["region"]) for way in ways] == [("311 766 8666", ""), ("106", "Bogotá")]


def test_every_card_has_a_next_step() -> None:
    for field, values in CARD.items():
        for value in values:
            for risk in Risk:
                steps = list(next_steps({field: value}, risk))
                assert steps
                assert ([step.code for step in steps[:2]] == ["ask_safe", "emergency"]) == (risk is Risk.emergency)


def test_a_referral_is_kept_with_its_result_and_its_step_is_done(office: Office) -> None:
    counsellor = office.counsellors[0]
    _, case_id = office.claimed(situation="fake_image_of_me")
    referral = str(uuid.uuid4())
    assert refer(counsellor, case_id, referral, words="plum reference 7").status_code == 200
    assert refer(counsellor, case_id, referral, words="plum reference 7", result="accepted").status_code == 200
    found = work(counsellor, case_id)
    assert [(r["kind"], r["result"], r["words"]) for r in found["referrals"]] == [("hotline", "accepted", "plum reference 7")]
    assert next(step for step in found["steps"] if step["code"] == "hotline")["done"]


def test_what_a_referral_says_is_sealed(office: Office) -> None:
    _, case_id = office.claimed()
    refer(office.counsellors[0], case_id, str(uuid.uuid4()), words="plum in the file")
    row = office.store.rows("select * from referral where case_id = ?", case_id)
    assert row
    assert "plum" not in str(row)


def test_an_appointment_stands_on_the_list_until_it_is_kept(office: Office) -> None:
    one, two = office.counsellors[:2]
    _, case_id = office.claimed()
    place = f"/v1/cases/{case_id}/appointments/{uuid.uuid4()}"
    agreed = {"at": (NOW + timedelta(days=1)).isoformat(), "staff_id": two.id}
    assert one.http.put(place, json=agreed).status_code == 200
    listed = [row for row in two.http.get("/v1/appointments").json() if row["case_id"] == case_id]
    assert [(row["by"], row["mine"]) for row in listed] == [("counsellor 1", True)]
    assert one.http.put(place, json={**agreed, "kept": "kept"}).status_code == 200
    assert case_id not in [row["case_id"] for row in two.http.get("/v1/appointments").json()]


def test_a_time_without_a_zone_is_refused(office: Office) -> None:
    _, case_id = office.claimed()
    place = f"/v1/cases/{case_id}/appointments/{uuid.uuid4()}"
    assert office.counsellors[0].http.put(place, json={"at": "2027-01-01T10:00:00", "staff_id": "x"}).status_code == 400
