"""The worker that deletes what is over its time, the holds that stop it, and the erasure that a child asks for."""

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import structlog
from sqlalchemy import Select, and_, delete, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from api.audit.models import AuditEntry
from api.audit.rules import SYSTEM, Act
from api.audit.service import Audit
from api.auth.access import SignedIn
from api.auth.models import ClientAnswer, ClientSecret, ClientToken, Helpline, KnownBrowser, StaffSession
from api.auth.rules import ABSOLUTE, CHILD
from api.auth.throttle import KNOWN
from api.cases.access import case_for
from api.cases.models import Case, CaseGrant, CaseNote, CaseWatch, ClientGrant, EmergencyOffer
from api.cases.outgoing import tell_systems
from api.cases.rules import CaseState, Outcome
from api.casework.models import Appointment, Referral
from api.conversations.models import Answered, Conversation, Message
from api.conversations.rules import State
from api.db import Database, now
from api.errors import BadRequest, NotFound
from api.people.models import Invite
from api.retention.models import CaseHold, RetentionRun
from api.retention.rules import KEEP_ANSWERED, HoldReason, hold_fits
from api.statistics.service import count_case
from api.vault.keys import new_token, token_id

EVERY_SECONDS = 600.0
THE_RUN = 1
WORDS = (CaseGrant, CaseNote, Referral, Appointment)  # what a case holds beside its own row
COPIES = ("case.fetch", "case.primero", "case.export")  # acts after which what was passed on is elsewhere too
log = structlog.get_logger()


@dataclass(frozen=True)
class Left:
    """What is left after an erasure: a part that a hold keeps for some time, and copies that went out of Faro before."""

    is_held: bool
    is_copied: bool


async def purge(db: AsyncSession, audit: Audit) -> None:
    """Delete all that is over its time; running it twice changes nothing."""
    moment = now()
    await _end_conversations(db, moment)
    for helpline in (await db.scalars(select(Helpline))).all():
        for case in (await db.scalars(_over(helpline, moment).with_for_update(of=Case))).all():
            if not await _is_held(db, case.id):  # somebody may have held it just before it was locked here
                await _delete(db, audit, case)
    await db.execute(delete(Answered).where(Answered.at < moment - KEEP_ANSWERED))
    await db.execute(delete(EmergencyOffer).where(EmergencyOffer.until < moment))
    await db.execute(delete(CaseWatch).where(CaseWatch.seen_at < moment - KEEP_ANSWERED))
    await db.execute(delete(StaffSession).where(StaffSession.created_at < moment - ABSOLUTE))
    await db.execute(delete(ClientAnswer).where(ClientAnswer.at < moment - KEEP_ANSWERED))
    await db.execute(delete(KnownBrowser).where(KnownBrowser.seen_at < moment - KNOWN))
    for table in (ClientToken, ClientSecret, Invite):
        await db.execute(delete(table).where(table.expires_at < moment))
    await db.merge(RetentionRun(id=THE_RUN, at=moment))


async def _end_conversations(db: AsyncSession, moment: datetime) -> None:
    """Delete the conversations that are over; where a hold keeps a case, what was said in it stays with the case."""
    cases = select(Case.id).where(Case.conversation_id == Conversation.id)
    held = exists(cases.join(CaseHold, CaseHold.case_id == Case.id).where(CaseHold.until >= moment.date()))
    over = (Conversation.expires_at < moment, ~exists(cases.where(Case.state != CaseState.closed)))
    whole = select(Conversation).where(*over, held, Conversation.wrapped_key != b"").with_for_update(of=Conversation)
    for conversation in (await db.scalars(whole)).all():
        await _keep_held(db, conversation)
    await db.execute(delete(Conversation).where(*over, ~held))


async def _keep_held(db: AsyncSession, conversation: Conversation) -> None:
    """Leave of a conversation what was said inside its held cases, and a row that opens for nobody."""
    today = now().date()
    held = select(CaseHold.case_id).join(Case).where(Case.conversation_id == conversation.id, CaseHold.until >= today)
    gone = or_(Message.case_id.is_(None), Message.case_id.not_in(held))
    await db.execute(delete(Message).where(Message.conversation_id == conversation.id, gone))
    await db.execute(delete(Answered).where(Answered.conversation_id == conversation.id))
    conversation.token_hash, conversation.wrapped_key = token_id(new_token()), b""
    conversation.case_key = conversation.facts = conversation.code_id = conversation.code_wrap = None
    conversation.band = conversation.country = None
    conversation.state, conversation.expires_at = State.closed, min(conversation.expires_at, now())


def _over(helpline: Helpline, moment: datetime) -> Select[tuple[Case]]:
    """Closed cases whose time is over and that no hold keeps, and those that the child erased and whose hold has ended."""
    held = exists(select(CaseHold.case_id).where(CaseHold.case_id == Case.id, CaseHold.until >= moment.date()))
    over = Case.closed_at < moment - timedelta(days=helpline.keep_closed_days)
    return select(Case).where(Case.helpline_id == helpline.id, Case.state == CaseState.closed, ~held, or_(over, Case.locked))


async def _delete(db: AsyncSession, audit: Audit, case: Case) -> None:
    """Delete a case with all that hangs on it; the audit log keeps its id and the fingerprint of its sealed card as proof."""
    digest = hashlib.sha256(case.card).hexdigest()
    await audit.record(db, Act(SYSTEM, "case.purge", case.id, case.helpline_id, "time_over", digest))
    await db.delete(case)
    await db.flush()


