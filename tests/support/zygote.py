"""Starts the api again and again without importing everything anew: `python -m tests.support.zygote` forks at each line of input.

The child is the real `serve` with the environment of this process, and is killed like any other process.
"""

import os
import signal
import sys

import api.app  # noqa: F401  (imported before the fork, so that a start takes one second and not three)
from api.operator.__main__ import main


def serve() -> None:
    """A session of its own, so that no signal to the tests reaches it."""
    pid = os.fork()
    if pid == 0:
        os.setsid()
        os.dup2(2, 1)  # what the api prints belongs in its log
        sys.stdin.close()
        sys.exit(main(["serve"]))
    print(pid, flush=True)


if __name__ == "__main__":
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the killed
    for _ in sys.stdin:
        serve()
