"""How many requests a helpline's own system may make, told with every answer (draft-ietf-httpapi-ratelimit-headers-10)."""

import time

from limits import parse
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import FixedWindowRateLimiter

from api.errors import TooFast


class Allowance:
    """Counts the requests of each client; one that asks too much slows nobody else.

    Args:
        limit: for example `300/minute`.
    """

    def __init__(self, limit: str) -> None:
        self._limit = parse(limit)
        self._counter = FixedWindowRateLimiter(MemoryStorage())

    async def take(self, client_id: str) -> dict[str, str]:
        """Count one request.

        Returns:
            The headers that the answer carries.

        Raises:
            TooFast: over the limit, with `Retry-After` in seconds.
        """
        allowed = await self._counter.hit(self._limit, client_id)
        stats = await self._counter.get_window_stats(self._limit, client_id)
        seconds = max(1, round(stats.reset_time - time.time()))
        headers = {
            "RateLimit-Policy": f'"client";q={self._limit.amount};w={self._limit.get_expiry()}',
            "RateLimit": f'"client";r={stats.remaining};t={seconds}',
        }
        if not allowed:
            raise TooFast("requests", {**headers, "Retry-After": str(seconds)})
        return headers
