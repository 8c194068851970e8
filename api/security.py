"""What every answer carries, and what is refused before anything reads it: headers, body size, pictures."""

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from api.errors import NoPictures, TooLong, Trouble
from api.problems import problem
from api.settings import Settings

MAX_BODY = 64 * 1024  # a message of 1,000 characters needs 4 kB
PICTURES = ("multipart/", "image/", "video/", "audio/", "application/octet-stream", "application/pdf", "application/zip")
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; font-src 'self'; "
    "frame-src 'self'; base-uri 'none'; form-action {form}; frame-ancestors {ancestors}; object-src 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), display-capture=(), browsing-topics=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Robots-Tag": "noindex",
}
Scope = MutableMapping[str, Any]
log = structlog.get_logger()


def install(app: FastAPI, settings: Settings) -> None:
    """Wrap the application; ASGI middleware of our own, because Starlette's would buffer event streams."""
    app.add_middleware(Guard, settings=settings)


class Guard:
    """Refuses pictures and oversize bodies by their headers and by count, and adds the headers to every answer."""

    def __init__(self, app: Callable[..., Awaitable[None]], settings: Settings) -> None:
        self.app = app
        self._csp = {
            True: CSP.format(form="'self'", ancestors=" ".join(("'self'", *settings.embed_origins))),
            False: CSP.format(form="'none'", ancestors="'none'"),
        }
        self._hsts = settings.production

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        scope.setdefault("state", {})
        request = Request(scope)
        refused = self._refuse(request)
        if refused is not None:
            await refused(scope, receive, self._with_headers(scope, send))
            return
        await self._answered(request, scope, receive, self._with_headers(scope, send))

    async def _answered(self, request: Request, scope: Scope, receive: Any, send: Any) -> None:
        """Catch what nobody foresaw here: further out it would be logged with its words, which may be a child's."""
        begun = False

        async def sending(message: MutableMapping[str, Any]) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            if "transfer-encoding" in request.headers:
                receive = await _whole(receive)
            await self.app(scope, receive, sending)
        except TooLong as error:
            await problem(request, error, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)(scope, receive, send)
        except Exception as error:
            log.error("unforeseen", error=type(error).__name__)
            if not begun:
                await problem(request, Trouble())(scope, receive, send)

    def _refuse(self, request: Request) -> Response | None:
        kind = request.headers.get("content-type", "").lower()
        if kind.startswith(PICTURES):
            return problem(request, NoPictures())
        length = request.headers.get("content-length", "0")
        if length.isdigit() and int(length) > MAX_BODY:
            return problem(request, TooLong(), HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        return None

    def _with_headers(self, scope: Scope, send: Any) -> Any:
        child_page = scope["path"] == "/" or scope["path"].startswith("/plain")

        async def sending(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                # what a rule wants every answer to carry, refusals too (`auth.access.ClientOnly`)
                message["headers"] = [*message["headers"], *_encoded(scope["state"].get("headers", {}))]
                message["headers"] += self._extra(child_page, message["headers"])
            await send(message)

        return sending

    def _extra(self, child_page: bool, present: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        names = {name.lower() for name, _ in present}
        extra = {**HEADERS, "Content-Security-Policy": self._csp[child_page], "Cache-Control": "no-store"}
        if self._hsts:
            extra["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
        return [(name, value) for name, value in _encoded(extra) if name not in names]


def _encoded(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.lower().encode(), value.encode()) for name, value in headers.items()]


async def _whole(receive: Any) -> Any:
    """A body that names no length (chunked) is read here, up to the limit, and handed on as one piece.

    Read further in, its end would be a bad request to the framework, and not what it is: too long.

    Raises:
        TooLong: more than `MAX_BODY` came.
    """
    body, more = b"", True
    while more:
        message: MutableMapping[str, Any] = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > MAX_BODY:
            raise TooLong
    first = iter([{"type": "http.request", "body": body, "more_body": False}])

    async def receiving() -> Any:
        return next(first, None) or await receive()

    return receiving
