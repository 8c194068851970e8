"""The print pack of a lesson: as a file to print, as a page, and its quiz for a learning platform."""

import asyncio
from collections import OrderedDict
from enum import StrEnum
from hashlib import blake2b
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, Response

from api.auth.rules import Anyone
from api.chat.limits import Caps
from api.chat.routes import chat_of, known_country
from api.chat.say import View
from api.pages.drawings import qr_of, svg_of
from api.pages.pack_pdf import pack_pdf
from api.pages.routes import templates
from api.teaching.blocks import Pack
from api.teaching.gift import gift_of
from api.teaching.pack import compose
from api.teaching.routes import chosen, shelf_of, site_of
from api.teaching.shelf import STAFF

KEPT = 60  # packs, of about 100 kB each
router = APIRouter(prefix="/v1", tags=["lessons"], dependencies=[Depends(Anyone("lessons are public"))])


class PackFormat(StrEnum):
    """What a pack comes as. GIFT is the quiz alone."""

    pdf = "pdf"
    html = "html"
    gift = "gift"


class Press:
    """Sets one PDF at a time, because it takes a second of the processor, and keeps the last ones by what stands in them."""

    def __init__(self) -> None:
        self._lock, self._made = asyncio.Lock(), OrderedDict[bytes, bytes]()

    async def pdf(self, pack: Pack) -> bytes:
        name = blake2b(repr(pack).encode()).digest()
        async with self._lock:
            if name not in self._made:
                self._made[name] = await asyncio.to_thread(pack_pdf, pack)
            self._made.move_to_end(name)
            if len(self._made) > KEPT:
                self._made.popitem(last=False)
            return self._made[name]


@router.get("/lessons/{lesson_id}/pack")
async def pack(
    request: Request, lesson_id: str, format: PackFormat = PackFormat.pdf,
    locale: Annotated[str | None, Query(max_length=35)] = None, country: Annotated[str | None, Query(max_length=2)] = None,
) -> Response:  # fmt: skip
    """What a class needs on paper, with the ways to help of the country; nothing of any class session is in it."""
    code, shelf = chosen(request, locale), shelf_of(request)
    if format is PackFormat.gift:
        name = f"faro-{lesson_id}-{code}.gift.txt"
        return _file(gift_of(shelf.lesson(lesson_id, code)).encode(), "text/plain; charset=utf-8", name)
    found = compose(shelf, lesson_id, View(code, country=known_country(chat_of(request), country)), site_of(request))
    if format is PackFormat.html:
        return HTMLResponse(_page(request, found, country))
    caps: Caps = request.app.state.caps
    await caps.print_pack(request.client.host if request.client else None)
    press: Press = request.app.state.press
    return _file(await press.pdf(found), "application/pdf", f"faro-{lesson_id}-{code}.pdf")


def _page(request: Request, found: Pack, country: str | None) -> str:
    labels = chat_of(request).speaker.book.labels(STAFF, found.locale)
    query = urlencode({"locale": found.locale, **({"country": country} if country else {})})
    page = templates.get_template("pack.html")
    return page.render(pack=found, t=labels, query=query, svg_of=svg_of, qr_of=qr_of)


def _file(content: bytes, media_type: str, name: str) -> Response:
    return Response(content, media_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'})
