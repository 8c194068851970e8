"""Tables of the case. In the clear stands what orders the queue and nothing that was typed (docs/threat-model.md)."""

from datetime import date, datetime

from sqlalchemy import JSON, Enum, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from api.cases.rules import CaseState, ImageNature, OpeningReason, Outcome, Reported, Risk, Verdict
from api.db import Base, UtcTime, now


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
    first_claimed_at: Mapped[datetime | None] = mapped_column(UtcTime)  # a release does not take it back
    ahead: Mapped[int | None]  # what the case met at the handoff: how many waited before it, and how many staff were there
    present: Mapped[int | None]
    out_of_hours: Mapped[bool] = mapped_column(default=False)
    first_reply_at: Mapped[datetime | None] = mapped_column(UtcTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcTime)
    outcome: Mapped[Outcome | None] = mapped_column()
    offered_to: Mapped[str | None] = mapped_column(ForeignKey("staff.id"))  # a transfer that waits for its yes
    look_in: Mapped[bool] = mapped_column(default=False)  # a supervisor is asked to look in
    locked: Mapped[bool] = mapped_column(default=False)  # the child has erased it while a hold keeps it
    categories: Mapped[list[str]] = mapped_column(JSON, default=list)
    image_nature: Mapped[ImageNature | None] = mapped_column()
    follow_up_on: Mapped[date | None] = mapped_column()
    version: Mapped[int] = mapped_column(default=1)
    updated_at: Mapped[datetime] = mapped_column(UtcTime, default=now, onupdate=now)


class CaseWatch(Base):
    """Somebody beside its counsellor has the case open; old marks mean nothing and are purged."""

    __tablename__ = "case_watch"

    case_id: Mapped[str] = mapped_column(ForeignKey("case.id", ondelete="CASCADE"), primary_key=True)
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    seen_at: Mapped[datetime] = mapped_column(UtcTime)


class CaseGrant(Base):
    """The case's private key, sealed to a team key: this row is the child's yes; without it no staff key opens a word."""

    __tablename__ = "case_grant"

    case_id: Mapped[str] = mapped_column(ForeignKey("case.id", ondelete="CASCADE"), primary_key=True)
    team_key_id: Mapped[str] = mapped_column(ForeignKey("team_key.id"), primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class ClientGrant(Base):
    """The case's private key, sealed to a helpline's own system, and what that system reports back.

    Without a row the case does not exist for the client. After an erasure the row stays without `sealed`, so that the
    client learns that its copy must go too.
    """

    __tablename__ = "client_grant"

    case_id: Mapped[str] = mapped_column(ForeignKey("case.id", ondelete="CASCADE"), primary_key=True)
    client_id: Mapped[str] = mapped_column(ForeignKey("client.id"), primary_key=True)
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    reference: Mapped[str | None] = mapped_column(String(64))
    reported: Mapped[Reported | None] = mapped_column()
    reported_at: Mapped[datetime | None] = mapped_column(UtcTime)
    version: Mapped[int] = mapped_column(default=1)


class EmergencyOffer(Base):
    """Somewhere a child in an emergency is offered a person at once. It leads to no conversation: only the child's sealed
    facts know its id."""

    __tablename__ = "emergency_offer"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    helpline_id: Mapped[str] = mapped_column(ForeignKey("helpline.id"), index=True)
    locale: Mapped[str] = mapped_column(String(8))
    country: Mapped[str | None] = mapped_column(String(2))
    since: Mapped[datetime] = mapped_column(UtcTime)
    until: Mapped[datetime] = mapped_column(UtcTime)


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
    reason: Mapped[OpeningReason] = mapped_column(Enum(OpeningReason, native_enum=False, length=20))
    opened_at: Mapped[datetime] = mapped_column(UtcTime)
    until: Mapped[datetime] = mapped_column(UtcTime)
    reviewed_by: Mapped[str | None] = mapped_column(ForeignKey("staff.id"))
    reviewed_at: Mapped[datetime | None] = mapped_column(UtcTime)
    verdict: Mapped[Verdict | None] = mapped_column()
