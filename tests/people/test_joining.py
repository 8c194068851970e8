"""Somebody new, and somebody whose password is lost: a link, an own password, an own key, and the team's key from a colleague."""

import uuid
from datetime import UTC, datetime, timedelta

import httpx
import pyotp
import pytest

from tests.people.conftest import Hire
from tests.support.joining import NAME, PASSWORD, accept, invite, join, look, outside, people_of, token_of
from tests.support.office import Office
from tests.support.people import StaffClient
from tests.support.thief import Thief

LONG = "ein langer Satz, den niemand rät, über vierundsechzig Zeichen, mit Umlauten äöü"


@pytest.fixture
def email() -> str:
    """An address that no other test invites."""
    return f"{uuid.uuid4().hex[:8]}@helpline.invalid"


@pytest.fixture
def token(office: Office, email: str) -> str:
    return invite(office.supervisor, email)


@pytest.fixture
def url(office: Office) -> str:
    return office.installation.url


def has_key(by: StaffClient, staff_id: str) -> bool:
    return bool(people_of(by)[staff_id]["has_key"])


def test_a_new_counsellor_waits_for_the_key_and_reads_once_a_supervisor_gave_it(office: Office, url: str, token: str) -> None:
    new = join(url, token)
    _, case_id = office.waiting()
    assert new.http.get("/v1/staff/sessions/current").json()["has_key"] is False
    assert not has_key(office.supervisor, new.id)
    assert case_id in [row["id"] for row in new.queue()]
    assert new.act(case_id, "claim").status_code == 403
    assert office.supervisor.http.post(f"/v1/people/{new.id}/grant").status_code == 204
    assert new.http.get("/v1/staff/sessions/current").json()["has_key"] is True
    assert new.act(case_id, "claim").status_code == 200
    rows = office.store.rows("select action from audit_entry where thing = ? order by seq", new.id)
    assert [action for (action,) in rows] == ["person.join", "sign_in", "key.grant"]


def test_a_child_is_not_told_that_somebody_came_who_cannot_read(office: Office, hire: Hire) -> None:
    new = hire(waits=True)
    child, case_id = office.waiting()
    assert new.act(case_id, "claim").status_code == 403
    assert child.get().json()["state"] == "waiting"
    assert office.counsellors[0].act(case_id, "claim").status_code == 200


@pytest.mark.parametrize("role", ["counsellor", "supervisor"])
def test_only_a_supervisor_who_holds_the_key_hands_it_out(office: Office, hire: Hire, role: str) -> None:
    new = hire(role, waits=True)
    for who in (office.admin, office.counsellors[0], hire("supervisor", waits=True), new):
        assert who.http.post(f"/v1/people/{new.id}/grant").status_code == 403
    assert not has_key(office.admin, new.id)


def test_nobody_holds_the_key_as_an_admin(office: Office, hire: Hire) -> None:
    new = hire("admin", waits=True)
    assert office.supervisor.http.post(f"/v1/people/{new.id}/grant").status_code == 409


def test_a_link_works_once(url: str, token: str) -> None:
    join(url, token)
    assert look(url, token).status_code == 404
    assert accept(url, token, pyotp.random_base32()).status_code == 404


def test_a_link_dies_after_three_days(office: Office, url: str, token: str, email: str) -> None:
    secret = look(url, token).json()["secret"]
    office.store.set_time("invite", "expires_at", timedelta(seconds=-60), "email = ?", email)
    assert look(url, token).status_code == 200
    office.store.set_time("invite", "expires_at", timedelta(seconds=1), "email = ?", email)
    assert look(url, token).status_code == 404
    assert accept(url, token, secret).status_code == 404


def test_a_link_holds_three_days(office: Office, email: str) -> None:
    given = {"email": email, "name": NAME, "role": "counsellor"}
    until = datetime.fromisoformat(office.supervisor.http.post("/v1/people/invites", json=given).json()["expires_at"])
    assert abs(until - datetime.now(UTC) - timedelta(hours=72)) < timedelta(minutes=5)


