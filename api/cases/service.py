"""What staff do with a case: look at the queue, claim, say, note, release, close."""

import hashlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import and_, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from api.audit.rules import SYSTEM, Act
from api.audit.service import Audit
from api.auth.access import SignedIn
from api.auth.models import Helpline, Staff
from api.auth.rules import READERS
from api.cases.access import OpenCase, case_for, case_key, is_offered, may_read, may_write, open_case, opens_for
from api.cases.models import Case, CaseNote, CaseWatch
from api.cases.outgoing import tell_systems
from api.cases.queue import person_there
from api.cases.rules import CaseState, Outcome
from api.concurrency import refuse_stale
from api.conversations.log import Body, Log
from api.conversations.models import Answered, Conversation, Message
from api.conversations.rules import By, State, expires
from api.db import after_commit, now
from api.errors import BadRequest, Conflict, Forbidden, KeyReused
from api.live.hub import Hub
from api.vault.keys import mac
from api.vault.sealing import Sealer, Tampered

WATCHES = timedelta(seconds=40)  # a stream that beats every 15 seconds and missed two
READ_AGAIN = timedelta(hours=1)
Count = Callable[[AsyncSession, Case], Awaitable[None]]  # statistics stand above this room, so they are handed in


@dataclass(frozen=True)
class Wording:
    """What goes to a child: the act for the audit log, what a retry must repeat, and the bubble for this conversation."""

    act: str
    of: str
    compose: Callable[[Conversation], Body]


@dataclass(frozen=True)
class Around:
    """What a case is read with: the names of the helpline's staff by id, and who beside the counsellor has it open now."""

    names: dict[str, str]
    watching: list[str]
    child_seen: int  # how far the child's page has shown the log; 0 when nothing was, or when the child has erased it


