"""The only way out to an address that somebody typed: checked by form, by every resolved address, and without a detour.

What was checked is what is connected to: the resolver below is asked once, and its addresses are the ones that are
dialled, so that a name that changes between check and use (DNS rebinding) changes nothing. TLS is verified for the name.
"""

import asyncio
import socket
from contextlib import AbstractAsyncContextManager
from typing import NamedTuple

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

from api.outbox.rules import is_public, may_call

KEEP_BYTES = 8 * 1024
NO_ADDRESS, NO_ANSWER, NO_CONNECTION = "address", "timeout", "connection"


class NotPublic(OSError):
    """The name leads to an address inside a network."""


class Answer(NamedTuple):
    """The status of an answer, or why there was none, as a code; and what was kept of it."""

    status: int | None
    trouble: str | None = None
    authorization: str = ""
    body: bytes = b""


class PublicOnly(AbstractResolver):
    """Names to addresses, all of which must be public: one private address among them is one too many."""

    def __init__(self, resolver: AbstractResolver | None = None) -> None:
        self._resolver = resolver or ThreadedResolver()

    async def resolve(self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC) -> list[ResolveResult]:
        found = await self._resolver.resolve(host, port, family)
        if not found or not all(is_public(each["host"]) for each in found):
            raise NotPublic
        return found

    async def close(self) -> None:
        await self._resolver.close()


class Way:
    """A session for checked addresses; no proxy of the environment, no cookies, no connection kept.

    Args:
        seconds: for the whole of one call.
        loopback: for development and tests.
        resolver: who turns names into addresses, before they are checked.
    """

    def __init__(self, seconds: float, loopback: bool = False, resolver: AbstractResolver | None = None) -> None:
        self._seconds, self._loopback, self._resolver = seconds, loopback, resolver

    def open(self) -> AbstractAsyncContextManager[aiohttp.ClientSession]:
        connector = aiohttp.TCPConnector(resolver=PublicOnly(self._resolver), use_dns_cache=False, force_close=True)
        timeout = aiohttp.ClientTimeout(total=self._seconds)
        return aiohttp.ClientSession(connector=connector, timeout=timeout, cookie_jar=aiohttp.DummyCookieJar(), trust_env=False)

    async def post(
        self, session: aiohttp.ClientSession, url: str, body: str, headers: dict[str, str], *, keep: bool = False
    ) -> Answer:
        """Send, and look at nothing but the status, unless the answer is wanted (`keep`): then at a few kilobytes of it."""
        if not may_call(url, self._loopback):
            return Answer(None, NO_ADDRESS)
        try:
            async with session.post(url, data=body.encode(), headers=headers, allow_redirects=False) as reply:
                if not keep:
                    return Answer(reply.status)
                return Answer(reply.status, None, reply.headers.get("authorization", ""), await _beginning(reply.content))
        except TimeoutError:
            return Answer(None, NO_ANSWER)
        except aiohttp.ClientConnectorDNSError as error:
            return Answer(None, NO_ADDRESS if isinstance(error.os_error, NotPublic) else NO_CONNECTION)
        except (aiohttp.ClientError, OSError, ValueError):
            return Answer(None, NO_CONNECTION)


async def _beginning(content: aiohttp.StreamReader) -> bytes:
    """The first kilobytes; a body without end is not waited for."""
    try:
        return await content.readexactly(KEEP_BYTES)
    except asyncio.IncompleteReadError as end:
        return end.partial
