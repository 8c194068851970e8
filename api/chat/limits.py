"""Caps that keep one source from crowding out the others (`api.sources`)."""

from limits import parse
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import FixedWindowRateLimiter

from api.errors import TooFast
from api.settings import Settings
from api.sources import Sources

TYPING, SEEN = parse("1/2 seconds"), parse("30/minute")


class Caps:
    """Counts new conversations by source, and messages and signs by conversation."""

    def __init__(self, settings: Settings) -> None:
        self._starts = parse(settings.sessions_per_source)
        self._messages = parse(settings.messages_per_conversation)
        self._counter = FixedWindowRateLimiter(MemoryStorage())
        self._sources = Sources()

    async def start(self, host: str | None) -> None:
        """Count a new conversation.

        Raises:
            TooFast: this source opened too many; the child still gets the way to help.
        """
        if not await self._counter.hit(self._starts, "start", self._sources.bucket(host)):
            raise TooFast

    async def message(self, conversation_id: str) -> None:
        """Count a message.

        Raises:
            TooFast: more than the cap of this conversation.
        """
        if not await self._counter.hit(self._messages, "message", conversation_id):
            raise TooFast

    async def handoff(self, conversation_id: str) -> None:
        """Count a yes apart from the messages: many of them must not keep a child from a person.

        Raises:
            TooFast: more than the cap of this conversation.
        """
        if not await self._counter.hit(self._messages, "handoff", conversation_id):
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
