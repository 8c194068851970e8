"""The pages that this process hands out: the child's page, the loader, the console, the API's documentation."""

import re
import secrets
from collections.abc import Container
from pathlib import Path
from typing import Any

from babel.core import get_global
from fastapi import APIRouter, Depends, Request
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse, Response
from jinja2 import Environment, FileSystemLoader

from api.auth.rules import Anyone
from api.chat.routes import chat_of, frame, known_country, presence_of, presented
from api.conversations.rules import By
from api.errors import NotFound
from api.pages.examples import described
from api.settings import ROOT, Settings
from api.speech.say import View

# a browser reports a region and a city; counties of the United States are too many for a light page
ZONE = re.compile(r"(Africa|America|Asia|Atlantic|Australia|Europe|Indian|Pacific)/(Argentina/)?[A-Za-z_]+$")
OLD_ZONES = ("America/Buenos_Aires", "Asia/Calcutta", "Europe/Kiev")  # what browsers still call them
DIST = ROOT / "web" / "dist"
TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".html": "text/html"}
router = APIRouter(tags=["pages"], include_in_schema=False, dependencies=[Depends(Anyone("a page holds nothing of anybody"))])
templates = Environment(loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True, trim_blocks=True)
templates.globals["new_key"] = lambda: secrets.token_urlsafe(12)


@router.get("/")
async def child_page(request: Request, locale: str | None = None, country: str | None = None) -> HTMLResponse:
    """The child's page: whole without JavaScript, quicker with it."""
    chat = chat_of(request)
    code = chat.speaker.book.choose_locale(locale, request.headers.get("accept-language"))
    view = View(code, country=known_country(chat, country))
    return render(request, "chat.html", view, script=True, reachable=await presence_of(request).reachable(view))


def render(request: Request, template: str, view: View, script: bool = False, **values: Any) -> HTMLResponse:
    """Fill a template with the frame of the view's locale."""
    settings: Settings = request.app.state.settings
    speaker = chat_of(request).speaker
    held = frame(speaker, view.locale)
    first = presented(speaker.bubbles("greet", view), "greet", By.bot)
    seen = {
        "frame": held, "t": held["texts"], "help": presented(speaker.help(view), "help"), "exit_to": settings.exit_to,
        "held": None, "state": "bot", "bubbles": first, "replies": first[-1]["quick_replies"], "band": view.band,
        "country": view.country, "script": script,
    }  # fmt: skip
    if script:
        seen["inlined"] = {
            "locale": view.locale, "texts": first_needed(held["texts"]), "exit_to": settings.exit_to, "country": view.country,
            "greet": first, "help": seen["help"], "zones": {} if view.country else zones_of(speaker.directory.countries),
        }  # fmt: skip
    return HTMLResponse(templates.get_template(template).render({**seen, **values}))


def first_needed(texts: dict[str, str]) -> dict[str, str]:
    """The labels that the script needs at once; those of the handoff come with its preview, so that the page stays light."""
    return {name: text for name, text in texts.items() if not name.startswith(("handoff_", "share_"))}


def zones_of(countries: Container[str]) -> dict[str, str]:
    """Time zone (IANA) -> country, so that the page can ask "are you in Mexico?" by the device's own clock.

    The zone never leaves the device. Source: Unicode CLDR, by Babel.
    """
    territories = dict(get_global("zone_territories"))
    old = {name: territories[get_global("zone_aliases")[name]] for name in OLD_ZONES}
    return {zone: code for zone, code in {**territories, **old}.items() if code in countries and ZONE.match(zone)}


@router.get("/assets/{name}")
async def asset(name: str) -> Response:
    """A built file of `web/dist`, by its plain name."""
    return built(name)


@router.get("/embed.js")
async def loader() -> Response:
    """The loader for any site: it opens the child's page in a frame, on tap and not before."""
    return built("embed.js")


@router.get("/console")
async def console() -> Response:
    """The staff's console; what it may see, the API decides."""
    return built("console.html")


@router.get("/docs")
async def documentation(request: Request) -> HTMLResponse:
    """The API's documentation, drawn from its own OpenAPI file; no script and nothing from elsewhere."""
    return HTMLResponse(templates.get_template("docs.html").render(api=described(request.app)))


@router.get("/openapi.json")
async def openapi(request: Request) -> JSONResponse:
    """The API's description, for machines."""
    return JSONResponse(described(request.app))


def built(name: str) -> Response:
    """A file of `web/dist`.

    Raises:
        NotFound: there is none, or not of a kind that pages need.
    """
    path = DIST / name
    if path.suffix not in TYPES or path.parent != DIST or not path.is_file():
        raise NotFound
    return FileResponse(path, media_type=TYPES[path.suffix], headers={"Cache-Control": "no-cache"})
