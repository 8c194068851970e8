"""How long what is kept of a class: seats as long as the lesson, questions a day, counts a month, notices a day."""

import asyncio
from datetime import datetime, timedelta

import structlog
from sqlalchemy import delete, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.classroom.models import ClassNotice, ClassQuestion, ClassSession
from api.classroom.rules import KEEP_COUNTS, KEEP_QUESTIONS, KEEP_QUESTIONS_LONG, LIFE
from api.classroom.service import Classroom
from api.db import now
from api.errors import FaroError

EVERY_SECONDS = 600.0
log = structlog.get_logger()


async def keep_wiping(classroom: Classroom) -> None:
    """End what nobody ended and delete what is over its time, until cancelled."""
    while True:
        try:
            await wipe(classroom, now())
        except FaroError as error:
            log.warning("classroom.not_wiped", error=type(error).__name__)
        await asyncio.sleep(EVERY_SECONDS)


async def wipe(classroom: Classroom, moment: datetime) -> None:
    """Running it twice changes nothing."""
    async with classroom.database.read() as db:
        left = select(ClassSession.host_hash).where(ClassSession.ended_at.is_(None), ClassSession.created_at < moment - LIFE)
        forgotten = (await db.scalars(left)).all()
    for host_hash in forgotten:
        room = await classroom.find(ClassSession.host_hash == host_hash)
        if room is not None:
            await classroom.end(room, wipe=False)
    async with classroom.database.write() as db:
        await _delete(db, moment)
    for room in [r for r in classroom.rooms.values() if r.row.ended_at and r.row.ended_at < moment - KEEP_QUESTIONS]:
        del classroom.rooms[room.row.id]


async def _delete(db: AsyncSession, moment: datetime) -> None:
    over = or_(
        ClassSession.ended_at < moment - KEEP_QUESTIONS_LONG,
        (ClassSession.ended_at < moment - KEEP_QUESTIONS) & ~ClassSession.keep_longer,
    )
    await db.execute(delete(ClassQuestion).where(ClassQuestion.session_id.in_(select(ClassSession.id).where(over))))
    await db.execute(delete(ClassSession).where(ClassSession.created_at < moment - KEEP_COUNTS))
    await db.execute(delete(ClassNotice).where(ClassNotice.day < (moment - timedelta(days=1)).date()))
