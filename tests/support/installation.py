"""A whole installation on loopback: the real bot with the trained model, the real api, a database of its own."""

import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar

import httpx

from tests.support.store import TIME, Store

ROOT = Path(__file__).resolve().parents[2]
NO_BOT = "http://127.0.0.1:9"  # for what is not about understanding: nobody listens there
SECRET = "a secret of the tests, not of any installation"
DEMO = re.compile(r"(\S+@demo\.invalid)\s+password (\S+)\s+authenticator key (\S+)")


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


def wait_for(url: str, process: subprocess.Popen[bytes], log: Path, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if process.poll() is not None:
            raise RuntimeError(f"it ended with {process.returncode}:\n{log.read_text()[-3000:]}")
        try:
            if httpx.get(url, timeout=1).status_code == 200:
                return
        except httpx.HTTPError:
            time.sleep(0.1)
    process.kill()  # or it would go on after the test
    process.wait(10)
    raise RuntimeError(f"{url} did not answer:\n{log.read_text()[-3000:]}")


@dataclass
class BotProcess:
    """One real bot."""

    folder: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        return self.folder / f"bot-{self.port}.log"

    def start(self, *options: str) -> "BotProcess":
        environment = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), "FARO_BOT_SECRET": SECRET}
        command = [str(ROOT / ".venv-bot/bin/python"), str(ROOT / "bot/serve.py"), "--port", str(self.port), *options]
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=out, stderr=out)
        wait_for(f"{self.url}/webhooks/faro/", self.process, self.log)
        return self

    def kill(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait(10)


@dataclass
class Installation:
    """One api process with its own folder; `environment` overrides its settings."""

    folder: Path
    bot: str
    environment: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None
    running: ClassVar[list["Installation"]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        return self.folder / "api.log"

    @property
    def database_url(self) -> str:
        return self.environment.get("FARO_DATABASE", f"sqlite+aiosqlite:///{self.folder / 'faro.db'}")

    def settings(self) -> dict[str, str]:
        return {
            "FARO_VAR": str(self.folder), "FARO_PORT": str(self.port), "FARO_BOTS": f'["{self.bot}"]', "FARO_BOT_SECRET": SECRET,
            "FARO_ARGON2_MIB": "8", "FARO_SESSIONS_PER_SOURCE": "10000/minute", "FARO_MESSAGES_PER_CONVERSATION": "1000/minute",
            "FARO_SIGN_INS_PER_SOURCE": "10000/minute", "FARO_CLASSES_PER_SOURCE": "10000/minute", **self.environment,
        }  # fmt: skip

    def start(self) -> "Installation":
        self.folder.mkdir(parents=True, exist_ok=True)
        environment = {**os.environ, "PYTHONPATH": str(ROOT), **self.settings()}
        with self.log.open("ab") as out:
            command = [sys.executable, "-m", "api.operator", "serve"]
            self.process = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=out, stderr=out)
        wait_for(f"{self.url}/healthz", self.process, self.log)
        self.running.append(self)
        return self

    def keep_awake(self) -> None:
        """As if everybody had used the console just now: a session idles out after twenty minutes."""
        if self.process is not None and self.process.poll() is None and (self.folder / "faro.db").exists():
            with suppress(sqlite3.OperationalError):  # a test has broken it
                Store(self.folder).change_all("update staff_session set seen_at = ?", datetime.now(UTC).strftime(TIME))

    def accounts(self) -> dict[str, tuple[str, str, str]]:
        """The demo accounts as they were printed: role -> (email, password, authenticator key)."""
        found = DEMO.findall(self.log.read_text())
        return {email.split("@")[0]: (email, password, key) for email, password, key in found}

    def kill(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait(10)

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.kill()


@contextmanager
def without_bot(folder: Path, **environment: str) -> Iterator[Installation]:
    """An installation for what is not about understanding; it starts fast."""
    installation = Installation(folder, NO_BOT, environment).start()
    try:
        yield installation
    finally:
        installation.stop()
