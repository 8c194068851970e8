"""A backup is whole, readable by its owner alone, brings everything back, and does not keep for long what a child has erased."""

import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.support.installation import NO_BOT, ROOT, Installation, without_bot
from tests.support.people import ChildClient, StaffClient


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Installation]:
    with without_bot(tmp_path / "faro") as installation:
        yield installation


def backup(installation: Installation, to: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "api.operator", "backup", "--to", str(to)]
    environ = {**os.environ, "PYTHONPATH": str(ROOT), **installation.settings(), **environment}
    return subprocess.run(command, env=environ, cwd=ROOT, capture_output=True, text=True, check=False)


def test_a_backup_of_a_running_faro_brings_every_case_and_chat_back(running: Installation, tmp_path: Path) -> None:
    child = ChildClient.start(running.url)
    child.say("hello")
    number = child.hand_over("transcript")["case"]["number"]
    assert backup(running, tmp_path / "kept").returncode == 0
    (copy,) = (tmp_path / "kept").iterdir()
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    other = Installation(tmp_path / "other", NO_BOT)
    other.folder.mkdir()
    shutil.copy(copy, other.folder / "faro.db")
    shutil.copy(running.folder / "pepper", other.folder / "pepper")
    other.start()
    try:
        child.http.base_url = other.url
        assert ("child", "hello") in child.texts()
        counsellor = StaffClient.sign_in(other.url, *running.accounts()["counsellor"])
        assert counsellor.act(counsellor.find(number)["id"], "claim").json()["transcript"]
    finally:
        other.stop()


def test_copies_older_than_four_weeks_go_and_other_files_stay(running: Installation, tmp_path: Path) -> None:
    names = {days: f"faro-{datetime.now(UTC) - timedelta(days=days):%Y%m%d-%H%M%S}.db" for days in (27, 29, 400)}
    for name in (*names.values(), "faro-of-somebody.db", "holiday.txt"):
        (tmp_path / name).touch()
    done = backup(running, tmp_path)
    assert done.returncode == 0, done.stderr
    assert "2 copies older than 28 days deleted" in done.stdout
    left = {path.name for path in tmp_path.iterdir() if path.is_file()}
    assert {names[27], "faro-of-somebody.db", "holiday.txt"} < left
    assert not {names[29], names[400]} & left


def test_an_old_copy_goes_even_when_no_new_one_can_be_made(running: Installation, tmp_path: Path) -> None:
    old = tmp_path / f"faro-{datetime.now(UTC) - timedelta(days=29):%Y%m%d-%H%M%S}.db"
    for why in ({"FARO_VAR": str(tmp_path / "nowhere")}, {"FARO_DATABASE": "postgresql+asyncpg://elsewhere.invalid/faro"}):
        old.touch()
        assert backup(running, tmp_path, **why).returncode == 1
        assert not old.exists()


def test_what_cannot_be_copied_is_said_and_leaves_nothing_half(running: Installation, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for refused in (
        backup(running, tmp_path / "file"),
        backup(running, tmp_path / "kept", FARO_DATABASE="postgresql+asyncpg://elsewhere.invalid/faro"),
        backup(running, tmp_path / "kept", FARO_VAR=str(tmp_path / "nowhere")),
    ):
        assert (refused.returncode, refused.stdout) == (1, "")
        assert "Traceback" not in refused.stderr and refused.stderr.strip()
    assert not (tmp_path / "kept").exists()
