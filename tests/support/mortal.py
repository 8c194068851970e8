"""An installation that is killed at chosen moments and comes back, and a child's page that tries again until it is answered."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event, Timer

import httpx

from tests.support.installation import ROOT, BotProcess, Installation

PATIENCE_SECONDS = 60.0


@dataclass
class Mortal:
    """`up` is set while the api runs. Its process is forked from one that has imported everything (`zygote.py`)."""

    installation: Installation
    up: Event = field(default_factory=Event)
    kills: int = 0
    pid: int = 0
    _nursery: subprocess.Popen[str] | None = None

    def __enter__(self) -> "Mortal":
        self.installation.folder.mkdir(parents=True, exist_ok=True)
        environment = {**os.environ, "PYTHONPATH": str(ROOT), **self.installation.settings()}
        command = [sys.executable, "-m", "tests.support.zygote"]
        with self.installation.log.open("ab") as out:
            self._nursery = subprocess.Popen(
                command, env=environment, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=out, text=True
            )
        self.live()
        return self

    def __exit__(self, *_: object) -> None:
        self._signal()
        assert self._nursery is not None
        self._nursery.kill()
        self._nursery.communicate()

    def live(self) -> None:
        """Start, and wait until it answers."""
        assert self._nursery is not None and self._nursery.stdin is not None and self._nursery.stdout is not None
        self._nursery.stdin.write("\n")
        self._nursery.stdin.flush()
        self.pid = int(self._nursery.stdout.readline())
        until(lambda: httpx.get(f"{self.installation.url}/healthz", timeout=1).status_code == 200)
        self.up.set()

    def kill_after(self, seconds: float) -> Timer:
        """kill -9 at that moment, and a new start at once."""
        timer = Timer(seconds, self._die)
        timer.start()
        return timer

    def _die(self) -> None:
        self.up.clear()
        self._signal()
        self.kills += 1
        self.live()

    def _signal(self) -> None:
        os.kill(self.pid, signal.SIGKILL)
        until(lambda: not os.path.exists(f"/proc/{self.pid}"))


def kill_bot_after(bot: BotProcess, seconds: float) -> Timer:
    """kill -9 of the bot at that moment; it comes back by itself, as under the operator's command."""

    def die() -> None:
        bot.kill()
        bot.start()

    timer = Timer(seconds, die)
    timer.start()
    return timer


def until(holds: Callable[[], bool]) -> None:
    """Ask again and again, because another process has no event that could be waited for."""
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        try:
            if holds():
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.02)
    raise AssertionError("it did not come to pass")


@dataclass
class Page:
    """What the child's page does: the same request with the same key, until somebody has answered it."""

    interrupted: int = 0

    def insist(self, send: Callable[[], httpx.Response]) -> httpx.Response:
        answers: list[httpx.Response] = []

        def answered() -> bool:
            self.interrupted += 1
            answers.append(send())
            return answers[-1].status_code < 500

        until(answered)
        self.interrupted -= 1
        return answers[-1]
