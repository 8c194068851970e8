"""A calm lesson to be read at home with a grown-up: one page, whole without JavaScript, and nothing of who reads it is kept."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse

from api.auth.rules import Anyone
from api.chat.routes import chat_of, known_country
from api.chat.say import View
from api.errors import LessonClosed, NotFound
from api.lessons.shape import Lesson
from api.lessons.steps import may_read_at_home
from api.pages.drawings import svg_of
from api.pages.routes import templates
from api.settings import Settings
from api.teaching.routes import chosen, shelf_of
from api.teaching.shelf import STAFF

FRAME = "widget"  # the words of the way out, which every page of a child has
router = APIRouter(tags=["pages"], include_in_schema=False, dependencies=[Depends(Anyone("calm lessons are for everybody"))])


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
