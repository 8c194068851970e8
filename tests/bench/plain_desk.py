"""The staff's calls without vault and audit: Faro's tables and answers, words in the clear, no key, no chain, no webhook.

Written as somebody would who knows SQLAlchemy well: one session and as few statements as the answer allows.
"""

import hashlib
import json
import secrets
from typing import Annotated, Any
from uuid import uuid4

from fastapi import APIRouter, Depends, Header, HTTPException, Request
from pydantic import BaseModel
from sqlalchemy import exists, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from api.auth.models import Helpline, Staff, StaffSession
from api.auth.rules import Role
from api.cases.models import Case, CaseNote, CaseWatch
from api.cases.rules import CaseState, Risk
from api.cases.schemas import CaseOut, Note, Page, Row, Said, Words
from api.conversations.models import Answered, Conversation, Message
from api.conversations.rules import By, State
from api.db import Database, now

COOKIE, PAGE = "plain", 50
CARD = {"lines": {"situation": "fake_image_of_me"}, "skipped": [], "story": None, "shown": [], "callback": None}


class Seed(BaseModel):
    waiting: int
    live: int
    said: int
    long: int


def plain_desk(database: Database) -> APIRouter:
    """The routes, at the addresses of the real ones; `/seed` fills the tables and signs in."""
    router = APIRouter()

    async def signed_in(request: Request) -> Staff:
        digest = hashlib.sha256(request.cookies.get(COOKIE, "").encode()).digest()
        query = select(Staff).join(StaffSession, StaffSession.staff_id == Staff.id)
        async with database.read() as db:
            staff = await db.scalar(query.where(StaffSession.token_hash == digest, Staff.active))
        if staff is None:
            raise HTTPException(401)
        return staff

    Who = Annotated[Staff, Depends(signed_in)]

    @router.post("/seed")
    async def seed(wanted: Seed) -> dict[str, Any]:
        async with database.write() as db:
            return await _seed(db, wanted)

    @router.get("/v1/cases")
    async def list_cases(who: Who) -> Page:
        async with database.read() as db:
            return await _page(db, who)

    @router.get("/v1/cases/{case_id}")
    async def read(case_id: str, who: Who) -> CaseOut:
        async with database.read() as db:
            case = await db.scalar(select(Case).where(Case.id == case_id, Case.helpline_id == who.helpline_id))
            if case is None or case.claimed_by != who.id:
                raise HTTPException(403)
            return await _whole(db, case, who)

    @router.post("/v1/cases/{case_id}/claim")
    async def claim(case_id: str, who: Who) -> CaseOut:
        async with database.write() as db:
            case = await _claim(db, case_id, who)
            return await _whole(db, case, who)

    @router.post("/v1/cases/{case_id}/messages", status_code=201)
    async def say(case_id: str, who: Who, words: Words, key: Annotated[str, Header(alias="Idempotency-Key")]) -> dict[str, int]:
        async with database.write() as db:
            return {"seq": await _say(db, case_id, who, words.text, key)}

    return router


async def _page(db: AsyncSession, who: Staff) -> Page:
    newer = exists().where(
        Message.conversation_id == Conversation.id, Message.case_id == Case.id, Message.by == By.child,
        Message.seq > Conversation.person_seen,
    )  # fmt: skip
    query = (
        select(Case, Staff.name, newer)
        .outerjoin(Staff, Staff.id == Case.claimed_by)
        .outerjoin(Conversation, Conversation.id == Case.conversation_id)
        .where(Case.helpline_id == who.helpline_id)
        .order_by(Case.risk_rank.desc(), Case.created_at, Case.id)
    )
    found = (await db.execute(query.limit(PAGE + 1))).tuples().all()
    items = [_row(case, name, who, unread) for case, name, unread in found[:PAGE]]
    return Page(items=items, next=found[PAGE - 1][0].id if len(found) > PAGE else None)


def _row(case: Case, name: str | None, who: Staff, unread: bool) -> Row:
    own = {field: getattr(case, field) for field in Row.model_fields if hasattr(case, field)}
    waited = int(((case.claimed_at or now()) - case.created_at).total_seconds())
    return Row(
        **{**own, "claimed_by": name, "offered_to": None}, mine=case.claimed_by == who.id, waiting_seconds=waited,
        offered_to_me=case.offered_to == who.id, unread=unread,
    )  # fmt: skip


async def _whole(db: AsyncSession, case: Case, who: Staff) -> CaseOut:
    messages = (await db.scalars(select(Message).where(Message.case_id == case.id).order_by(Message.seq))).all()
    noted = select(CaseNote, Staff.name).join(Staff, Staff.id == CaseNote.staff_id).where(CaseNote.case_id == case.id)
    notes = (await db.execute(noted.order_by(CaseNote.at))).tuples().all()
    watched = select(Staff.name).join(CaseWatch, CaseWatch.staff_id == Staff.id).where(CaseWatch.case_id == case.id)
    return CaseOut(
        **_row(case, who.name, who, False).model_dump(), **json.loads(case.card), transcript=[],
        messages=[Said(seq=m.seq, by=m.by, at=m.at, **json.loads(m.sealed)) for m in messages],
        notes=[Note(id=n.id, by=name, at=n.at, text=n.sealed.decode()) for n, name in notes],
        watched_by=list((await db.scalars(watched)).all()),
        seen=await db.scalar(select(Conversation.child_seen).where(Conversation.id == case.conversation_id)) or 0,
    )  # fmt: skip


