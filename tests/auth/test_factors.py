"""Second factors: passkeys, recovery codes and a new authenticator, each once and each only for its owner."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import pyotp
import pytest

from api.auth.access import COOKIE
from api.auth.rules import Role
from api.vault.keys import token_id
from tests.support.door import ME, PATH, Member, hire
from tests.support.installation import Installation, without_bot
from tests.support.passkey import SoftPasskey
from tests.support.store import Store
from tests.support.together import at_once

ACCOUNT = "/v1/staff/account"
PROOF = f"{ME}/proof"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with without_bot(tmp_path_factory.mktemp("house"), FARO_SIGN_INS_PER_ACCOUNT="1000/minute") as running:
        yield running


@pytest.fixture
def store(house: Installation) -> Store:
    return Store(house.folder)


@pytest.fixture
def member(house: Installation) -> Member:
    return hire(house, Role.counsellor)[0]


@pytest.fixture
def browser(member: Member) -> httpx.Client:
    return member.enter()


@pytest.fixture
def passkey(house: Installation, browser: httpx.Client) -> SoftPasskey:
    """A passkey of the member, registered."""
    key = SoftPasskey(f"http://localhost:{house.port}")
    assert register(browser, key).status_code == 201
    return key


def register(browser: httpx.Client, key: SoftPasskey, **changed: Any) -> httpx.Response:
    options = browser.post(f"{ACCOUNT}/passkeys/challenge").json()
    return browser.post(f"{ACCOUNT}/passkeys", json={"name": "my laptop", "passkey": key.make(options | changed)})


def question(member: Member) -> dict[str, Any]:
    asked = httpx.post(f"{member.url}{PATH}/challenge", json={"email": member.email}, headers={"origin": member.url})
    options: dict[str, Any] = asked.json()
    return options


def grow_old(store: Store, browser: httpx.Client) -> None:
    """The proof of this session is six minutes old."""
    store.set_time("staff_session", "proved_at", timedelta(minutes=6), "token_hash = ?", token_id(browser.cookies[COOKIE]))


def test_a_passkey_stands_for_the_six_digits(member: Member, passkey: SoftPasskey) -> None:
    assert member.knock(code=None, passkey=passkey.sign(question(member))).status_code == 201
    assert member.knock(code=None, passkey=passkey.sign(question(member)), password="wrong password of 15").status_code == 401


def test_a_passkey_is_listed_by_the_name_that_only_its_owner_reads(
    store: Store, browser: httpx.Client, passkey: SoftPasskey
) -> None:
    (listed,) = browser.get(ACCOUNT).json()["passkeys"]
    assert (listed["name"], listed["used_on"]) == ("my laptop", None)
    assert not any(b"my laptop" in part.read_bytes() for part in store.parts)


def test_an_answer_of_a_passkey_works_once(member: Member, passkey: SoftPasskey) -> None:
    answer = passkey.sign(question(member))
    statuses = at_once(lambda _: member.knock(code=None, passkey=answer).status_code, range(6))
    assert sorted(statuses) == [201, *[401] * 5]


def test_a_passkey_that_counts_backwards_is_a_copy(member: Member, passkey: SoftPasskey) -> None:
    assert member.knock(code=None, passkey=passkey.sign(question(member))).status_code == 201
    passkey.count = 0
    assert member.knock(code=None, passkey=passkey.sign(question(member))).status_code == 401
    passkey.count = 5
    assert member.knock(code=None, passkey=passkey.sign(question(member))).status_code == 201


def test_a_challenge_is_for_one_account_and_one_purpose(house: Installation, member: Member, passkey: SoftPasskey) -> None:
    """Neither a colleague's, nor the one of a registration, nor one that we never made."""
    colleague = hire(house, Role.counsellor)[0]
    making = colleague.enter().post(f"{ACCOUNT}/passkeys/challenge").json()
    for wrong in (question(colleague), making, {"challenge": "AAAA"}, {"challenge": "A" * 75}):
        assert member.knock(code=None, passkey=passkey.sign(wrong)).status_code == 401
    assert member.knock(code=None, passkey=passkey.sign(question(member))).status_code == 201


def test_a_passkey_of_another_place_or_without_its_user_is_refused(
    house: Installation, member: Member, passkey: SoftPasskey
) -> None:
    good = passkey.origin
    for origin in ("https://elsewhere.invalid", f"http://127.0.0.1:{house.port}", f"{good}.elsewhere.invalid"):
        passkey.origin = origin
        assert member.knock(code=None, passkey=passkey.sign(question(member))).status_code == 401
    passkey.origin, passkey.verifies = good, False
    assert member.knock(code=None, passkey=passkey.sign(question(member))).status_code == 401
    passkey.verifies = True
    assert member.knock(code=None, passkey=passkey.sign(question(member))).status_code == 201


