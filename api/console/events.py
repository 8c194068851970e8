"""What the console hears while it is open, and the words that it shows."""

import asyncio
from collections.abc import AsyncIterator
from time import monotonic
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import StreamingResponse

from api.auth.access import SignedIn, StaffOnly, signed_in, touch
from api.auth.rules import Role
from api.cases.access import open_case
from api.cases.queue import claimed_by
from api.cases.schemas import Texts
from api.cases.service import Desk
from api.db import Database
from api.errors import FaroError
from api.phrasebook.book import Phrasebook
from api.phrasebook.translations import SOURCE_LOCALE

case_routes = APIRouter(prefix="/v1/cases", tags=["cases"])
staff_routes = APIRouter(prefix="/v1/staff", tags=["staff"])
Reader = Annotated[SignedIn, Depends(StaffOnly(Role.counsellor, Role.supervisor))]
BEAT_SECONDS = 15.0
TRUST_SECONDS = 1.0  # how long a session that was looked up counts as open


def _database(request: Request) -> Database:
    database: Database = request.app.state.database
    return database


def _desk(request: Request) -> Desk:
    desk: Desk = request.app.state.desk
    return desk


@case_routes.get("/events")
async def events(request: Request, who: Reader, case: Annotated[str | None, Query(max_length=36)] = None) -> StreamingResponse:
    """Server-sent events: `queue` when the queue changed, `case` when something happened in the case that is open.

    `typing` and `seen` are the child's in that case; `emergency`: look at the offers of a person again;
    `staff`: keys or people changed, or somebody broke the glass.
    """
    channels = [f"queue:{who.staff.helpline_id}", f"staff:{who.staff.helpline_id}"]
    async with _database(request).read() as db:
        channels += [f"mine:{case_id}" for case_id in await claimed_by(db, who)]
        if case is not None:
            await open_case(db, who, case)
            channels.append(f"case:{case}")
    headers = {"X-Accel-Buffering": "no", "Cache-Control": "no-store, no-transform"}
    stream = _stream(request, who, channels, case)
    return StreamingResponse(stream, media_type="text/event-stream", headers=headers)


async def _stream(request: Request, who: SignedIn, channels: list[str], case_id: str | None) -> AsyncIterator[str]:
    """An open console counts as use; a session that ends, ends its stream."""
    database, hub = _database(request), request.app.state.hub
    yield "event: hello\ndata: {}\n\n"
    with hub.subscribe(*channels) as news:
        said, looked = "", 0.0
        while True:
            try:
                if not said or said == "staff" or monotonic() - looked > TRUST_SECONDS:
                    async with database.read() as db:
                        await signed_in(db, who.token)
                    looked = monotonic()
                if not said:
                    await touch(database, who.token)
                    await _watch(request, who, case_id)
            except FaroError:
                yield "event: gone\ndata: {}\n\n"
                return
            yield f"event: {_event_name(said)}\ndata: {{}}\n\n" if said else ": beat\n\n"
            said = await _next(news)


async def _next(news: asyncio.Queue[str]) -> str:
    """The next news, or nothing when it is time for a beat."""
    try:
        return await asyncio.wait_for(news.get(), BEAT_SECONDS)
    except TimeoutError:
        return ""


async def _watch(request: Request, who: SignedIn, case_id: str | None) -> None:
    """Who looks into a colleague's case is seen by that colleague and told to the child."""
    if case_id is not None:
        async with _database(request).write() as db:
            await _desk(request).watch(db, who, case_id)


def _event_name(said: str) -> str:
    return {"said": "case", "staff": "staff", "typing": "typing", "seen": "seen", "emergency": "emergency"}.get(said, "queue")


@staff_routes.get("/texts")
async def texts(request: Request, who: Annotated[SignedIn, Depends(StaffOnly(*Role))]) -> Texts:
    """The words of the console; English only for now."""
    book: Phrasebook = request.app.state.chat.speaker.book
    console, card = (book.labels(file, SOURCE_LOCALE) for file in ("console", "card"))
    return Texts(console=console, card=card, needs=book.titles())


router = APIRouter()
router.include_router(case_routes)
router.include_router(staff_routes)
