"""Caps of the classroom: class sessions and what is told of them by source, wrong join codes by page and for all together (S6).

Joining is never limited by source, because a school shares one address. A right code is let in at once whatever others
try; a wrong one waits while many are wrong, so that trying is slow.
"""

import asyncio

from limits import parse
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import FixedWindowRateLimiter

from api.errors import TooFast
from api.sources import Sources

TOLD = parse("12/hour")  # lessons of one source that a helpline is told of: a big school, and not somebody who invents them
BY_PAGE, TOGETHER = parse("20/10 minutes"), parse("300/minute")
SLOW_SECONDS = 1.0
WAITING = 50  # more than these are answered at once: a flood may not hold memory either


class Limits:
    """Counts what is opened, and wrong codes.

    Args:
        opened: class sessions of one source, as in `60/hour`.
    """

    def __init__(self, opened: str) -> None:
        self._opened = parse(opened)
        self._counter = FixedWindowRateLimiter(MemoryStorage())
        self._sources = Sources()
        self._waiting = 0

    async def may_open(self, host: str | None) -> None:
        """Count a new class session.

        Raises:
            TooFast: this source opened too many.
        """
        if not await self._counter.hit(self._opened, "open", self._sources.bucket(host)):
            raise TooFast

    async def is_told(self, host: str | None) -> bool:
        """Count a lesson that a helpline should be told of; False when it has been told enough by this source."""
        return await self._counter.hit(TOLD, "told", self._sources.bucket(host))

    async def may_try(self, page: str) -> None:
        """Raises TooFast: this page has tried too many wrong codes. A page that gives no name is only counted with all."""
        if page and not await self._counter.test(BY_PAGE, "page", page):
            raise TooFast

    async def was_wrong(self, page: str) -> None:
        """Count a wrong code, and hold its answer back while there are many."""
        if page:
            await self._counter.hit(BY_PAGE, "page", page)
        if await self._counter.hit(TOGETHER, "all") or self._waiting >= WAITING:
            return
        self._waiting += 1
        try:
            await asyncio.sleep(SLOW_SECONDS)
        finally:
            self._waiting -= 1
