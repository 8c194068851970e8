"""From a fresh clone to the first answer, and from there a second start: `make bench FRESH=1`.

Clones this repository into a temporary folder and types `make run` there, as a technician would.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx

from tests.support.installation import ROOT, free_port
from tests.support.people import ChildClient

PATIENCE_SECONDS = 1500
# what this clone has set for itself; the rest is the machine's: its proxy, its certificates, its package index
OURS = ("FARO_", "PYTHON", "VIRTUAL_ENV", "UV_PROJECT", "MAKE", "MFLAGS")


def start(clone: Path, port: int) -> tuple[subprocess.Popen[bytes], float]:
    """`make run` until a child has an answer from the bot; the seconds it took."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    environment = {**kept, "FARO_PORT": str(port), "FARO_BOTS": f'["http://127.0.0.1:{port + 1}"]'}
    began = time.perf_counter()
    with (clone / "run.log").open("ab") as log:
        process = subprocess.Popen(["make", "run"], cwd=clone, env=environment, stdout=log, stderr=log, start_new_session=True)
    while not answered(f"http://127.0.0.1:{port}"):
        if process.poll() is not None or time.perf_counter() - began > PATIENCE_SECONDS:
            raise SystemExit(f"it did not start:\n{(clone / 'run.log').read_text()[-2000:]}")
        time.sleep(0.2)
    return process, time.perf_counter() - began


def answered(url: str) -> bool:
    try:
        if httpx.get(f"{url}/readyz", timeout=1).status_code != 200:
            return False
    except httpx.HTTPError:
        return False
    turn = ChildClient.start(url).say("someone made a fake picture of me")
    return any(bubble["key"] == "fake_image_of_me" for bubble in turn["bubbles"])


def stop(process: subprocess.Popen[bytes]) -> None:
    os.killpg(process.pid, signal.SIGINT)
    process.wait(30)


def main() -> int:
    clone = Path(tempfile.mkdtemp(prefix="faro-fresh-")) / "faro"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
    for name in ("fresh clone to first answer", "second start to first answer"):
        process, seconds = start(clone, free_port())
        print(f"{name:34} {seconds:8.1f} s    (reported)", flush=True)
        stop(process)
    return 0


if __name__ == "__main__":
    sys.exit(main())