def test_a_colleagues_passkey_opens_nothing(house: Installation, member: Member, passkey: SoftPasskey) -> None:
    colleague = hire(house, Role.counsellor)[0]
    assert colleague.knock(code=None, passkey=passkey.sign(question(colleague))).status_code == 401


def test_an_unknown_account_is_asked_the_same_as_a_known_one(member: Member, passkey: SoftPasskey) -> None:
    """But for the challenge nothing differs, so that nobody learns who works here or who has a passkey."""
    strangers = [Member(member.url, f"nobody{n}@nowhere.invalid", "", member.key) for n in range(2)]
    asked = [question(one) for one in (member, *strangers)]
    challenges = {options.pop("challenge") for options in asked}
    assert len(challenges) == 3 and len({len(one) for one in challenges}) == 1
    assert asked[0] == asked[1] == asked[2]


@pytest.mark.parametrize("answer", [{}, {"id": 1}, {"id": "!", "rawId": "!", "type": "x", "response": []}], ids=str)
def test_what_is_no_answer_of_a_passkey_is_refused_and_breaks_nothing(member: Member, answer: dict[str, Any]) -> None:
    assert member.knock(code=None, passkey=answer).status_code == 401


def test_a_registration_is_taken_once_and_only_for_the_challenge_that_was_given(
    house: Installation, browser: httpx.Client
) -> None:
    options = browser.post(f"{ACCOUNT}/passkeys/challenge").json()
    key = SoftPasskey(f"http://localhost:{house.port}")
    answer = {"name": "one", "passkey": key.make(options)}
    assert browser.post(f"{ACCOUNT}/passkeys", json=answer).status_code == 201
    assert browser.post(f"{ACCOUNT}/passkeys", json=answer).status_code == 403
    assert register(browser, SoftPasskey("https://elsewhere.invalid")).status_code == 403
    assert register(browser, SoftPasskey(key.origin, verifies=False)).status_code == 403
    assert register(browser, SoftPasskey(key.origin), challenge="AAAA").status_code == 403
    assert register(browser, SoftPasskey(key.origin, id=key.id)).status_code == 409


def test_a_removed_passkey_opens_nothing_and_nobody_removes_a_colleagues(
    house: Installation, member: Member, browser: httpx.Client, passkey: SoftPasskey
) -> None:
    (listed,) = browser.get(ACCOUNT).json()["passkeys"]
    stranger = hire(house, Role.supervisor)[0].enter()
    assert stranger.delete(f"{ACCOUNT}/passkeys/{listed['id']}").status_code == 404
    assert browser.delete(f"{ACCOUNT}/passkeys/{listed['id']}").status_code == 204
    assert browser.get(ACCOUNT).json()["passkeys"] == []
    assert member.knock(code=None, passkey=passkey.sign(question(member))).status_code == 401


def test_each_of_ten_recovery_codes_works_once(member: Member, browser: httpx.Client) -> None:
    codes = browser.post(f"{ACCOUNT}/recovery-codes").json()["codes"]
    assert len({*codes}) == 10 and all(len(code.replace("-", "")) == 32 for code in codes)
    spellings = [codes[0], codes[1].upper(), codes[2].replace("-", ""), f" {codes[3].replace('-', ' ')} "]
    assert [member.knock(code=code).status_code for code in spellings] == [201] * 4
    assert [member.knock(code=code).status_code for code in spellings] == [401] * 4
    assert browser.get(ACCOUNT).json()["recovery_codes"] == 6


def test_a_recovery_code_works_once_also_for_eight_browsers_at_the_same_instant(member: Member, browser: httpx.Client) -> None:
    code = browser.post(f"{ACCOUNT}/recovery-codes").json()["codes"][0]
    statuses = at_once(lambda _: member.knock(code=code).status_code, range(8))
    assert sorted(statuses) == [201, *[401] * 7]


def test_new_recovery_codes_are_the_owners_and_end_the_old_ones(
    house: Installation, store: Store, member: Member, browser: httpx.Client
) -> None:
    old, new = (browser.post(f"{ACCOUNT}/recovery-codes").json()["codes"] for _ in range(2))
    colleague = hire(house, Role.counsellor)[0]
    assert member.knock(code=old[0]).status_code == 401
    assert colleague.knock(code=new[0]).status_code == 401
    assert member.knock(code=new[0]).status_code == 201
    kept = b"".join(part.read_bytes() for part in store.parts)
    assert not any(code.replace("-", "").encode() in kept or code.encode() in kept for code in new)


