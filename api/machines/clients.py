"""A client's life: registered by an admin, approved by a supervisor, given tokens, its secret rotated, disabled."""

from dataclasses import dataclass
from uuid import uuid4

from limits import parse
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import FixedWindowRateLimiter
from sqlalchemy import delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from api.audit.service import Audit
from api.auth.access import Connected, SignedIn
from api.auth.models import Client, ClientSecret, ClientToken
from api.auth.rules import OVERLAP, TOKEN_LIFE, Scope
from api.auth.service import newest_team_key
from api.cases.handoff import give_open_cases
from api.cases.models import ClientGrant
from api.db import Database, now
from api.errors import BadRequest, Conflict, Forbidden, NotFound
from api.machines.rules import Asked, granted, unknown_client
from api.vault.keys import new_token, token_id
from api.vault.sealing import seal_key

REFUSALS_KEPT = parse("10/minute")  # more say nothing new, and would fill the audit log


@dataclass(frozen=True)
class Token:
    """What a client is given: the token, its life in seconds, its scopes."""

    token: str
    seconds: int
    scopes: list[str]


async def client_for(db: AsyncSession, who: SignedIn, client_id: str, *, for_update: bool = False) -> Client:
    """A client of the caller's own helpline.

    Raises:
        NotFound: unknown, or another helpline's: answered alike.
    """
    query = select(Client).where(Client.id == client_id, Client.helpline_id == who.staff.helpline_id)
    client = (await db.scalars(query.with_for_update() if for_update else query)).one_or_none()
    if client is None:
        raise NotFound
    return client


async def active_client(db: AsyncSession, who: SignedIn, client_id: str) -> Client:
    """The same for whoever changes it.

    Raises:
        NotFound: see `client_for`.
        Conflict: it was disabled, and that is for good.
    """
    client = await client_for(db, who, client_id, for_update=True)
    if not client.active:
        raise Conflict("disabled")
    return client


class Clients:
    """The verbs. A secret is 256 random bits, so that SHA-256 is enough to keep it by (ASVS 6.5.2)."""

    def __init__(self, audit: Audit) -> None:
        self._audit = audit
        self._refusals = FixedWindowRateLimiter(MemoryStorage())

    async def register(self, db: AsyncSession, who: SignedIn, name: str, scopes: list[Scope], key: bytes) -> tuple[Client, str]:
        """Connect a system of the helpline.

        Returns:
            The client, and its secret, which is shown this once.

        Raises:
            BadRequest: nothing can be sealed to this key.
        """
        try:
            seal_key(key, bytes(32))
        except RuntimeError:  # libsodium refuses points of small order
            raise BadRequest("public_key") from None
        client = Client(
            id=str(uuid4()), helpline_id=who.staff.helpline_id, name=name, scopes=sorted(set(scopes)), public_key=key,
            created_at=now(),
        )  # fmt: skip
        db.add(client)
        await db.flush()
        await self._audit.record(db, who.act("client.register", client.id))
        return client, _new_secret(db, client)

    async def rotate(self, db: AsyncSession, who: SignedIn, client_id: str) -> tuple[Client, str]:
        """Make a new secret; the one before it opens for `OVERLAP` more, older ones are gone.

        Raises:
            NotFound, Conflict: see `active_client`.
        """
        client = await active_client(db, who, client_id)
        mine = ClientSecret.client_id == client.id
        await db.execute(delete(ClientSecret).where(mine, ClientSecret.expires_at.is_not(None)))
        await db.execute(update(ClientSecret).where(mine).values(expires_at=now() + OVERLAP))
        await self._audit.record(db, who.act("client.rotate", client.id))
        return client, _new_secret(db, client)

    async def disable(self, db: AsyncSession, who: SignedIn, client_id: str) -> Client:
        """End a client for good: secrets, tokens and all keys that were sealed to it go; what it fetched, it has.

        Raises:
            NotFound, Conflict: see `active_client`.
        """
        client = await active_client(db, who, client_id)
        client.active = False
        for table in (ClientSecret, ClientToken, ClientGrant):
            await db.execute(delete(table).where(table.client_id == client.id))
        await self._audit.record(db, who.act("client.disable", client.id))
        return client

    async def approve(self, db: AsyncSession, who: SignedIn, client_id: str) -> Client:
        """Agree that cases are sealed to a client from now on; an admin alone, who holds no key, must not gain one by it.

        Raises:
            NotFound, Conflict: see `active_client`.
            Forbidden: the caller does not hold the team key.
        """
        client = await active_client(db, who, client_id)
        newest = await newest_team_key(db, client.helpline_id)
        if newest is None or newest.id not in who.team:
            raise Forbidden("you do not hold the team key")
        client.approved_by = who.staff.id
        await self._audit.record(db, who.act("client.approve", client.id))
        return client

    async def give(self, db: AsyncSession, who: SignedIn, client_id: str) -> int:
        """Seal the open cases to a client that was connected after they were made.

        Returns:
            How many were given.

        Raises:
            NotFound: see `client_for`.
            Conflict: it was disabled, may not read cases, or waits for a supervisor to agree.
        """
        client = await active_client(db, who, client_id)
        if Scope.cases_read not in client.scopes:
            raise Conflict("scope")
        if client.approved_by is None:
            raise Conflict("not approved")
        given = await give_open_cases(db, who, client)
        for case_id in given:
            await self._audit.record(db, who.act("case.give", case_id, client.id))
        return len(given)

    async def issue(self, database: Database, asked: Asked) -> Token:
        """A bearer token for the client's credentials (RFC 6749 4.4).

        Raises:
            TokenRefused: unknown client, wrong secret, disabled (answered alike), or a scope that it does not have.
        """
        token = new_token()
        async with database.read() as db:
            client = await db.get(Client, asked.client_id)
            opens = await _opens(db, asked)
        if client is None or not client.active or not opens:
            await self._keep_refusal(database, client)
            raise unknown_client()
        scopes = granted(asked.scope, client.scopes)
        async with database.write() as db:
            db.add(ClientToken(token_hash=token_id(token), client_id=client.id, scopes=scopes, expires_at=now() + TOKEN_LIFE))
            await self._audit.record(db, Connected(client, frozenset(scopes)).act("client.token", client.id))
        return Token(token, int(TOKEN_LIFE.total_seconds()), scopes)

    async def _keep_refusal(self, database: Database, client: Client | None) -> None:
        """Write down that a secret did not fit; an id that nobody has is not kept, because anybody can send a million."""
        if client is not None and await self._refusals.hit(REFUSALS_KEPT, client.id):
            act = Connected(client, frozenset()).act("client.refused", client.id)
            await self._audit.record_denial(database, act)


async def _opens(db: AsyncSession, asked: Asked) -> bool:
    good = or_(ClientSecret.expires_at.is_(None), ClientSecret.expires_at > now())
    mine = (ClientSecret.secret_hash == token_id(asked.secret), ClientSecret.client_id == asked.client_id)
    return (await db.scalars(select(ClientSecret).where(*mine, good))).one_or_none() is not None


def _new_secret(db: AsyncSession, client: Client) -> str:
    secret = new_token()
    db.add(ClientSecret(secret_hash=token_id(secret), client_id=client.id, created_at=now()))
    return secret
