"""The one caller of Rasa: a deadline, a circuit breaker, and nothing of what was said in any error."""

import hashlib
import time
from dataclasses import dataclass, field
from typing import Any

import httpx
import structlog

from api.chat.rules import Turn
from api.settings import Settings

FAILURES = 3
REST_SECONDS = 5.0
log = structlog.get_logger()


class BotAway(Exception):
    """The bot is dead, slow or talks nonsense; the child gets the reviewed static menu instead."""


@dataclass
class _Breaker:
    """After three failures in a row nobody waits for this bot for five seconds."""

    failures: int = 0
    until: float = 0.0

    def closed(self) -> bool:
        return time.monotonic() >= self.until

    def failed(self) -> None:
        self.failures += 1
        if self.failures >= FAILURES:
            self.until = time.monotonic() + REST_SECONDS

    def worked(self) -> None:
        self.failures, self.until = 0, 0.0


@dataclass
class Bot:
    """The bots of this installation, one process and one port each; a conversation always asks the same one."""

    settings: Settings
    client: httpx.AsyncClient
    breakers: dict[str, _Breaker] = field(default_factory=dict)

    async def decide(self, conversation: str, message: str, turn: Turn, metadata: dict[str, Any], resume: Any) -> dict[str, Any]:
        """One turn. `message` is the id by which a retry finds the same answer.

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
            answer = await self._post(address, {**body, **_said(turn)})
        except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
            breaker.failed()
            log.warning("bot.away", error=type(error).__name__)
            raise BotAway(type(error).__name__) from None
        breaker.worked()
        return answer

    async def ready(self) -> bool:
        try:
            answers = [await self.client.get(f"{a}/webhooks/faro/", timeout=1.0) for a in self.settings.bots]
        except httpx.HTTPError:
            return False
        return all(a.status_code == httpx.codes.OK for a in answers)

    async def _post(self, address: str, body: dict[str, Any]) -> dict[str, Any]:
        headers = {"x-faro-secret": self.settings.bot_secret.get_secret_value()}
        timeout = self.settings.bot_deadline_seconds
        reply = await self.client.post(f"{address}/webhooks/faro/message", json=body, headers=headers, timeout=timeout)
        reply.raise_for_status()
        answer: dict[str, Any] = reply.json()
        if not all(isinstance(m["key"], str) for m in answer["messages"]) or not answer["messages"]:
            raise ValueError("no key")
        return answer

    def _address(self, conversation: str) -> str:
        bots = self.settings.bots
        return bots[int.from_bytes(hashlib.sha256(conversation.encode()).digest()[:4]) % len(bots)]


def _said(turn: Turn) -> dict[str, Any]:
    return {"text": turn.text} if turn.text is not None else {"intent": turn.intent, "entities": turn.entities}
