"""What a helpline's own system sees: the cases that a child passed on, sealed to its key, and no other."""

import base64
import json
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from nacl.bindings import sodium_unpad
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, SealedBox

from api.auth.rules import Role, Scope
from tests.support.office import Office
from tests.support.people import Hiring
from tests.support.systems import SystemClient

CLEAR = {
    "id", "number", "state", "about", "band", "locale", "country", "risk", "risk_reasons", "danger_now", "self_harm_said",
    "situation", "image_nature", "consent", "outcome", "report", "created_at", "updated_at", "closed_at",
}  # fmt: skip
SEALED = {"conversation_id", "key", "card", "transcript", "messages"}
STORY = "it began in May, marzipan"


@pytest.fixture
def told(office: Office, system: SystemClient) -> tuple[str, dict[str, Any]]:
    """A case with everything in it: a card, own words, the chat, and a counsellor who wrote. And its child's words."""
    child = office.child(country="MX", band="13-15")
    child.say("somebody made a fake nude of me")
    child.hand_over("transcript", story=STORY)
    case_id = office.case_of(child)
    office.counsellors[0].act(case_id, "claim")
    office.counsellors[0].act(case_id, "messages", {"text": "I am here, liquorice"})
    office.counsellors[0].act(case_id, "notes", {"text": "call the school, nougat"})
    return case_id, system.get(f"/{case_id}").json()


def opened(case: dict[str, Any], key: PrivateKey) -> dict[str, Any]:
    """What stands inside, opened with nothing but libsodium."""
    box = SealedBox(PrivateKey(SealedBox(key).decrypt(base64.b64decode(case["key"]))))

    def read(sealed: str) -> dict[str, Any]:
        body: dict[str, Any] = json.loads(sodium_unpad(box.decrypt(base64.b64decode(sealed)), 256))
        return body

    return {
        "card": read(case["card"]),
        "transcript": read(case["transcript"]),
        "messages": [read(m["sealed"]) for m in case["messages"]],
    }


def test_a_case_opens_with_the_systems_own_key_and_libsodium(system: SystemClient, told: tuple[str, dict[str, Any]]) -> None:
    case_id, case = told
    inside = opened(case, system.private)
    assert inside["card"]["place"] == f"{case_id}/card"
    assert inside["card"]["body"]["story"] == STORY
    assert "fake nude" in json.dumps(inside["transcript"])
    assert "liquorice" in json.dumps(inside["messages"])
    first = case["messages"][0]
    assert inside["messages"][0]["place"] == f"{case['conversation_id']}/{first['seq']}/{first['by']}"


def test_the_answer_holds_the_listed_fields_and_nothing_typed(system: SystemClient, told: tuple[str, dict[str, Any]]) -> None:
    case_id, case = told
    assert case.keys() == CLEAR | SEALED
    assert next(row for row in _rows(system) if row["id"] == case_id).keys() == CLEAR
    for word in ("marzipan", "liquorice", "nougat", "nude"):
        assert word not in json.dumps(case)
    assert "nougat" not in json.dumps(opened(case, system.private))  # notes are for staff


def test_the_clear_fields_say_what_is_known(told: tuple[str, dict[str, Any]]) -> None:
    _, case = told
    known = {
        name: case[name] for name in ("state", "about", "band", "locale", "country", "situation", "image_nature", "danger_now")
    }
    assert known == {
        "state": "claimed", "about": "self", "band": "13-15", "locale": "en", "country": "MX", "situation": "fake_image_of_me",
        "image_nature": "fake", "danger_now": False,
    }  # fmt: skip
    consent = {name: case["consent"][name] for name in ("share_with_helpline", "share_transcript", "share_with_other_orgs")}
    assert consent == {"share_with_helpline": True, "share_transcript": True, "share_with_other_orgs": False}


def test_no_other_key_opens_it(office: Office, system: SystemClient, told: tuple[str, dict[str, Any]]) -> None:
    """Neither a stranger's, nor the key of another system of the same helpline."""
    other = SystemClient.connect(office.admin, *Scope, agreed=office.supervisor)
    for key in (PrivateKey.generate(), other.private):
        with pytest.raises(CryptoError):
            opened(told[1], key)
    assert opened(told[1], system.private)


