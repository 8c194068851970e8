"""The pages of a class: the pupils', whole enough without a script to lead to help, and the projector's."""

from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, Response

from api.auth.rules import Anyone
from api.chat.routes import chat_of, known_country, presented
from api.chat.say import View
from api.pages.routes import built, templates
from api.teaching.shelf import PUPILS

router = APIRouter(tags=["pages"], include_in_schema=False, dependencies=[Depends(Anyone("a page holds nothing of anybody"))])


@router.get("/class")
async def pupil_page(request: Request, locale: str | None = None, country: str | None = None) -> HTMLResponse:
    """The pupils' page. The code comes in the fragment or by hand, the seat stays in the tab: no address holds either."""
    chat = chat_of(request)
    code = chat.speaker.book.choose_locale(locale, request.headers.get("accept-language"))
    frame = _frame(request, View(code, country=known_country(chat, country)))
    return HTMLResponse(templates.get_template("class.html").render(frame=frame, t=frame["pupils"]))


def _frame(request: Request, view: View) -> dict[str, Any]:
    """What `GET /v1/lessons-frame` would say, so that the first screen needs no second request, and help none at all."""
    speaker = chat_of(request).speaker
    return {
        "locale": view.locale, "dir": speaker.book.direction(view.locale), "country": view.country,
        "pupils": speaker.book.labels(PUPILS, view.locale), "help": presented(speaker.help(view), "help"),
        "locales": [{"code": x.code, "name": x.name, "dir": x.dir} for x in speaker.book.open_locales()],
    }  # fmt: skip


@router.get("/class/screen")
async def projector() -> Response:
    """The projector's page; its token comes in the fragment, which no server sees."""
    return built("screen.html")
