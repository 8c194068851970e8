"""The rules that know a child or a member of staff when they come in, as dependencies of the routes."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Header, Request, Response
from sqlalchemy import ColumnElement, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from api.audit.rules import NOBODY, Act
from api.auth.allowance import Allowance
from api.auth.models import Client, ClientToken, Staff, StaffSession, TeamGrant
from api.auth.rules import ABSOLUTE, CHILD, CLASS, CLIENT, FRESH, IDLE, Role, Rule, Scope
from api.db import Database, now
from api.errors import Forbidden, NotSignedIn, ProofIsOld
from api.settings import Settings
from api.vault.keys import token_id, token_key, unwrap
from api.vault.sealing import open_key

UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
COOKIE = "faro_staff"
HOST_COOKIE = f"__Host-{COOKIE}"
SEEN_EVERY_SECONDS = 30.0
Token = Annotated[str, Header(alias="Authorization", include_in_schema=False)]  # the document names schemes instead
BEARER = 'Bearer realm="faro"'


@dataclass(frozen=True)
class SignedIn:
    """A member of staff with the keys that this session opens; `grants`: team key id -> that key, sealed to the member."""

    staff: Staff
    token: str
    private: bytes = field(repr=False)
    grants: dict[str, bytes] = field(repr=False)
    proved_at: datetime
    sso: bool = False

    @cached_property
    def team(self) -> dict[str, bytes]:
        """Team key id -> private key (32 bytes), opened for the few acts that hand keys on."""
        return {key_id: open_key(self.private, sealed) for key_id, sealed in self.grants.items()}

    def act(self, action: str, thing: str = NOBODY, reason: str | None = None, digest: str | None = None) -> Act:
        """What this member does, for the audit log."""
        return Act(self.staff.id, action, thing, self.staff.helpline_id, reason, digest)


class Child(Rule):
    """A child with a token in the Authorization header; whose conversation it is, `conversations.access` decides."""

    callers = frozenset({CHILD})

    async def __call__(self, authorization: Token = "") -> str:
        token = _bearer(authorization)
        if not token:
            raise NotSignedIn
        return token


class InClass(Rule):
    """An educator, a projector or a pupil's seat with a token in the Authorization header; `classroom.service` knows which."""

    callers = frozenset({CLASS})

    async def __call__(self, authorization: Token = "") -> str:
        token = _bearer(authorization)
        if not token:
            raise NotSignedIn
        return token


def _bearer(authorization: str) -> str:
    """The token of an Authorization header (RFC 6750 2.1), or nothing."""
    scheme, _, token = authorization.partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


@dataclass(frozen=True)
class Connected:
    """A helpline's own system with a token that is good now."""

    client: Client
    scopes: frozenset[str]

    def act(self, action: str, thing: str = NOBODY, reason: str | None = None, digest: str | None = None) -> Act:
        """What this system does, for the audit log."""
        return Act(self.client.id, action, thing, self.client.helpline_id, reason, digest)


class ClientOnly(Rule):
    """A helpline's own system whose token carries all the named scopes; refusals are answered by RFC 6750 3.1.

    The client is looked up at each request: one that was disabled is refused at once, whatever its token says.
    """

    callers = frozenset({CLIENT})

    def __init__(self, *scopes: Scope) -> None:
        self.scopes = frozenset(scope.value for scope in scopes)

    async def __call__(self, request: Request, authorization: Token = "") -> Connected:
        database: Database = request.app.state.database
        async with database.read() as db:
            who = await _connected(db, _bearer(authorization))
        request.state.who = who  # a refusal from here on is written to the audit log by name
        allowance: Allowance = request.app.state.allowance
        request.state.headers = await allowance.take(who.client.id)
        if not self.scopes <= who.scopes:
            wanted = " ".join(sorted(self.scopes))
            raise Forbidden("scope", {"WWW-Authenticate": f'{BEARER}, error="insufficient_scope", scope="{wanted}"'})
        if who.client.seen_on != now().date():
            async with database.write() as db:
                await db.execute(update(Client).where(Client.id == who.client.id).values(seen_on=now().date()))
        return who


