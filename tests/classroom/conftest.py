"""One installation with the real bot for all classes; what a flood or a restart breaks has its own."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.support.classes import Class
from tests.support.installation import BotProcess, Installation

Open = Callable[..., Class]


@pytest.fixture(scope="session")
def school(bot: BotProcess, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    installation = Installation(tmp_path_factory.mktemp("school") / "faro", bot.url).start()
    yield installation
    installation.stop()


@pytest.fixture
def lesson(school: Installation) -> Iterator[Open]:
    """Opens class sessions with pupils and ends them."""
    opened: list[Class] = []

    def open_class(pupils: int = 0, **wishes: Any) -> Class:
        opened.append(Class.open(school.url, pupils, **wishes))
        return opened[-1]

    yield open_class
    for each in opened:
        each.http.close()
