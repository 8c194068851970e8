"""A member's own password: what it may be, what changing it ends, and that it opens what the old one opened."""

from collections.abc import Iterator

import httpx
import pytest

from api.auth.access import COOKIE
from api.auth.passwords import refuse_weak
from api.auth.rules import Role
from api.errors import WeakPassword
from tests.support.door import ME, Member, hire
from tests.support.installation import Installation, without_bot
from tests.support.people import ChildClient
from tests.support.store import Store

PATH = "/v1/staff/account/password"
GOOD = "my cat eats blue cheese"
OWN = ("ana.lopez@linea-infancia.example", "Ana López")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with without_bot(tmp_path_factory.mktemp("house")) as running:
        yield running


@pytest.fixture
def member(house: Installation) -> Member:
    return hire(house, Role.counsellor)[0]


@pytest.mark.parametrize(
    "good",
    [GOOD, "correct horse battery staple", "сім веселих гусей на дроті", "سلام دنیای زیبای من", "x7" + "qk9!zmw" * 2 + "L" * 64],
)  # fmt: skip
def test_a_long_password_needs_no_kind_of_signs(good: str) -> None:
    refuse_weak(good, OWN)


@pytest.mark.parametrize(
    ("weak", "why"),
    [
        ("", "short"),
        ("14 signs long!", "short"),
        ("passwordpassword", "common"),
        ("P@ssw0rdP@ssw0rd", "common"),
        ("aaaaaaaaaaaaaaaaaaaaaaa", "common"),
        ("123456789012345", "common"),
        ("qwertyuiopasdfghjkl", "common"),
        ("1q2w3e4r5t6y7u8i9o0p", "common"),
        ("Summer2026Summer2026!", "common"),
        ("iloveyouiloveyou1234", "common"),
        ("LetMeInPlease2026", "common"),
        ("abcabcabcabcabcabc", "common"),
        ("Helpline2026!!!!", "common"),
        ("ana.lopez@linea-infancia.example", "own"),
        ("AnaLopez AnaLopez 1", "own"),
        ("LÓPEZ-ana-LÓPEZ-7", "own"),
    ],
)
def test_a_password_that_is_tried_first_is_refused(weak: str, why: str) -> None:
    with pytest.raises(WeakPassword, match=f"^{why}$"):
        refuse_weak(weak, OWN)


def test_what_is_somebodys_name_is_only_weak_for_them() -> None:
    with pytest.raises(WeakPassword, match="own"):
        refuse_weak("Evangelina Thorvaldsdottir", ("e@x.example", "Evangelina Thorvaldsdottir"))
    refuse_weak("Evangelina Thorvaldsdottir", OWN)


def test_a_changed_password_signs_in_and_the_old_one_does_not(member: Member) -> None:
    """Also the authenticator's secret opens with the new one."""
    browser = member.enter()
    assert browser.put(PATH, json={"password": member.password, "new": GOOD}).status_code == 204
    assert member.knock(code=member.code(1)).status_code == 401
    assert member.knock(password=GOOD, code=member.code(1)).status_code == 201


def test_a_changed_password_ends_every_other_session_and_renews_this_one(member: Member) -> None:
    browser, other = member.enter(), member.enter(member.code(1))
    old = browser.cookies[COOKIE]
    assert browser.put(PATH, json={"password": member.password, "new": GOOD}).status_code == 204
    assert other.get(ME).status_code == 401
    assert httpx.get(f"{member.url}{ME}", cookies={COOKIE: old}).status_code == 401
    assert browser.get(ME).status_code == 200


def test_a_case_opens_as_before_after_the_password_has_changed(house: Installation, member: Member) -> None:
    """The pair stays, only its wrap is new: what was sealed before is read in a session of the new password."""
    browser, child = member.enter(), ChildClient.start(house.url)
    helpline = browser.get(ME).json()["helpline_id"]
    Store(house.folder).change("update conversation set helpline_id = ? where id = ?", helpline, child.id)
    child.hand_over(story="it began in May")
    (row,) = browser.get("/v1/cases").json()["items"]
    assert browser.put(PATH, json={"password": member.password, "new": GOOD}).status_code == 204
    again = Member(member.url, member.email, GOOD, member.key).enter(member.code(1))
    claimed = again.post(f"/v1/cases/{row['id']}/claim", headers={"idempotency-key": "1"})
    assert claimed.json()["story"] == "it began in May"


def test_a_wrong_old_password_and_a_weak_new_one_change_nothing(member: Member) -> None:
    browser = member.enter()
    wrong = browser.put(PATH, json={"password": "wrong password of 15", "new": GOOD})
    weak = browser.put(PATH, json={"password": member.password, "new": "passwordpassword"})
    assert (wrong.status_code, wrong.json()["type"]) == (403, "/problems/forbidden")
    assert (weak.status_code, weak.json()["type"], weak.json()["detail"]) == (422, "/problems/weak-password", "common")
    assert browser.get(ME).status_code == 200
    assert member.knock(code=member.code(1)).status_code == 201


def test_a_password_cant_be_guessed_from_an_open_session(member: Member) -> None:
    """Whoever sits down at a signed-in browser has ten tries a minute, as at the door."""
    browser = member.enter()
    statuses = [browser.put(PATH, json={"password": f"wrong password {n}", "new": GOOD}).status_code for n in range(15)]
    assert (statuses.count(403), statuses.count(429)) == (10, 5)
    assert member.knock(code=member.code(1)).status_code == 201, "the door counts apart"
