"""One helpline for the room's tests: each test invites people of its own, because starting an installation is slow."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from tests.support.installation import BotProcess
from tests.support.joining import invite, join
from tests.support.office import Office
from tests.support.people import StaffClient


@pytest.fixture(scope="package")
def house(bot: BotProcess, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    office = Office.open(tmp_path_factory.mktemp("people") / "office", bot.url, FARO_SIGN_INS_PER_ACCOUNT="1000/minute")
    yield office
    office.close()


@pytest.fixture
def office(house: Office) -> Office:
    """Everybody has just shown password and code, however long the tests before took."""
    for (session,) in house.store.rows("select token_hash from staff_session"):
        house.store.set_time("staff_session", "proved_at", timedelta(), "token_hash = ?", session)
    return house


Hire = Callable[..., StaffClient]


@pytest.fixture
def hire(office: Office, request: pytest.FixtureRequest) -> Hire:
    """A new member who came by an invite and, unless they shall wait, was given the key."""

    def come(role: str = "counsellor", waits: bool = False) -> StaffClient:
        n = office.store.one("select count(*) from staff")
        new = join(office.installation.url, invite(office.supervisor, f"{role}-{n}@helpline.invalid", role))
        if not waits:
            granted = office.supervisor.http.post(f"/v1/people/{new.id}/grant")
            assert granted.status_code == 204, granted.text
        return new

    return come
