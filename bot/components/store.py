"""What the bot remembers of a conversation: the open guide and the answers given in it. Nothing else.

Rasa's own stores keep every event with its text for ever. This one keeps a few words from fixed lists, in memory,
forgets them 60 minutes after the last use, and rebuilds a short tracker from them for the next message. A turn
therefore costs the same in a long conversation as in a new one.
"""
from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import Any

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME, ACTION_SESSION_START_NAME, REQUESTED_SLOT
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, Event, SessionStarted, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker

from components.guides import Position, position


def events_of(remembered: Position) -> list[Event]:
    """The shortest history that leads to a position."""
    events: list[Event] = [ActionExecuted(ACTION_SESSION_START_NAME), SessionStarted()]
    events += [SlotSet(name, value) for name, value in remembered.slots.items()]
    if remembered.guide:
        events += [ActiveLoop(remembered.guide), ActionExecuted(remembered.guide)]
        events += [SlotSet(REQUESTED_SLOT, remembered.asked)]
    return [*events, ActionExecuted(ACTION_LISTEN_NAME)]


class ForgetfulStore(TrackerStore):
    """A bounded, expiring dictionary of positions, the least recently used first."""

    def __init__(self, domain: Domain | None, event_broker: EventBroker | None = None, minutes: float = 60,
                 conversations: int = 20000, clock: Callable[[], float] = time.monotonic, **kwargs: Any) -> None:
        super().__init__(domain, event_broker)
        self.seconds, self.limit, self.clock = minutes * 60, conversations, clock
        self.positions: OrderedDict[str, tuple[float, Position]] = OrderedDict()

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Keep the position and drop the history."""
        self.remember(tracker.sender_id, position(tracker))

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """Rebuild the tracker, or None when the conversation is unknown or forgotten."""
        self._forget_expired()
        if sender_id not in self.positions:
            return None
        remembered = self.positions[sender_id][1]
        tracker = self.init_tracker(sender_id)
        tracker.update_with_events(events_of(remembered), self.domain)
        return tracker

    async def keys(self) -> Iterable[str]:
        """The conversations that are remembered now."""
        self._forget_expired()
        return self.positions.keys()

    def remember(self, sender_id: str, now: Position) -> None:
        """Move the conversation to the end of the queue and drop the oldest ones over the limit."""
        self.positions.pop(sender_id, None)
        self.positions[sender_id] = (self.clock() + self.seconds, now)
        while len(self.positions) > self.limit:
            self.positions.popitem(last=False)

    def _forget_expired(self) -> None:
        now = self.clock()
        while self.positions and next(iter(self.positions.values()))[0] <= now:
            self.positions.popitem(last=False)
