"""A helpline with staff: one for all tests, and each begins as on the first day."""

from collections.abc import Iterator

import pytest

from tests.support.installation import BotProcess
from tests.support.office import Office


@pytest.fixture(scope="package")
def one_office(bot: BotProcess, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    office = Office.open(tmp_path_factory.mktemp("office") / "faro", bot.url, counsellors=2)
    yield office
    office.close()


@pytest.fixture
def office(one_office: Office) -> Office:
    one_office.clear()
    return one_office
