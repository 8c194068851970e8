"""Stands in for a Primero v2: answers as its documents say (doc/api/tokens/post.md, doc/api/cases/post.md)."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import UUID, uuid4

USER, PASSWORD = "faro", "a password for Primero"
MESSAGES = {401: "Unauthorized", 403: "Forbidden", 409: "Conflict", 422: "Unprocessable Entity", 500: "Internal Server Error"}
PATIENCE_SECONDS = 20


@dataclass
class Primero:
    """`script` holds what the next calls for a case are answered with, instead of what they deserve."""

    url: str = ""
    cases: dict[str, dict[str, Any]] = field(default_factory=dict)
    script: list[int | str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    tokens: set[str] = field(default_factory=set)
    token_in_body: bool = False
    free: threading.Event = field(default_factory=threading.Event)

    def answer(self, token: str, data: dict[str, Any]) -> int | str:
        """The status of a call for a case. "lost" keeps the case and then says nothing, "slow" says nothing for long."""
        scripted = self.script.pop(0) if self.script else None
        if scripted == 401:
            self.tokens.clear()  # all are over their sixty minutes
        if token not in self.tokens:
            return 401
        if isinstance(scripted, int) or scripted == "slow":
            return scripted
        if data["id"] in self.cases:
            return 409
        UUID(data["id"])
        self.cases[data["id"]] = data
        return scripted or 204


class Handler(BaseHTTPRequestHandler):
    primero: Primero

    def do_POST(self) -> None:
        given = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.primero.asked.append(self.path)
        if self.path == "/api/v2/tokens":
            self._sign_in(given["user"])
        elif self.path == "/api/v2/cases":
            token = self.headers.get("authorization", "").removeprefix("Bearer ")
            self._take(self.primero.answer(token, given["data"]))
        else:
            self._say(404, {"errors": [{"code": 404, "resource": self.path, "message": "Not Found"}]})

    def _sign_in(self, user: dict[str, str]) -> None:
        if user != {"user_name": USER, "password": PASSWORD}:
            self._say(401, {"error": "Invalid User name or password."})
            return
        token = f"{uuid4().hex}.{uuid4().hex}.{uuid4().hex}"
        self.primero.tokens.add(token)
        if self.primero.token_in_body:
            self._say(200, {"user_name": USER, "token": token})
        else:
            self._say(200, {"user_name": USER}, authorization=f"Bearer {token}")

    def _take(self, status: int | str) -> None:
        if status == "slow":
            self.primero.free.wait(PATIENCE_SECONDS)
        if status in ("slow", "lost"):
            self.close_connection = True
            return
        errors = [{"code": status, "resource": "/api/v2/cases", "message": MESSAGES.get(int(status), "")}]
        self._say(int(status), None if status == 204 else {"errors": errors})

    def _say(self, status: int, body: dict[str, Any] | None, **headers: str) -> None:
        content = b"" if body is None else json.dumps(body).encode()
        self.send_response(status)
        for name, value in {**headers, "content-type": "application/json", "content-length": str(len(content))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing of a test belongs in its output."""


def _listening() -> tuple[Primero, ThreadingHTTPServer]:
    seen = Primero()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Of", (Handler,), {"primero": seen}))
    server.daemon_threads = True
    seen.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return seen, server


@contextmanager
def standing_in() -> Iterator[Primero]:
    """A Primero of the test's own."""
    seen, server = _listening()
    try:
        yield seen
    finally:
        seen.free.set()
        server.shutdown()
        server.server_close()


@cache
def primero() -> Primero:
    """One that lives as long as the tests do."""
    return _listening()[0]
