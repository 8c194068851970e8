"""Tables of the conversation. Nothing that was typed stands here in the clear."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from api.conversations.rules import By, State
from api.db import Base, UtcTime


class Conversation(Base):
    """A child's chat: anonymous, and gone when it expires.

    `wrapped_key` is the private half of `public_key`, wrapped for the child's token; `case_key` is the private half of
    `case_public_key`, sealed to `public_key`. Both pairs exist so that a shared summary never opens the talk before it.
    """

    __tablename__ = "conversation"
    __table_args__ = (Index("conversation_expires", "expires_at"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    helpline_id: Mapped[str] = mapped_column(String(36))
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    state: Mapped[State] = mapped_column(default=State.bot)
    locale: Mapped[str] = mapped_column(String(8))
    band: Mapped[str | None] = mapped_column(String(8))
    country: Mapped[str | None] = mapped_column(String(2))
    public_key: Mapped[bytes] = mapped_column(LargeBinary(32))
    wrapped_key: Mapped[bytes] = mapped_column(LargeBinary)
    case_id: Mapped[str | None] = mapped_column(String(36))
    case_public_key: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    case_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    code_id: Mapped[bytes | None] = mapped_column(LargeBinary(32), unique=True)
    code_wrap: Mapped[bytes | None] = mapped_column(LargeBinary)
    facts: Mapped[bytes | None] = mapped_column(LargeBinary)
    next_seq: Mapped[int] = mapped_column(default=1)
    child_seen: Mapped[int] = mapped_column(default=0)  # how far each side's page has shown the log
    person_seen: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column()
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    expires_at: Mapped[datetime] = mapped_column(UtcTime)

    # a writer that read an older version than stands in the table is refused (StaleDataError) and starts over
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class Message(Base):
    """One bubble, sealed to the conversation or, inside a case, to the case key."""

    __tablename__ = "message"

    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[str | None] = mapped_column(String(36), index=True)
    by: Mapped[By] = mapped_column()
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime] = mapped_column(UtcTime)


class Answered(Base):
    """What an Idempotency-Key was answered with: places in the log, never words."""

    __tablename__ = "answered"

    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"), primary_key=True)
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    body_mac: Mapped[bytes] = mapped_column(LargeBinary(32))
    first_seq: Mapped[int]
    last_seq: Mapped[int]
    at: Mapped[datetime] = mapped_column(UtcTime)
