"""What a thief of the database reads of a case that is sealed to a system too."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from api.auth.rules import Scope
from tests.support.installation import BotProcess
from tests.support.office import Office
from tests.support.systems import SystemClient
from tests.support.thief import Thief

STORY = b"it began in May, marzipan"


@pytest.fixture
def small(bot: BotProcess, tmp_path: Path) -> Iterator[Office]:
    """Few rows, because the thief tries everything on everything."""
    office = Office.open(tmp_path / "small", bot.url, 1)
    yield office
    office.close()


def test_a_thief_of_the_database_needs_the_systems_private_key(small: Office) -> None:
    """Secret and token together open not one word; the private key, which is not here, opens what was passed on."""
    system = SystemClient.connect(small.admin, *Scope, agreed=small.supervisor)
    small.child().hand_over("summary", story=STORY.decode())
    without, with_it = Thief(small.store), Thief(small.store)
    without.try_all([system.secret, system.token])
    assert STORY not in without.texts()
    with_it.try_all([bytes(system.private)])
    assert STORY in with_it.texts()
    assert ("staff", "wrapped_key") not in with_it.places()


def test_a_child_who_erased_is_safe_from_that_key_too(small: Office) -> None:
    system = SystemClient.connect(small.admin, *Scope, agreed=small.supervisor)
    child = small.child()
    child.hand_over("summary", story=STORY.decode())
    assert child.http.delete(child.path, headers=child.headers).status_code == 204
    thief = Thief(small.store)
    thief.try_all([bytes(system.private)])
    assert STORY not in thief.texts()
