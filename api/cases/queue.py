"""The queue, who is there to take a case from it, and what a counsellor has not read yet."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Exists, Select, String, and_, cast, exists, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased, defer

from api.auth.access import SignedIn
from api.auth.models import Staff, StaffSession, TeamGrant, TeamKey
from api.auth.rules import READERS
from api.cases.models import Case
from api.cases.rules import STAFF_SEEN, CaseState, Category, Risk, number_of
from api.conversations.models import Conversation, Message
from api.conversations.rules import By
from api.db import now
from api.helplines.rules import is_open
from api.helplines.service import reach_of

PAGE = 50
HOLDER, ASKED = aliased(Staff), aliased(Staff)  # whose case it is, and who is asked to take it over


@dataclass(frozen=True)
class Queue:
    """What the queue is narrowed to."""

    state: CaseState | None = None
    risk: Risk | None = None
    locale: str | None = None
    number: str | None = None
    category: Category | None = None
    cursor: tuple[int, datetime, str] | None = None


class Listed(NamedTuple):
    """A case in the queue, the names of its counsellor and of who is asked to take it over, and what is new in it."""

    case: Case
    holder: str | None
    asked: str | None
    unread: bool


async def queue(db: AsyncSession, who: SignedIn, wanted: Queue) -> list[Listed]:
    """Cases of the caller's helpline, most severe first, then who waited longest; one more than a page holds."""
    query = (
        select(Case, HOLDER.name, ASKED.name, _unread())
        .outerjoin(HOLDER, HOLDER.id == Case.claimed_by)
        .outerjoin(ASKED, ASKED.id == Case.offered_to)
        .where(Case.helpline_id == who.staff.helpline_id)
        .options(*(defer(sealed, raiseload=True) for sealed in (Case.card, Case.transcript)))  # may be long, and stay shut here
    )
    for column, value in ((Case.state, wanted.state), (Case.risk, wanted.risk), (Case.locale, wanted.locale)):
        if value is not None:
            query = query.where(column == value)
    if wanted.number is not None:
        query = query.where(Case.number.startswith(number_of(wanted.number), autoescape=True))
    if wanted.category is not None:
        filed = cast(Case.categories, String).contains(f'"{wanted.category.value}"', autoescape=True)
        query = query.where(filed, ~Case.locked)  # what a child has erased is not told by its category either
    if wanted.cursor is not None:
        rank, created, case_id = wanted.cursor
        query = query.where(tuple_(-Case.risk_rank, Case.created_at, Case.id) > (-rank, created, case_id))
    ordered = query.order_by(Case.risk_rank.desc(), Case.created_at, Case.id).limit(PAGE + 1)
    return [Listed(*found) for found in (await db.execute(ordered)).tuples()]


def _unread() -> ColumnElement[bool]:
    """Whether a claimed case holds a child's message that its counsellor's page has not shown yet."""
    newer = exists().where(
        Conversation.id == Case.conversation_id, Conversation.case_id == Case.id, Message.conversation_id == Conversation.id,
        Message.case_id == Case.id, Message.by == By.child, Message.seq > Conversation.person_seen,
    )  # fmt: skip
    return and_(Case.state == CaseState.claimed, newer)


async def staff_there(db: AsyncSession, helpline_id: str, but: str | None = None) -> int:
    """How many counsellors and supervisors of a helpline have looked at the console a moment ago and are not on a pause.

    Args:
        but: a member who does not count.
    """
    there = present().where(Staff.helpline_id == helpline_id, Staff.id != (but or "")).subquery()
    return await db.scalar(select(func.count()).select_from(there)) or 0


async def person_there(db: AsyncSession, helpline_id: str, but: str | None = None) -> bool:
    """Whether a child may be told that a person was asked to come: somebody is there, and the helpline is not closed.

    Whoever has just left the child alone (`but`) is nobody to be asked, though their console may still be open.
    """
    reach = await reach_of(db, helpline_id)
    return is_open(reach.hours, now()) is not False and await staff_there(db, helpline_id, but) > 0


def present() -> Select[tuple[Staff]]:
    """Counsellors and supervisors who could take a case now: at the console, not on a pause, with the key that opens it."""
    lately = select(StaffSession.staff_id).where(StaffSession.seen_at > now() - STAFF_SEEN)
    return select(Staff).where(
        Staff.role.in_(READERS), Staff.active, Staff.paused_at.is_(None), Staff.id.in_(lately), _holds_key()
    )


def _holds_key() -> Exists:
    """Whoever waits for the team key opens no new case, and counts for no child as somebody who is here."""
    newest = select(TeamKey.id).where(TeamKey.helpline_id == Staff.helpline_id).order_by(TeamKey.version.desc()).limit(1)
    newest_id = newest.correlate(Staff).scalar_subquery()
    return exists().where(TeamGrant.staff_id == Staff.id, TeamGrant.team_key_id == newest_id)


async def claimed_by(db: AsyncSession, who: SignedIn) -> list[str]:
    """The ids of the caller's own open cases."""
    mine = select(Case.id).where(Case.claimed_by == who.staff.id, Case.state == CaseState.claimed)
    return list((await db.scalars(mine)).all())


async def colleagues(db: AsyncSession, who: SignedIn) -> list[tuple[Staff, bool]]:
    """Who else of the caller's helpline can read new cases, and whether they are at the console; those who are, first."""
    query = select(Staff).where(Staff.helpline_id == who.staff.helpline_id, Staff.active, Staff.role.in_(READERS), _holds_key())
    others = (await db.scalars(query.where(Staff.id != who.staff.id).order_by(Staff.name))).all()
    there = {staff.id for staff in await db.scalars(present())}
    return sorted(((staff, staff.id in there) for staff in others), key=lambda one: not one[1])
