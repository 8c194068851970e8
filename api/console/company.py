"""Nobody is left alone with a person who is gone: such a case goes back into the queue, and the child is told."""

import asyncio
from datetime import datetime

import structlog
from sqlalchemy import ScalarSelect, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.auth.models import StaffSession
from api.cases.models import Case
from api.cases.rules import CaseState, is_left_alone
from api.cases.service import Desk
from api.conversations.models import Conversation, Message
from api.conversations.rules import By, State
from api.db import Database, now

EVERY_SECONDS = 30.0
Row = tuple[Case, datetime | None, By | None, datetime | None, datetime | None]
log = structlog.get_logger()


async def left_alone(db: AsyncSession) -> list[Case]:
    """The cases whose child sits with somebody who is gone (`rules.is_left_alone`)."""
    last_seen = select(func.max(StaffSession.seen_at)).where(StaffSession.staff_id == Case.claimed_by).scalar_subquery()
    last_said = (
        select(Message.by).where(Message.case_id == Case.id, Message.by.in_((By.child, By.counsellor)))
        .order_by(Message.seq.desc()).limit(1).scalar_subquery()
    )  # fmt: skip
    query = (
        select(Case, last_seen, last_said, *_unread())
        .join(Conversation, Conversation.case_id == Case.id)
        .where(Case.state == CaseState.claimed, Conversation.state == State.human)
    )
    rows: list[Row] = [row.tuple() for row in (await db.execute(query)).all()]
    return [
        case for case, seen_at, said, asked, came in rows
        if is_left_alone(seen_at, said != By.counsellor, now(), max(asked, came or asked) if asked else None)
    ]  # fmt: skip


def _unread() -> tuple[ScalarSelect[datetime], ScalarSelect[datetime]]:
    """When the child wrote what the person has neither answered nor seen, and when the person came, told by the last mark."""
    mine = Message.case_id == Case.id
    answered = select(func.max(Message.seq)).where(mine, Message.by == By.counsellor).correlate(Case).scalar_subquery()
    new = (Message.seq > func.coalesce(answered, 0), Message.seq > Conversation.person_seen)
    asked = select(func.min(Message.at)).where(mine, Message.by == By.child, *new).correlate(Case, Conversation)
    came = select(func.max(Message.at)).where(mine, Message.by == By.system).correlate(Case)
    return asked.scalar_subquery(), came.scalar_subquery()


async def look_after(desk: Desk, database: Database) -> None:
    """Put back every case that was left alone; the writer's place is taken only where there is one."""
    async with database.read() as db:
        found = [case.id for case in await left_alone(db)]
    for case_id in found:
        async with database.write() as db:
            await db.get(Case, case_id, with_for_update=True)
            for case in await left_alone(db):  # again, under the lock: an answer or a close may have come between
                if case.id == case_id:
                    await desk.put_back_left_alone(db, case)


async def keep_company(desk: Desk, database: Database) -> None:
    """The worker: look after, wait, again; a failure is logged by its class and tried again later."""
    while True:
        try:
            await look_after(desk, database)
        except Exception as error:  # whatever it is: the worker tries again
            log.error("company.failed", error=type(error).__name__)
        await asyncio.sleep(EVERY_SECONDS)
