"""Start everything on one machine, keep it running, and print where it is."""

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException

from api.settings import ROOT, Settings

BOT_PYTHON = ROOT / ".venv-bot" / "bin" / "python"
BACK_OFF_SECONDS = (0.2, 1.0, 3.0)
LOOPBACK = "127.0.0.1"
PATIENCE_SECONDS = 120.0
LATE_SECONDS = 2.0  # between two looks, once something is late


@dataclass
class Part:
    """One process that is started again whenever it ends."""

    name: str
    command: list[str]
    environment: dict[str, str]
    process: subprocess.Popen[bytes] | None = None
    deaths: int = 0

    def start(self) -> None:
        self.process = subprocess.Popen(self.command, env=self.environment, cwd=ROOT, start_new_session=True)

    def keep(self, stop: threading.Event) -> None:
        """Run until `stop`; a part that dies again and again is started more slowly."""
        while not stop.is_set():
            self.start()
            assert self.process is not None
            began = time.monotonic()
            self.process.wait()
            self.deaths = 0 if time.monotonic() - began > 30 else self.deaths + 1
            stop.wait(BACK_OFF_SECONDS[min(self.deaths, len(BACK_OFF_SECONDS) - 1)])

    def end(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.kill()


def everything() -> int:
    """Bot and api, until Ctrl-C.

    Returns:
        0 after an orderly end, 1 if a port is taken.
    """
    settings, began = Settings(), time.monotonic()
    taken = [place for place in (_here(settings), *((LOOPBACK, _port(bot)) for bot in settings.bots)) if _in_use(place)]
    if taken:
        _, port = taken[0]
        print(f"port {port} is in use: is Faro running already? Else choose others by FARO_PORT and FARO_BOTS", file=sys.stderr)
        return 1
    stop = threading.Event()
    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, lambda *_: stop.set())
    parts = [*_bots(settings), Part("api", [sys.executable, "-m", "api.operator", "serve"], _environment(settings))]
    threads = [threading.Thread(target=part.keep, args=(stop,), daemon=True) for part in parts]
    for thread in threads:
        thread.start()
    if _wait_ready(settings, stop):
        _print_addresses(settings, time.monotonic() - began)
    stop.wait()
    for part in parts:
        part.end()
    return 0


def _port(address: str) -> int:
    return int(address.rsplit(":", 1)[1])


def _here(settings: Settings) -> tuple[str, int]:
    """Where this machine reaches the api: `0.0.0.0` and `::` stand for every address and are none."""
    return {"0.0.0.0": LOOPBACK, "::": "::1"}.get(settings.host, settings.host), settings.port  # noqa: S104  nothing listens here


def _address(settings: Settings) -> str:
    host, port = _here(settings)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _in_use(place: tuple[str, int]) -> bool:
    try:
        socket.create_connection(place, timeout=2).close()
    except OSError:
        return False
    return True


_SECRET = secrets.token_urlsafe(32)


def _environment(settings: Settings) -> dict[str, str]:
    """What the api gets; the bots get less (`_bots`): no pepper, no database."""
    secret = settings.bot_secret.get_secret_value() or _SECRET
    return {**os.environ, "FARO_BOT_SECRET": secret}


def _bots(settings: Settings) -> list[Part]:
    kept = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "PYTHONDONTWRITEBYTECODE", "UV_COMPILE_BYTECODE")
    base = {name: os.environ[name] for name in kept if name in os.environ}
    base["FARO_BOT_SECRET"] = _environment(settings)["FARO_BOT_SECRET"]
    return [
        Part(f"bot {port}", [str(BOT_PYTHON), str(ROOT / "bot" / "serve.py"), "--port", str(port)], base)
        for port in map(_port, settings.bots)
    ]


def _wait_ready(settings: Settings, stop: threading.Event) -> bool:
    """Wait until all works. What does not in time is named, and nothing ends for it: help needs neither bot nor database."""
    end = time.monotonic() + PATIENCE_SECONDS
    named: list[str] = []
    while (missing := _missing(settings)) and not stop.wait(LATE_SECONDS if named else 0.2):
        if time.monotonic() > end and missing != named:
            named = missing
            print(f"not ready yet: {', '.join(missing)} (see the lines above); the rest goes on serving", file=sys.stderr)
    return not missing


def _missing(settings: Settings) -> list[str]:
    """The parts that do not work, as /readyz calls them."""
    api = HTTPConnection(*_here(settings), timeout=5)
    try:
        api.request("GET", "/readyz")
        parts = json.load(api.getresponse())
        return [name for name in ("database", "bot", "retention") if not parts[name]]
    except (OSError, HTTPException, ValueError, KeyError):
        return ["api"]
    finally:
        api.close()


def _print_addresses(settings: Settings, seconds: float) -> None:
    at = _address(settings)
    print(f"Faro is ready ({seconds:.1f} s after its start). Ctrl-C ends it.")
    print(f"  the child's page    {at}/\n  the staff's console {at}/console\n  the API's documents {at}/docs")
    if settings.drafts:
        print(
            "  Every sentence is a draft that no clinician or native reader has signed: for trying out, not for children.",
            flush=True,
        )
