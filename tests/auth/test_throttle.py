"""Guessing at the door: how many tries are looked at, and that nobody is locked out by somebody else's guesses (T16, T20)."""

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median

import httpx
import pytest

from api.auth.routes import BROWSER
from api.auth.rules import Role
from tests.support.door import PATH, Member, hire
from tests.support.installation import Installation, without_bot

AT_ONCE, TRIES = 1000, 10
SAMPLES = 60


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with without_bot(tmp_path_factory.mktemp("door")) as running:
        yield running


def knock(browser: httpx.Client, member: Member, **changed: str) -> int:
    given = {"email": member.email, "password": member.password, "code": member.code(), **changed}
    return browser.post(PATH, json=given).status_code


def flood(member: Member, tries: int = AT_ONCE) -> list[int]:
    """So many wrong passwords in parallel, from browsers that were never here."""
    with (
        httpx.Client(base_url=member.url, headers={"origin": member.url}, timeout=60) as strangers,
        ThreadPoolExecutor(50) as pool,
    ):
        return list(pool.map(lambda n: knock(strangers, member, password=f"wrong password {n}"), range(tries)))


def test_of_a_thousand_tries_at_once_ten_are_looked_at_and_nobody_else_notices(door: Installation) -> None:
    """The owner gets in from a browser that was here before, a colleague from any; a stranger with the right words does not."""
    flooded, colleague = hire(door, Role.counsellor, Role.supervisor)
    owner = flooded.enter()
    statuses = flood(flooded)
    assert (statuses.count(401), statuses.count(429)) == (TRIES - 1, AT_ONCE - TRIES + 1), "the owner's own first try counts"
    assert flooded.knock(code=flooded.code(1)).status_code == 429
    assert knock(owner, flooded, code=flooded.code(1)) == 201
    assert colleague.knock().status_code == 201


def test_a_known_browser_has_ten_tries_of_its_own_and_only_for_its_owner(door: Installation) -> None:
    member, colleague = hire(door, Role.counsellor, Role.supervisor)
    browser = member.enter()
    statuses = [knock(browser, member, password=f"wrong password {n}") for n in range(TRIES + 2)]
    assert (statuses.count(401), statuses.count(429)) == (TRIES, 2)
    flood(colleague, TRIES)
    assert knock(browser, colleague) == 429, "here only the member is known"


def test_colleagues_may_share_a_machine_and_both_are_known_on_it(door: Installation) -> None:
    first, second = hire(door, Role.counsellor, Role.supervisor)
    browser = first.enter()
    token = browser.cookies[BROWSER]
    assert knock(browser, second) == 201
    assert browser.cookies[BROWSER] == token
    for member in (first, second):
        flood(member, TRIES)
        assert knock(browser, member, code=member.code(1)) == 201


def test_a_planted_mark_of_a_browser_is_not_taken_over(door: Installation) -> None:
    """Or whoever planted it would be known by it afterwards."""
    member = hire(door, Role.counsellor)[0]
    with httpx.Client(base_url=door.url, headers={"origin": door.url}) as browser:
        browser.cookies.set(BROWSER, "planted", domain="127.0.0.1")
        assert knock(browser, member) == 201
        assert [cookie.value for cookie in browser.cookies.jar if cookie.name == BROWSER] != ["planted"]


def test_one_source_is_stopped_while_a_known_browser_of_the_same_network_goes_on(
    tmp_path: Path,
) -> None:
    """Twenty accounts from one place, each below its own cap."""
    with without_bot(tmp_path, FARO_SIGN_INS_PER_SOURCE="15/minute") as installation:
        member = hire(installation, Role.counsellor)[0]
        browser = member.enter()
        statuses = [member.knock(email=f"nobody{n}@nowhere.invalid").status_code for n in range(20)]
        assert (statuses.count(401), statuses.count(429)) == (14, 6)
        assert member.knock(code=member.code(1)).status_code == 429
        assert knock(browser, member, code=member.code(1)) == 201


def test_an_unknown_account_takes_as_long_as_a_known_one(tmp_path: Path) -> None:
    """Asked in turns, so that a busy machine is busy for both: the medians are within 2 ms, or chance explains the rest."""
    known, unknown = [], []
    with without_bot(tmp_path, FARO_SIGN_INS_PER_ACCOUNT="100000/minute") as installation:
        member = hire(installation, Role.counsellor)[0]
        browser = httpx.Client(base_url=installation.url, headers={"origin": installation.url}, timeout=30)
        for n in range(SAMPLES):
            known.append(_seconds(browser, member, password=f"wrong password {n}"))
            unknown.append(_seconds(browser, member, email=f"nobody{n}@nowhere.invalid"))
    assert abs(median(known) - median(unknown)) < 0.002 or _by_chance(known, unknown) > 0.01


def _seconds(browser: httpx.Client, member: Member, **changed: str) -> float:
    given = {"email": member.email, "password": member.password, "code": member.code(), **changed}
    reply = browser.post(PATH, json=given)
    assert reply.status_code == 401
    return reply.elapsed.total_seconds()


def _by_chance(one: list[float], other: list[float], rounds: int = 2000) -> float:
    """How often medians of a shuffled deck lie as far apart (permutation test)."""
    seen, deck, dice = abs(median(one) - median(other)), one + other, random.Random(1)
    far = 0
    for _ in range(rounds):
        dice.shuffle(deck)
        far += abs(median(deck[: len(one)]) - median(deck[len(one) :])) >= seen
    return far / rounds
