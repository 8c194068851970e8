"""A PostgreSQL of these tests, and a helpline on it."""

from collections.abc import Iterator

import pytest

from tests.support.installation import NO_BOT
from tests.support.office import Office
from tests.support.postgres import Postgres, postgres


@pytest.fixture(scope="package")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    with postgres(tmp_path_factory.mktemp("postgres")) as server:
        yield server


@pytest.fixture(scope="package")
def helpline(server: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    helpline = Office.open(tmp_path_factory.mktemp("helpline") / "faro", NO_BOT, counsellors=4, FARO_DATABASE=server.fresh())
    yield helpline
    helpline.close()
