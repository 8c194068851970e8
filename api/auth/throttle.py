"""How often somebody may try a password: counted before the try is looked at, so that many at once gain nothing.

Counted for the account and for the source, never for the site. A browser in which the member has signed in before has a
count of its own, so that nobody who knows an address can lock its owner out (ASVS 6.3.1, 6.1.1).
"""

from dataclasses import dataclass
from datetime import timedelta

from limits import RateLimitItem, parse
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter
from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from api.auth.models import KnownBrowser, Staff
from api.db import Database, now
from api.errors import TooFast
from api.settings import Settings
from api.sources import Sources
from api.vault.keys import new_token, token_id

KNOWN = timedelta(days=90)  # since the last sign-in


@dataclass(frozen=True)
class Visitor:
    """Where a try comes from: the address, which is not kept, and the token of a browser that was here before."""

    host: str | None
    browser: str = ""


class Throttle:
    """The counters of one process; a window that moves, so that no turn of a minute doubles the tries."""

    def __init__(self, settings: Settings) -> None:
        self._tries, self._from_source = parse(settings.sign_ins_per_account), parse(settings.sign_ins_per_source)
        self._counter = MovingWindowRateLimiter(MemoryStorage())
        self._sources = Sources()

    async def at_the_door(self, email: str, visitor: Visitor, known: bool) -> None:
        """Count a sign-in.

        Raises:
            TooFast: too many from this source, or at this account.
        """
        if known:
            await self._hit(self._tries, "browser", email, token_id(visitor.browser).hex())
        else:
            await self._hit(self._from_source, "source", self._sources.bucket(visitor.host))
            await self._hit(self._tries, "account", email)

    async def inside(self, staff_id: str) -> None:
        """Count a password that a member shows again, apart from those at the door.

        Raises:
            TooFast: too many.
        """
        await self._hit(self._tries, "inside", staff_id)

    async def visit(self, visitor: Visitor, what: str) -> None:
        """Count what anybody may ask for, and what costs a row or a question to somebody else.

        Raises:
            TooFast: too many from this source.
        """
        await self._hit(self._from_source, what, self._sources.bucket(visitor.host))

    async def _hit(self, limit: RateLimitItem, *names: str) -> None:
        if not await self._counter.hit(limit, *names):
            raise TooFast


async def is_known(database: Database, email: str, visitor: Visitor) -> bool:
    """Whether this member has signed in from this browser: the same query, whether or not the account exists.

    A flood that brings no cookie does not reach the database.
    """
    if not visitor.browser:
        return False
    query = (
        select(KnownBrowser.staff_id)
        .join(Staff, Staff.id == KnownBrowser.staff_id)
        .where(KnownBrowser.token_hash == token_id(visitor.browser), KnownBrowser.seen_at > now() - KNOWN)
        .where(Staff.email == email)
    )
    async with database.read() as db:
        return (await db.scalars(query)).first() is not None


async def remember(db: AsyncSession, staff: Staff, visitor: Visitor) -> str:
    """Know this browser from now on.

    Returns:
        The token for its cookie. One that we gave is kept, so that colleagues may share a machine; any other is replaced.
    """
    await db.execute(update(Staff).where(Staff.id == staff.id).values(seen_on=now().date()))
    await db.execute(delete(KnownBrowser).where(KnownBrowser.staff_id == staff.id, KnownBrowser.seen_at < now() - KNOWN))
    ours = (await db.scalars(select(KnownBrowser).where(KnownBrowser.token_hash == token_id(visitor.browser)))).all()
    token = visitor.browser if ours else new_token()
    await db.merge(KnownBrowser(token_hash=token_id(token), staff_id=staff.id, seen_at=now()))
    return token
