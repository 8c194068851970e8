"""How long what is kept of a class: seats as long as the lesson, questions a day, counts a month, notices a day."""

import asyncio
from datetime import datetime, timedelta

import structlog
from sqlalchemy import delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from api.classroom.models import ClassNotice, ClassQuestion, ClassSession
from api.classroom.rules import KEEP_COUNTS, KEEP_QUESTIONS, KEEP_QUESTIONS_LONG, LIFE
from api.classroom.service import Classroom
from api.db import now

EVERY_SECONDS = 600.0
log = structlog.get_logger()


async def keep_wiping(classroom: Classroom) -> None:
    """End what nobody ended and delete what is over its time, until cancelled."""
    while True:
        try:
            await wipe(classroom, now())
        except Exception as error:  # the next round may go well; without a worker nothing would be deleted any more
            log.warning("classroom.not_wiped", error=type(error).__name__)
        await asyncio.sleep(EVERY_SECONDS)


async def wipe(classroom: Classroom, moment: datetime) -> None:
    """Running it twice changes nothing."""
    async with classroom.database.read() as db:
        left = select(ClassSession.id).where(ClassSession.ended_at.is_(None), ClassSession.created_at < moment - LIFE)
        forgotten = (await db.scalars(left)).all()
    for session_id in forgotten:
        try:
            await _end(classroom, session_id, moment)
        except Exception as error:  # one that does not end must not keep the others' words longer
            log.warning("classroom.not_ended", error=type(error).__name__)
    async with classroom.database.write() as db:
        await _delete(db, moment)
    for room in [room for room in classroom.rooms.values() if room.row.ended_at]:
        del classroom.rooms[room.row.id]  # whoever still holds its link finds it in the database


async def _end(classroom: Classroom, session_id: str, moment: datetime) -> None:
    """End one that nobody ended, whether its lesson is still there or not."""
    room = classroom.rooms.get(session_id) or await classroom.find(ClassSession.id == session_id)
    if room is not None:
        await classroom.end(room, wipe=False)
        return
    async with classroom.database.write() as db:
        await db.execute(update(ClassSession).where(ClassSession.id == session_id).values(ended_at=moment, code=None))


async def _delete(db: AsyncSession, moment: datetime) -> None:
    over = or_(
        ClassSession.ended_at < moment - KEEP_QUESTIONS_LONG,
        (ClassSession.ended_at < moment - KEEP_QUESTIONS) & ~ClassSession.keep_longer,
    )
    await db.execute(delete(ClassQuestion).where(ClassQuestion.session_id.in_(select(ClassSession.id).where(over))))
    await db.execute(delete(ClassSession).where(ClassSession.created_at < moment - KEEP_COUNTS))
    await db.execute(delete(ClassNotice).where(ClassNotice.day < (moment - timedelta(days=1)).date()))
