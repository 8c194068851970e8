"""Every error becomes RFC 9457 problem details in the caller's language, with the way to help, and never an echo."""

import re

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from api.audit.rules import NOBODY
from api.auth.access import Connected, SignedIn
from api.errors import BadRequest, FaroError, Forbidden, NoPictures, NotFound, TooLong, Trouble
from api.speech.say import Speaker, View

OURS = re.compile(r"[0-9a-f-]{36}")
FILE_FIELDS = {"image", "images", "picture", "photo", "file", "files", "attachment", "media", "video"}
CHILD_PATHS = ("/v1/config", "/v1/conversations", "/v1/classroom", "/v1/lessons")
BY_STATUS: dict[int, type[FaroError]] = {
    400: BadRequest, 403: Forbidden, 404: NotFound, 405: BadRequest, 413: TooLong, 415: NoPictures,
}  # fmt: skip


def install(app: FastAPI) -> None:
    """Register the handlers; what none of them knows, `security.Guard` answers (ASVS 16.5.4)."""
    app.add_exception_handler(FaroError, _ours)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)


async def _ours(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, FaroError)
    if isinstance(error, (Forbidden, NotFound)):
        await _keep_denial(request, error)
    return problem(request, error)


async def _keep_denial(request: Request, error: FaroError) -> None:
    """What signed-in staff were refused goes to the audit log; the thing only if it is an id of ours, never typed words."""
    who: SignedIn | Connected | None = getattr(request.state, "who", None)
    if who is not None:
        given = next(iter(request.path_params.values()), "")
        thing = str(given) if OURS.fullmatch(str(given)) else NOBODY
        reason = f"{request.method} {error.status} {type(error).__name__}"[:40]
        await request.app.state.audit.record_denial(request.app.state.database, who.act("refused", thing, reason))


async def _invalid(request: Request, error: Exception) -> JSONResponse:
    """FastAPI's own answer would echo the child's words; this one names what kind of thing was wrong."""
    assert isinstance(error, RequestValidationError)
    problems = error.errors()
    extra = {str(e["loc"][-1]) for e in problems if e["type"] == "extra_forbidden"}
    if extra & FILE_FIELDS:
        return problem(request, NoPictures())
    if any(e["type"] == "string_too_long" and e["loc"][-1] in ("text", "story") for e in problems):
        return problem(request, TooLong())
    return problem(request, BadRequest())


async def _http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    kind = BY_STATUS.get(error.status_code, BadRequest if error.status_code < 500 else Trouble)
    return problem(request, kind(), error.status_code)


def problem(request: Request, error: FaroError, status: int | None = None) -> JSONResponse:
    """The answer for an error: reviewed words for a child, short English for staff."""
    status = status or error.status
    speaker: Speaker = request.app.state.chat.speaker
    locale = speaker.book.choose_locale(request.headers.get("faro-locale"), request.headers.get("accept-language"))
    view = View(locale, country=_country(request))
    words = speaker.bubbles(error.key, view, replies=False)
    name = error.key.removeprefix("system/").replace("_", "-")
    body = {
        "type": f"/problems/{name}", "title": words[0]["text"] if words else name, "status": status,
        "detail": " ".join(b["text"] for b in words), "locale": locale,
        "help": [{"id": f"help.{n}", "seq": 0, "by": "system", **card} for n, card in enumerate(speaker.help(view))],
    }  # fmt: skip
    path = request.url.path
    is_staff = getattr(request.state, "who", None) is not None
    if is_staff or (path.startswith("/v1/") and not path.startswith(CHILD_PATHS)):
        title = type(error).__name__
        body = {"type": f"/problems/{_dashed(title)}", "title": title, "status": status, "detail": error.detail}
    headers = {"Cache-Control": "no-store", **error.headers}
    return JSONResponse(body, status, media_type="application/problem+json", headers=headers)


def _dashed(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower()


def _country(request: Request) -> str | None:
    """The page says its country with each request, so that help is right even when the database is gone."""
    code = request.headers.get("faro-country", "").upper()
    return code if code in request.app.state.chat.speaker.directory.countries else None