def test_a_conversation_without_a_yes_never_appears(office: Office, system: SystemClient) -> None:
    """No handoff, or a handoff that passes on nothing: the case is the helpline's, and no other system's."""
    office.child().say("somebody made a fake nude of me")
    child = office.child()
    child.hand_over("nothing")
    case_id = office.case_of(child)
    assert case_id not in system.ids()
    assert system.get(f"/{case_id}").status_code == 404
    assert office.store.rows("select * from client_grant where case_id = ?", case_id) == []


def test_the_system_of_another_helpline_sees_nothing(office: Office, told: tuple[str, dict[str, Any]]) -> None:
    (admin,) = Hiring(office.installation).helpline(Role.admin)
    foreign = SystemClient.connect(admin, *Scope)
    assert foreign.ids() == []
    assert foreign.get(f"/{told[0]}").status_code == 404
    assert foreign.report(told[0], {"state": "received"}, etag="*").status_code == 404
    assert admin.http.get("/v1/clients").json()["items"][0]["id"] == foreign.id
    assert foreign.id not in [row["id"] for row in office.admin.http.get("/v1/clients").json()["items"]]


def test_a_system_that_may_not_read_cases_is_given_none(office: Office, prove: None) -> None:
    counter = SystemClient.connect(office.admin, Scope.statistics_read)
    office.waiting()
    assert office.store.rows("select * from client_grant where client_id = ?", counter.id) == []
    assert office.supervisor.http.post(f"/v1/clients/{counter.id}/cases").status_code == 409


def test_a_supervisor_gives_open_cases_to_a_system_that_came_later(office: Office, prove: None) -> None:
    """Waiting and claimed ones; not what is closed, and not where the child passed on nothing. Twice gives nothing more."""
    silent = office.child()
    silent.hand_over("nothing")
    (_, waiting), (_, claimed), (_, closed) = office.waiting(situation="bullying"), office.claimed(), office.claimed()
    office.counsellors[0].act(closed, "close", {"outcome": "helped"})
    late = SystemClient.connect(office.admin, *Scope, agreed=office.supervisor)
    assert late.ids() == []
    given = office.supervisor.http.post(f"/v1/clients/{late.id}/cases").json()["cases"]
    seen = set(late.ids())
    assert len(seen) == given >= 2
    assert {waiting, claimed} <= seen and not {closed, office.case_of(silent)} & seen
    case = late.get(f"/{waiting}").json()
    card = SealedBox(PrivateKey(SealedBox(late.private).decrypt(base64.b64decode(case["key"]))))
    assert b"bullying" in card.decrypt(base64.b64decode(case["card"]))
    assert office.supervisor.http.post(f"/v1/clients/{late.id}/cases").json() == {"cases": 0}
    acts = office.store.rows("select thing from audit_entry where action = 'case.give' and reason = ?", late.id)
    assert {thing for (thing,) in acts} == seen


def test_given_cases_reach_a_system_that_asks_for_newer_ones_only(office: Office, prove: None) -> None:
    _, older = office.waiting()
    late = SystemClient.connect(office.admin, *Scope, agreed=office.supervisor)
    _, newer = office.waiting()
    since = late.get(f"/{newer}").json()["updated_at"]
    assert late.ids(updated_after=since) == [newer]
    office.supervisor.http.post(f"/v1/clients/{late.id}/cases")
    assert {older, newer} <= set(late.ids(updated_after=since))


def test_an_erasure_takes_the_key_and_the_words_and_says_so(office: Office, system: SystemClient) -> None:
    """The system learns of it, because its own copy must go too."""
    child, case_id = office.claimed()
    before = system.get(f"/{case_id}")
    since = before.json()["updated_at"]
    told = child.http.delete(child.path, headers=child.headers).json()
    assert "system/copies" in [bubble["key"] for bubble in told["bubbles"]]
    after = system.get(f"/{case_id}", {"if-none-match": before.headers["etag"]}).json()
    assert (after["state"], after["outcome"]) == ("closed", "erased")
    assert (after["key"], after["card"], after["transcript"], after["messages"]) == (None, None, None, [])
    assert (after["situation"], after["risk_reasons"]) == (None, [])
    assert case_id in system.ids(updated_after=since)


