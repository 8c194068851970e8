"""What staff do with a case: look at the queue, claim, say, note, release, close."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID, uuid5

from sqlalchemy import CursorResult, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from api.audit.models import AuditEntry
from api.audit.rules import Act
from api.audit.service import Audit
from api.auth.access import SignedIn
from api.auth.models import Staff, StaffSession
from api.auth.rules import READERS
from api.cases.access import OpenCase, case_for, case_key, may_write, open_case
from api.cases.models import Case, CaseNote
from api.cases.rules import CaseState, Outcome, Risk
from api.conversations.log import Body, Log
from api.conversations.models import Answered, Conversation, Message
from api.conversations.rules import By, State
from api.db import after_commit, now
from api.errors import Conflict, Forbidden, KeyReused
from api.live.hub import Hub
from api.vault.keys import mac
from api.vault.sealing import Sealer, Tampered

PAGE = 50
READ_AGAIN = timedelta(hours=1)
STAFF_SEEN = timedelta(minutes=10)


@dataclass(frozen=True)
class Queue:
    """What the queue is narrowed to."""

    state: CaseState | None = None
    risk: Risk | None = None
    locale: str | None = None
    cursor: tuple[int, datetime, str] | None = None


async def queue(db: AsyncSession, who: SignedIn, wanted: Queue) -> list[Case]:
    """Cases of the caller's helpline, most severe first, then who waited longest; one more than a page holds."""
    query = select(Case).where(Case.helpline_id == who.staff.helpline_id)
    for column, value in ((Case.state, wanted.state), (Case.risk, wanted.risk), (Case.locale, wanted.locale)):
        if value is not None:
            query = query.where(column == value)
    if wanted.cursor is not None:
        rank, created, case_id = wanted.cursor
        query = query.where(tuple_(-Case.risk_rank, Case.created_at, Case.id) > (-rank, created, case_id))
    ordered = query.order_by(Case.risk_rank.desc(), Case.created_at, Case.id).limit(PAGE + 1)
    return list((await db.scalars(ordered)).all())


async def somebody_there(db: AsyncSession, helpline_id: str | None = None) -> bool:
    """Whether a counsellor or supervisor (of that helpline) has looked at the console a moment ago."""
    query = (
        select(StaffSession.staff_id)
        .join(Staff, Staff.id == StaffSession.staff_id)
        .where(Staff.role.in_(READERS), StaffSession.seen_at > now() - STAFF_SEEN)
    )
    if helpline_id is not None:
        query = query.where(Staff.helpline_id == helpline_id)
    return (await db.execute(query.limit(1))).first() is not None