def test_a_withdrawn_link_and_one_that_a_newer_one_replaced_are_void(office: Office, url: str, token: str, email: str) -> None:
    second = invite(office.supervisor, email)
    assert look(url, token).status_code == 404
    (made,) = [row for row in office.supervisor.http.get("/v1/people").json()["invites"] if row["email"] == email]
    assert office.admin.http.delete(f"/v1/people/invites/{made['id']}").status_code == 204
    assert look(url, second).status_code == 404


def test_who_made_the_link_and_looked_does_not_know_the_authenticator_that_counts(url: str, token: str) -> None:
    """Each opening makes a new secret."""
    seen_before = look(url, token).json()["secret"]
    secret = look(url, token).json()["secret"]
    assert accept(url, token, seen_before).status_code == 403
    assert accept(url, token, secret).status_code == 204


def test_a_wrong_code_is_refused_and_written_down(office: Office, url: str, token: str, email: str) -> None:
    """Also where nobody has looked at the link yet, so that there is no authenticator to ask."""
    assert accept(url, token, pyotp.random_base32()).status_code == 403
    look(url, token)
    assert accept(url, token, pyotp.random_base32()).status_code == 403
    made = office.store.one("select id from invite where email = ?", email)
    assert (
        office.store.rows("select action from audit_entry where actor = '-' and thing = ?", made)
        == [("person.join_refused",)] * 2
    )
    assert office.store.rows("select 1 from staff where email = ?", email) == []


def test_a_password_that_would_be_guessed_is_refused(url: str, token: str) -> None:
    """And a long one of any kind is taken."""
    secret = look(url, token).json()["secret"]
    for weak in ("fourteen signs", "passwordpassword", "nour haddad 1990", "nourhaddadhelpline"):
        assert accept(url, token, secret, password=weak).status_code == 422
    assert accept(url, token, secret, password=LONG).status_code == 204


def test_another_site_cannot_use_a_link(url: str, token: str) -> None:
    for verb, more in (("open", {}), ("accept", {"password": PASSWORD, "code": "000000"})):
        path, body = f"{url}/v1/people/invites/{verb}", {"token": token, **more}
        assert httpx.post(path, json=body, timeout=15).status_code == 403
        assert httpx.post(path, json=body, headers={"origin": "https://elsewhere.invalid"}, timeout=15).status_code == 403


def test_an_address_that_has_an_account_is_not_invited_again(office: Office) -> None:
    given = {"email": office.counsellors[0].email.upper(), "name": NAME, "role": "counsellor"}
    assert office.supervisor.http.post("/v1/people/invites", json=given).status_code == 409


def test_a_stolen_database_with_an_open_invite_opens_nothing(office: Office, url: str, token: str) -> None:
    look(url, token)
    assert Thief(office.store).try_all() == {}
    thief = Thief(office.store)
    thief.try_all([token])
    assert thief.places() == {("invite", "totp")}, "the control"


def lost(of: StaffClient, by: StaffClient) -> str:
    return token_of(by.http.post(f"/v1/people/{of.id}/lost-password"))


def test_after_a_lost_password_nothing_opens_until_a_supervisor_gave_the_key_again(office: Office, url: str, hire: Hire) -> None:
    old = hire()
    _, case_id = office.claimed(old)
    token = lost(old, office.admin)
    assert old.http.get("/v1/cases").status_code == 401
    back = join(url, token)
    assert back.id == old.id
    assert office.store.one("select count(*) from team_grant where staff_id = ?", old.id) == 0
    assert back.act(case_id, "claim").status_code == 403
    assert office.admin.http.post(f"/v1/people/{back.id}/grant").status_code == 403
    assert office.supervisor.http.post(f"/v1/people/{back.id}/grant").status_code == 204
    assert back.act(case_id, "claim").status_code == 200


def test_the_old_pair_opens_nothing_of_what_is_granted_after_a_lost_password(office: Office, url: str, hire: Hire) -> None:
    """A thief with the session of before and the database of today."""
    old = hire()
    office.claimed(old)
    held = Thief(office.store)
    held.try_all([old.http.cookies["faro_staff"]])
    private = [text for place, text in held.opened.items() if place[0] == "staff_session"]
    assert ("team_grant", "sealed") in held.places(), "the control"
    join(url, lost(old, office.supervisor))
    office.supervisor.http.post(f"/v1/people/{old.id}/grant")
    assert private and Thief(office.store).try_all(private) == {}


