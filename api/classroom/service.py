"""Class sessions: opening, joining, moving on, answering, ending. Rows are written when the educator acts, not at each answer."""

import hashlib
import hmac
import secrets
import uuid
from collections import Counter
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from api.classroom.limits import Limits
from api.classroom.models import ClassCount, ClassNotice, ClassQuestion, ClassSession
from api.classroom.rooms import Room, Seat
from api.classroom.rules import CODE_DIGITS, Pace, Phase, digits_of, first_phase
from api.classroom.schemas import Open
from api.db import Database, now
from api.errors import BadRequest, ClassUnknown, GateClosed, NotNow, NotSignedIn, Trouble
from api.lessons.shape import Lesson
from api.lessons.steps import GATE, Kind, Step
from api.live.hub import Hub
from api.teaching.shelf import Shelf
from api.vault.keys import new_token, token_id, token_key, wrap
from api.vault.sealing import new_pair

ROUNDED_TO = 10  # pupils, in what a helpline is told
CHANGING = ("step", "phase", "closed", "locked", "paused", "keep_longer", "seats", "code", "created_at", "ended_at")
TRIES = 20  # for a code that nobody uses


@dataclass(frozen=True)
class Opened:
    """What the educator gets once: the tokens are kept nowhere else."""

    room: Room
    host: str
    screen: str


