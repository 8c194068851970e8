"""`make run` as a technician meets it: addresses, accounts, a second chance for what dies, a clear word when it can't."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.support.installation import DEMO, ROOT, free_port

SECONDS = 90


class Everything:
    """The command, its output, and the processes below it."""

    def __init__(self, folder: Path, *python: str, **environment: str) -> None:
        self.port, self.bot_port, self.log = free_port(), free_port(), folder / "run.log"
        settings = {
            "FARO_VAR": str(folder / "var"), "FARO_PORT": str(self.port), "FARO_ARGON2_MIB": "8",
            "FARO_BOTS": f'["http://127.0.0.1:{self.bot_port}"]', "PYTHONPATH": str(ROOT), **environment,
        }  # fmt: skip
        with self.log.open("wb") as out:
            command = [sys.executable, *(python or ("-m", "api.operator", "run"))]
            self.process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **settings}, stdout=out, stderr=out)

    def ready(self) -> bool:
        try:
            return httpx.get(f"http://127.0.0.1:{self.port}/readyz", timeout=2).status_code == 200
        except httpx.HTTPError:
            return False

    def wait(self, ready: bool = True) -> None:
        end = time.monotonic() + SECONDS
        while self.ready() != ready:
            assert time.monotonic() < end, self.log.read_text()[-2000:]
            time.sleep(0.1)

    def says(self, words: str) -> None:
        end = time.monotonic() + SECONDS
        while words not in self.log.read_text():
            assert self.process.poll() is None and time.monotonic() < end, self.log.read_text()[-2000:]
            time.sleep(0.05)

    def parts(self, name: str) -> list[int]:
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        everyone = [int(pid) for task in children.parent.parent.iterdir() for pid in (task / "children").read_text().split()]
        return [pid for pid in everyone if name in Path(f"/proc/{pid}/cmdline").read_text()]

    def stop(self) -> None:
        self.process.send_signal(signal.SIGINT)
        self.process.wait(20)


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Everything]:
    running = Everything(tmp_path_factory.mktemp("run"))
    running.says("/docs")
    yield running
    running.stop()


def test_it_prints_three_addresses_and_the_demo_accounts_once(everything: Everything) -> None:
    printed = everything.log.read_text()
    addresses = re.findall(rf"http://127.0.0.1:{everything.port}(/\S*)", printed)
    assert addresses == ["/", "/console", "/docs"]
    assert {email.split("@")[0] for email, _, _ in DEMO.findall(printed)} == {"counsellor", "supervisor", "admin"}


@pytest.mark.parametrize("path", ["/", "/console", "/docs", "/openapi.json", "/embed.js", "/healthz"])
def test_each_address_answers(everything: Everything, path: str) -> None:
    assert httpx.get(f"http://127.0.0.1:{everything.port}{path}").status_code == 200


@pytest.mark.parametrize("part", ["serve.py", "api.operator"])
def test_what_is_killed_is_started_again(everything: Everything, part: str) -> None:
    (pid,) = everything.parts(part)
    os.kill(pid, signal.SIGKILL)
    everything.wait(ready=False)
    everything.wait(ready=True)


def test_without_the_bot_all_else_is_served_and_the_bot_is_named(tmp_path: Path) -> None:
    late = "run.BOT_PYTHON, run.PATIENCE_SECONDS = Path('/bin/false'), 0"
    running = Everything(tmp_path, "-c", f"from pathlib import Path; from api.operator import run; {late}; run.everything()")
    try:
        running.says("not ready yet: bot ")
        assert httpx.get(f"http://127.0.0.1:{running.port}/").status_code == 200
        assert running.process.poll() is None
    finally:
        running.stop()


def test_it_looks_for_faro_where_it_listens(tmp_path: Path) -> None:
    running = Everything(tmp_path, FARO_HOST="127.0.0.2")
    try:
        running.says(f"http://127.0.0.2:{running.port}/console")
    finally:
        running.stop()


def test_a_taken_port_is_named(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        environment = {**os.environ, "FARO_PORT": port, "FARO_VAR": str(tmp_path), "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-m", "api.operator", "run"]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=30)
    assert (done.returncode, f"port {port} is in use" in done.stderr) == (1, True)


def test_the_end_leaves_no_process_behind(tmp_path: Path) -> None:
    running = Everything(tmp_path)
    running.wait()
    pids = [*running.parts("serve.py"), *running.parts("api.operator")]
    assert len(pids) == 2
    running.stop()
    assert [pid for pid in pids if Path(f"/proc/{pid}").exists()] == []
