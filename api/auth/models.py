"""Tables of helplines, staff and their keys. Private keys stand here wrapped, never bare."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from api.auth.rules import Role
from api.db import Base, UtcTime


class Helpline(Base):
    """One helpline of this installation; a case never crosses to another.

    Whom it serves and when: empty `countries` or `locales` mean all, empty `hours` that only the staff at the console tell.
    `days` are exceptions: `{date, open: [hours], reason}`, with the reason as a code (`api/helplines/rules.py`).
    """

    __tablename__ = "helpline"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    demo: Mapped[bool] = mapped_column(default=False)
    keep_closed_days: Mapped[int] = mapped_column(default=90)
    takes_handoffs: Mapped[bool] = mapped_column(default=True)
    countries: Mapped[list[str]] = mapped_column(JSON, default=list)
    locales: Mapped[list[str]] = mapped_column(JSON, default=list)
    zone: Mapped[str] = mapped_column(String(64), default="")
    hours: Mapped[list[str]] = mapped_column(JSON, default=list)
    days: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
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
    locale: Mapped[str] = mapped_column(String(8), default="en", server_default="en")  # in which phrases are read
    salt: Mapped[bytes] = mapped_column(LargeBinary(16))
    verifier: Mapped[bytes] = mapped_column(LargeBinary(32))
    public_key: Mapped[bytes] = mapped_column(LargeBinary(32))
    wrapped_key: Mapped[bytes] = mapped_column(LargeBinary)
    totp: Mapped[bytes] = mapped_column(LargeBinary)
    totp_step: Mapped[int] = mapped_column(default=0)
    paused_at: Mapped[datetime | None] = mapped_column(UtcTime)
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
    id: Mapped[str] = mapped_column(String(36), unique=True)  # stays when the token is renewed; what its owner ends it by
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"))
    wrapped_key: Mapped[bytes] = mapped_column(LargeBinary)
    sso: Mapped[bool] = mapped_column(default=False)
    offered_totp: Mapped[bytes | None] = mapped_column(LargeBinary)  # sealed to its owner until a first code confirms it
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    seen_at: Mapped[datetime] = mapped_column(UtcTime)
    proved_at: Mapped[datetime] = mapped_column(UtcTime)  # password and second factor, both


class Client(Base):
    """A helpline's own system. Cases are sealed to its `public_key`; the private half never comes here."""

    __tablename__ = "client"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    helpline_id: Mapped[str] = mapped_column(ForeignKey("helpline.id"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    scopes: Mapped[list[str]] = mapped_column(JSON)
    public_key: Mapped[bytes] = mapped_column(LargeBinary(32))
    active: Mapped[bool] = mapped_column(default=True)
    approved_by: Mapped[str | None] = mapped_column(ForeignKey("staff.id"))  # until a holder of the team key agrees: nobody
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    seen_on: Mapped[date | None] = mapped_column()  # the day is enough to see which system is forgotten


class ClientSecret(Base):
    """A secret of a client, as SHA-256; while it is rotated there are two."""

    __tablename__ = "client_secret"

    secret_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    client_id: Mapped[str] = mapped_column(ForeignKey("client.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    expires_at: Mapped[datetime | None] = mapped_column(UtcTime)


class ClientToken(Base):
    """A bearer token that a client was given, as SHA-256."""

    __tablename__ = "client_token"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    client_id: Mapped[str] = mapped_column(ForeignKey("client.id", ondelete="CASCADE"), index=True)
    scopes: Mapped[list[str]] = mapped_column(JSON)
    expires_at: Mapped[datetime] = mapped_column(UtcTime)


class ClientAnswer(Base):
    """What a client's Idempotency-Key was answered with: codes and versions, never words."""

    __tablename__ = "client_answer"

    client_id: Mapped[str] = mapped_column(ForeignKey("client.id", ondelete="CASCADE"), primary_key=True)
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary(32))
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    etag: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime] = mapped_column(UtcTime)


class Passkey(Base):
    """A WebAuthn credential of a member of staff; its name is sealed to the member, because they typed it."""

    __tablename__ = "passkey"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), index=True)
    credential_id: Mapped[bytes] = mapped_column(LargeBinary(1023), unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(default=0)
    name: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcTime)


class UsedChallenge(Base):
    """A challenge that a passkey has answered: it is not taken twice. Gone when it would be too old anyway."""

    __tablename__ = "used_challenge"

    challenge_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    expires_at: Mapped[datetime] = mapped_column(UtcTime)


class RecoveryCode(Base):
    """A code for the day when authenticator and passkey are lost. A hash is enough for 128 random bits (ASVS 6.5.2)."""

    __tablename__ = "recovery_code"

    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), index=True)


class KnownBrowser(Base):
    """A browser in which a member has signed in before: its tries are counted apart, so that nobody locks its owner out."""

    __tablename__ = "known_browser"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True)
    seen_at: Mapped[datetime] = mapped_column(UtcTime)
