"""Tables of the classroom. No table has a name, a seat, an address or a time finer than the day in it, but the session's own."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from api.classroom.rules import Pace, Phase
from api.db import Base, UtcTime


class ClassSession(Base):
    """A lesson with a class. `box_key` opens the question box and is wrapped for the holder of the host link."""

    __tablename__ = "class_session"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    code: Mapped[str | None] = mapped_column(String(7), unique=True)  # none once it is over
    host_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    screen_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    lesson: Mapped[str] = mapped_column(String(40))
    locale: Mapped[str] = mapped_column(String(8))
    country: Mapped[str | None] = mapped_column(String(2))
    pace: Mapped[Pace] = mapped_column()
    seats: Mapped[int] = mapped_column()
    step: Mapped[str] = mapped_column(String(31))
    phase: Mapped[Phase] = mapped_column()
    closed: Mapped[str] = mapped_column(String(1000), default="")  # keys of the steps whose results are opened, with spaces
    locked: Mapped[bool] = mapped_column(default=False)
    paused: Mapped[bool] = mapped_column(default=False)
    box_public: Mapped[bytes] = mapped_column(LargeBinary(32))
    box_key: Mapped[bytes] = mapped_column(LargeBinary)
    keep_longer: Mapped[bool] = mapped_column(default=False)  # the questions, for the next lesson
    created_at: Mapped[datetime] = mapped_column(UtcTime, index=True)
    ended_at: Mapped[datetime | None] = mapped_column(UtcTime)


class ClassCount(Base):
    """How many answered what, written when a step is closed: not by language, not by seat."""

    __tablename__ = "class_count"

    session_id: Mapped[str] = mapped_column(ForeignKey("class_session.id", ondelete="CASCADE"), primary_key=True)
    item: Mapped[str] = mapped_column(String(31), primary_key=True)
    option: Mapped[str] = mapped_column(String(31), primary_key=True)
    answers: Mapped[int] = mapped_column()


class ClassQuestion(Base):
    """A question of the box, sealed to the class session. `id` is random, and the list is sorted by it: no order, no time."""

    __tablename__ = "class_question"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    session_id: Mapped[str] = mapped_column(ForeignKey("class_session.id", ondelete="CASCADE"), index=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    careful: Mapped[bool] = mapped_column()  # not to be read aloud: the safeguarding steps come first
    mark: Mapped[str] = mapped_column(String(8), default="")  # aloud, next, not_here


class ClassNotice(Base):
    """Tells a helpline that a lesson is on: its country, hour, band and rounded size, and no school."""

    __tablename__ = "class_notice"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    country: Mapped[str] = mapped_column(String(2), index=True)
    day: Mapped[date] = mapped_column(index=True)
    hour: Mapped[int] = mapped_column()  # UTC
    band: Mapped[str] = mapped_column(String(8))
    size: Mapped[int] = mapped_column()
