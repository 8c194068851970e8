"""What the tests share: the trained model, a real server, and a child who talks to it."""
from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

BOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(BOT))

from components import privacy  # noqa: F401
from serve import MODEL, digest_file

from tests.talk import SECRET, Chat


@pytest.fixture(scope="session")
def model() -> Path:
    """The trained model; without it nothing here means anything."""
    if not MODEL.is_file() or not digest_file(MODEL).is_file():
        pytest.fail("there is no trained model: run `make train`")
    return MODEL


class Server:
    """One bot process as it runs in production, but with --debug, so that the log says as much as it ever can."""

    def __init__(self, log: Path, model: Path = MODEL) -> None:
        self.log, self.model = log, model
        self.url = f"http://127.0.0.1:{free_port()}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, health: int = 200) -> None:
        """Start and wait until the channel answers so: 200, the model is loaded."""
        command = [sys.executable, "serve.py", "--port", self.url.rsplit(":", 1)[1], "--debug", "--model", str(self.model)]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(command, cwd=BOT, stdout=log, stderr=log,
                                            env={"FARO_BOT_SECRET": SECRET, "PATH": "/usr/bin:/bin"})
        for _ in range(600):
            if self.health() == health:
                return
            time.sleep(0.1)
        pytest.fail(f"the bot did not start:\n{self.log.read_text()[-2000:]}")

    def health(self) -> int | None:
        """What the channel answers, if it does."""
        try:
            return httpx.get(f"{self.url}/webhooks/faro/").status_code
        except httpx.TransportError:
            return None

    def stop(self) -> None:
        """End the process and everything it remembered."""
        if self.process:
            self.process.terminate()
            self.process.wait(timeout=20)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def server(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The server that all tests share; each test has a conversation of its own."""
    running = Server(tmp_path_factory.mktemp("bot") / "server.log")
    running.start()
    yield running
    running.stop()


@pytest.fixture
def chat(server: Server) -> Chat:
    """A new conversation in English."""
    return Chat(server.url)