def test_pages_follow_each_other_without_gap_or_repeat(office: Office, system: SystemClient) -> None:
    """More cases than two pages hold, some with the same moment."""
    cases = [office.waiting()[1] for _ in range(4)]
    _copies(office, system, cases[0], 110)
    found = system.ids()
    assert len(found) == len(set(found)) == len(office.store.rows("select 1 from client_grant where client_id = ?", system.id))
    assert len(found) == 114
    times = [row["updated_at"] for row in _rows(system)]
    assert times == sorted(times)


def _copies(office: Office, system: SystemClient, case_id: str, number: int) -> None:
    """Cases like this one, quicker than a hundred children."""
    columns = [name for _, name, *_ in office.store.rows('pragma table_info("case")')]
    granted = "select ?, client_id, sealed, reference, reported, reported_at, version from client_grant"
    for n in range(number):
        new = {"id": str(uuid.uuid4()), "number": f"N{n}", "handoff_key": f"copy {n}", "conversation_id": str(uuid.uuid4())}
        chosen = ", ".join("?" if name in new else name for name in columns)
        values = [new[name] for name in columns if name in new]
        copied = f'insert into "case" ({", ".join(columns)}) select {chosen} from "case" where id = ?'
        office.store.change(copied, *values, case_id)
        mine = f"insert into client_grant {granted} where case_id = ? and client_id = ?"
        office.store.change(mine, new["id"], case_id, system.id)


def _rows(system: SystemClient) -> Iterator[dict[str, Any]]:
    page: dict[str, Any] = {"next": ""}
    while page["next"] is not None:
        page = system.get(**({"after": page["next"]} if page["next"] else {})).json()
        yield from page["items"]


def test_what_changed_since_a_moment_comes_and_nothing_older(office: Office, system: SystemClient) -> None:
    """A message of the child counts as a change."""
    child, first = office.claimed()
    _, second = office.waiting()
    since = system.get(f"/{second}").json()["updated_at"]
    assert system.ids(updated_after=since) == [second]
    child.say("are you there")
    assert system.ids(updated_after=since) == [second, first]


@pytest.mark.parametrize("given", [{"after": "x"}, {"after": "W10="}, {"after": "bnVsbA=="}, {"updated_after": "noon"}], ids=str)
def test_a_cursor_or_moment_that_is_none_is_refused(system: SystemClient, given: dict[str, str]) -> None:
    assert system.get(**given).status_code == 400


def test_a_version_that_is_known_is_not_sent_again(office: Office, system: SystemClient) -> None:
    child, case_id = office.claimed()
    etag = system.get(f"/{case_id}").headers["etag"]
    for known in (etag, f'"other", {etag}', f"W/{etag}", "*"):
        reply = system.get(f"/{case_id}", {"if-none-match": known})
        assert (reply.status_code, reply.content, reply.headers["etag"]) == (304, b"", etag)
        assert "ratelimit" in reply.headers
    child.say("one more thing")
    reply = system.get(f"/{case_id}", {"if-none-match": etag})
    assert reply.status_code == 200 and reply.headers["etag"] != etag


def test_fetching_is_written_down_once_an_hour(office: Office, system: SystemClient) -> None:
    _, case_id = office.waiting()
    for _ in range(3):
        system.get(f"/{case_id}")
    query = "select actor from audit_entry where thing = ? and action = 'case.fetch'"
    assert office.store.rows(query, case_id) == [(system.id,)]


def test_times_carry_their_zone(told: tuple[str, dict[str, Any]]) -> None:
    assert datetime.fromisoformat(told[1]["updated_at"]).utcoffset() is not None


def test_a_case_that_is_erased_under_a_hold_is_erased_to_a_system(office: Office, system: SystemClient) -> None:
    child = office.child()
    child.hand_over(story=STORY, card={"situation": "bullying"})
    case_id = office.case_of(child)
    assert system.get(f"/{case_id}").json()["key"]
    held = {"reason": "court", "until": f"{datetime.now(UTC).date() + timedelta(days=9)}"}
    assert office.supervisor.http.put(f"/v1/cases/{case_id}/hold", json=held).status_code == 204
    told = child.http.delete(child.path, headers=child.headers).json()
    assert [bubble["key"] for bubble in told["bubbles"]][2] == "system/copies"
    case = system.get(f"/{case_id}").json()
    assert [case[name] for name in ("key", "card", "transcript", "messages")] == [None, None, None, []]
    assert (case["situation"], case["risk_reasons"]) == (None, [])