def test_a_child_whose_counsellor_lost_the_password_waits_again(office: Office, hire: Hire) -> None:
    old = hire()
    child, case_id = office.claimed(old)
    lost(old, office.supervisor)
    assert child.get().json()["state"] == "waiting"
    assert office.counsellors[1].act(case_id, "claim").status_code == 200


def test_nobody_starts_a_lost_password_for_themself(office: Office) -> None:
    """Somebody at an unlocked screen would take the account over."""
    assert office.supervisor.http.post(f"/v1/people/{office.supervisor.id}/lost-password").status_code == 409


def test_the_token_of_an_invite_is_in_no_log_and_no_table(office: Office, url: str, token: str) -> None:
    join(url, token)
    assert token not in office.installation.log.read_text()
    assert token not in office.store.values()
    assert PASSWORD not in office.store.values()


def test_an_act_on_people_needs_a_fresh_proof(office: Office) -> None:
    mine = office.store.one("select token_hash from staff_session where staff_id = ?", office.supervisor.id)
    office.store.set_time("staff_session", "proved_at", timedelta(minutes=6), "token_hash = ?", mine)
    for path in ("rotation", f"{office.counsellors[0].id}/grant", f"{office.counsellors[0].id}/leave"):
        assert office.supervisor.http.post(f"/v1/people/{path}").json()["title"] == "ProofIsOld"
    assert outside(office.installation.url).post("/v1/people/rotation").status_code == 401


def test_the_list_of_people_holds_the_listed_fields_and_no_other(office: Office, token: str) -> None:
    """No key, no hash, and of the last sign-in the day and not the hour."""
    seen = office.admin.http.get("/v1/people").json()
    assert seen.keys() == {"people", "invites", "rotation_due", "recovery"}
    assert {key for row in seen["people"] for key in row} == {"id", "name", "email", "role", "active", "has_key", "seen_on"}
    assert {key for row in seen["invites"] for key in row} == {"id", "name", "email", "role", "again", "expires_at"}
    assert people_of(office.admin)[office.admin.id]["seen_on"] == datetime.now(UTC).date().isoformat()
    assert token not in str(seen)


def test_a_child_is_not_given_to_somebody_who_cannot_read(office: Office, hire: Hire) -> None:
    """Neither by an offer, nor by a yes to one, nor before a pause."""
    one, waits = office.counsellors[0], hire(waits=True)
    child, case_id = office.claimed(one)
    assert one.act(case_id, "offer", {"to": waits.id}).status_code == 400
    office.store.change('update "case" set offered_to = ? where id = ?', waits.id, case_id)
    assert waits.act(case_id, "accept").status_code == 403
    assert one.http.post("/v1/staff/pause", json={"hand_over_to": waits.id}).status_code == 409
    assert office.store.one('select claimed_by from "case" where id = ?', case_id) == one.id
    assert "system/transferred" not in str(child.get().json())


def test_who_waits_for_the_key_does_not_count_as_somebody_who_is_here(office: Office, hire: Hire) -> None:
    """Or a child would be told to wait for a person who can open nothing; with the key they count at once."""
    waits = hire(waits=True)
    for (session,) in office.store.rows("select token_hash from staff_session where staff_id != ?", waits.id):
        office.store.set_time("staff_session", "seen_at", timedelta(minutes=11), "token_hash = ?", session)
    child = office.child()
    child.hand_over()
    assert "system/nobody_there" in str(child.get().json())
    there = office.counsellors[0].http.get("/v1/cases/colleagues").json()
    assert waits.id not in [one["id"] for one in there]
    assert office.supervisor.http.post(f"/v1/people/{waits.id}/grant").status_code == 204
    there = office.counsellors[0].http.get("/v1/cases/colleagues").json()
    assert {"id": waits.id, "there": True}.items() <= next(one for one in there if one["id"] == waits.id).items()
