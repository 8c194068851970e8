"""Caps that keep one source from crowding out the others, without keeping an address anywhere.

A source is an HMAC under a key that lives in this process and is renewed daily; IPv4 is cut to /24, IPv6 to /56.
"""

import hashlib
import hmac
import ipaddress
import secrets
import time

from limits import parse
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import FixedWindowRateLimiter

from api.errors import TooFast
from api.settings import Settings

DAY_SECONDS = 86_400.0


TYPING, SEEN = parse("1/2 seconds"), parse("30/minute")


class Caps:
    """Counts new conversations by source, and messages and signs by conversation."""

    def __init__(self, settings: Settings) -> None:
        self._starts = parse(settings.sessions_per_source)
        self._messages = parse(settings.messages_per_conversation)
        self._counter = FixedWindowRateLimiter(MemoryStorage())
        self._key, self._made = secrets.token_bytes(32), time.monotonic()

    async def start(self, host: str | None) -> None:
        """Count a new conversation.

        Raises:
            TooFast: this source opened too many; the child still gets the way to help.
        """
        if not await self._counter.hit(self._starts, "start", self._bucket(host or "")):
            raise TooFast

    async def message(self, conversation_id: str) -> None:
        """Count a message.

        Raises:
            TooFast: more than the cap of this conversation.
        """
        if not await self._counter.hit(self._messages, "message", conversation_id):
            raise TooFast

    async def may_show_typing(self, conversation_id: str) -> bool:
        """Whether a sign of typing is due again; more often it tells nothing new."""
        return await self._counter.hit(TYPING, "typing", conversation_id)

    async def seen(self, conversation_id: str) -> None:
        """Count a seen mark.

        Raises:
            TooFast: the page sends them one by one, though the last of some seconds is enough.
        """
        if not await self._counter.hit(SEEN, "seen", conversation_id):
            raise TooFast

    def _bucket(self, host: str) -> str:
        if time.monotonic() - self._made > DAY_SECONDS:
            self._key, self._made = secrets.token_bytes(32), time.monotonic()
        return hmac.new(self._key, _network(host).encode(), hashlib.sha256).hexdigest()


def _network(host: str) -> str:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    prefix = 24 if address.version == 4 else 56
    return str(ipaddress.ip_network((address, prefix), strict=False))
