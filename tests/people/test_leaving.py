"""Somebody leaves or gets another role, the key is replaced, and what is live stays readable by those entitled and no other."""

import shutil
import threading
from typing import Any

import pytest

from tests.people.conftest import Hire
from tests.support.joining import join, people_of, token_of
from tests.support.office import Office
from tests.support.people import ChildClient, StaffClient
from tests.support.thief import Thief

STORY = "kanarie-story"


def due(office: Office) -> bool:
    return bool(office.supervisor.http.get("/v1/people").json()["rotation_due"])


def rotate(office: Office) -> None:
    reply = office.supervisor.http.post("/v1/people/rotation")
    assert reply.status_code == 204, reply.text


def keys_held(office: Office, who: StaffClient) -> int:
    return int(office.store.one("select count(*) from team_grant where staff_id = ?", who.id))


def story_of(case: dict[str, Any]) -> str | None:
    return case.get("story")


def handed_over(office: Office) -> tuple[ChildClient, str]:
    child = office.child()
    child.hand_over(story=STORY)
    return child, office.case_of(child)


def test_a_leaver_opens_nothing_and_the_others_open_everything(office: Office, hire: Hire) -> None:
    leaver = hire()
    child, mine = handed_over(office)
    _, waiting = handed_over(office)
    assert leaver.act(mine, "claim").status_code == 200
    assert office.supervisor.http.post(f"/v1/people/{leaver.id}/leave").status_code == 204
    assert leaver.http.get(f"/v1/cases/{mine}").status_code == 401
    assert keys_held(office, leaver) == 0
    assert child.get().json()["state"] == "waiting", "the child does not talk with nobody"
    for case_id in (mine, waiting):
        assert story_of(office.counsellors[0].act(case_id, "claim").json()) == STORY
        assert story_of(office.supervisor.case(case_id)) == STORY
    assert not due(office)


def test_a_leaver_with_their_key_and_todays_database_opens_nothing(office: Office, hire: Hire) -> None:
    leaver = hire()
    office.claimed(leaver)
    held = Thief(office.store)
    held.try_all([leaver.http.cookies["faro_staff"]])
    own = [text for place, text in held.opened.items() if place[0] == "staff_session"]
    assert ("case", "card") in held.places(), "the control"
    office.supervisor.http.post(f"/v1/people/{leaver.id}/leave")
    assert own and Thief(office.store).try_all(own) == {}


def test_a_leaver_who_copied_the_team_key_opens_no_case_that_was_open_and_none_that_came_after(
    office: Office, hire: Hire
) -> None:
    leaver = hire()
    _, before = handed_over(office)
    held = Thief(office.store)
    held.try_all([leaver.http.cookies["faro_staff"]])
    team = [text for place, text in held.opened.items() if place[0] == "team_grant"]
    assert before in held_cases(office, held), "the control"
    office.supervisor.http.post(f"/v1/people/{leaver.id}/leave")
    _, after = handed_over(office)
    thief = Thief(office.store)
    thief.try_all(team)
    assert not {before, after} & held_cases(office, thief)


def held_cases(office: Office, thief: Thief) -> set[str]:
    """The cases of which the thief opened a key."""
    opened = [row for table, _, row in thief.opened if table == "case_grant"]
    return {office.store.one("select case_id from case_grant where rowid = ?", row) for row in opened}


def test_an_admin_disables_at_once_and_supervisors_are_told_to_replace_the_key(office: Office, hire: Hire) -> None:
    leaver = hire()
    assert office.admin.http.post(f"/v1/people/{leaver.id}/leave").status_code == 204
    assert leaver.http.get("/v1/cases").status_code == 401
    assert due(office)
    rotate(office)
    assert not due(office)


def test_what_a_leaver_invited_is_void(office: Office, hire: Hire) -> None:
    leaver = hire("supervisor")
    given = {"email": "backdoor@helpline.invalid", "name": "Somebody", "role": "supervisor"}
    token = token_of(leaver.http.post("/v1/people/invites", json=given))
    office.supervisor.http.post(f"/v1/people/{leaver.id}/leave")
    assert office.supervisor.http.post("/v1/people/invites/open", json={"token": token}).status_code == 404