def test_a_new_authenticator_counts_from_its_first_code_on(member: Member, browser: httpx.Client) -> None:
    """Until then the old one goes on, whatever was shown; afterwards it is dead, and the first code is used up."""
    offered = browser.post(f"{ACCOUNT}/authenticator").json()
    new, change = pyotp.TOTP(offered["secret"]), f"{ACCOUNT}/authenticator"
    assert offered["uri"].startswith("otpauth://totp/Faro:") and offered["picture"].startswith("M")
    assert browser.put(change, json={"password": "wrong password of 15", "code": new.now()}).status_code == 403
    assert browser.put(change, json={"password": member.password, "code": member.code()}).status_code == 403
    assert member.knock(code=member.code(1)).status_code == 201
    code = new.now()
    assert browser.put(change, json={"password": member.password, "code": code}).status_code == 204
    assert member.knock(code=code).status_code == 401
    assert member.knock(code=member.code(1)).status_code == 401
    assert Member(member.url, member.email, member.password, offered["secret"]).knock(
        code=Member(member.url, "", "", offered["secret"]).code(1)
    ).is_success  # fmt: skip
    assert browser.put(change, json={"password": member.password, "code": new.now()}).status_code == 403, "offered once"


def test_an_old_proof_says_so_and_a_new_one_lets_the_act_through(
    store: Store, member: Member, browser: httpx.Client, passkey: SoftPasskey
) -> None:
    """Each kind of factor is a proof: code, recovery code, passkey."""
    codes = browser.post(f"{ACCOUNT}/recovery-codes").json()["codes"]
    ways = [
        lambda: {"code": member.code(1)},
        lambda: {"code": codes[0]},
        lambda: {"passkey": passkey.sign(question(member))},
    ]
    for way in ways:
        grow_old(store, browser)
        refused = browser.post(f"{ACCOUNT}/passkeys/challenge")
        assert (refused.status_code, refused.json()["type"]) == (403, "/problems/proof-is-old")
        assert browser.post(PROOF, json={"password": member.password, **way()}).status_code == 204
        assert browser.post(f"{ACCOUNT}/passkeys/challenge").status_code == 200


def test_a_wrong_proof_changes_nothing(store: Store, member: Member) -> None:
    used = member.code()
    browser = member.enter(used)
    grow_old(store, browser)
    before = browser.cookies[COOKIE]
    for given in ({"password": "wrong password of 15", "code": member.code(1)}, {"password": member.password, "code": "000000"}):
        refused = browser.post(PROOF, json=given)
        assert (refused.status_code, refused.json()["type"]) == (403, "/problems/forbidden")
    assert browser.post(PROOF, json={"password": member.password, "code": used}).status_code == 403
    assert browser.cookies[COOKIE] == before
    assert browser.post(f"{ACCOUNT}/recovery-codes").status_code == 403


def test_a_step_up_gives_the_session_a_new_cookie_and_the_old_one_dies(member: Member, browser: httpx.Client) -> None:
    """The session stays the same one, and does not get younger."""
    old = browser.cookies[COOKIE]
    (before,) = browser.get(ACCOUNT).json()["sessions"]
    assert browser.post(PROOF, json={"password": member.password, "code": member.code(1)}).status_code == 204
    assert browser.cookies[COOKIE] != old
    assert httpx.get(f"{member.url}{ME}", cookies={COOKIE: old}).status_code == 401
    (after,) = browser.get(ACCOUNT).json()["sessions"]
    assert (after["id"], after["began_at"]) == (before["id"], before["began_at"])


@pytest.mark.parametrize("body", [{}, {"code": "1", "passkey": {}}, {"code": None, "passkey": None}], ids=str)
def test_one_factor_and_not_none_and_not_two(member: Member, body: dict[str, Any]) -> None:
    reply = httpx.post(
        f"{member.url}{PATH}", json={"email": member.email, "password": member.password, **body}, headers={"origin": member.url}
    )
    assert reply.status_code == 400


def test_every_change_of_a_factor_is_in_the_audit_log(store: Store, browser: httpx.Client, passkey: SoftPasskey) -> None:
    (listed,) = browser.get(ACCOUNT).json()["passkeys"]
    browser.delete(f"{ACCOUNT}/passkeys/{listed['id']}")
    browser.post(f"{ACCOUNT}/recovery-codes")
    me = browser.get(ME).json()["id"]
    acts = [act for (act,) in store.rows("select action from audit_entry where actor = ? order by seq", me)]
    assert acts == ["sign_in", "passkey.add", "passkey.remove", "recovery_codes.make"]
