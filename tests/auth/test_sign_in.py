"""The staff's door: what it says to strangers, how often it opens for one code, and what flooding it does to others."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from statistics import median

import httpx
import pytest

from api.auth.rules import Role
from tests.support.door import ME, Member, hire
from tests.support.installation import BotProcess, Installation

TRIES = 10  # sign_ins_per_account of the settings, a minute


@pytest.fixture(scope="module")
def door(bot: BotProcess, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    installation = Installation(tmp_path_factory.mktemp("door"), bot.url).start()
    yield installation
    installation.stop()


@pytest.fixture
def member(door: Installation) -> Member:
    return hire(door, Role.counsellor)[0]


@pytest.fixture
def many(door: Installation) -> list[Member]:
    return hire(door, Role.counsellor, Role.supervisor)


def wrong_code(member: Member) -> str:
    """Six digits that are no code of now, a moment ago or soon."""
    near = {member.code(steps) for steps in (-1, 0, 1, 2)}
    return next(code for code in ("000000", "000001", "000002", "000003", "000004") if code not in near)


def test_wrong_password_wrong_code_and_unknown_account_are_answered_alike(member: Member) -> None:
    """Status, body and headers are equal to the byte, and none of them hands out a cookie."""
    replies = [
        member.knock(password="wrong password of 15"),
        member.knock(code=wrong_code(member)),
        member.knock(email="nobody@nowhere.invalid"),
        member.knock(password="", code=""),
    ]
    assert {reply.status_code for reply in replies} == {401}
    assert len({reply.content for reply in replies}) == 1
    assert len({tuple(sorted((k, v) for k, v in r.headers.items() if k != "date")) for r in replies}) == 1
    assert member.knock().status_code == 201


def test_the_three_refusals_take_as_long(many: list[Member]) -> None:
    """An unknown account is hashed like a known one: without that it would answer in a tenth of the time."""
    member, other = many
    known = [_seconds(member, password="wrong password of 15") for _ in range(7)]
    unknown = [_seconds(other, email=f"nobody{n}@nowhere.invalid") for n in range(7)]
    assert median(unknown) > median(known) / 2


def _seconds(member: Member, **changed: str) -> float:
    reply = member.knock(**changed)
    assert reply.status_code == 401
    return reply.elapsed.total_seconds()


def test_a_code_works_once(member: Member) -> None:
    code = member.code()
    assert member.knock(code=code).status_code == 201
    assert member.knock(code=code).status_code == 401


def test_an_older_code_does_not_work_after_a_newer_one(member: Member) -> None:
    older, newer = member.code(), member.code(1)
    assert member.knock(code=newer).status_code == 201
    assert member.knock(code=older).status_code == 401


def test_a_code_works_once_also_for_eight_browsers_at_the_same_instant(member: Member) -> None:
    code = member.code()
    with ThreadPoolExecutor(8) as pool:
        statuses = sorted(r.status_code for r in pool.map(lambda _: member.knock(code=code), range(8)))
    assert statuses == [201, *[401] * 7]


def test_too_many_tries_on_one_account_do_not_touch_another(many: list[Member]) -> None:
    """The cap is counted for the account and before the check, so the right password does not help; a colleague gets in."""
    flooded, colleague = many
    with ThreadPoolExecutor(8) as pool:
        tries = list(pool.map(lambda n: flooded.knock(password=f"wrong password {n}"), range(3 * TRIES)))
    assert {reply.status_code for reply in tries} == {401, 429}
    assert sum(reply.status_code == 401 for reply in tries) <= TRIES
    assert flooded.knock().status_code == 429
    assert colleague.knock().status_code == 201


def test_the_spelling_of_an_address_opens_no_second_count(member: Member) -> None:
    """Otherwise capital letters would multiply the tries: here no spelling comes twice."""
    spelled = ["".join(c.upper() if n >> i & 1 else c for i, c in enumerate(member.email)) for n in range(3 * TRIES)]
    statuses = [member.knock(email=email, password="wrong password of 15").status_code for email in spelled]
    assert len(set(spelled)) == 3 * TRIES
    assert statuses.count(401) <= TRIES
    assert 429 in statuses


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 403),
        ({"origin": "https://elsewhere.invalid"}, 403),
        ({"origin": "null"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"sec-fetch-site": "none"}, 403),
        ({"sec-fetch-site": "same-origin"}, 201),
    ],
    ids=str,
)
def test_a_sign_in_from_another_site_is_refused(member: Member, headers: dict[str, str], status: int) -> None:
    """Login CSRF: nobody is signed in as somebody else by a foreign page."""
    assert member.knock(headers).status_code == status


@pytest.mark.parametrize(
    "elsewhere",
    [
        {},
        {"origin": "https://elsewhere.invalid"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "cross-site", "origin": "SELF"},
        {"origin": "SELF.elsewhere.invalid"},
    ],
    ids=str,
)
@pytest.mark.parametrize("verb", ["POST", "DELETE", "FORM"])
def test_no_other_site_acts_with_a_members_cookie(
    door: Installation, member: Member, verb: str, elsewhere: dict[str, str]
) -> None:
    """The cookie is good and sent; only the place is wrong. The same call from the console gets through."""
    cookies = dict(member.enter().cookies)
    headers = {name: value.replace("SELF", door.url) for name, value in elsewhere.items()}
    assert _act(door, verb, cookies, headers).status_code == 403
    assert httpx.get(f"{door.url}{ME}", cookies=cookies).status_code == 200
    assert _act(door, verb, cookies, {"origin": door.url}).status_code != 403


def _act(door: Installation, verb: str, cookies: dict[str, str], headers: dict[str, str]) -> httpx.Response:
    if verb == "DELETE":
        return httpx.delete(f"{door.url}{ME}", cookies=cookies, headers=headers)
    content = {"data": {"text": "x"}} if verb == "FORM" else {"json": {"text": "x"}}
    return httpx.post(f"{door.url}/v1/cases/unknown/notes", cookies=cookies, headers=headers, **content)
