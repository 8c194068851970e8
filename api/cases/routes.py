"""The staff's API for cases (design contract 3.4)."""

import base64
import json
from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from sqlalchemy import select

from api.auth.access import SignedIn, StaffOnly
from api.auth.models import Staff
from api.auth.rules import Role
from api.cases.access import OpenCase, is_offered, open_case
from api.cases.models import Case, CaseNote
from api.cases.queue import PAGE, Listed, Queue, colleagues, queue
from api.cases.rules import CaseState, Category, Risk
from api.cases.schemas import Asking, CaseOut, Closing, Colleague, Filing, Note, Offer, Page, Row, Said, Words
from api.cases.service import Desk
from api.concurrency import IfMatch
from api.db import Database, now
from api.errors import BadRequest, Empty
from api.phrasebook.book import Phrasebook

router = APIRouter(prefix="/v1/cases", tags=["cases"])
Reader = Annotated[SignedIn, Depends(StaffOnly(Role.counsellor, Role.supervisor))]
Retry = Annotated[str, Header(alias="Idempotency-Key", min_length=8, max_length=64)]


def _database(request: Request) -> Database:
    database: Database = request.app.state.database
    return database


def _desk(request: Request) -> Desk:
    desk: Desk = request.app.state.desk
    return desk


def _book(request: Request) -> Phrasebook:
    book: Phrasebook = request.app.state.chat.speaker.book
    return book


@router.get("")
async def list_cases(
    request: Request,
    who: Reader,
    state: CaseState | None = None,
    risk: Risk | None = None,
    locale: Annotated[str | None, Query(max_length=8)] = None,
    number: Annotated[str | None, Query(max_length=12, description="a case number or its beginning")] = None,
    category: Category | None = None,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
) -> Page:
    """The queue: most severe first, then who waited longest."""
    async with _database(request).read() as db:
        cases = await queue(db, who, Queue(state, risk, locale, number, category, _read_cursor(cursor)))
    more = _cursor(cases[PAGE - 1].case) if len(cases) > PAGE else None
    return Page(items=[_listed(one, who) for one in cases[:PAGE]], next=more)


def _listed(one: Listed, who: SignedIn) -> Row:
    names = {one.case.claimed_by: one.holder, one.case.offered_to: one.asked}
    return row(one.case, who, {staff: name for staff, name in names.items() if staff and name}, one.unread)


def row(case: Case, who: SignedIn, names: dict[str, str], is_unread: bool = False, is_open: bool = False) -> Row:
    """One row of the queue; what a child has erased and a hold keeps says nothing there until it is opened."""
    told = is_open or not case.locked
    until = case.claimed_at or case.closed_at or now()
    return Row(
        id=case.id, number=case.number, state=case.state, risk=case.risk, reasons=case.reasons if told else [],
        need=case.need if told else None,
        share=case.share, locale=case.locale, band=case.band, country=case.country, mine=case.claimed_by == who.staff.id,
        claimed_by=names.get(case.claimed_by or ""), waiting_seconds=max(0, int((until - case.created_at).total_seconds())),
        created_at=case.created_at, outcome=case.outcome, categories=[Category(code) for code in case.categories if told],
        image_nature=case.image_nature if told else None, follow_up_on=case.follow_up_on,
        offered_to=names.get(case.offered_to or ""), offered_to_me=is_offered(case, who), look_in=case.look_in,
        out_of_hours=case.out_of_hours, unread=is_unread, version=case.version, locked=case.locked,
    )  # fmt: skip


async def _names(db: Any, cases: Iterable[Case]) -> dict[str, str]:
    ids = {staff for case in cases for staff in (case.claimed_by, case.offered_to) if staff}
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


@router.post("/next", responses={204: {"description": "nobody waits"}})
async def claim_next(
    request: Request, response: Response, who: Reader, locale: Annotated[list[str] | None, Query(max_length=12)] = None
) -> CaseOut | None:
    """Claim the case that needs somebody most, of the locales that the caller speaks; 204 when nobody waits."""
    async with _database(request).write() as db:
        opened = await _desk(request).claim_next(db, who, locale or [])
    if opened is None:
        response.status_code = 204
        return None
    return await _read_opened(request, opened, who)


@router.get("/colleagues")
async def list_colleagues(request: Request, who: Reader) -> list[Colleague]:
    """Who else of the helpline can take a case over, and who of them has looked at the console a moment ago."""
    async with _database(request).read() as db:
        return [Colleague(id=s.id, name=s.name, role=s.role, there=there) for s, there in await colleagues(db, who)]


@router.get("/{case_id}")
async def read(request: Request, response: Response, case_id: str, who: Reader) -> CaseOut:
    """A claimed case with everything that the child passed on; its `ETag` is what a change must name."""
    whole = await read_case(request, case_id, who)
    response.headers["ETag"] = f'"{whole.version}"'
    return whole


async def read_case(request: Request, case_id: str, who: SignedIn) -> CaseOut:
    """The whole case for whoever may read it; a reader who is not its counsellor is written down."""
    async with _database(request).read() as db:
        opened = await open_case(db, who, case_id)
        whole = await _whole(db, request, who, opened)
    await keep_reader(request, who, opened.case)
    return whole


async def keep_reader(request: Request, who: SignedIn, case: Case) -> None:
    """Write down who reads of a case and is not its counsellor; its counsellor needs no write."""
    if case.locked or case.claimed_by != who.staff.id:
        async with _database(request).write() as db:
            await _desk(request).keep_reading(db, who, case)


