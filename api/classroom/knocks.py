"""Limits for wrong join codes: by the page that tries, and for all together, and never by address, which a school shares (S6).

A right code is let in at once whatever others try; a wrong one waits while many are wrong, so that trying is slow.
"""

import asyncio

from limits import parse
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import FixedWindowRateLimiter

from api.errors import TooFast

BY_PAGE, TOGETHER = parse("20/10 minutes"), parse("300/minute")
SLOW_SECONDS = 1.0
WAITING = 50  # more than these are answered at once: a flood may not hold memory either


class Knocks:
    """Counts wrong codes."""

    def __init__(self) -> None:
        self._counter = FixedWindowRateLimiter(MemoryStorage())
        self._waiting = 0

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
