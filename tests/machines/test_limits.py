"""Each system has an allowance of its own, told with every answer."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.auth.rules import Scope
from tests.support.installation import BotProcess
from tests.support.office import Office
from tests.support.systems import SystemClient

LEFT = re.compile(r'"client";r=(\d+);t=(\d+)')


@pytest.fixture
def narrow(bot: BotProcess, tmp_path: Path) -> Iterator[Office]:
    office = Office.open(tmp_path / "narrow", bot.url, 1, FARO_REQUESTS_PER_CLIENT="5/hour")
    yield office
    office.close()


def test_a_system_over_its_allowance_is_told_when_to_come_back_and_slows_nobody_else(narrow: Office) -> None:
    busy, other = (SystemClient.connect(narrow.admin, Scope.cases_read) for _ in range(2))
    answers = [busy.get() for _ in range(7)]
    assert [reply.status_code for reply in answers] == [200] * 5 + [429] * 2
    assert {reply.headers["ratelimit-policy"] for reply in answers} == {'"client";q=5;w=3600'}
    left = [LEFT.fullmatch(reply.headers["ratelimit"]) for reply in answers]
    assert [match and match[1] for match in left] == ["4", "3", "2", "1", "0", "0", "0"]
    assert [match[2] for match in left if match][-1] == answers[-1].headers["retry-after"]
    assert 0 < int(answers[-1].headers["retry-after"]) <= 3600
    assert answers[-1].json()["type"] == "/problems/too-fast"
    assert other.get().status_code == 200


def test_a_refusal_says_how_much_is_left_too(narrow: Office) -> None:
    system = SystemClient.connect(narrow.admin, Scope.cases_read)
    refused = [system.get("/unknown"), system.get(after="x")]
    assert [(reply.status_code, LEFT.fullmatch(reply.headers["ratelimit"])[1]) for reply in refused] == [  # type: ignore[index]
        (404, "4"), (400, "3"),
    ]  # fmt: skip