async def _claim(db: AsyncSession, case_id: str, who: Staff) -> Case:
    """One conditional UPDATE that gives the case back, so that exactly one wins, and the mark in the child's log."""
    waiting = update(Case).where(Case.id == case_id, Case.helpline_id == who.helpline_id, Case.state == CaseState.waiting)
    taken = {"state": CaseState.claimed, "claimed_by": who.id, "claimed_at": now(), "version": Case.version + 1}
    case = await db.scalar(waiting.values(**taken).returning(Case))
    if case is None:
        raise HTTPException(409)
    conversation = await db.get_one(Conversation, case.conversation_id)
    conversation.state = State.human
    _add(db, conversation, By.system, {"key": "system/joined", "text": "", "name": who.name})
    await db.flush()
    return case


async def _say(db: AsyncSession, case_id: str, who: Staff, text: str, key: str) -> int:
    """A counsellor's words; the same key says them once."""
    case = await db.scalar(select(Case).where(Case.id == case_id, Case.helpline_id == who.helpline_id))
    if case is None or case.claimed_by != who.id:
        raise HTTPException(403)
    case.version += 1
    case.first_reply_at = case.first_reply_at or now()
    conversation = await db.get_one(Conversation, case.conversation_id)
    known = await db.get(Answered, (conversation.id, key))
    if known is not None:
        return known.first_seq
    seq = _add(db, conversation, By.counsellor, {"text": text, "name": who.name})
    db.add(Answered(conversation_id=conversation.id, key=key, body_mac=b"", first_seq=seq, last_seq=seq, at=now()))
    return seq


def _add(db: AsyncSession, conversation: Conversation, by: By, body: dict[str, Any]) -> int:
    place = {"conversation_id": conversation.id, "case_id": conversation.case_id, "seq": conversation.next_seq}
    db.add(Message(**place, by=by, sealed=json.dumps(body).encode(), at=now()))
    conversation.next_seq += 1
    return int(place["seq"] or 0)


async def _seed(db: AsyncSession, wanted: Seed) -> dict[str, Any]:
    """A helpline, a counsellor who is signed in, and cases: first those that are claimed, then those that wait.

    The first of all holds so many messages as a long case does.
    """
    token, helpline = secrets.token_urlsafe(32), Helpline(id=str(uuid4()), name="Plain", created_at=now())
    keys = dict.fromkeys(("salt", "verifier", "public_key", "wrapped_key", "totp"), b"")
    staff = Staff(
        id=str(uuid4()), helpline_id=helpline.id, email="plain@demo.invalid", name="Plain", role=Role.counsellor, **keys
    )
    times = dict.fromkeys(("created_at", "seen_at", "proved_at"), now())
    hashed = hashlib.sha256(token.encode()).digest()
    for row in (helpline, staff, StaffSession(token_hash=hashed, id=str(uuid4()), staff_id=staff.id, wrapped_key=b"", **times)):
        db.add(row)
        await db.flush()
    cases = [_case(n, staff, live=n < wanted.live) for n in range(wanted.live + wanted.waiting)]
    lengths = [wanted.long, *[wanted.said] * (wanted.live - 1), *[0] * wanted.waiting]
    talks = [_talk(case, length) for case, length in zip(cases, lengths, strict=True)]
    said = [_message(case, seq) for case, length in zip(cases, lengths, strict=True) for seq in range(1, length + 1)]
    for table, rows in ((Case, cases), (Conversation, talks), (Message, said)):
        await db.execute(insert(table), rows)
    return {"token": token, "cases": [case["id"] for case in cases]}


def _case(n: int, staff: Staff, live: bool) -> dict[str, Any]:
    return {
        "id": str(uuid4()), "number": f"{n:04}-{n:04}", "helpline_id": staff.helpline_id, "conversation_id": str(uuid4()),
        "handoff_key": "", "body_mac": b"", "state": CaseState.claimed if live else CaseState.waiting, "risk": Risk.low,
        "risk_rank": Risk.low.rank, "reasons": [], "need": "fake_image_of_me", "share": "summary", "locale": "en",
        "band": "13-15", "country": None, "public_key": b"", "card": json.dumps(CARD).encode(), "consent": "handoff-1",
        "claimed_by": staff.id if live else None, "created_at": now(), "claimed_at": now() if live else None,
    }  # fmt: skip


def _talk(case: dict[str, Any], said: int) -> dict[str, Any]:
    return {
        "id": case["conversation_id"], "helpline_id": case["helpline_id"], "token_hash": secrets.token_bytes(32),
        "state": State.human if said else State.waiting, "locale": "en", "band": "13-15", "public_key": b"", "wrapped_key": b"",
        "case_id": case["id"], "next_seq": said + 1, "version": 1, "created_at": now(), "expires_at": now(),
    }  # fmt: skip


def _message(case: dict[str, Any], seq: int) -> dict[str, Any]:
    by = By.child if seq % 2 else By.counsellor
    sealed = json.dumps({"text": f"word {seq}"}).encode()
    return {
        "conversation_id": case["conversation_id"],
        "case_id": case["id"],
        "seq": seq,
        "by": by,
        "sealed": sealed,
        "at": now(),
    }