async def _read_opened(request: Request, opened: OpenCase, who: SignedIn) -> CaseOut:
    """The whole case for whoever has just opened it to take it."""
    async with _database(request).read() as db:
        return await _whole(db, request, who, opened)


async def _whole(db: Any, request: Request, who: SignedIn, opened: OpenCase) -> CaseOut:
    desk = _desk(request)
    card = desk.read_card(opened)
    messages = await desk.read_messages(db, opened)
    notes = (await db.scalars(select(CaseNote).where(CaseNote.case_id == opened.case.id).order_by(CaseNote.at))).all()
    around = await desk.around(db, opened.case)
    return CaseOut(
        **row(opened.case, who, around.names, is_open=True).model_dump(),
        lines=card["lines"], skipped=card["skipped"], story=card["story"], shown=card["shown"], callback=card["callback"],
        transcript=[Said(**b) for b in desk.read_transcript(opened)],
        messages=[_said(m.at, body, _book(request), who.staff.locale) for m, body in messages],
        seen=around.child_seen, watched_by=around.watching,
        notes=[Note(id=n.id, by=around.names.get(n.staff_id, ""), at=n.at, text=desk.read_note(opened, n)) for n in notes],
    )  # fmt: skip


def _said(at: datetime, body: dict[str, Any], book: Phrasebook, locale: str) -> Said:
    fields = {name: body.get(name) for name in ("seq", "by", "key", "lang", "name")}
    text = "\n".join([body.get("text") or "", *(card["text"] for card in body.get("cards") or ())])
    meaning = (book.meaning(body.get("key"), locale) or "").replace("{name}", body.get("name") or "")
    asked = book.meaning(body.get("asked"), locale)
    return Said(at=at, text=text, dir=body.get("dir") or "auto", meaning=meaning or None, asked=asked, **fields)


@router.post("/{case_id}/claim")
async def claim(request: Request, case_id: str, who: Reader) -> CaseOut:
    """Take a waiting case; exactly one caller wins, the others get 409."""
    async with _database(request).write() as db:
        opened = await _desk(request).claim(db, who, case_id)
    return await _read_opened(request, opened, who)


@router.post("/{case_id}/release")
async def release(request: Request, case_id: str, who: Reader) -> Row:
    """Put the case back into the queue."""
    async with _database(request).write() as db:
        case = await _desk(request).release(db, who, case_id)
        return row(case, who, await _names(db, [case]))


@router.post("/{case_id}/offer")
async def offer(request: Request, case_id: str, who: Reader, wanted: Offer, key: Retry) -> Row:
    """Ask a colleague to take the case over; it stays with the caller until they accept."""
    async with _database(request).write() as db:
        case = await _desk(request).offer(db, who, case_id, wanted.to, wanted.note.strip(), key)
        return row(case, who, await _names(db, [case]))


@router.post("/{case_id}/accept")
async def accept(request: Request, case_id: str, who: Reader) -> CaseOut:
    """Take over the case that was offered to the caller; the child is told who comes."""
    async with _database(request).write() as db:
        await _desk(request).accept(db, who, case_id)
    return await read_case(request, case_id, who)


@router.post("/{case_id}/decline")
async def decline(request: Request, case_id: str, who: Reader) -> Row:
    """Say no to an offer, or take the own one back."""
    async with _database(request).write() as db:
        case = await _desk(request).decline(db, who, case_id)
        return row(case, who, await _names(db, [case]))


@router.post("/{case_id}/look-in")
async def ask_to_look_in(request: Request, case_id: str, who: Reader, asking: Asking) -> Row:
    """Ask a supervisor to look in, or take that back."""
    async with _database(request).write() as db:
        case = await _desk(request).ask_to_look_in(db, who, case_id, asking.look_in)
        return row(case, who, await _names(db, [case]))


@router.patch("/{case_id}")
async def file(request: Request, response: Response, case_id: str, who: Reader, filing: Filing, if_match: IfMatch = None) -> Row:
    """File the case under categories; `If-Match` names the version that the caller has read (412 if it is another by now)."""
    async with _database(request).write() as db:
        changes = filing.model_dump(exclude_unset=True)
        case = await _desk(request).file(db, who, case_id, if_match, changes)
        response.headers["ETag"] = f'"{case.version}"'
        return row(case, who, await _names(db, [case]))


@router.post("/{case_id}/messages", status_code=201)
async def say(request: Request, case_id: str, who: Reader, words: Words, key: Retry) -> dict[str, int]:
    """Write to the child; the same Idempotency-Key says it once."""
    text = words.text.strip()
    if not text:
        raise Empty
    async with _database(request).write() as db:
        seq = await _desk(request).say(db, who, case_id, text, key)
    return {"seq": seq}


@router.post("/{case_id}/notes", status_code=201)
async def note(request: Request, case_id: str, who: Reader, words: Words, key: Retry) -> dict[str, str]:
    """Keep a note for staff; the child never sees it."""
    async with _database(request).write() as db:
        kept = await _desk(request).note(db, who, case_id, words.text.strip(), key)
    return {"id": kept.id}


@router.post("/{case_id}/close")
async def close(request: Request, case_id: str, who: Reader, closing: Closing) -> Row:
    """End the case with an outcome; the program speaks with the child again."""
    async with _database(request).write() as db:
        case = await _desk(request).close(db, who, case_id, closing.outcome, closing.follow_up_on)
        return row(case, who, await _names(db, [case]))
