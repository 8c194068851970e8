"""A world of the tests about who may do what: two helplines on an installation of its own."""

from collections.abc import Iterator

import pytest

from tests.support.callers import World
from tests.support.identity import identity_provider, settings_of
from tests.support.installation import BotProcess, Installation
from tests.support.routes import ASKS


@pytest.fixture(scope="package")
def world(bot: BotProcess, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("world")
    with identity_provider(folder) as provider:
        own = {"FARO_SIGN_INS_PER_ACCOUNT": "100000/minute", "FARO_OUTBOX_LOOPBACK": "true"}
        installation = Installation(folder, bot.url, {**own, **settings_of(provider.issuer)}).start()
        yield World.of(installation, ASKS)
        installation.stop()
