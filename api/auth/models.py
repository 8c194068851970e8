"""Tables of helplines, staff and their keys. Private keys stand here wrapped, never bare."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from api.auth.rules import Role
from api.db import Base, UtcTime


class Helpline(Base):
    """One helpline of this installation; a case never crosses to another."""

    __tablename__ = "helpline"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    demo: Mapped[bool] = mapped_column(default=False)
    recovery_key: Mapped[bytes | None] = mapped_column(LargeBinary(32))  # public; its other half lies in an envelope
    created_at: Mapped[datetime] = mapped_column(UtcTime)


class TeamKey(Base):
    """The public half of a helpline's key pair; a new version follows when somebody leaves."""

    __tablename__ = "team_key"
    __table_args__ = (UniqueConstraint("helpline_id", "version"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    helpline_id: Mapped[str] = mapped_column(ForeignKey("helpline.id"))
    version: Mapped[int] = mapped_column(default=1)
    public_key: Mapped[bytes] = mapped_column(LargeBinary(32))
    recovery: Mapped[bytes | None] = mapped_column(LargeBinary)  # the private half, sealed to the recovery key
    due: Mapped[bool] = mapped_column(default=False)  # somebody who held it is gone, and nobody has replaced it yet


class Staff(Base):
    """A member of staff. The password opens `wrapped_key` and `totp`; the server alone opens neither."""

    __tablename__ = "staff"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    helpline_id: Mapped[str] = mapped_column(ForeignKey("helpline.id"))
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    role: Mapped[Role] = mapped_column()
    active: Mapped[bool] = mapped_column(default=True)
    salt: Mapped[bytes] = mapped_column(LargeBinary(16))
    verifier: Mapped[bytes] = mapped_column(LargeBinary(32))
    public_key: Mapped[bytes] = mapped_column(LargeBinary(32))
    wrapped_key: Mapped[bytes] = mapped_column(LargeBinary)
    totp: Mapped[bytes] = mapped_column(LargeBinary)
    totp_step: Mapped[int] = mapped_column(default=0)
    seen_on: Mapped[date | None] = mapped_column()  # the day of the last sign-in and no more: nobody's hours are watched


class TeamGrant(Base):
    """The team's private key, sealed to one member of staff."""

    __tablename__ = "team_grant"

    team_key_id: Mapped[str] = mapped_column(ForeignKey("team_key.id"), primary_key=True)
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class StaffSession(Base):
    """A signed-in browser. `wrapped_key` opens with the cookie alone: a stolen table reveals no key."""

    __tablename__ = "staff_session"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"))
    wrapped_key: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    seen_at: Mapped[datetime] = mapped_column(UtcTime)
    proved_at: Mapped[datetime] = mapped_column(UtcTime)  # password and second factor, both