@dataclass
class Classroom:
    """The class sessions of this installation.

    Args:
        seat_key: 32 bytes; a seat's token is signed with it, so that a seat outlives a restart.
    """

    database: Database
    shelf: Shelf
    hub: Hub
    seat_key: bytes
    limits: Limits
    rooms: dict[str, Room] = field(default_factory=dict)

    async def open(self, wanted: Open) -> Opened:
        """Open a class session.

        Raises:
            GateClosed: the safeguarding notice is not ticked as a whole.
            LessonClosed, NotFound: the lesson can't be opened in this language.
        """
        if set(wanted.checklist) != set(GATE):
            raise GateClosed
        self.shelf.lesson(wanted.lesson, wanted.locale)
        host, screen, pair = new_token(), new_token(), new_pair()
        room = Room.of(
            ClassSession(
                id=str(uuid.uuid4()), host_hash=token_id(host), screen_hash=token_id(screen), lesson=wanted.lesson,
                locale=wanted.locale, country=wanted.country, pace=wanted.pace, seats=wanted.seats, step="door",
                phase=Phase.open, closed="", locked=False, paused=False, keep_longer=False, box_public=pair.public,
                box_key=wrap(token_key(host), pair.private), created_at=now(), ended_at=None,
            ),
            self._source(wanted.lesson),
        )  # fmt: skip
        async with self.database.write() as db:
            room.row.code = await self._free_code(db) if wanted.pace is not Pace.one else None
            db.add(_copied(room.row))
            if wanted.notify and wanted.country:
                db.add(_notice(room, wanted.country))
        self.rooms[room.row.id] = room
        return Opened(room, host, screen)

    async def _free_code(self, db: AsyncSession) -> str:
        for _ in range(TRIES):
            code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"
            if await db.scalar(select(ClassSession.id).where(ClassSession.code == code)) is None:
                return code
        raise Trouble

    def _source(self, lesson_id: str) -> Lesson:
        lesson = self.shelf.source(lesson_id)
        if lesson is None:
            raise ClassUnknown
        return lesson

    async def join(self, typed: str, locale: str, page: str = "") -> tuple[Room, str, Seat]:
        """Take a seat; `page` is what the page that asks calls itself, for the limit of wrong codes.

        Raises:
            ClassUnknown: no such code, or the class is over, full, locked or without devices; alike for all.
            TooFast: this page has tried too often.
        """
        await self.limits.may_try(page)
        code = digits_of(typed)
        room = next((r for r in self.rooms.values() if code and r.row.code == code), None)
        room = room or (await self.find(ClassSession.code == code) if code else None)
        if room is None or not room.takes(now()):
            await self.limits.was_wrong(page)
            raise ClassUnknown
        seat_id = secrets.token_urlsafe(12)
        seat = room.sit(seat_id, locale)
        self.counted(room, "host", "screen")
        return room, f"{room.row.id}.{seat_id}.{self._sign(room.row.id, seat_id)}", seat

    def _sign(self, room_id: str, seat_id: str) -> str:
        return hmac.new(self.seat_key, f"{room_id}.{seat_id}".encode(), hashlib.sha256).hexdigest()[:32]

    async def seat(self, token: str, locale: str | None = None) -> tuple[Room, Seat]:
        """The seat of a token; a refresh, a new language and a restart of Faro keep it.

        Raises:
            NotSignedIn: not a seat of ours, or its class session is gone.
        """
        room_id, _, rest = token.partition(".")
        seat_id, _, signature = rest.partition(".")
        if not hmac.compare_digest(signature.encode(), self._sign(room_id, seat_id).encode()):
            raise NotSignedIn
        room = self.rooms.get(room_id) or await self.find(ClassSession.id == room_id)
        if room is None:
            raise NotSignedIn
        seat = room.sit(seat_id, locale or room.row.locale) if not room.row.ended_at else Seat(locale or room.row.locale)
        seat.locale = locale or seat.locale
        return room, seat

    async def host(self, token: str) -> Room:
        """Raises NotSignedIn: this is no host link."""
        return await self._by_token(token, "host_hash")

    async def screen(self, token: str) -> Room:
        """Raises NotSignedIn: this is no projector's link."""
        return await self._by_token(token, "screen_hash")

    async def _by_token(self, token: str, name: str) -> Room:
        known = token_id(token)
        room = next((r for r in self.rooms.values() if getattr(r.row, name) == known), None)
        room = room or await self.find(getattr(ClassSession, name) == known)
        if room is None or not token:
            raise NotSignedIn
        return room

    async def find(self, where: ColumnElement[bool]) -> Room | None:
        """A class session that this process may not know yet, as after a restart."""
        async with self.database.read() as db:
            row = await db.scalar(select(ClassSession).where(where))
            if row is None or self.shelf.source(row.lesson) is None:
                return None
            counts = (await db.scalars(select(ClassCount).where(ClassCount.session_id == row.id))).all()
            room = Room.of(_copied(row), self._source(row.lesson), counts)
        return self.rooms.setdefault(room.row.id, room)

    async def go(self, room: Room, key: str) -> None:
        """Move the class to a step; the one before is closed and counted, and the door behind the rules is locked.

        Raises:
            NotNow: the lesson is over.
        """
        step, before = room.step(key), room.at
        room.only_live()
        if room.row.pace is not Pace.own and before.key != key and before.items:  # a question box opens again
            room.close(before)
        room.card, room.row.step = None, key
        room.row.phase = Phase.closed if key in room.closed() else first_phase(step)
        room.row.locked = room.row.locked or step.kind not in (Kind.door, Kind.rules)
        await self._save(room, before)

    async def turn(self, room: Room, key: str, phase: Phase) -> None:
        """Open a step for answers, or close it: then it is counted, and what may be shown of it is shown.

        What was counted is opened by `again` alone; a step that only one writes or talks in is opened and closed at will.
        """
        step = room.step(key)
        room.only_live()
        if phase is Phase.closed:
            room.close(step)
        elif key not in room.closed() or not step.items:
            room.mark_open(step)
        await self._save(room, step)

    async def again(self, room: Room, key: str) -> None:
        """A second vote: the first one's counts are gone."""
        step = room.step(key)
        room.only_live()
        room.forget(step)
        room.mark_open(step)
        await self._save(room, step)

    async def hands(self, room: Room, item_id: str, counts: dict[str, int]) -> None:
        """Raised hands that the educator counted, where the class has one device.

        Raises:
            NotNow: this class answers on its own devices, or the lesson is over.
            BadRequest: not the item's options, or more hands than the class has.
        """
        step, item = room.item(item_id)
        room.only_live()
        if room.row.pace is not Pace.one:
            raise NotNow
        given = max(counts.values()) if item.several else sum(counts.values())
        if not set(counts) <= set(item.options) or given > room.row.seats:
            raise BadRequest("counts")
        room.counts[item.id] = Counter({**counts, "answers": given})
        room.mark_closed(step)
        await self._save(room, step)

    async def show(self, room: Room, card: str | None) -> None:
        """Put a prompt or a reviewed answer on the projector, or take it away."""
        room.only_live()
        room.card = card
        await self._save(room)

    async def set(self, room: Room, **changes: bool) -> None:
        """Lock or unlock the door, pause or go on."""
        room.only_live()
        for name, value in changes.items():
            setattr(room.row, name, value)
        if changes.get("locked") is False:
            room.let_in(now())
        await self._save(room)

    async def keep_longer(self, room: Room) -> None:
        """Keep the questions for the next lesson."""
        room.row.keep_longer = True
        await self._save(room)

    async def end(self, room: Room, wipe: bool) -> None:
        """End the class session: seats and answers are gone at once; counts stay for a month, unless all is wiped.

        From the first line on nothing is taken any more, and what is kept no longer says at which minute the lesson was.
        """
        if not room.row.ended_at:
            for step in room.steps:
                room.close(step)
            room.row.ended_at = now().replace(minute=0, second=0, microsecond=0)
            room.row.created_at = room.row.created_at.replace(hour=0, minute=0, second=0, microsecond=0)
            room.row.code, room.row.paused = None, False
        room.seats.clear()
        await self._save(room, *room.steps, forget_questions=wipe)

    async def erase(self, room: Room) -> None:
        """Delete the counts too."""
        await self.end(room, wipe=True)
        async with self.database.write() as db:
            await db.execute(delete(ClassSession).where(ClassSession.id == room.row.id))
        self.rooms.pop(room.row.id, None)

    async def _save(self, room: Room, *steps: Step, forget_questions: bool = False) -> None:
        """Write what changed, and tell every screen: also when the database is away, because the class goes by this process."""
        try:
            async with self.database.write() as db:
                values = {name: getattr(room.row, name) for name in CHANGING}
                await db.execute(update(ClassSession).where(ClassSession.id == room.row.id).values(**values))
                for step in steps:
                    await _keep_counts(db, room, step)
                if forget_questions:
                    await db.execute(delete(ClassQuestion).where(ClassQuestion.session_id == room.row.id))
        finally:
            room.changed()
            for role in ("seat", "screen", "host"):
                self.hub.publish(f"class:{room.row.id}:{role}", "state")

    def counted(self, room: Room, *roles: str) -> None:
        """Tell educator or projector that there is one answer or one pupil more."""
        for role in roles:
            self.hub.publish(f"class:{room.row.id}:{role}", "count")


async def _keep_counts(db: AsyncSession, room: Room, step: Step) -> None:
    """The counts of a step as they are now: an option that nobody chose any more has no row."""
    ids = [item.id for item in step.items]
    await db.execute(delete(ClassCount).where(ClassCount.session_id == room.row.id, ClassCount.item.in_(ids)))
    for item in ids:
        for option, answers in room.counts.get(item, {}).items():
            db.add(ClassCount(session_id=room.row.id, item=item, option=option, answers=answers))


def _copied(row: ClassSession) -> ClassSession:
    """A row that belongs to no database session."""
    return ClassSession(**{column.key: getattr(row, column.key) for column in ClassSession.__table__.columns})


def _notice(room: Room, country: str) -> ClassNotice:
    at, size = room.row.created_at, max(ROUNDED_TO, round(room.row.seats / ROUNDED_TO) * ROUNDED_TO)
    return ClassNotice(
        id=str(uuid.uuid4()), country=country, day=at.date(), hour=at.hour, band=room.lesson.band, size=size
    )  # fmt: skip
