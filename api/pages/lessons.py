"""The pages of lessons: a class's pupils, projector and educator, and a calm lesson to be read at home with a grown-up.

The pupils' page and the reading at home are whole without a script as far as the way to help goes; none keeps who reads it.
"""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import HTMLResponse

from api.auth.rules import Anyone
from api.chat.routes import chat_of, known_country
from api.errors import LessonClosed, NotFound
from api.lessons.shape import Lesson
from api.lessons.steps import may_read_at_home
from api.pages.drawings import svg_of
from api.pages.routes import built, templates
from api.settings import Settings
from api.speech.say import View
from api.teaching.routes import chosen, frame, shelf_of, site_of
from api.teaching.shelf import STAFF

FRAME = "widget"  # the words of the way out, which every page of a child has
PUPIL_SEES = ("locale", "dir", "country", "pupils", "help", "locales")
EDUCATOR_SEES = ("locale", "dir", "pupils", "staff", "locales", "countries")
router = APIRouter(tags=["pages"], include_in_schema=False, dependencies=[Depends(Anyone("a page holds nothing of anybody"))])


@router.get("/class")
async def pupil(request: Request, response: Response, locale: str | None = None, country: str | None = None) -> HTMLResponse:
    """The pupils' page. The code comes in the fragment or by hand, the seat stays in the tab: no address holds either.

    The words of the first screen come with it, so that it needs no second request, and help none at all.
    """
    told = await frame(request, response, locale, country)
    seen = {"frame": {key: told[key] for key in PUPIL_SEES}, "t": told["pupils"]}
    return HTMLResponse(templates.get_template("class.html").render(seen))


@router.get("/class/screen")
async def projector() -> Response:
    """The projector's page; its token comes in the fragment, which no server sees."""
    return built("screen.html")


@router.get("/class/teach")
async def educator(request: Request, response: Response, locale: str | None = None) -> HTMLResponse:
    """One page; the words of the asked language come with it, so that nothing jumps at the first paint."""
    told = await frame(request, response, locale)
    seen = {"frame": {key: told[key] for key in EDUCATOR_SEES}, "t": told["staff"], "address": f"{site_of(request)}/class"}
    return HTMLResponse(templates.get_template("teach.html").render(seen))


@router.get("/class/home/{lesson_id}")
async def at_home(
    request: Request, lesson_id: str, locale: Annotated[str | None, Query(max_length=35)] = None,
    country: Annotated[str | None, Query(max_length=2)] = None,
) -> HTMLResponse:  # fmt: skip
    """A green lesson. Amber and red ones are not found here, and a page says so in words, with the way to help."""
    shelf, code = shelf_of(request), chosen(request, locale)
    source = shelf.source(lesson_id)
    if source is None or not may_read_at_home(source):
        return _page(request, View(code, None, _known(request, country)), NotFound.status)
    view = View(code, source.band, _known(request, country))
    try:
        return _page(request, view, 200, shelf.lesson(lesson_id, code), shelf.locales(lesson_id))
    except LessonClosed as closed:
        return _page(request, view, closed.status, locales=shelf.locales(lesson_id))


def _known(request: Request, country: str | None) -> str | None:
    return known_country(chat_of(request), country)


def _page(
    request: Request, view: View, status: int, lesson: Lesson | None = None, locales: list[str] | None = None
) -> HTMLResponse:
    shelf, settings = shelf_of(request), request.app.state.settings
    assert isinstance(settings, Settings)
    speaker = shelf.speaker
    book = speaker.book
    countries = sorted((speaker.country_name(code, view.locale), code) for code in speaker.directory.countries)
    page = templates.get_template("home.html").render(
        lesson=lesson, view=view, direction=book.direction(view.locale), words=shelf.words(view.locale),
        staff=book.labels(STAFF, view.locale), frame=book.labels(FRAME, view.locale), exit_to=settings.exit_to,
        locales=[loc for loc in book.open_locales() if loc.code in (locales or ())], countries=countries,
        help=speaker.help(view), said=lambda texts: shelf.said(texts, view), svg_of=svg_of, drafts=book.drafts,
    )  # fmt: skip
    return HTMLResponse(page, status)
