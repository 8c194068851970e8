"""A helpline with enough counsellors, on an installation of its own."""

from collections.abc import Iterator

import pytest

from tests.support.installation import BotProcess
from tests.support.office import Office

MANY_COUNSELLORS = 2


@pytest.fixture(scope="package")
def office(bot: BotProcess, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    office = Office.open(tmp_path_factory.mktemp("office") / "faro", bot.url, MANY_COUNSELLORS)
    yield office
    office.close()
