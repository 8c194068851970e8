"""A helpline whose systems are on this machine; no bot is asked, because nothing here depends on what it understands."""

from collections.abc import Iterator

import pytest

from tests.support.office import Office
from tests.support.receiver import Receiver, receiver

NO_BOT = "http://127.0.0.1:9"


@pytest.fixture(scope="package")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    office = Office.open(tmp_path_factory.mktemp("outbox") / "office", NO_BOT, FARO_OUTBOX_LOOPBACK="true")
    yield office
    office.close()


@pytest.fixture
def system() -> Iterator[Receiver]:
    """The helpline's own system."""
    with receiver() as listening:
        yield listening