def test_a_new_role_holds_on_the_next_request(office: Office, hire: Hire) -> None:
    member = hire()
    _, case_id = office.claimed(office.counsellors[0])
    assert member.http.get("/v1/people").status_code == 403
    assert office.admin.http.patch(f"/v1/people/{member.id}", json={"role": "supervisor"}).status_code == 200
    assert member.http.get("/v1/people").status_code == 200
    assert member.http.get(f"/v1/cases/{case_id}").status_code == 200
    assert office.admin.http.patch(f"/v1/people/{member.id}", json={"role": "counsellor"}).status_code == 200
    assert member.http.get(f"/v1/cases/{case_id}").status_code == 403


def test_whoever_becomes_an_admin_holds_no_key_and_no_case(office: Office, hire: Hire) -> None:
    member = hire()
    child, case_id = office.claimed(member)
    given = office.supervisor.http.patch(f"/v1/people/{member.id}", json={"role": "admin"})
    assert (given.status_code, given.json()["has_key"]) == (200, False)
    assert member.http.get(f"/v1/cases/{case_id}").status_code == 403
    assert (keys_held(office, member), child.get().json()["state"]) == (0, "waiting")
    assert not due(office), "the supervisor replaced the key in the same moment"


def test_nobody_changes_or_ends_their_own_account(office: Office) -> None:
    """So that somebody is always left who can let others in."""
    mine = f"/v1/people/{office.admin.id}"
    assert office.admin.http.patch(mine, json={"role": "supervisor"}).status_code == 409
    assert office.admin.http.post(f"{mine}/leave").status_code == 409


def test_somebody_who_left_comes_back_by_a_link_and_a_grant(office: Office, hire: Hire) -> None:
    member = hire()
    office.supervisor.http.post(f"/v1/people/{member.id}/leave")
    back = join(office.installation.url, token_of(office.supervisor.http.post(f"/v1/people/{member.id}/lost-password")))
    assert back.id == member.id
    assert people_of(office.supervisor)[back.id] | {"active": True, "has_key": False} == people_of(office.supervisor)[back.id]


def test_closed_cases_stay_readable_after_a_rotation(office: Office) -> None:
    _, case_id = office.claimed(office.counsellors[0])
    office.counsellors[0].act(case_id, "close", {"outcome": "helped"})
    rotate(office)
    assert office.counsellors[0].http.get(f"/v1/cases/{case_id}").status_code == 200
    assert office.supervisor.http.get(f"/v1/cases/{case_id}").status_code == 200


def test_a_member_who_comes_after_a_rotation_reads_what_supervisors_read(office: Office, hire: Hire) -> None:
    _, closed = office.claimed(office.counsellors[0])
    office.counsellors[0].act(closed, "close", {"outcome": "helped"})
    rotate(office)
    assert hire("supervisor").http.get(f"/v1/cases/{closed}").status_code == 200


def test_who_waits_for_the_key_still_waits_after_a_rotation(office: Office, hire: Hire) -> None:
    waits = hire(waits=True)
    rotate(office)
    assert keys_held(office, waits) == 0


def test_rotations_amid_handoffs_messages_and_notes_lose_nothing(office: Office) -> None:
    """Ten rotations while children hand over and a counsellor writes: every case opens, every word is there."""
    _, talk = office.claimed(office.counsellors[1])
    refused: list[int] = []
    ended = threading.Event()

    def writes() -> None:
        while not ended.is_set():
            for verb in ("messages", "notes"):
                reply = office.counsellors[1].act(talk, verb, {"text": "amid"})
                refused.extend([] if reply.status_code == 201 else [reply.status_code])

    writer = threading.Thread(target=writes)
    writer.start()
    cases = []
    for _ in range(10):
        rotation = threading.Thread(target=rotate, args=(office,))
        rotation.start()
        cases.append(handed_over(office)[1])
        rotation.join()
    ended.set()
    writer.join()
    assert refused == []
    opened = [office.counsellors[0].act(case_id, "claim").json() for case_id in cases]
    assert [story_of(case) for case in opened] == [STORY] * 10
    whole = office.counsellors[1].case(talk)
    assert {said["key"] for said in whole["messages"]} & {"tampered"} == set()
    assert {note["text"] for note in whole["notes"]} == {"amid"}


