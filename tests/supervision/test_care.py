"""What a counsellor carries, and a pause that hands over cleanly."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from api.supervision.rules import Step, minutes_in_chat
from tests.support.office import Office
from tests.support.people import StaffClient

HEAVY, LIGHT = {"situation": "suicide_self_harm"}, {"situation": "bullying"}
BEGAN = datetime(2026, 11, 26, 9, tzinfo=UTC)


def load(who: StaffClient) -> dict[str, Any]:
    reply = who.http.get("/v1/supervision/load")
    assert reply.status_code == 200, reply.text
    body: dict[str, Any] = reply.json()
    return body


def member(who: StaffClient, of: StaffClient) -> dict[str, Any]:
    return next(one for one in load(who)["members"] if one["id"] == of.id)


def pause(who: StaffClient, to: str = "queue") -> int:
    return who.http.post("/v1/staff/pause", json={"hand_over_to": to}).status_code


def marks(child: Any) -> list[str]:
    """The keys of what the system said to a child."""
    return [bubble["key"] for bubble in child.get().json()["bubbles"] if bubble["by"] == "system"]


def test_a_supervisor_sees_the_team_by_name_and_a_counsellor_only_themself(office: Office) -> None:
    one, two = office.counsellors
    names = [person["name"] for person in load(office.supervisor)["members"]]
    assert names == sorted(names) and len(names) == 3
    assert [person["id"] for person in load(one)["members"]] == [one.id]
    assert {person["id"] for person in load(one)["there"]} == {two.id, office.supervisor.id}


def test_the_load_counts_open_claimed_and_distressing_cases_of_the_shift(office: Office) -> None:
    one = office.counsellors[0]
    _, heavy = office.claimed(one, **HEAVY)
    _, light = office.claimed(one, **LIGHT)
    one.act(heavy, "close", {"outcome": "helped"})
    one.act(light, "release")
    office.claimed(one, **HEAVY)
    seen = member(office.supervisor, one)
    assert (seen["open_cases"], seen["claimed_today"], seen["distressing"], seen["here"]) == (1, 3, 2, True)


def test_a_new_sign_in_is_a_new_shift(office: Office) -> None:
    one = office.counsellors[0]
    _, case_id = office.claimed(one, **HEAVY)
    one.act(case_id, "close", {"outcome": "helped"})
    office.store.set_time("staff_session", "created_at", timedelta(seconds=-1), "staff_id = ?", one.id)
    seen = member(one, one)
    assert (seen["claimed_today"], seen["distressing"], seen["minutes_in_chat"]) == (1, 0, 0)


def test_a_pause_puts_the_cases_back_tells_the_children_and_counts_as_away(office: Office) -> None:
    one = office.counsellors[0]
    child, case_id = office.claimed(one, **HEAVY)
    assert pause(one) == 204
    assert office.supervisor.find(office.store.one('select number from "case" where id = ?', case_id))["state"] == "waiting"
    assert marks(child)[-1] == "system/released"
    seen = member(office.supervisor, one)
    assert (seen["here"], seen["open_cases"], seen["distressing"]) == (False, 0, 1)
    assert seen["paused_at"] is not None
    assert one.http.get("/v1/staff/sessions/current").json()["paused_at"] is not None
    acts = [(act["action"], act["reason"]) for act in office.supervisor.http.get("/v1/audit").json()["items"][:2]]
    assert acts == [("staff.pause", "queue"), ("case.release", None)]


def test_a_pause_hands_over_to_a_colleague_who_is_there(office: Office) -> None:
    one, two = office.counsellors
    child, case_id = office.claimed(one, **HEAVY)
    assert pause(one, two.id) == 204
    assert two.case(case_id)["mine"]
    assert one.http.get(f"/v1/cases/{case_id}").status_code == 403
    assert two.act(case_id, "messages", {"text": "I have taken over"}).status_code == 201
    assert marks(child)[-1] == "system/transferred"


def test_what_the_one_on_a_pause_had_read_is_new_to_the_colleague(office: Office) -> None:
    one, two = office.counsellors
    child, case_id = office.claimed(one, **HEAVY)
    child.say("are you there")
    assert one.act(case_id, "seen", {"seq": one.case(case_id)["messages"][-1]["seq"]}).status_code == 204
    number = one.case(case_id)["number"]
    assert not one.find(number)["unread"]
    assert pause(one, two.id) == 204
    assert two.find(number)["unread"]


@pytest.mark.parametrize("whom", ["nobody of this name", "a colleague on a pause", "an admin", "oneself"])
def test_who_can_not_take_over_is_refused_and_nothing_changes(office: Office, whom: str) -> None:
    one, two = office.counsellors
    _, case_id = office.claimed(one, **HEAVY)
    assert pause(two) == 204
    ids = {"a colleague on a pause": two.id, "an admin": office.admin.id, "oneself": one.id}
    assert pause(one, ids.get(whom, whom)) == 409
    assert one.case(case_id)["mine"]
    assert member(one, one)["paused_at"] is None


def test_while_all_pause_a_child_is_told_that_nobody_is_there(office: Office) -> None:
    for who in (*office.counsellors, office.supervisor):
        assert pause(who) == 204
    child, _ = office.waiting()
    assert "system/nobody_there" in marks(child)
    assert office.supervisor.http.post("/v1/staff/resume").status_code == 204
    child, _ = office.waiting()
    assert "system/waiting" in marks(child)


def test_a_pause_of_the_last_one_there_tells_the_child_that_nobody_is(office: Office) -> None:
    """The one who goes is not counted as somebody who could come."""
    one, two = office.counsellors
    child, _ = office.claimed(one)
    for who in (two, office.supervisor, one):
        assert pause(who) == 204
    told = child.get().json()["bubbles"][-1]["text"]
    assert "No person of the helpline is here at this time." in told
    assert "I have asked a person" not in told


def test_whoever_claims_a_case_is_there_again(office: Office) -> None:
    one = office.counsellors[0]
    assert pause(one) == 204
    office.claimed(one)
    assert member(one, one)["paused_at"] is None


def step(minute: int, action: str, case_id: str) -> Step:
    return Step(BEGAN + timedelta(minutes=minute), f"case.{action}", case_id)


@pytest.mark.parametrize(("steps", "still_open", "minutes"), [
    ([], {}, 0),
    ([step(5, "claim", "a"), step(15, "close", "a")], {}, 10),
    ([step(5, "claim", "a"), step(10, "claim", "b"), step(15, "close", "a"), step(20, "release", "b")], {}, 15),
    ([step(5, "claim", "a"), step(10, "claim", "b"), step(12, "close", "b"), step(20, "close", "a")], {}, 15),
    ([step(30, "close", "from before")], {}, 30),
    ([step(50, "claim", "a")], {"a": BEGAN + timedelta(minutes=50)}, 10),
    ([], {"given by a colleague": BEGAN + timedelta(minutes=40)}, 20),
    ([], {"from yesterday": BEGAN - timedelta(hours=9)}, 60),
])  # fmt: skip
def test_two_chats_at_once_count_once(steps: list[Step], still_open: dict[str, datetime], minutes: int) -> None:
    assert minutes_in_chat(steps, still_open, BEGAN, BEGAN + timedelta(hours=1)) == minutes
