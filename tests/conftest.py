"""Shared set-up: one real bot and one installation for the session; tests that break things start their own."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic

import pytest

from api.auth.rules import Role
from tests.support.installation import ROOT, BotProcess, Installation
from tests.support.office import Office
from tests.support.people import ChildClient, Hiring, StaffClient

AWAKE = pytest.StashKey[float]()
AGAIN = 300.0


@pytest.fixture(autouse=True)
def awake(request: pytest.FixtureRequest) -> None:
    """Between two tests of a shared installation many others may run, and on a slow machine for longer than a session idles."""
    if monotonic() - request.config.stash.get(AWAKE, 0.0) > AGAIN:
        request.config.stash[AWAKE] = monotonic()
        for installation in Installation.running:
            installation.keep_awake()


@pytest.fixture(scope="session")
def bot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BotProcess]:
    if not (ROOT / "bot/models/faro.tar.gz").exists():
        pytest.fail("no trained model: run `make train`")
    process = BotProcess(tmp_path_factory.mktemp("bot")).start()
    yield process
    process.kill()


@pytest.fixture(scope="session")
def faro(bot: BotProcess, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    installation = Installation(tmp_path_factory.mktemp("faro"), bot.url).start()
    yield installation
    installation.stop()


@pytest.fixture
def another(bot: BotProcess, tmp_path: Path) -> Iterator[Callable[..., Installation]]:
    """Installations of a test's own, with settings of its own."""
    started: list[Installation] = []

    def start(**environment: str) -> Installation:
        folder = tmp_path / f"faro{len(started)}"
        where = environment.pop("bot", bot.url)
        started.append(Installation(folder, where, {f"FARO_{k.upper()}": v for k, v in environment.items()}).start())
        return started[-1]

    yield start
    for installation in started:
        installation.stop()


@pytest.fixture
def child(faro: Installation) -> Callable[..., ChildClient]:
    return lambda **wanted: ChildClient.start(faro.url, **wanted)


@pytest.fixture(scope="session")
def counsellor(faro: Installation) -> StaffClient:
    return StaffClient.sign_in(faro.url, *faro.accounts()["counsellor"])


@pytest.fixture(scope="session")
def supervisor(faro: Installation) -> StaffClient:
    return StaffClient.sign_in(faro.url, *faro.accounts()["supervisor"])


@pytest.fixture(scope="session")
def admin(faro: Installation) -> StaffClient:
    return StaffClient.sign_in(faro.url, *faro.accounts()["admin"])


@pytest.fixture(scope="session")
def strangers(faro: Installation) -> dict[str, StaffClient]:
    """Staff of another helpline on the same installation."""
    people = Hiring(faro).helpline(*Role)
    return dict(zip([role.value for role in Role], people, strict=True))


def pytest_configure() -> None:
    os.environ.setdefault("NO_PROXY", "127.0.0.1,localhost")


@pytest.fixture(autouse=True)
def _proved(request: pytest.FixtureRequest) -> None:
    """Each test begins as if its staff had just shown who they are: an office may serve more tests than a proof lasts."""
    if "office" in request.fixturenames and isinstance(office := request.getfixturevalue("office"), Office):
        office.prove_again()