def test_two_supervisors_rotate_at_once_and_every_case_still_opens(office: Office, hire: Hire) -> None:
    other = hire("supervisor")
    _, case_id = handed_over(office)
    statuses: list[int] = []

    def press(who: StaffClient) -> None:
        statuses.append(who.http.post("/v1/people/rotation").status_code)

    hands = [threading.Thread(target=press, args=(who,)) for who in (office.supervisor, other) for _ in range(3)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    assert 204 in statuses and set(statuses) <= {204, 403}
    assert story_of(office.counsellors[0].act(case_id, "claim").json()) == STORY


@pytest.mark.parametrize("who", ["counsellor", "supervisor"])
def test_a_restored_backup_opens_its_cases_for_those_who_were_there(office: Office, who: str) -> None:
    """Before a rotation; what came after the backup is gone, and nothing of what is in it is lost."""
    _, case_id = office.claimed(office.counsellors[0])
    reader = office.counsellors[0] if who == "counsellor" else office.supervisor
    office.installation.stop()
    backup = office.store.path.with_suffix(".backup")
    shutil.copy(office.store.path, backup)
    office.installation.start()
    rotate(office)
    office.installation.stop()
    for part in office.store.parts:
        if part != backup:
            part.unlink()
    shutil.move(backup, office.store.path)
    office.installation.start()
    assert reader.http.get(f"/v1/cases/{case_id}").status_code == 200
    rotate(office)
    assert reader.http.get(f"/v1/cases/{case_id}").status_code == 200


FACTORS = ("passkey", "recovery_code", "known_browser", "sso_link")


def give_factors(office: Office, who: StaffClient) -> None:
    """As if the member had registered one of each."""
    office.store.change(
        "insert into passkey values (?, ?, randomblob(16), x'00', 0, x'00', '2026-01-01', null)", f"key of {who.id}"[:36], who.id
    )
    office.store.change("insert into recovery_code values (randomblob(32), ?)", who.id)
    office.store.change("insert into sso_link values ('https://id.invalid', ?, ?, '2026-01-01')", who.id, who.id)
    assert all(factors_of(office, who))


def factors_of(office: Office, who: StaffClient) -> list[int]:
    return [int(office.store.one(f"select count(*) from {table} where staff_id = ?", who.id)) for table in FACTORS]


@pytest.mark.parametrize("way", ["leave", "lost-password"])
def test_whoever_leaves_or_lost_the_password_keeps_no_other_way_in(office: Office, hire: Hire, way: str) -> None:
    """Somebody else may hold the passkey, the codes, the browser or the provider's account."""
    gone = hire()
    give_factors(office, gone)
    reply = office.supervisor.http.post(f"/v1/people/{gone.id}/{way}")
    if way == "leave":
        assert factors_of(office, gone) == [0, 0, 0, 0]
    else:
        join(office.installation.url, token_of(reply))
        assert factors_of(office, gone) == [0, 0, 1, 0], "the browser is that of the sign-in just now"


def test_nobody_locks_all_cases_away_by_one_act(office: Office) -> None:
    """The last who holds the team key neither leaves nor becomes an admin before somebody else holds it."""
    supervisor = office.supervisor
    kept = office.store.rows("select team_key_id, staff_id, sealed from team_grant where staff_id != ?", supervisor.id)
    office.store.change_all("delete from team_grant where staff_id != ?", supervisor.id)
    try:
        leave = office.admin.http.post(f"/v1/people/{supervisor.id}/leave")
        role = office.admin.http.patch(f"/v1/people/{supervisor.id}", json={"role": "admin"})
        assert [(reply.status_code, reply.json()["detail"]) for reply in (leave, role)] == [(409, "last_key")] * 2
    finally:
        for row in kept:
            office.store.change("insert into team_grant (team_key_id, staff_id, sealed) values (?, ?, ?)", *row)
    assert supervisor.http.get("/v1/cases").status_code == 200
