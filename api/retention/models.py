"""Tables of holds and of the worker's last run."""

from datetime import date, datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from api.db import Base, UtcTime
from api.retention.rules import HoldReason


class CaseHold(Base):
    """A case that the law or a complaint asks to keep longer: by whom, why (a code), and until when."""

    __tablename__ = "case_hold"

    case_id: Mapped[str] = mapped_column(ForeignKey("case.id", ondelete="CASCADE"), primary_key=True)
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    reason: Mapped[HoldReason] = mapped_column()
    until: Mapped[date]


class RetentionRun(Base):
    """When the worker last went through everything, in one row."""

    __tablename__ = "retention_run"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcTime)
