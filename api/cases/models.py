"""Tables of the case. In the clear stands what orders the queue and nothing that was typed (docs/threat-model.md)."""

from datetime import datetime

from sqlalchemy import JSON, Enum, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from api.cases.rules import CaseState, Emergency, Outcome, Risk, Verdict
from api.db import Base, UtcTime


class Case(Base):
    """A child asked for a person. `card` and `transcript` are sealed to `public_key`."""

    __tablename__ = "case"
    __table_args__ = (
        Index("case_queue", "helpline_id", "state", "risk_rank", "created_at"),
        UniqueConstraint("helpline_id", "number"),
        UniqueConstraint("conversation_id", "handoff_key"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    number: Mapped[str] = mapped_column(String(9))
    helpline_id: Mapped[str] = mapped_column(ForeignKey("helpline.id"))
    conversation_id: Mapped[str] = mapped_column(String(36), index=True)
    handoff_key: Mapped[str] = mapped_column(String(64))
    body_mac: Mapped[bytes] = mapped_column(LargeBinary(32))
    state: Mapped[CaseState] = mapped_column(default=CaseState.waiting)
    risk: Mapped[Risk] = mapped_column()
    risk_rank: Mapped[int]
    reasons: Mapped[list[str]] = mapped_column(JSON)
    need: Mapped[str | None] = mapped_column(String(40))
    share: Mapped[str] = mapped_column(String(10))
    locale: Mapped[str] = mapped_column(String(8))
    band: Mapped[str | None] = mapped_column(String(8))
    country: Mapped[str | None] = mapped_column(String(2))
    public_key: Mapped[bytes] = mapped_column(LargeBinary(32))
    card: Mapped[bytes] = mapped_column(LargeBinary)
    transcript: Mapped[bytes | None] = mapped_column(LargeBinary)
    consent: Mapped[str] = mapped_column(String(40))
    claimed_by: Mapped[str | None] = mapped_column(ForeignKey("staff.id"))
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    claimed_at: Mapped[datetime | None] = mapped_column(UtcTime)
    first_reply_at: Mapped[datetime | None] = mapped_column(UtcTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcTime)
    outcome: Mapped[Outcome | None] = mapped_column()
    version: Mapped[int] = mapped_column(default=1)


class CaseGrant(Base):
    """The case's private key, sealed to a team key: this row is the child's yes; without it no staff key opens a word."""

    __tablename__ = "case_grant"

    case_id: Mapped[str] = mapped_column(ForeignKey("case.id", ondelete="CASCADE"), primary_key=True)
    team_key_id: Mapped[str] = mapped_column(ForeignKey("team_key.id"), primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class CaseNote(Base):
    """What staff write for staff; sealed like the rest."""

    __tablename__ = "case_note"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("case.id", ondelete="CASCADE"), index=True)
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime] = mapped_column(UtcTime)


class BreakGlass(Base):
    """A counsellor opened a colleague's case in an emergency. Why, in words, is a note of the case with the same id."""

    __tablename__ = "break_glass"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("case.id", ondelete="CASCADE"), index=True)
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    reason: Mapped[Emergency] = mapped_column(Enum(Emergency, native_enum=False, length=20))
    opened_at: Mapped[datetime] = mapped_column(UtcTime)
    until: Mapped[datetime] = mapped_column(UtcTime)
    reviewed_by: Mapped[str | None] = mapped_column(ForeignKey("staff.id"))
    reviewed_at: Mapped[datetime | None] = mapped_column(UtcTime)
    verdict: Mapped[Verdict | None] = mapped_column()
