"""The print pack of a lesson: as a file to print, as a page, and its quiz for a learning platform."""

import asyncio
from collections import OrderedDict
from enum import StrEnum
from hashlib import blake2b
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, Response
from limits import parse
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import FixedWindowRateLimiter

from api.auth.rules import Anyone
from api.chat.routes import chat_of, known_country
from api.errors import TooFast
from api.pack.blocks import Pack
from api.pack.compose import compose
from api.pack.gift import gift_of
from api.pack.pdf import pack_pdf
from api.pages.drawings import qr_of, svg_of
from api.pages.routes import templates
from api.sources import Sources, host_of
from api.speech.say import View
from api.teaching.routes import chosen, shelf_of, site_of
from api.teaching.shelf import STAFF

KEPT = 60  # packs, of about 100 kB each
PACKS = parse("40/minute")  # of one source
WAITING = 8  # a pack takes seconds: whoever comes behind so many is better told at once
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
        self._counter, self._sources = FixedWindowRateLimiter(MemoryStorage()), Sources()
        self._waiting = 0

    async def pdf(self, pack: Pack, host: str | None) -> bytes:
        """The pack as a PDF file, for somebody at `host`.

        Raises:
            TooFast: this source had too many made, or too many wait for theirs.
        """
        if not await self._counter.hit(PACKS, self._sources.bucket(host)):
            raise TooFast
        name = blake2b(repr(pack).encode()).digest()
        if name not in self._made:
            await self._make(name, pack)
        self._made.move_to_end(name)
        return self._made[name]

    async def _make(self, name: bytes, pack: Pack) -> None:
        if self._waiting >= WAITING:
            raise TooFast
        self._waiting += 1
        try:
            async with self._lock:
                if name not in self._made:  # somebody before may have waited for the same
                    self._made[name] = await asyncio.to_thread(pack_pdf, pack)
        finally:
            self._waiting -= 1
        if len(self._made) > KEPT:
            self._made.popitem(last=False)


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
    press: Press = request.app.state.press
    made = await press.pdf(found, host_of(request))
    return _file(made, "application/pdf", f"faro-{lesson_id}-{code}.pdf")


def _page(request: Request, found: Pack, country: str | None) -> str:
    labels = chat_of(request).speaker.book.labels(STAFF, found.locale)
    query = urlencode({"locale": found.locale, **({"country": country} if country else {})})
    page = templates.get_template("pack.html")
    return page.render(pack=found, t=labels, query=query, svg_of=svg_of, qr_of=qr_of)


def _file(content: bytes, media_type: str, name: str) -> Response:
    return Response(content, media_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'})
