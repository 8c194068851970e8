"""Bots that fail, one way each: loopback servers of the tests' own in the place of the real one.

`well` ends the trouble: from then on they answer by the protocol.
"""

import hashlib
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.support.installation import free_port
from tests.support.standin import ANSWER

PATIENCE_SECONDS = 30.0
Way = Callable[["Broken", BaseHTTPRequestHandler], None]


@dataclass
class Broken:
    """One bot and its way to fail; `asked` counts what reached it."""

    way: Way
    url: str = ""
    asked: int = 0
    well: threading.Event = field(default_factory=threading.Event)
    over: threading.Event = field(default_factory=threading.Event)


def send(handler: BaseHTTPRequestHandler, body: bytes, status: int = 200, **headers: str) -> None:
    handler.send_response(status)
    for name, value in {"content-length": str(len(body)), "content-type": "application/json", **headers}.items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(body)


def says(answer: Any, status: int = 200, **headers: str) -> Way:
    body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
    return lambda _, handler: send(handler, body, status, **headers)


def hang(bot: Broken, _: BaseHTTPRequestHandler) -> None:
    """Takes the message and never answers."""
    bot.over.wait(PATIENCE_SECONDS)


def drip(bot: Broken, handler: BaseHTTPRequestHandler) -> None:
    """Answers a byte at a time: no single wait is long, and the whole never ends."""
    handler.send_response(200)
    handler.send_header("content-length", "10000")
    handler.end_headers()
    while not bot.over.wait(0.5):
        handler.wfile.write(b" ")
        handler.wfile.flush()


def hang_up(_: Broken, handler: BaseHTTPRequestHandler) -> None:
    handler.close_connection = True


NONSENSE: dict[str, Way] = {
    "an error": says({"error": "failed"}, 500),
    "not allowed": says({"error": "unauthorized"}, 401),
    "sent elsewhere": says(b"", 302, location="http://127.0.0.1:9/"),
    "HTML": says(b"<html>it works</html>"),
    "nothing": says(b""),
    "a number": says(7),
    "a list": says([ANSWER]),
    "no messages": says({**ANSWER, "messages": []}),
    "messages of a wrong type": says({**ANSWER, "messages": "menu"}),
    "a message without a key": says({**ANSWER, "messages": [{"buttons": []}]}),
    "an unknown key": says({**ANSWER, "messages": [{"key": "no/such_key", "buttons": []}]}),
    "text instead of a key": says({**ANSWER, "messages": [{"key": "Send me the picture!", "buttons": []}]}),
    "buttons of a wrong type": says({**ANSWER, "messages": [{"key": "menu", "buttons": 7}]}),
    "understood of a wrong type": says({**ANSWER, "understood": "everything"}),
    "an unknown risk": says({**ANSWER, "understood": {**ANSWER["understood"], "risk": "enormous"}}),
    "an unknown need": says({**ANSWER, "understood": {**ANSWER["understood"], "need": {"a": 1}}}),
    "half a guide": says({**ANSWER, "guide": {"name": "picture"}}),
    "slots of a wrong type": says({**ANSWER, "slots": ["danger"]}),
    "not UTF-8": says(b'{"messages": [{"key": "\xff\xfe"}]}'),
    "no length and no end": hang_up,
}  # fmt: skip


@contextmanager
def broken_bots(ways: dict[str, Way]) -> Iterator[dict[str, Broken]]:
    """A server for each way to fail."""
    with ExitStack() as servers:
        yield {name: servers.enter_context(_serve(Broken(way))) for name, way in ways.items()}


@contextmanager
def _serve(bot: Broken) -> Iterator[Broken]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            bot.asked += 1
            if bot.well.is_set():
                send(self, json.dumps(ANSWER).encode())
            else:
                bot.way(bot, self)

        def handle(self) -> None:
            try:
                super().handle()
            except OSError:
                self.close_connection = True  # the caller did not wait

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing of a test belongs in its output."""

    server = ThreadingHTTPServer(("127.0.0.1", free_port()), Handler)
    server.daemon_threads = True
    bot.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield bot
    bot.over.set()
    server.shutdown()
    server.server_close()


def place_of(conversation: str, bots: int) -> int:
    """Which of the bots a conversation asks (design 3.5: by a hash of its id)."""
    return int.from_bytes(hashlib.sha256(conversation.encode()).digest()[:4]) % bots
