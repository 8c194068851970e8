from collections.abc import Iterator

import pytest

from api.auth.rules import Scope
from tests.support.installation import BotProcess
from tests.support.office import Office
from tests.support.systems import SystemClient


@pytest.fixture(scope="package")
def office(bot: BotProcess, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    office = Office.open(tmp_path_factory.mktemp("machines") / "office", bot.url)
    yield office
    office.close()


@pytest.fixture
def prove(office: Office) -> None:
    """All staff have shown password and code just now."""
    office.prove_again()


@pytest.fixture
def system(office: Office, prove: None) -> Iterator[SystemClient]:
    """A connected system with all scopes."""
    system = SystemClient.connect(office.admin, *Scope, agreed=office.supervisor)
    yield system
    system.http.close()
