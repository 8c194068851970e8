"""What is remembered, for how long, and of how many."""
from __future__ import annotations

import pytest
from components.guides import Position, position
from components.store import ForgetfulStore, events_of
from rasa.core.agent import Agent
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker
from serve import MODEL

pytestmark = pytest.mark.asyncio


@pytest.fixture(scope="module")
def domain() -> Domain:
    return Agent.load(str(MODEL)).domain


class Clock:
    """A clock that the test moves."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def tracker(domain: Domain, name: str, at: Position) -> DialogueStateTracker:
    return DialogueStateTracker.from_events(name, events_of(at), slots=domain.slots)


@pytest.mark.parametrize("at", [
    Position(None, None, {}),
    Position(None, None, {"situation": "sexual_extortion", "last_guide": "tell", "place": "x"}),
    Position("picture", "danger", {}),
    Position("takedown", "own_phone", {"place": "skipped", "last_guide": "takedown"}),
])
async def test_a_position_survives_being_stored(domain: Domain, at: Position) -> None:
    store = ForgetfulStore(domain)
    await store.save(tracker(domain, "c", at))
    kept = await store.retrieve("c")
    assert kept is not None
    assert position(kept) == at


async def test_a_conversation_is_forgotten_an_hour_after_its_last_use(domain: Domain) -> None:
    clock = Clock()
    store = ForgetfulStore(domain, minutes=60, clock=clock)
    await store.save(tracker(domain, "c", Position("tell", "tell_whom", {})))
    clock.now = 3000
    await store.save(tracker(domain, "c", Position("tell", "tell_how", {})))
    clock.now = 6599
    assert await store.retrieve("c") is not None
    clock.now = 6601
    assert await store.retrieve("c") is None
    assert not store.positions


async def test_the_least_recently_used_conversation_makes_room(domain: Domain) -> None:
    store = ForgetfulStore(domain, conversations=2)
    for name in ("a", "b", "a", "c"):
        await store.save(tracker(domain, name, Position(None, None, {})))
    assert list(await store.keys()) == ["a", "c"]


async def test_a_long_conversation_takes_no_more_room_than_a_short_one(domain: Domain) -> None:
    store = ForgetfulStore(domain)
    for _ in range(50):
        await store.save(tracker(domain, "c", Position("picture", "place", {"danger": "no"})))
    kept = await store.retrieve("c")
    assert kept is not None
    assert len(kept.events) < 10
