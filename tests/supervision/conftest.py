"""A helpline with enough people to hand over to."""

from collections.abc import Iterator

import pytest

from tests.support.installation import BotProcess
from tests.support.office import Office


@pytest.fixture
def office(bot: BotProcess, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    office = Office.open(tmp_path_factory.mktemp("office") / "faro", bot.url)
    yield office
    office.close()
