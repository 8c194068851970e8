"""The question box. What a pupil writes is sealed to the class session: only the holder of the host link reads it."""

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from api.chat.rules import clean
from api.classroom.models import ClassQuestion, ClassSession
from api.classroom.rooms import Room, Seat
from api.classroom.rules import QUESTION_CHARACTERS, TRIES_PER_SEAT, Phase
from api.db import Database
from api.errors import BadRequest, NotFound, NotNow, TooFast, TooLong
from api.lessons.steps import Kind
from api.live.hub import Hub
from api.vault.keys import token_key, unwrap
from api.vault.sealing import Sealer

EARS = 2  # questions that are listened to at once: the bot belongs to the children who talk
Judge = Callable[[str, str], Awaitable[bool]]  # words and locale -> whether somebody should look after this pupil first


@dataclass
class Box:
    """Takes questions and hands them to the educator.

    Args:
        judge: the risk check of a live message (api.chat), by the same bot; where it is away, every question is careful.
    """

    database: Database
    sealer: Sealer
    hub: Hub
    judge: Judge
    _ears: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(EARS))

    async def ask(self, room: Room, seat: Seat, text: str, anyway: bool) -> bool:
        """Put a question into the box.

        Returns:
            False where it is held back: it sounds as if the pupil needs somebody, and the private way is offered first.

        Raises:
            NotNow: the box is not open. TooFast: the seat's questions are used up. Empty, TooLong, NoPictures.
        """
        text = " ".join(clean(text).split())
        if len(text) > QUESTION_CHARACTERS:
            raise TooLong
        if not _is_open(room):
            raise NotNow
        if not seat.questions_left or seat.tried >= TRIES_PER_SEAT:
            raise TooFast
        seat.asked, seat.tried = seat.asked + 1, seat.tried + 1  # before anything is awaited: several may come at once
        taken = False
        try:
            async with self._ears:
                careful = await self.judge(text, seat.locale)
            if anyway or not careful:
                async with self.database.write() as db:
                    await self._put(db, room, text, careful)
                taken = True
        finally:
            seat.asked -= not taken  # held back, refused or broken off: it is not one of the seat's questions
        if taken:
            self.hub.publish(f"class:{room.row.id}:host", "box")
        return taken

    async def _put(self, db: AsyncSession, room: Room, text: str, careful: bool) -> None:
        live = select(ClassSession.id).where(ClassSession.id == room.row.id, ClassSession.ended_at.is_(None))
        if not _is_open(room) or await db.scalar(live) is None:  # it was closed, or all was deleted, while we listened
            raise NotNow
        key = str(uuid.uuid4())
        sealed = self.sealer.seal(room.row.box_public, f"class/{room.row.id}/{key}", {"text": text})
        db.add(ClassQuestion(id=key, session_id=room.row.id, sealed=sealed, careful=careful, mark=""))

    async def read(self, room: Room, host: str) -> list[dict[str, Any]]:
        """The questions, in no order of time; `host` is the token that opens them."""
        async with self.database.read() as db:
            wanted = select(ClassQuestion).where(ClassQuestion.session_id == room.row.id).order_by(ClassQuestion.id)
            rows = (await db.scalars(wanted)).all()
        private = unwrap(token_key(host), room.row.box_key)
        return [
            {
                "id": row.id, "careful": row.careful, "mark": row.mark,
                "text": self.sealer.open(private, f"class/{room.row.id}/{row.id}", row.sealed)["text"],
            }
            for row in rows
        ]  # fmt: skip

    async def count(self, room: Room) -> int:
        async with self.database.read() as db:
            counted = select(func.count()).select_from(ClassQuestion).where(ClassQuestion.session_id == room.row.id)
            return int(await db.scalar(counted) or 0)

    async def mark(self, room: Room, question_id: str, mark: str) -> None:
        """Note what becomes of a question.

        Raises:
            NotFound: not in this box.
            BadRequest: a careful question is not answered aloud.
        """
        where = (ClassQuestion.id == question_id, ClassQuestion.session_id == room.row.id)
        async with self.database.write() as db:
            careful = await db.scalar(select(ClassQuestion.careful).where(*where))
            if careful is None:
                raise NotFound
            if careful and mark == "aloud":
                raise BadRequest("careful")
            await db.execute(update(ClassQuestion).where(*where).values(mark=mark))
        self.hub.publish(f"class:{room.row.id}:host", "box")


def _is_open(room: Room) -> bool:
    if room.row.ended_at or room.row.paused:
        return False
    return any(step.kind is Kind.box and room.phase_of(step) is Phase.open for step in room.steps)
