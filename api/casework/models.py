"""Tables of referrals and appointments. What was said or agreed there is sealed to the case."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from api.casework.rules import Kept, ReferralKind, Result
from api.db import Base, UtcTime


class Referral(Base):
    """A case was brought to somebody else: to whom, when, and what came of it. `id` is chosen by who writes it."""

    __tablename__ = "referral"

    case_id: Mapped[str] = mapped_column(ForeignKey("case.id", ondelete="CASCADE"), primary_key=True)
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    kind: Mapped[ReferralKind] = mapped_column()
    at: Mapped[datetime] = mapped_column(UtcTime)
    result: Mapped[Result] = mapped_column()
    result_at: Mapped[datetime] = mapped_column(UtcTime)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class Appointment(Base):
    """A time at which somebody calls or writes to the child again."""

    __tablename__ = "appointment"

    case_id: Mapped[str] = mapped_column(ForeignKey("case.id", ondelete="CASCADE"), primary_key=True)
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[datetime] = mapped_column(UtcTime, index=True)
    kept: Mapped[Kept] = mapped_column()
