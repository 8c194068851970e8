"""The hub of one process."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

QUEUE = 100


class Hub:
    """Channels by name; a slow reader loses events, not memory: after a gap it is told to look again."""

    def __init__(self) -> None:
        self._readers: dict[str, set[asyncio.Queue[str]]] = defaultdict(set)

    def publish(self, channel: str, event: str) -> None:
        for queue in self._readers.get(channel, ()):
            if not queue.full():
                queue.put_nowait(event)

    @contextmanager
    def subscribe(self, *channels: str) -> Iterator[asyncio.Queue[str]]:
        queue: asyncio.Queue[str] = asyncio.Queue(QUEUE)
        for channel in channels:
            self._readers[channel].add(queue)
        try:
            yield queue
        finally:
            for channel in channels:
                self._readers[channel].discard(queue)
                if not self._readers[channel]:
                    del self._readers[channel]
