"""A command on the command line says where it works, so that nobody takes an empty database for their helpline's."""

from pathlib import Path

from api.vault.keys import spell
from tests.support.installation import NO_BOT, Installation
from tests.support.joining import operator


def test_a_command_names_the_mode_and_the_database(tmp_path: Path) -> None:
    done = operator(Installation(tmp_path, NO_BOT), "helpline", "list")
    assert (done.returncode, done.stdout) == (0, "")
    assert f"development on sqlite+aiosqlite:///{tmp_path}/faro.db" in done.stderr


def test_the_password_of_a_database_is_not_printed(tmp_path: Path) -> None:
    address = "postgresql+asyncpg://faro:hunter2@/faro?host=/run/postgresql&password=hunter2"
    done = operator(Installation(tmp_path, NO_BOT, {"FARO_DATABASE": address}), "backup", "--to", str(tmp_path / "kept"))
    assert "development on postgresql+asyncpg://faro:***@/faro?host=" in done.stderr
    assert "hunter2" not in done.stderr + done.stdout


def test_where_there_is_no_helpline_nobody_is_asked_for_its_name(tmp_path: Path) -> None:
    done = operator(Installation(tmp_path, NO_BOT), "recover", "--email", "ana@north.invalid", typed=spell(b"k" * 32))
    assert (done.returncode, done.stdout) == (1, "")
    assert "there is no helpline in this database" in done.stderr