class Desk:
    """The counsellor's verbs. Each takes the session of one write; what browsers must hear goes out after the commit."""

    def __init__(self, sealer: Sealer, log: Log, hub: Hub, audit: Audit, count: Count) -> None:
        self._sealer, self._log, self._hub, self._audit, self._count = sealer, log, hub, audit, count

    async def claim(self, db: AsyncSession, who: SignedIn, case_id: str) -> OpenCase:
        """Take a waiting case: one conditional UPDATE, so exactly one wins.

        Raises:
            Conflict: somebody else was quicker (the detail is their name), or it is closed.
            Forbidden: the caller waits for the team key, and a child must not be told that somebody is there who can't read.
        """
        case = await self._take(db, who, case_id)
        if case is None:
            case = await case_for(db, who, case_id)
            holder = await db.get(Staff, case.claimed_by) if case.claimed_by else None
            raise Conflict(holder.name if holder else "")
        opened = OpenCase(case, await case_key(db, who, case))
        await self._audit.record(db, who.act("case.claim", case_id))
        if who.staff.paused_at is not None:  # whoever takes a case is there again
            await db.execute(update(Staff).where(Staff.id == who.staff.id).values(paused_at=None))
        await tell_systems(db, case, "claimed")
        await self._speaker(db, case, State.human, "system/joined", who.staff.name)
        return opened

    async def _take(self, db: AsyncSession, who: SignedIn, case_id: str) -> Case | None:
        mine = (Case.id == case_id, Case.helpline_id == who.staff.helpline_id)
        waiting = update(Case).where(*mine, Case.state == CaseState.waiting)
        moment = now()
        taken = {
            "claimed_by": who.staff.id,
            "claimed_at": moment,
            "first_claimed_at": func.coalesce(Case.first_claimed_at, moment),
        }
        taking = waiting.values(state=CaseState.claimed, version=Case.version + 1, **taken).returning(Case)
        won: Case | None = await db.scalar(taking)
        return won

    async def claim_next(self, db: AsyncSession, who: SignedIn, locales: Sequence[str]) -> OpenCase | None:
        """Take the case that needs somebody most, of the locales that the caller speaks (none named: of all)."""
        waiting = select(Case.id).where(Case.helpline_id == who.staff.helpline_id, Case.state == CaseState.waiting)
        if locales:
            waiting = waiting.where(Case.locale.in_(locales))
        first = waiting.order_by(Case.risk_rank.desc(), Case.created_at, Case.id).limit(1)
        case_id = await db.scalar(first.with_for_update(skip_locked=True))  # one that a colleague is taking is not theirs
        return await self.claim(db, who, case_id) if case_id else None

    async def offer(self, db: AsyncSession, who: SignedIn, case_id: str, to: str, note: str, key: str) -> Case:
        """Ask a colleague to take a case over, with a note; it stays with the caller until they say yes.

        Raises:
            BadRequest: nobody of this helpline who can open the case and is still here.
        """
        case = await self._mine(db, who, case_id)
        colleague = await db.get(Staff, to)
        fits = colleague and colleague.active and colleague.helpline_id == case.helpline_id and colleague.role in READERS
        if not fits or to == who.staff.id or not await opens_for(db, case, to):
            raise BadRequest("to")
        case.offered_to = to
        if note:
            await self.note(db, who, case_id, note, key)
        await self._audit.record(db, who.act("case.offer", case_id))
        self._tell(db, case)
        return case

    async def accept(self, db: AsyncSession, who: SignedIn, case_id: str) -> Case:
        """Take over the case that was offered; the child is told who comes.

        Raises:
            Conflict: it is no longer offered to the caller.
            Forbidden: see `claim`.
        """
        case = await self._offered(db, who, case_id)
        await case_key(db, who, case)
        case.claimed_by, case.offered_to, case.look_in = who.staff.id, None, False
        await self._audit.record(db, who.act("case.accept", case_id))
        await self._speaker(db, case, State.human, "system/transferred", who.staff.name)
        return case

    async def decline(self, db: AsyncSession, who: SignedIn, case_id: str) -> Case:
        """Say no to an offered case, or take the own offer back; the child hears nothing of it."""
        case = await case_for(db, who, case_id, for_update=True)
        if not (is_offered(case, who) or may_write(case, who)):
            raise Forbidden("not offered to you")
        case.offered_to, case.version = None, case.version + 1
        await self._audit.record(db, who.act("case.decline", case_id))
        self._tell(db, case)
        return case

    async def _offered(self, db: AsyncSession, who: SignedIn, case_id: str) -> Case:
        case = await case_for(db, who, case_id, for_update=True)
        if not is_offered(case, who):
            raise Conflict("not offered to you any more")
        case.version += 1
        return case

    async def ask_to_look_in(self, db: AsyncSession, who: SignedIn, case_id: str, wanted: bool) -> Case:
        """Ask a supervisor to look in, or take that back."""
        case = await self._mine(db, who, case_id)
        case.look_in = wanted
        await self._audit.record(db, who.act("case.look_in", case_id, "asked" if wanted else "taken_back"))
        self._tell(db, case)
        return case

    async def watch(self, db: AsyncSession, who: SignedIn, case_id: str) -> None:
        """Leave a mark that somebody beside the counsellor has the case open; the child is told of the first one."""
        case = await case_for(db, who, case_id, for_update=True)
        if case.claimed_by in (None, who.staff.id) or case.state is not CaseState.claimed:
            return
        mark = await db.get(CaseWatch, (case_id, who.staff.id))
        if mark is None:
            db.add(CaseWatch(case_id=case_id, staff_id=who.staff.id, seen_at=now()))
            await self._speaker(db, case, State.human, "system/looking_in", who.staff.name)
        else:
            was_away, mark.seen_at = mark.seen_at < now() - WATCHES, now()
            if was_away:
                self._tell(db, case)

    async def around(self, db: AsyncSession, case: Case) -> Around:
        """Who and what is around a case; one statement, because a console asks for it with every message."""
        watching = and_(CaseWatch.staff_id == Staff.id, CaseWatch.case_id == case.id, CaseWatch.seen_at > now() - WATCHES)
        seen = select(Conversation.child_seen).where(Conversation.id == case.conversation_id).scalar_subquery()
        query = select(Staff.id, Staff.name, CaseWatch.seen_at, seen).outerjoin(CaseWatch, watching)
        found = (await db.execute(query.where(Staff.helpline_id == case.helpline_id))).tuples().all()
        there = [name for staff_id, name, seen_at, _ in found if seen_at is not None and staff_id != case.claimed_by]
        return Around({staff_id: name for staff_id, name, *_ in found}, there, found[0][3] or 0 if found else 0)

    async def file(self, db: AsyncSession, who: SignedIn, case_id: str, named: str | None, filing: dict[str, Any]) -> Case:
        """File a case under categories, the nature of the picture, a date to look at it again.

        Raises:
            Stale, NoVersion: the version that the change names is not the one that stands, or it names none.
        """
        case = await case_for(db, who, case_id, for_update=True)
        is_kept = case.state is CaseState.closed and not case.locked
        if not may_write(case, who) and not (is_kept and may_read(case, who)):
            raise Forbidden("not claimed by you")
        refuse_stale(named, f'"{case.version}"')
        for name, value in filing.items():
            setattr(case, name, value)
        case.version += 1
        await self._audit.record(db, who.act("case.file", case_id))
        self._tell(db, case)
        return case

    async def release(self, db: AsyncSession, who: SignedIn, case_id: str) -> Case:
        """Put a claimed case back into the queue; the child is told that a person will come again."""
        case = await self._mine(db, who, case_id)
        await self._put_back(db, case, "system/released", who.act("case.release", case_id))
        return case

    async def put_back(self, db: AsyncSession, actor: str, staff_id: str) -> None:
        """Put all cases of somebody who is gone back into the queue; their children are told that a person will come."""
        query = select(Case).where(Case.claimed_by == staff_id, Case.state == CaseState.claimed).with_for_update()
        for case in (await db.scalars(query)).all():
            case.version += 1
            act = Act(actor, "case.release", case.id, case.helpline_id, "colleague_gone")
            await self._put_back(db, case, "system/released", act)

    async def put_back_left_alone(self, db: AsyncSession, case: Case) -> None:
        """Put a case back whose person is gone; the child is told, and the program is there again."""
        case.version += 1
        await self._put_back(db, case, "system/away", Act(SYSTEM, "case.away", case.id, case.helpline_id), case.claimed_by)

    async def _put_back(self, db: AsyncSession, case: Case, mark: str, act: Act, gone: str | None = None) -> None:
        case.state, case.claimed_by, case.claimed_at, case.offered_to = CaseState.waiting, None, None, None
        await self._audit.record(db, act)
        await tell_systems(db, case, "released")
        await self._speaker(db, case, State.waiting, mark, gone=gone)

    async def give(self, db: AsyncSession, who: SignedIn, case_id: str, to: Staff) -> Case:
        """Give a claimed case to a colleague without waiting for their yes, before a pause; the child is told who comes.

        Raises:
            Conflict: the colleague holds no key that opens it.
        """
        case = await self._mine(db, who, case_id)
        if not await opens_for(db, case, to.id):
            raise Conflict("that colleague holds no key")
        case.claimed_by, case.offered_to = to.id, None
        await self._audit.record(db, who.act("case.transfer", case_id))
        await self._speaker(db, case, State.human, "system/transferred", to.name)
        unread = update(Conversation).where(Conversation.case_id == case_id).values(person_seen=0)
        await db.execute(unread.execution_options(synchronize_session=False))  # whoever comes has read nothing of it
        return case

    async def close(self, db: AsyncSession, who: SignedIn, case_id: str, outcome: Outcome, follow_up_on: date | None) -> Case:
        """End a case; the program speaks with the child again and says so."""
        case = await self._mine(db, who, case_id)
        case.state, case.closed_at, case.outcome, case.offered_to = CaseState.closed, now(), outcome, None
        case.follow_up_on, case.look_in = follow_up_on or case.follow_up_on, False
        await self._count(db, case)
        await self._audit.record(db, who.act("case.close", case_id, outcome.value))
        await tell_systems(db, case, "closed")
        await self._speaker(db, case, State.bot, "system/left")
        return case

    async def say(self, db: AsyncSession, who: SignedIn, case_id: str, text: str, key: str) -> int:
        """Send a counsellor's own words into the claimed case; the same key says them once.

        Raises:
            KeyReused: the same key with other words.
        """
        body = {"key": None, "text": text, "lang": None, "dir": "auto"}
        return await self.write(db, who, case_id, Wording("case.say", text, lambda _: body), key)

    async def write(self, db: AsyncSession, who: SignedIn, case_id: str, wording: Wording, key: str) -> int:
        """Send what is worded into the claimed case, under the counsellor's name.

        Returns:
            The place (seq) in the log.

        Raises:
            KeyReused: the same key with other words.
        """
        case, conversation = await self._in_hand(db, who, case_id)
        case.first_reply_at = case.first_reply_at or now()
        body_mac = mac(who.private.hex(), wording.of.encode())  # the same after a new sign-in
        known = await db.get(Answered, (conversation.id, key))  # after the lock: what is joined to it is older than the wait
        if known is not None:
            if known.body_mac != body_mac:
                raise KeyReused
            return known.first_seq
        body = {**wording.compose(conversation), "name": who.staff.name}
        conversation.expires_at = expires(conversation.created_at, now(), has_case=True)
        said = self._log.append(db, conversation, By.counsellor, body, in_case=True)
        seq = said.seq
        await self._audit.record(db, who.act(wording.act, case_id, digest=_digest(said.sealed)))
        db.add(Answered(conversation_id=conversation.id, key=key, body_mac=body_mac, first_seq=seq, last_seq=seq, at=now()))
        return seq

    async def note(self, db: AsyncSession, who: SignedIn, case_id: str, text: str, key: str) -> CaseNote:
        """Keep a note for staff; it never reaches the child. The same key keeps it once."""
        opened = await open_case(db, who, case_id, for_update=True)
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
        """Write down that somebody else than its counsellor reads a case, or anybody a locked one, once an hour."""
        if case.locked or case.claimed_by != who.staff.id:
            await self._audit.record_unless_lately(db, who.act("case.read", case.id), READ_AGAIN)

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
        return _to_write(who, await case_for(db, who, case_id, for_update=True))

    async def _in_hand(self, db: AsyncSession, who: SignedIn, case_id: str) -> tuple[Case, Conversation]:
        """The caller's case and its conversation, both held until the commit."""
        both = select(Case, Conversation).join(Conversation, Conversation.id == Case.conversation_id)
        query = both.where(Case.id == case_id, Case.helpline_id == who.staff.helpline_id).with_for_update()
        found = (await db.execute(query)).tuples().one_or_none()
        if found is None:
            await self._mine(db, who, case_id)
            raise Conflict("the child has erased this conversation")
        return _to_write(who, found[0]), found[1]

    async def _speaker(
        self, db: AsyncSession, case: Case, state: State, key: str, name: str | None = None, gone: str | None = None
    ) -> None:
        """Change who speaks and leave a mark in the log, put into the child's language when it is read (`speech/marks.py`).

        Args:
            name: the display name of the person that the mark is about, if it is about one.
            gone: the member of staff who left the child alone.
        """
        both = select(Conversation, Helpline.name).join(Helpline, Helpline.id == case.helpline_id)
        query = both.where(Conversation.id == case.conversation_id, Conversation.case_id == case.id)
        found = (await db.execute(query.with_for_update(of=Conversation))).tuples().one_or_none()
        if found is not None:
            conversation, helpline = found
            conversation.state = state
            mark: Body = {"key": key, "name": name, "helpline": helpline, "share": case.share}
            if state is State.waiting:
                mark["there"] = await person_there(db, case.helpline_id, gone)
            self._log.append(db, conversation, By.system, mark, in_case=True)
        self._tell(db, case)

    def _tell(self, db: AsyncSession, case: Case) -> None:
        def publish() -> None:
            self._hub.publish(f"queue:{case.helpline_id}", "changed")
            self._hub.publish(f"case:{case.id}", "changed")

        after_commit(db, publish)


def _to_write(who: SignedIn, case: Case) -> Case:
    if not may_write(case, who):
        raise Forbidden("not claimed by you")
    case.version += 1
    return case


def _digest(sealed: bytes) -> str:
    return hashlib.sha256(sealed).hexdigest()
