"""A receiver of webhooks on loopback, as a helpline's own system runs one: it keeps what came and answers what it is told."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.support.mortal import until


@dataclass(frozen=True)
class Came:
    """One request."""

    path: str
    headers: dict[str, str]
    body: str

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]


@dataclass
class Receiver:
    """`status` is what it answers; `location` where it would send a caller who follows."""

    url: str = ""
    status: int = 204
    location: str = ""
    came: list[Came] = field(default_factory=list)
    free: threading.Event = field(default_factory=threading.Event)

    def wait_for(self, count: int) -> list[Came]:
        until(lambda: len(self.came) >= count)
        return self.came


@contextmanager
def receiver() -> Iterator[Receiver]:
    seen = Receiver()
    seen.free.set()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            seen.came.append(Came(self.path, {name.lower(): value for name, value in self.headers.items()}, body))
            seen.free.wait(20)
            self.send_response(seen.status)
            if seen.location:
                self.send_header("location", seen.location)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing of a test belongs in its output."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    seen.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield seen
    finally:
        seen.free.set()
        server.shutdown()
        server.server_close()
        thread.join()
