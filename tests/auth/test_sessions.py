"""A staff session ends when it must: at sign-out, when the member leaves, when it idles, when it is old."""

import base64
from collections.abc import Callable, Iterator
from datetime import timedelta
from time import sleep

import httpx
import pytest

from api.auth.access import COOKIE
from api.auth.rules import Role
from api.console.events import TRUST_SECONDS
from api.vault.keys import token_id
from tests.support.door import ME, Member, hire
from tests.support.installation import BotProcess, Installation
from tests.support.people import ChildClient
from tests.support.store import Store

ACCOUNT = "/v1/staff/account"
IDLE, ABSOLUTE = timedelta(minutes=20), timedelta(hours=12)
MOMENT = timedelta(seconds=15)


@pytest.fixture(scope="module")
def house(bot: BotProcess, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    installation = Installation(tmp_path_factory.mktemp("house"), bot.url).start()
    yield installation
    installation.stop()


@pytest.fixture
def member(house: Installation) -> Member:
    return hire(house, Role.counsellor)[0]


@pytest.fixture
def change(house: Installation, member: Member) -> Callable[..., None]:
    """Change the member's row, as an administrator's act would."""
    return lambda column, value: Store(house.folder).change(
        f"update staff set {column} = ? where email = ?", value, member.email
    )  # fmt: skip


def set_age(house: Installation, browser: httpx.Client, column: str, age: timedelta) -> None:
    Store(house.folder).set_time("staff_session", column, age, "token_hash = ?", token_id(browser.cookies[COOKIE]))


def status(browser: httpx.Client) -> int:
    return browser.get("/v1/cases").status_code


def test_sign_out_kills_the_session_and_not_the_other_browser(member: Member) -> None:
    """A copy of the cookie is worth nothing afterwards."""
    browser, other = member.enter(), member.enter(member.code(1))
    copy = dict(browser.cookies)
    assert browser.delete(ME).status_code == 204
    assert httpx.get(f"{member.url}/v1/cases", cookies=copy).status_code == 401
    assert status(other) == 200


def test_a_new_sign_in_is_a_new_session(member: Member) -> None:
    """Fixation: a cookie that was planted before the sign-in is not the one that counts afterwards."""
    planted = {COOKIE: "a cookie that somebody planted"}
    reply = httpx.post(
        f"{member.url}/v1/staff/sessions", cookies=planted, headers={"origin": member.url},
        json={"email": member.email, "password": member.password, "code": member.code()},
    )  # fmt: skip
    assert reply.cookies[COOKIE] != planted[COOKIE]
    assert httpx.get(f"{member.url}{ME}", cookies=planted).status_code == 401


def test_somebody_who_left_is_out_at_the_next_request(member: Member, change: Callable[..., None]) -> None:
    browser = member.enter()
    assert status(browser) == 200
    change("active", False)
    assert status(browser) == 401
    assert member.knock(code=member.code(1)).status_code == 401


@pytest.mark.parametrize(("role", "now"), [(Role.admin, 403), (Role.supervisor, 200)])
def test_a_changed_role_takes_effect_at_the_next_request(
    member: Member, change: Callable[..., None], role: Role, now: int
) -> None:
    browser = member.enter()
    assert status(browser) == 200
    change("role", role.value)
    assert status(browser) == now
    assert browser.get(ME).json()["role"] == role.value


@pytest.mark.parametrize(("column", "limit"), [("seen_at", IDLE), ("created_at", ABSOLUTE)])
def test_a_session_ends_at_its_limit_and_not_before(house: Installation, member: Member, column: str, limit: timedelta) -> None:
    """20 minutes without use, 12 hours in all."""
    browser = member.enter()
    set_age(house, browser, column, limit - MOMENT)
    assert status(browser) == 200
    set_age(house, browser, column, limit + MOMENT)
    assert status(browser) == 401


def test_use_keeps_a_session_awake(house: Installation, member: Member) -> None:
    """A request after 19 minutes starts the 20 minutes anew."""
    browser = member.enter()
    set_age(house, browser, "seen_at", timedelta(minutes=19))
    assert status(browser) == 200
    seen = Store(house.folder).one(
        "select (julianday('now') - julianday(seen_at)) * 86400 from staff_session where token_hash = ?",
        token_id(browser.cookies[COOKIE]),
    )
    assert seen < 60


def test_an_open_stream_ends_with_its_session(house: Installation, member: Member, change: Callable[..., None]) -> None:
    """The console's events stop at the first news, a second after the member has left."""
    browser, children = member.enter(), [ChildClient.start(house.url) for _ in range(2)]
    helpline = browser.get(ME).json()["helpline_id"]
    for child in children:
        Store(house.folder).change("update conversation set helpline_id = ? where id = ?", helpline, child.id)
    with browser.stream("GET", "/v1/cases/events", timeout=40) as reply:
        lines = reply.iter_lines()
        assert next(lines) == "event: hello"
        children[0].hand_over("nothing")
        assert next(line for line in lines if line.startswith("event:")) == "event: queue"
        change("active", False)
        sleep(TRUST_SECONDS)
        children[1].hand_over("nothing")
        assert next(line for line in lines if line.startswith("event:")) == "event: gone"


def test_a_stolen_table_of_sessions_opens_no_session(house: Installation, member: Member) -> None:
    """What stands in the table is no cookie: neither the hash nor the wrapped key, in any spelling."""
    browser = member.enter()
    mine = token_id(browser.cookies[COOKIE])
    cells = Store(house.folder).rows("select token_hash, wrapped_key from staff_session where token_hash = ?", mine)[0]
    spelled = [spell(cell) for cell in cells for spell in (bytes.hex, _base64, _escaped)]
    statuses = {browser.get(ME, headers={"cookie": f"{COOKIE}={text}"}).status_code for text in spelled}
    assert statuses == {401}
    assert status(browser) == 200


def test_a_member_sees_their_sessions_and_ends_one_or_all_others(house: Installation, member: Member) -> None:
    """And nobody else's: to a colleague the same address is not found."""
    browser, second, third = member.enter(member.code(-1)), member.enter(), member.enter(member.code(1))
    colleague = hire(house, Role.supervisor)[0].enter()
    listed = browser.get(ACCOUNT).json()["sessions"]
    assert [one["current"] for one in listed] == [False, False, True], "the newest first"
    assert colleague.delete(f"{ACCOUNT}/sessions/{listed[0]['id']}").status_code == 404
    assert status(third) == 200
    assert browser.delete(f"{ACCOUNT}/sessions/{listed[0]['id']}").status_code == 204
    assert (status(third), status(second)) == (401, 200)
    assert browser.delete(f"{ACCOUNT}/sessions").status_code == 204
    assert (status(second), status(browser), status(colleague)) == (401, 200, 200)
    assert len(browser.get(ACCOUNT).json()["sessions"]) == 1


def test_a_session_that_has_idled_out_is_not_listed_and_its_cookie_is_dead(house: Installation, member: Member) -> None:
    stolen, browser = member.enter(), member.enter(member.code(1))
    set_age(house, stolen, "seen_at", IDLE + MOMENT)
    assert [one["current"] for one in browser.get(ACCOUNT).json()["sessions"]] == [True]
    assert status(stolen) == 401


def _base64(cell: bytes) -> str:
    return base64.urlsafe_b64encode(cell).decode().rstrip("=")


def _escaped(cell: bytes) -> str:
    return cell.decode("latin-1").encode("unicode_escape").decode()
