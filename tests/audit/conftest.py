from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.installation import BotProcess
from tests.support.office import Office


@pytest.fixture
def office(bot: BotProcess, tmp_path: Path) -> Iterator[Office]:
    office = Office.open(tmp_path / "office", bot.url)
    yield office
    office.close()
