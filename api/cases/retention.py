"""What is kept no longer: conversations without a yes after a day, closed cases after ninety (docs/threat-model.md)."""

import asyncio
from datetime import timedelta

import structlog
from sqlalchemy import delete, exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.auth.models import StaffSession
from api.auth.rules import ABSOLUTE
from api.cases.models import Case
from api.cases.rules import CaseState
from api.conversations.models import Answered, Conversation
from api.db import Database, now
from api.people.models import Invite

KEEP_CLOSED = timedelta(days=90)
KEEP_ANSWERED = timedelta(hours=24)
EVERY_SECONDS = 600.0
log = structlog.get_logger()


async def purge(db: AsyncSession) -> None:
    """Delete all that is over its time; running it twice changes nothing."""
    moment = now()
    open_case = exists(select(Case.id).where(Case.conversation_id == Conversation.id, Case.state != CaseState.closed))
    await db.execute(delete(Conversation).where(Conversation.expires_at < moment, ~open_case))
    await db.execute(delete(Case).where(Case.state == CaseState.closed, Case.closed_at < moment - KEEP_CLOSED))
    await db.execute(delete(Answered).where(Answered.at < moment - KEEP_ANSWERED))
    await db.execute(delete(Invite).where(Invite.expires_at < moment))
    await db.execute(delete(StaffSession).where(StaffSession.created_at < moment - ABSOLUTE))


async def keep_purging(database: Database) -> None:
    """The worker: purge, wait, again; a failure is logged by its class and tried again later."""
    while True:
        try:
            async with database.write() as db:
                await purge(db)
            await database.checkpoint()
        except Exception as error:  # whatever it is: the worker tries again
            log.error("retention.failed", error=type(error).__name__)
        await asyncio.sleep(EVERY_SECONDS)
