"""A bot starts only with the model that was trained here."""
from __future__ import annotations

from pathlib import Path

import pytest
from serve import arguments, check_model, digest, digest_file

from tests.conftest import Server


def a_model(folder: Path) -> Path:
    """A file with a hash beside it."""
    path = folder / "faro.tar.gz"
    path.write_bytes(b"model")
    digest_file(path).write_text(f"{digest(path)}  faro.tar.gz\n", encoding="utf-8")
    return path


def test_the_trained_model_is_accepted(model: Path) -> None:
    check_model(model)


def test_a_model_without_its_hash_is_refused(tmp_path: Path) -> None:
    path = a_model(tmp_path)
    digest_file(path).unlink()
    with pytest.raises(SystemExit, match="make train"):
        check_model(path)


def test_a_changed_model_is_refused(tmp_path: Path) -> None:
    path = a_model(tmp_path)
    path.write_bytes(b"another model")
    with pytest.raises(SystemExit, match="make train"):
        check_model(path)


def test_a_bot_that_could_not_load_its_model_is_not_ready(tmp_path: Path) -> None:
    bot = Server(tmp_path / "server.log", a_model(tmp_path))
    try:
        bot.start(health=503)
    finally:
        bot.stop()


def test_there_is_no_way_to_listen_beyond_this_machine() -> None:
    with pytest.raises(SystemExit):
        arguments(["--interface", "0.0.0.0"])


def test_the_server_listens_on_loopback_only(server: Server) -> None:
    port = f"{int(server.url.rsplit(':', 1)[1]):04X}"
    table = Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]
    listening = [row.split()[1] for row in table if row.split()[3] == "0A" and row.split()[1].endswith(f":{port}")]
    assert listening == [f"0100007F:{port}"]
