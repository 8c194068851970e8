"""The one caller of Rasa: a deadline, a circuit breaker, and nothing of what was said in any error."""

import asyncio
import hashlib
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from uuid import uuid4

import aiohttp
import structlog

from api.chat.rules import Turn
from api.settings import Settings

FAILURES = 3
REST_SECONDS = 5.0
READY_SECONDS = 1.0
CALM = ("none", "low")
RISKS = ("none", "low", "elevated", "high", "emergency")
GUIDE = {"name": str, "slot": str, "step": int, "of": int}
log = structlog.get_logger()


class BotAway(Exception):
    """The bot is dead, slow or talks nonsense; the child gets the reviewed static menu instead."""


@dataclass
class _Breaker:
    """After three conversations in a row failed nobody waits for this bot for five seconds.

    Conversations and not failures are counted: one child's heavy message must not take the bot from the others.
    """

    failed_for: set[str] = field(default_factory=set)
    until: float = 0.0

    def closed(self) -> bool:
        return time.monotonic() >= self.until

    def failed(self, conversation: str) -> None:
        self.failed_for.add(conversation)
        if len(self.failed_for) >= FAILURES:
            self.until = time.monotonic() + REST_SECONDS

    def worked(self) -> None:
        self.failed_for.clear()
        self.until = 0.0


@dataclass
class Bot:
    """The bots of this installation, one process and one port each; a conversation always asks the same one."""

    settings: Settings
    breakers: dict[str, _Breaker] = field(default_factory=dict)
    _client: aiohttp.ClientSession = field(init=False)

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Hold the connections for as long as the application lives."""
        # shorter than the bot's own keep-alive (Sanic: 5 s), so that it never hangs up while we write
        connector = aiohttp.TCPConnector(limit=64, keepalive_timeout=4)
        async with aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar()) as self._client:
            yield

    async def decide(
        self, conversation: str, message: str, turn: Turn, metadata: dict[str, Any], resume: Any, asker: str = ""
    ) -> dict[str, Any]:
        """One turn. `message` is the id by which a retry finds the same answer; `asker`, if not the conversation, who failed.

        Returns:
            `{messages: [{key, buttons, do?}], understood, guide, slots}` (docs/architecture.md, bot protocol).

        Raises:
            BotAway: no good answer within the deadline.
        """
        address = self._address(conversation)
        breaker = self.breakers.setdefault(address, _Breaker())
        if not breaker.closed():
            raise BotAway("resting")
        body = {"conversation": conversation, "message": message, "metadata": metadata, "resume": resume}
        try:
            async with asyncio.timeout(self.settings.bot_deadline_seconds):
                answer = await self._post(address, {**body, **_said(turn)})
        except (TimeoutError, aiohttp.ClientError, ValueError, KeyError, TypeError, AttributeError) as error:
            breaker.failed(asker or conversation)
            log.warning("bot.away", error=type(error).__name__)
            raise BotAway(type(error).__name__) from None
        breaker.worked()
        return answer

    async def worries(self, text: str, locale: str) -> bool:
        """Whether words that belong to no conversation sound as if their writer needs somebody; without the bot, they may."""
        metadata = {"locale": locale, "band": "13-15"}
        once = str(uuid4())
        try:
            answer = await self.decide(once, once, Turn(text=text), metadata, None, asker="a class")
        except BotAway:
            return True
        return (answer.get("understood") or {}).get("risk") not in CALM

    async def ready(self) -> bool:
        try:
            async with asyncio.timeout(READY_SECONDS * len(self.settings.bots)):
                return all([await self._alive(address) for address in self.settings.bots])
        except (TimeoutError, aiohttp.ClientError):
            return False

    async def _alive(self, address: str) -> bool:
        async with self._client.get(f"{address}/webhooks/faro/", allow_redirects=False) as reply:
            return reply.status == HTTPStatus.OK

    async def _post(self, address: str, body: dict[str, Any]) -> dict[str, Any]:
        headers = {"x-faro-secret": self.settings.bot_secret.get_secret_value()}
        url = f"{address}/webhooks/faro/message"
        async with self._client.post(url, json=body, headers=headers, allow_redirects=False) as reply:
            if reply.status != HTTPStatus.OK:
                raise ValueError("status")
            return checked(await reply.json())

    def _address(self, conversation: str) -> str:
        bots = self.settings.bots
        return bots[int.from_bytes(hashlib.sha256(conversation.encode()).digest()[:4]) % len(bots)]


def checked(answer: Any) -> dict[str, Any]:
    """The parts of an answer that have the shape of the protocol.

    Raises:
        ValueError, KeyError, TypeError: it is not an answer at all.
    """
    messages = [
        {"key": m["key"], "do": m.get("do"), "buttons": [b for b in m.get("buttons") or () if isinstance(b, str)]}
        for m in answer["messages"]
    ]
    if not messages or not all(isinstance(m["key"], str) for m in messages):
        raise ValueError("no key")
    if not all(isinstance(answer.get(name) or {}, dict) for name in ("understood", "guide", "slots")):
        raise TypeError("parts")
    understood, guide, slots = (answer.get(name) or {} for name in ("understood", "guide", "slots"))
    if not isinstance(understood.get("need") or "", str):
        raise ValueError("need")
    if understood.get("risk", "none") not in RISKS or not all(isinstance(n, str) for n in understood.get("also") or ()):
        raise ValueError("understood")
    if guide and not all(isinstance(guide.get(name), kind) for name, kind in GUIDE.items()):
        raise ValueError("guide")
    if not all(isinstance(v, str) for v in slots.values()):
        raise ValueError("slots")
    return {"messages": messages, "understood": understood, "guide": guide or None, "slots": slots}


def _said(turn: Turn) -> dict[str, Any]:
    return {"text": turn.text} if turn.text is not None else {"intent": turn.intent, "entities": turn.entities}