class Desk:
    """The counsellor's verbs. Each takes the session of one write; what browsers must hear goes out after the commit."""

    def __init__(self, sealer: Sealer, log: Log, hub: Hub, audit: Audit) -> None:
        self._sealer, self._log, self._hub, self._audit = sealer, log, hub, audit

    async def claim(self, db: AsyncSession, who: SignedIn, case_id: str) -> Case:
        """Take a waiting case: one conditional UPDATE, so exactly one wins.

        Raises:
            Conflict: somebody else was quicker, or it is closed.
            Forbidden: the caller waits for the team key, and a child must not be told that somebody is there who can't read.
        """
        case = await case_for(db, who, case_id)
        moment = now()
        waiting = update(Case).where(Case.id == case_id, Case.state == CaseState.waiting)
        won = await db.execute(
            waiting.values(state=CaseState.claimed, claimed_by=who.staff.id, claimed_at=moment, version=Case.version + 1)
        )
        if cast(CursorResult[Any], won).rowcount != 1:
            raise Conflict("claimed by somebody else")
        await db.refresh(case)
        await case_key(db, who, case)
        await self._audit.record(db, who.act("case.claim", case_id))
        await self._speaker(db, case, State.human, "system/joined")
        return case

    async def release(self, db: AsyncSession, who: SignedIn, case_id: str) -> Case:
        """Put a claimed case back into the queue; the child is told that a person will come again."""
        case = await self._mine(db, who, case_id)
        await self._to_queue(db, case, who.act("case.release", case_id))
        return case

    async def put_back(self, db: AsyncSession, actor: str, staff_id: str) -> None:
        """Put all cases of somebody who is gone back into the queue; their children are told that a person will come."""
        query = select(Case).where(Case.claimed_by == staff_id, Case.state == CaseState.claimed).with_for_update()
        for case in (await db.scalars(query)).all():
            case.version += 1
            await self._to_queue(db, case, Act(actor, "case.release", case.id, case.helpline_id, "colleague_gone"))

    async def _to_queue(self, db: AsyncSession, case: Case, act: Act) -> None:
        case.state, case.claimed_by, case.claimed_at = CaseState.waiting, None, None
        await self._audit.record(db, act)
        await self._speaker(db, case, State.waiting, "system/waiting")

    async def close(self, db: AsyncSession, who: SignedIn, case_id: str, outcome: Outcome) -> Case:
        """End a case; the program speaks with the child again and says so."""
        case = await self._mine(db, who, case_id)
        case.state, case.closed_at, case.outcome = CaseState.closed, now(), outcome
        await self._audit.record(db, who.act("case.close", case_id, outcome.value))
        await self._speaker(db, case, State.bot, "system/left")
        return case

    async def say(self, db: AsyncSession, who: SignedIn, case_id: str, text: str, key: str) -> int:
        """Send a counsellor's own words into the claimed case; the same key says them once.

        Returns:
            The place (seq) in the log.

        Raises:
            KeyReused: the same key with other words.
        """
        case = await self._mine(db, who, case_id)
        case.first_reply_at = case.first_reply_at or now()
        conversation = await self._conversation(db, case)
        body_mac = mac(who.token, text.encode())
        known = await db.get(Answered, (conversation.id, key))
        if known is not None:
            if known.body_mac != body_mac:
                raise KeyReused
            return known.first_seq
        body = {"key": None, "text": text, "lang": None, "dir": "auto", "name": who.staff.name}
        said = self._log.append(db, conversation, By.counsellor, body, in_case=True)
        seq = said.seq
        await self._audit.record(db, who.act("case.say", case_id, digest=_digest(said.sealed)))
        db.add(Answered(conversation_id=conversation.id, key=key, body_mac=body_mac, first_seq=seq, last_seq=seq, at=now()))
        return seq

    async def note(self, db: AsyncSession, who: SignedIn, case_id: str, text: str, key: str) -> CaseNote:
        """Keep a note for staff; it never reaches the child. The same key keeps it once."""
        opened = await open_case(db, who, case_id)
        note_id = str(uuid5(UUID(case_id), f"{who.staff.id}/{key}"))
        known = await db.get(CaseNote, note_id)
        if known is not None:
            return known
        note = CaseNote(id=note_id, case_id=case_id, staff_id=who.staff.id, at=now())
        note.sealed = self._sealer.seal(opened.case.public_key, f"{case_id}/note/{note.id}", {"text": text})
        db.add(note)
        await self._audit.record(db, who.act("case.note", case_id, digest=_digest(note.sealed)))
        self._tell(db, opened.case)
        return note

    async def keep_reading(self, db: AsyncSession, who: SignedIn, case: Case) -> None:
        """Write down that somebody else than its counsellor reads a case: once an hour, or a refreshing page would drown it."""
        if case.claimed_by == who.staff.id:
            return
        lately = select(AuditEntry.seq).where(
            AuditEntry.thing == case.id, AuditEntry.action == "case.read", AuditEntry.actor == who.staff.id,
            AuditEntry.at > now() - READ_AGAIN,
        )  # fmt: skip
        if (await db.execute(lately.limit(1))).first() is None:
            await self._audit.record(db, who.act("case.read", case.id))

    def read_note(self, opened: OpenCase, note: CaseNote) -> str:
        return str(self._sealer.open(opened.private, f"{note.case_id}/note/{note.id}", note.sealed)["text"])

    def read_card(self, opened: OpenCase) -> dict[str, Any]:
        return self._sealer.open(opened.private, f"{opened.case.id}/card", opened.case.card)

    def read_transcript(self, opened: OpenCase) -> list[Body]:
        if opened.case.transcript is None:
            return []
        place = f"{opened.case.id}/transcript"
        bubbles: list[Body] = self._sealer.open(opened.private, place, opened.case.transcript)["bubbles"]
        return bubbles

    async def read_messages(self, db: AsyncSession, opened: OpenCase) -> list[tuple[Message, Body]]:
        """What was said inside the case, by the child, by staff and by the system."""
        query = select(Message).where(Message.case_id == opened.case.id).order_by(Message.seq)
        return [(m, self._read(m, opened)) for m in (await db.scalars(query)).all()]

    def _read(self, message: Message, opened: OpenCase) -> Body:
        try:
            return self._log.open(message, opened.private)
        except Tampered:
            return {"seq": message.seq, "by": message.by, "text": "", "key": "tampered"}

    async def _mine(self, db: AsyncSession, who: SignedIn, case_id: str) -> Case:
        case = await case_for(db, who, case_id, for_update=True)
        if not may_write(case, who):
            raise Forbidden("not claimed by you")
        case.version += 1
        return case

    async def _conversation(self, db: AsyncSession, case: Case) -> Conversation:
        conversation = await db.get(Conversation, case.conversation_id, with_for_update=True)
        if conversation is None:
            raise Conflict("the child has erased this conversation")
        return conversation

    async def _speaker(self, db: AsyncSession, case: Case, state: State, key: str) -> None:
        """Change who speaks and leave a mark in the log; the child's page renders the key in the child's language."""
        conversation = await db.get(Conversation, case.conversation_id, with_for_update=True)
        if conversation is not None and conversation.case_id == case.id:
            conversation.state = state
            self._log.append(db, conversation, By.system, {"key": key}, in_case=True)
        self._tell(db, case)

    def _tell(self, db: AsyncSession, case: Case) -> None:
        def publish() -> None:
            self._hub.publish(f"queue:{case.helpline_id}", "changed")
            self._hub.publish(f"case:{case.id}", "changed")

        after_commit(db, publish)


def _digest(sealed: bytes) -> str:
    return hashlib.sha256(sealed).hexdigest()
