"""The connector of `faro-connector/` as a helpline's programmer runs it: a process of its own, or imported from its folder."""

import base64
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from nacl.public import PrivateKey

from api.auth.rules import Scope
from tests.support.installation import ROOT, BotProcess
from tests.support.office import Office
from tests.support.systems import SystemClient

FOLDER = ROOT / "faro-connector"

Run = Callable[[list[str]], subprocess.CompletedProcess[str]]


@pytest.fixture(scope="package")
def office(bot: BotProcess, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    office = Office.open(tmp_path_factory.mktemp("connector") / "office", bot.url)
    yield office
    office.close()


@pytest.fixture
def system(office: Office) -> Iterator[SystemClient]:
    office.prove_again()
    system = SystemClient.connect(office.admin, *Scope, agreed=office.supervisor)
    yield system
    office.prove_again()
    office.admin.http.post(f"/v1/clients/{system.id}/disable")
    system.http.close()


def text_of(key: PrivateKey) -> str:
    return base64.b64encode(bytes(key)).decode()


@pytest.fixture
def given(office: Office, system: SystemClient) -> dict[str, str]:
    """The four variables of the README."""
    return {
        "FARO_URL": office.installation.url, "FARO_CLIENT_ID": system.id, "FARO_CLIENT_SECRET": system.secret,
        "FARO_PRIVATE_KEY": text_of(system.private),
    }  # fmt: skip


@pytest.fixture
def run(given: dict[str, str], tmp_path: Path) -> Run:
    """A command in an environment that holds nothing but the four variables; `python` is the one of these tests."""
    environment = {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "PYTHONPATH": str(FOLDER), **given}

    def run_(command: list[str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)

    return run_
