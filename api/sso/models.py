"""Tables of single sign-on: who a provider's subject is here, and who is on the way."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from api.db import Base, UtcTime


class SsoLink(Base):
    """A subject of the provider is a member of staff; the pair of issuer and subject never changes (OIDC Core 5.7)."""

    __tablename__ = "sso_link"

    issuer: Mapped[str] = mapped_column(String(255), primary_key=True)
    subject: Mapped[str] = mapped_column(String(255), primary_key=True)
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcTime)


class SsoVisit(Base):
    """A browser between our door and the provider's, or back from there; what it carries opens with its cookie alone."""

    __tablename__ = "sso_visit"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(UtcTime)