async def _connected(db: AsyncSession, token: str) -> Connected:
    """Find the client of a token.

    Raises:
        NotSignedIn: no token, or one that is unknown or too old, or whose client was disabled: the three are answered alike.
    """
    query = (
        select(ClientToken, Client)
        .join(Client, Client.id == ClientToken.client_id)
        .where(ClientToken.token_hash == token_id(token), ClientToken.expires_at > now(), Client.active)
    )
    row = (await db.execute(query)).one_or_none()
    if row is None:
        raise NotSignedIn("token", {"WWW-Authenticate": f'{BEARER}, error="invalid_token"' if token else BEARER})
    return Connected(row[1], frozenset(row[0].scopes))


class StaffOnly(Rule):
    """Staff of the named roles, looked up at each request: a changed role takes effect on the next one (ASVS 8.3.2).

    Args:
        fresh: whether password and second factor must have been shown within the last minutes (`rules.FRESH`).
    """

    def __init__(self, *roles: Role, fresh: bool = False) -> None:
        self.callers, self._fresh = frozenset(roles), fresh

    async def __call__(self, request: Request) -> SignedIn:
        database: Database = request.app.state.database
        token = cookie(request, COOKIE)
        async with database.read() as db:
            who, seen = await signed_in(db, token)
        request.state.who = who  # a refusal from here on is written to the audit log by name
        if request.method in UNSAFE:
            refuse_foreign_origin(request)
        if who.staff.role not in self.callers:
            raise Forbidden("role")
        if self._fresh and now() - who.proved_at > FRESH:
            raise ProofIsOld
        if (now() - seen).total_seconds() > SEEN_EVERY_SECONDS:
            await touch(database, token)
        return who


async def signed_in(db: AsyncSession, token: str) -> tuple[SignedIn, datetime]:
    """Open a staff session.

    Raises:
        NotSignedIn: no session, or one that idled out, grew too old, or whose member left.
    """
    query = (
        select(StaffSession, Staff, TeamGrant.team_key_id, TeamGrant.sealed)
        .join(Staff, Staff.id == StaffSession.staff_id)
        .outerjoin(TeamGrant, TeamGrant.staff_id == Staff.id)
        .where(StaffSession.token_hash == token_id(token), Staff.active, *still_open(now()))
    )
    rows = (await db.execute(query)).tuples().all()
    if not rows:
        raise NotSignedIn
    session, staff, *_ = rows[0]
    private = unwrap(token_key(token), session.wrapped_key)
    grants = {key_id: sealed for *_, key_id, sealed in rows if key_id is not None}
    return SignedIn(staff, token, private, grants, session.proved_at, session.sso), session.seen_at


def still_open(moment: datetime) -> tuple[ColumnElement[bool], ...]:
    """A session that has neither idled out nor grown too old at that moment."""
    return StaffSession.seen_at > moment - IDLE, StaffSession.created_at > moment - ABSOLUTE


async def touch(database: Database, token: str) -> None:
    async with database.write() as db:
        await db.execute(update(StaffSession).where(StaffSession.token_hash == token_id(token)).values(seen_at=now()))


def _name(settings: Settings, name: str) -> str:
    """By the prefix `__Host-` a browser makes sure that no other host has set it (RFC 6265bis); that needs https."""
    return f"__Host-{name}" if settings.production else name


def cookie(request: Request, name: str) -> str:
    return request.cookies.get(_name(request.app.state.settings, name), "")


def put_cookie(request: Request, response: Response, name: str, value: str, age: timedelta, lax: bool = False) -> None:
    """Set a cookie that no script reads; `lax` also goes along when the browser is sent here from elsewhere."""
    settings: Settings = request.app.state.settings
    response.set_cookie(
        _name(settings, name), value, max_age=int(age.total_seconds()), path="/", secure=settings.production, httponly=True,
        samesite="lax" if lax else "strict",
    )  # fmt: skip


def refuse_foreign_origin(request: Request) -> None:
    """No other site may act with a member's cookie (ASVS 3.5.1): same origin by Sec-Fetch-Site or Origin.

    Raises:
        Forbidden: the request comes from elsewhere or does not say from where.
    """
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    same = site == "same-origin" if site else origin is not None and urlsplit(origin).netloc == request.headers.get("host")
    if not same:
        raise Forbidden("cross-site")
