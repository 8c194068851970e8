"""Stands in for a bot that is slow or that must not be asked: it counts what it is asked and answers when it may."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

PATIENCE_SECONDS = 20
ANSWER = {
    "messages": [{"key": "menu", "buttons": []}],
    "understood": {"need": "greet", "confidence": 1.0, "also": [], "risk": "none", "asked_back": False},
    "guide": None,
    "slots": {},
}  # fmt: skip


@dataclass
class StandIn:
    """`asked` holds every request; while `free` is not set, nobody is answered."""

    url: str = ""
    asked: list[dict[str, Any]] = field(default_factory=list)
    busy: threading.Event = field(default_factory=threading.Event)
    free: threading.Event = field(default_factory=threading.Event)


@contextmanager
def stand_in() -> Iterator[StandIn]:
    """A loopback server of the test's own that speaks the bot's protocol."""
    bot = StandIn()
    bot.free.set()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            bot.asked.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
            bot.busy.set()
            bot.free.wait(PATIENCE_SECONDS)
            body = json.dumps(ANSWER).encode()
            self.send_response(200)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing of a test belongs in its output."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    bot.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield bot
    finally:
        bot.free.set()
        server.shutdown()
        server.server_close()
