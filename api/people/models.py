"""The table of invites."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from api.auth.rules import Role
from api.db import Base, UtcTime


class Invite(Base):
    """A link that makes an account, or gives one a new password. The token is with the invited alone; its hash stands here."""

    __tablename__ = "invite"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    helpline_id: Mapped[str] = mapped_column(ForeignKey("helpline.id"), index=True)
    staff_id: Mapped[str | None] = mapped_column(ForeignKey("staff.id"))  # whose password is lost
    email: Mapped[str] = mapped_column(String(254))
    name: Mapped[str] = mapped_column(String(80))
    role: Mapped[Role] = mapped_column()
    made_by: Mapped[str] = mapped_column(String(80))
    totp: Mapped[bytes | None] = mapped_column(LargeBinary)  # the authenticator's secret of the last opening, wrapped
    team: Mapped[bytes | None] = mapped_column(LargeBinary)  # the team's keys, wrapped; only after a recovery
    expires_at: Mapped[datetime] = mapped_column(UtcTime)