async def cases_of(db: AsyncSession, conversation_id: str) -> Sequence[Case]:
    """The cases of a conversation, nobody else's until the commit. Staff take case and conversation in this order too."""
    return (await db.scalars(select(Case).where(Case.conversation_id == conversation_id).with_for_update())).all()


async def erase(db: AsyncSession, audit: Audit, conversation: Conversation) -> Left:
    """Forget a conversation and what was passed on of it; the empty cases stay for the count.

    What a hold keeps is locked, and erased on the day after the hold.
    """
    cases = await cases_of(db, conversation.id)
    left = [await _forget(db, audit, case, "case.erase") for case in cases]
    is_held = any(one.is_held for one in left)
    await (_keep_held(db, conversation) if is_held else db.delete(conversation))
    return Left(is_held, any(one.is_copied for one in left))


async def take_back(db: AsyncSession, audit: Audit, case_id: str) -> Left:
    """Forget what was passed on in one case; the conversation goes on."""
    return await _forget(db, audit, await db.get_one(Case, case_id, with_for_update=True), "case.take_back")


async def _is_held(db: AsyncSession, case_id: str) -> bool:
    kept = select(CaseHold.case_id).where(CaseHold.case_id == case_id, CaseHold.until >= now().date())
    return await db.scalar(kept) is not None


async def _forget(db: AsyncSession, audit: Audit, case: Case, action: str) -> Left:
    is_held = await _is_held(db, case.id)
    case.version += 1
    await audit.record(db, Act(CHILD, action, case.id, case.helpline_id, "held" if is_held else None))
    await tell_systems(db, case, "erased")
    was_open = case.state is not CaseState.closed
    if was_open:
        case.state, case.outcome, case.closed_at = CaseState.closed, Outcome.erased, now()
    await db.execute(update(ClientGrant).where(ClientGrant.case_id == case.id).values(sealed=None))
    if is_held:
        case.locked = True
    else:
        await _empty(db, case)
    if was_open:
        await count_case(db, case)
    copies = exists().where(AuditEntry.thing == case.id, AuditEntry.action.in_(COPIES))
    return Left(is_held, bool(await db.scalar(select(copies))))


async def _empty(db: AsyncSession, case: Case) -> None:
    for table in WORDS:
        await db.execute(delete(table).where(table.case_id == case.id))
    case.card, case.transcript, case.reasons, case.need, case.categories = b"", None, [], None, []
    case.image_nature = case.follow_up_on = None


async def hold(db: AsyncSession, audit: Audit, who: SignedIn, case_id: str, reason: HoldReason, until: date) -> None:
    """Keep a case until a day, though its time may be over before.

    Raises:
        BadRequest: a day in the past, or more than a year away.
    """
    case = await case_for(db, who, case_id, for_update=True)
    if not hold_fits(until, now().date()):
        raise BadRequest("until")
    await audit.record(db, who.act("case.hold", case.id, reason.value))
    await db.merge(CaseHold(case_id=case.id, staff_id=who.staff.id, reason=reason, until=until))


async def let_go(db: AsyncSession, audit: Audit, who: SignedIn, case_id: str) -> None:
    """End a hold; what a child has erased meanwhile goes with the next round of the worker.

    Raises:
        NotFound: the case is not held.
    """
    case = await case_for(db, who, case_id, for_update=True)
    held = await db.get(CaseHold, case.id)
    if held is None:
        raise NotFound
    await audit.record(db, who.act("case.let_go", case.id))
    await db.delete(held)


async def keep_closed(db: AsyncSession, audit: Audit, who: SignedIn, days: int) -> None:
    """Set how long the helpline keeps closed cases; those that are closed already go by it too."""
    helpline = await db.get_one(Helpline, who.staff.helpline_id, with_for_update={"key_share": True})
    helpline.keep_closed_days = days
    await audit.record(db, who.act("retention.set", helpline.id, f"{days} days"))


async def rows_left(db: AsyncSession, case_id: str) -> int:
    """How many rows with words still belong to a case: the proof after a deletion is that there are none."""
    full = select(func.count()).select_from(Case).where(Case.id == case_id, Case.card != b"")
    counts = [await db.scalar(full)]
    counts += [await db.scalar(select(func.count()).select_from(t).where(t.case_id == case_id)) for t in WORDS]
    return sum(count or 0 for count in counts)


async def deletions(db: AsyncSession, helpline_id: str, most: int) -> list[AuditEntry]:
    """The newest deletions and erasures of a helpline, as the audit log keeps them."""
    query = select(AuditEntry).where(
        and_(AuditEntry.helpline_id == helpline_id, AuditEntry.action.in_(("case.purge", "case.erase", "case.take_back")))
    )
    return list((await db.scalars(query.order_by(AuditEntry.seq.desc()).limit(most))).all())


async def keep_purging(database: Database, audit: Audit) -> None:
    """The worker: purge, wait, again; a failure is logged by its class and tried again later."""
    while True:
        try:
            async with database.write() as db:
                await purge(db, audit)
            await database.checkpoint()
        except Exception as error:  # whatever it is: the worker tries again
            log.error("retention.failed", error=type(error).__name__)
        await asyncio.sleep(EVERY_SECONDS)
