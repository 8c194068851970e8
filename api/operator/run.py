"""Start everything on one machine, keep it running, and print where it is."""

import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from dataclasses import dataclass

from api.settings import ROOT, Settings

BOT_PYTHON = ROOT / ".venv-bot" / "bin" / "python"
BACK_OFF_SECONDS = (0.2, 1.0, 3.0)


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
        0 after an orderly end, 1 if a port is taken or the api did not become ready.
    """
    settings, began = Settings(), time.monotonic()
    taken = [port for port in (settings.port, *map(_port, settings.bots)) if _in_use(port)]
    if taken:
        print(
            f"port {taken[0]} is in use: is Faro running already? Else choose others by FARO_PORT and FARO_BOTS", file=sys.stderr
        )
        return 1
    stop = threading.Event()
    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, lambda *_: stop.set())
    parts = [*_bots(settings), Part("api", [sys.executable, "-m", "api.operator", "serve"], _environment(settings))]
    threads = [threading.Thread(target=part.keep, args=(stop,), daemon=True) for part in parts]
    for thread in threads:
        thread.start()
    ready = _wait_ready(settings, stop)
    if ready:
        _print_addresses(settings, time.monotonic() - began)
        stop.wait()
    stop.set()
    for part in parts:
        part.end()
    return 0 if ready else 1


def _port(address: str) -> int:
    return int(address.rsplit(":", 1)[1])


def _in_use(port: int) -> bool:
    with socket.socket() as s:
        return s.connect_ex(("127.0.0.1", port)) == 0


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


def _wait_ready(settings: Settings, stop: threading.Event, seconds: float = 120.0) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end and not stop.is_set():
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{settings.port}/readyz", timeout=2):
                return True
        except (urllib.error.URLError, OSError):
            stop.wait(0.2)
    if not stop.is_set():
        print("Faro did not become ready: see the lines above", file=sys.stderr)
    return False


def _print_addresses(settings: Settings, seconds: float) -> None:
    at = f"http://127.0.0.1:{settings.port}"
    print(f"Faro is ready ({seconds:.1f} s after its start). Ctrl-C ends it.")
    print(f"  the child's page    {at}/\n  the staff's console {at}/console\n  the API's documents {at}/docs")
    if settings.drafts:
        print(
            "  Every sentence is a draft that no clinician or native reader has signed: for trying out, not for children.",
            flush=True,
        )
