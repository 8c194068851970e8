"""The staff's API for cases (design contract 3.4)."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select

from api.auth.access import SignedIn, StaffOnly, signed_in, touch
from api.auth.models import Staff
from api.auth.rules import Role
from api.cases.access import case_for, open_case
from api.cases.models import Case, CaseNote
from api.cases.rules import CaseState, Outcome, Risk
from api.cases.service import PAGE, Desk, Queue, queue
from api.db import Database, now
from api.errors import BadRequest, Empty, FaroError
from api.live.hub import Hub
from api.phrasebook.book import Phrasebook
from api.phrasebook.translations import SOURCE_LOCALE

case_routes = APIRouter(prefix="/v1/cases", tags=["cases"])
staff_routes = APIRouter(prefix="/v1/staff", tags=["staff"])
Reader = Annotated[SignedIn, Depends(StaffOnly(Role.counsellor, Role.supervisor))]
Retry = Annotated[str, Header(alias="Idempotency-Key", min_length=8, max_length=64)]
BEAT_SECONDS = 15.0


class In(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Words(In):
    """What a counsellor types; it reaches the child only inside a claimed case."""

    text: Annotated[str, Field(min_length=1, max_length=2000)]


class Closing(In):
    outcome: Outcome


class Row(BaseModel):
    """A case in the queue: nothing that was typed."""

    id: str
    number: str
    state: CaseState
    risk: Risk
    reasons: list[str]
    need: str | None
    share: str
    locale: str
    band: str | None
    country: str | None
    claimed_by: str | None
    mine: bool
    waiting_seconds: int
    created_at: datetime
    outcome: Outcome | None
    version: int


class Page(BaseModel):
    items: list[Row]
    next: str | None


class Note(BaseModel):
    id: str
    by: str
    at: datetime
    text: str


class Said(BaseModel):
    seq: int
    by: str
    at: datetime | None = None
    key: str | None = None
    text: str
    lang: str | None = None
    dir: str = "auto"
    name: str | None = None


class CaseOut(Row):
    """A case that the caller may read."""

    lines: dict[str, str]
    skipped: list[str]
    story: str | None
    shown: list[str]
    callback: dict[str, Any] | None
    transcript: list[Said]
    messages: list[Said]
    notes: list[Note]


class Texts(BaseModel):
    """Every label of the console, the lines of the card, and what each need is about."""

    console: dict[str, str]
    card: dict[str, str]
    needs: dict[str, str]


def _database(request: Request) -> Database:
    database: Database = request.app.state.database
    return database


def _desk(request: Request) -> Desk:
    desk: Desk = request.app.state.desk
    return desk


@case_routes.get("")
async def list_cases(
    request: Request,
    who: Reader,
    state: CaseState | None = None,
    risk: Risk | None = None,
    locale: Annotated[str | None, Query(max_length=8)] = None,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
) -> Page:
    """The queue: most severe first, then who waited longest."""
    async with _database(request).read() as db:
        cases = await queue(db, who, Queue(state, risk, locale, _read_cursor(cursor)))
        names = await _names(db, cases)
    more = _cursor(cases[PAGE - 1]) if len(cases) > PAGE else None
    return Page(items=[row(case, who, names) for case in cases[:PAGE]], next=more)


def row(case: Case, who: SignedIn, names: dict[str, str]) -> Row:
    until = case.claimed_at or case.closed_at or now()
    return Row(
        id=case.id, number=case.number, state=case.state, risk=case.risk, reasons=case.reasons, need=case.need,
        share=case.share, locale=case.locale, band=case.band, country=case.country, mine=case.claimed_by == who.staff.id,
        claimed_by=names.get(case.claimed_by or ""), waiting_seconds=max(0, int((until - case.created_at).total_seconds())),
        created_at=case.created_at, outcome=case.outcome, version=case.version,
    )  # fmt: skip


async def _names(db: Any, cases: list[Case]) -> dict[str, str]:
    ids = {case.claimed_by for case in cases if case.claimed_by}
    rows = await db.execute(select(Staff.id, Staff.name).where(Staff.id.in_(ids)))
    return dict(rows.tuples().all())


def _cursor(case: Case) -> str:
    place = [case.risk_rank, case.created_at.isoformat(), case.id]
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode()


def _read_cursor(cursor: str | None) -> tuple[int, datetime, str] | None:
    if cursor is None:
        return None
    try:
        rank, created, case_id = json.loads(base64.urlsafe_b64decode(cursor))
        if rank not in range(len(Risk)):
            raise ValueError(rank)
        return int(rank), datetime.fromisoformat(created), str(case_id)
    except (ValueError, TypeError):
        raise BadRequest("cursor") from None


@case_routes.get("/events")
async def events(request: Request, who: Reader, case: Annotated[str | None, Query(max_length=36)] = None) -> StreamingResponse:
    """Server-sent events: `queue` when the queue changed, `case` when something happened in the case that is open, `staff`
    when keys or people changed, or somebody broke the glass."""
    hub: Hub = request.app.state.hub
    channels = [f"queue:{who.staff.helpline_id}", f"staff:{who.staff.helpline_id}"]
    if case is not None:
        async with _database(request).read() as db:
            await open_case(db, who, case)
        channels.append(f"case:{case}")
    headers = {"X-Accel-Buffering": "no", "Cache-Control": "no-store, no-transform"}
    stream = _stream(_database(request), hub, who.token, channels)
    return StreamingResponse(stream, media_type="text/event-stream", headers=headers)


async def _stream(database: Database, hub: Hub, token: str, channels: list[str]) -> AsyncIterator[str]:
    """An open console counts as use; a session that ends, ends its stream."""
    yield "event: hello\ndata: {}\n\n"
    with hub.subscribe(*channels) as news:
        while True:
            try:
                said = await asyncio.wait_for(news.get(), BEAT_SECONDS)
            except TimeoutError:
                said = ""
            try:
                async with database.read() as db:
                    await signed_in(db, token)
                await touch(database, token) if not said else None
            except FaroError:
                yield "event: gone\ndata: {}\n\n"
                return
            yield f"event: {_event_name(said)}\ndata: {{}}\n\n" if said else ": beat\n\n"


def _event_name(said: str) -> str:
    return {"said": "case", "staff": "staff"}.get(said, "queue")


@case_routes.get("/{case_id}")
async def read(request: Request, case_id: str, who: Reader) -> CaseOut:
    """A claimed case with everything that the child passed on."""
    async with _database(request).read() as db:
        whole = await _whole(db, request, who, case_id)
    if not whole.mine:
        async with _database(request).write() as db:
            await _desk(request).keep_reading(db, who, await case_for(db, who, case_id))
    return whole


async def _whole(db: Any, request: Request, who: SignedIn, case_id: str) -> CaseOut:
    desk = _desk(request)
    opened = await open_case(db, who, case_id)
    card = desk.read_card(opened)
    messages = await desk.read_messages(db, opened)
    notes = (await db.scalars(select(CaseNote).where(CaseNote.case_id == case_id).order_by(CaseNote.at))).all()
    names = {s.id: s.name for s in (await db.scalars(select(Staff).where(Staff.helpline_id == who.staff.helpline_id))).all()}
    return CaseOut(
        **row(opened.case, who, names).model_dump(),
        lines=card["lines"], skipped=card["skipped"], story=card["story"], shown=card["shown"], callback=card["callback"],
        transcript=[Said(**b) for b in desk.read_transcript(opened)],
        messages=[_said(m.at, body) for m, body in messages],
        notes=[Note(id=n.id, by=names.get(n.staff_id, ""), at=n.at, text=desk.read_note(opened, n)) for n in notes],
    )  # fmt: skip


def _said(at: datetime, body: dict[str, Any]) -> Said:
    fields = {name: body.get(name) for name in ("seq", "by", "key", "lang", "name")}
    return Said(at=at, text=body.get("text") or "", dir=body.get("dir") or "auto", **fields)


@case_routes.post("/{case_id}/claim")
async def claim(request: Request, case_id: str, who: Reader) -> CaseOut:
    """Take a waiting case; exactly one caller wins, the others get 409."""
    async with _database(request).write() as db:
        await _desk(request).claim(db, who, case_id)
    return await read(request, case_id, who)


@case_routes.post("/{case_id}/release")
async def release(request: Request, case_id: str, who: Reader) -> Row:
    """Put the case back into the queue."""
    async with _database(request).write() as db:
        case = await _desk(request).release(db, who, case_id)
    return row(case, who, {})


@case_routes.post("/{case_id}/messages", status_code=201)
async def say(request: Request, case_id: str, who: Reader, words: Words, key: Retry) -> dict[str, int]:
    """Write to the child; the same Idempotency-Key says it once."""
    text = words.text.strip()
    if not text:
        raise Empty
    async with _database(request).write() as db:
        seq = await _desk(request).say(db, who, case_id, text, key)
    return {"seq": seq}


@case_routes.post("/{case_id}/notes", status_code=201)
async def note(request: Request, case_id: str, who: Reader, words: Words, key: Retry) -> dict[str, str]:
    """Keep a note for staff; the child never sees it."""
    async with _database(request).write() as db:
        kept = await _desk(request).note(db, who, case_id, words.text.strip(), key)
    return {"id": kept.id}


@case_routes.post("/{case_id}/close")
async def close(request: Request, case_id: str, who: Reader, closing: Closing) -> Row:
    """End the case with an outcome; the program speaks with the child again."""
    async with _database(request).write() as db:
        case = await _desk(request).close(db, who, case_id, closing.outcome)
    return row(case, who, {})


@staff_routes.get("/texts")
async def texts(request: Request, who: Annotated[SignedIn, Depends(StaffOnly(*Role))]) -> Texts:
    """The words of the console; English only for now."""
    book: Phrasebook = request.app.state.chat.speaker.book
    console, card = (book.labels(file, SOURCE_LOCALE) for file in ("console", "card"))
    return Texts(console=console, card=card, needs=_need_titles(book))


def _need_titles(book: Phrasebook) -> dict[str, str]:
    """need -> the title that its editors gave to the topic."""
    topics = [(context.split("/")[1], front) for context, front in book.source.fronts.items() if context.startswith("topics/")]
    return {need: str(front["title"]) for need, front in topics}


router = APIRouter()
router.include_router(case_routes)
router.include_router(staff_routes)
