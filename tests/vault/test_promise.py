"""The promise: a stolen database opens no word, and before the child says yes nobody at the helpline opens one either.

The kit of `tests/support/thief.py` works on the real rows of an installation; each "opens nothing" stands beside a test
in which the same kit, given the one thing it lacked, opens the very same rows.
"""

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from api.auth.access import COOKIE
from api.auth.rules import Role
from api.vault.keys import code_keys
from tests.support.installation import BotProcess, Installation
from tests.support.people import ChildClient, Hiring, StaffClient
from tests.support.store import Store
from tests.support.thief import Thief

BEFORE, STORY, INSIDE, NOTE = "kanarie-before", "kanarie-story", "kanarie-inside", "kanarie-note"
KEYS_OF_STAFF = {("staff_session", "wrapped_key"), ("team_grant", "sealed")}
KEYS_OF_CASE = KEYS_OF_STAFF | {("case_grant", "sealed")}
MIB = 8


@pytest.fixture(scope="module")
def house(bot: BotProcess, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    installation = Installation(tmp_path_factory.mktemp("house"), bot.url).start()
    yield installation
    installation.stop()


@pytest.fixture(scope="module")
def team(house: Installation) -> dict[str, StaffClient]:
    return {role: StaffClient.sign_in(house.url, *account) for role, account in house.accounts().items()}


@pytest.fixture(scope="module")
def store(house: Installation) -> Store:
    return Store(house.folder)


@pytest.fixture
def talked(house: Installation, store: Store, team: dict[str, StaffClient]) -> Iterator[ChildClient]:
    """A child who typed, was understood, walked into a guide; nothing is handed over. Gone again after the test."""
    child = ChildClient.start(house.url, country="MX")
    helpline = team["admin"].http.get("/v1/staff/sessions/current").json()["helpline_id"]
    # which helpline a child of this installation reaches is not what is tested here
    store.change("update conversation set helpline_id = ? where id = ?", helpline, child.id)
    child.say(f"somebody made a fake nude of me {BEFORE}")
    child.tap("guide:picture")
    child.tap("danger=no")
    yield child
    child.http.delete(child.path, headers=child.headers)


def cookies(team: dict[str, StaffClient], *roles: Role) -> list[str]:
    return [team[role].http.cookies[COOKIE] for role in roles or Role]


def inside(store: Store, child: ChildClient, is_inside: bool) -> set[int]:
    """The rows of the messages inside the case, or of those before it."""
    null = "not null" if is_inside else "null"
    return {n for (n,) in store.rows(f"select rowid from message where conversation_id = ? and case_id is {null}", child.id)}


def messages_of(thief: Thief) -> set[int]:
    return {row for table, _, row in thief.opened if table == "message"}


def test_a_stolen_database_opens_nothing(store: Store, talked: ChildClient, team: dict[str, StaffClient]) -> None:
    """Every stored value is tried on every sealed value, before and after a handoff."""
    assert Thief(store).try_all() == {}
    talked.hand_over("transcript", story=STORY)
    assert Thief(store).try_all() == {}


def test_the_childs_token_opens_the_whole_talk(store: Store, talked: ChildClient) -> None:
    """The control: the kit is good, it only lacked the token, which is not in the database."""
    thief = Thief(store)
    thief.try_all([talked.token])
    assert messages_of(thief) == inside(store, talked, False)
    assert BEFORE.encode() in thief.texts()
    assert talked.token not in store.values()


def test_a_resume_code_cannot_be_guessed_from_the_database(house: Installation, store: Store, talked: ChildClient) -> None:
    """Not even the right code is recognised as right without the pepper, whatever stored value stands in for it."""
    code = talked.post("/code").json()["code"]
    stored = [value for value in store.values() if isinstance(value, str)]
    guesses = [code_keys(code, pepper, MIB) for pepper in ["", *{*stored}]]
    halves = {half for keys in guesses if keys for half in keys}
    assert store.one("select code_id from conversation where id = ?", talked.id) not in halves
    assert Thief(store).try_all(halves) == {}
    right = code_keys(code, (house.folder / "pepper").read_text(), MIB)
    assert right and ("conversation", "code_wrap") in {place[:2] for place in Thief(store).try_all(right)}


def test_before_the_yes_nobody_at_the_helpline_opens_a_word(
    store: Store, talked: ChildClient, team: dict[str, StaffClient]
) -> None:
    """All staff together, signed in, with the database in their hands: they open their own keys and nothing else."""
    thief = Thief(store)
    thief.try_all(cookies(team))
    assert thief.places() == KEYS_OF_STAFF
    assert store.one("select facts is not null from conversation where id = ?", talked.id) == 1


def test_after_the_yes_the_team_opens_the_case_and_not_the_talk_before_it(
    store: Store, talked: ChildClient, team: dict[str, StaffClient]
) -> None:
    """share=summary: the card and what is said from now on; no earlier message, no facts, no key of the conversation."""
    talked.hand_over("summary", story=STORY)
    talked.say(INSIDE)
    thief = Thief(store)
    thief.try_all(cookies(team, Role.counsellor))
    assert thief.places() == KEYS_OF_CASE | {("case", "card"), ("message", "sealed")}
    assert messages_of(thief) == inside(store, talked, True)
    assert [word.encode() in thief.texts() for word in (STORY, INSIDE, BEFORE)] == [True, True, False]


def test_a_shared_transcript_opens_no_row_of_the_talk_itself(
    store: Store, talked: ChildClient, team: dict[str, StaffClient]
) -> None:
    """share=transcript passes on a copy of what was said until now; the conversation stays the child's."""
    talked.hand_over("transcript")
    thief = Thief(store)
    thief.try_all(cookies(team, Role.supervisor))
    assert BEFORE.encode() in next(text for place, text in thief.opened.items() if place[1] == "transcript")
    assert not messages_of(thief) & inside(store, talked, False)
    assert ("conversation", "facts") not in thief.places()


def test_an_admin_opens_nothing_even_after_the_yes(store: Store, talked: ChildClient, team: dict[str, StaffClient]) -> None:
    talked.hand_over("transcript", story=STORY)
    thief = Thief(store)
    thief.try_all(cookies(team, Role.admin))
    assert thief.places() == {("staff_session", "wrapped_key")}


def test_another_helpline_opens_nothing(house: Installation, store: Store, talked: ChildClient) -> None:
    talked.hand_over("transcript", story=STORY)
    strangers = Hiring(house).helpline(Role.counsellor, Role.supervisor)
    thief = Thief(store)
    thief.try_all([person.http.cookies[COOKIE] for person in strangers])
    assert thief.places() == KEYS_OF_STAFF


def test_after_an_erasure_the_token_and_all_staff_together_open_nothing(
    store: Store, talked: ChildClient, team: dict[str, StaffClient]
) -> None:
    number = talked.hand_over("transcript", story=STORY)["case"]["number"]
    case_id = team["counsellor"].find(number)["id"]
    assert team["counsellor"].act(case_id, "claim").status_code == 200
    assert team["counsellor"].act(case_id, "notes", {"text": NOTE}).status_code == 201
    assert talked.http.delete(talked.path, headers=talked.headers).status_code == 204
    thief = Thief(store)
    thief.try_all([talked.token, *cookies(team)])
    assert thief.places() == KEYS_OF_STAFF


@pytest.fixture
def read(team: dict[str, StaffClient]) -> Callable[[str], dict[str, Any]]:
    """Claim a case by its number and read it, as a counsellor does."""

    def claim(number: str) -> dict[str, Any]:
        reply: httpx.Response = team["counsellor"].act(team["counsellor"].find(number)["id"], "claim")
        assert reply.status_code == 200, reply.text
        body: dict[str, Any] = reply.json()
        return body

    return claim


def test_sharing_nothing_passes_on_nothing(talked: ChildClient, read: Callable[[str], dict[str, Any]]) -> None:
    """Only that a child asked for a person: no line, no reason, no story, nothing of what was shown."""
    case = read(talked.hand_over("nothing", story=STORY)["case"]["number"])
    assert [case[part] for part in ("lines", "reasons", "need", "story", "shown", "transcript")] == [{}, [], None, None, [], []]
    assert case["risk"] == "none"


def test_a_line_that_the_child_took_out_is_nowhere_in_the_case(
    talked: ChildClient, read: Callable[[str], dict[str, Any]]
) -> None:
    """The preview said what the counsellor will read; what was taken out there must not come by another field."""
    case = read(talked.hand_over("summary", card={"situation": None})["case"]["number"])
    assert case["lines"] == {"danger": "no"}
    assert "fake_image_of_me" not in str(case)
