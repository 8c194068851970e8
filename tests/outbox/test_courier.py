"""T26: a receiver that is down for three days, with a moved clock; and two processes that send from one table."""

import asyncio
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from uuid import uuid4

import pytest
import time_machine
from sqlalchemy import select
from standardwebhooks import Webhook
from standardwebhooks.webhooks import WebhookVerificationError

from api.audit.service import Audit
from api.auth.service import create_helpline
from api.db import Database
from api.outbox.guard import Way
from api.outbox.models import WebhookDelivery, WebhookEndpoint
from api.outbox.rules import WAITS, DeliveryState, after_try, body_of, signed
from api.outbox.service import publish
from api.outbox.worker import LEASE, Courier
from api.vault.keys import wrap
from tests.support.installation import ROOT
from tests.support.receiver import Receiver

KEY, SECRET = b"k" * 32, b"s" * 32
START = datetime(2030, 1, 1, tzinfo=UTC)  # later than any row that is written while the test runs
THREE_DAYS = timedelta(hours=75, minutes=35, seconds=5)


@pytest.fixture
def migrated(tmp_path: Path) -> str:
    settings = {"FARO_VAR": str(tmp_path), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "api.operator", "migrate"]
    subprocess.run(command, env={**os.environ, **settings}, cwd=ROOT, check=True, capture_output=True)
    return f"sqlite+aiosqlite:///{tmp_path / 'faro.db'}"


@pytest.fixture
async def database(migrated: str) -> AsyncIterator[Database]:
    database = Database(migrated)
    yield database
    await database.close()


class Clock:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


def courier(database: Database, tmp_path: Path, clock: Clock, chance: float = 0.5) -> Courier:
    way = Way(seconds=5, loopback=True)
    return Courier(database, KEY, Audit(KEY, tmp_path / "heads"), way, clock=clock, chance=lambda: chance)


async def told(database: Database, url: str, events: int) -> None:
    """A helpline with an endpoint, and so many events for it."""
    async with database.write() as db:
        helpline, _, _ = await create_helpline(db, "A helpline")
        db.add(WebhookEndpoint(
            id=str(uuid4()), helpline_id=helpline.id, url=url, events=["case.created"], active=True, secret=wrap(KEY, SECRET),
            created_at=START,
        ))  # fmt: skip
        await db.flush()
        for n in range(events):
            await publish(db, helpline.id, "case.created", {"id": str(n)})


async def states(database: Database) -> Counter[DeliveryState]:
    async with database.read() as db:
        return Counter(await db.scalars(select(WebhookDelivery.state)))


async def next_due(database: Database) -> datetime:
    async with database.read() as db:
        due = select(WebhookDelivery.due_at).where(WebhookDelivery.state == DeliveryState.due)
        return min(await db.scalars(due))


def verified(receiver: Receiver, moments: list[datetime]) -> list[str]:
    """The ids of what came, each verified by the library as of the moment at which it came."""
    for each, moment in zip(receiver.came, moments, strict=True):
        with time_machine.travel(moment, tick=False):
            Webhook(SECRET).verify(each.body, each.headers)
    return [each.id for each in receiver.came]


async def test_after_three_days_of_silence_everything_arrives_and_counts_once(
    database: Database, tmp_path: Path, system: Receiver
) -> None:
    """Down for 75 hours, up for the tenth try: 100 % delivered, each under one id, each try at its own time."""
    clock, moments = Clock(), []
    sender = courier(database, tmp_path, clock)
    await told(database, system.url, events=3)
    while (await states(database))[DeliveryState.due]:
        system.status = 200 if clock.now - START >= timedelta(hours=75) else 503
        tried = await sender.deliver_due()
        moments += [clock.now] * tried
        clock.now = await next_due(database) if (await states(database))[DeliveryState.due] else clock.now
    assert clock.now - START == THREE_DAYS
    assert await states(database) == {DeliveryState.delivered: 3}
    assert Counter(Counter(verified(system, moments)).values()) == {10: 3}
    effects = {each.id: json.loads(each.body)["data"]["id"] for each in system.came}  # a receiver that knows an id by now
    assert sorted(effects.values()) == ["0", "1", "2"]


async def test_who_stays_silent_longer_is_given_up_in_sight(database: Database, tmp_path: Path, system: Receiver) -> None:
    clock = Clock()
    sender = courier(database, tmp_path, clock)
    await told(database, system.url, events=2)
    system.status = 500
    for wait in (*WAITS, timedelta(days=365)):
        assert await sender.deliver_due() == 2
        assert await sender.deliver_due() == 0
        clock.now += wait
    assert await states(database) == {DeliveryState.parked: 2}
    assert await sender.deliver_due() == 0


async def test_two_processes_that_send_at_once_send_once(database: Database, tmp_path: Path, system: Receiver) -> None:
    clock = Clock()
    await told(database, system.url, events=15)
    senders = [courier(database, tmp_path, clock) for _ in range(4)]
    tried = await asyncio.gather(*(sender.deliver_due() for sender in senders))
    assert sum(tried) == 15
    assert Counter(Counter(each.id for each in system.came).values()) == {1: 15}
    assert await states(database) == {DeliveryState.delivered: 15}


async def test_a_process_that_died_on_the_way_gives_its_rows_back_after_the_lease(
    database: Database, tmp_path: Path, system: Receiver
) -> None:
    clock = Clock()
    await told(database, system.url, events=1)
    dying = courier(database, tmp_path, clock)
    system.free.clear()
    task = asyncio.create_task(dying.deliver_due())
    await asyncio.to_thread(system.wait_for, 1)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    system.free.set()
    assert await courier(database, tmp_path, clock).deliver_due() == 0
    clock.now += LEASE
    assert await courier(database, tmp_path, clock).deliver_due() == 1
    assert await states(database) == {DeliveryState.delivered: 1}
    assert len({each.id for each in system.came}) == 1


async def test_a_slow_receiver_is_left_after_the_deadline(database: Database, tmp_path: Path, system: Receiver) -> None:
    await told(database, system.url, events=1)
    system.free.clear()
    way = Way(seconds=0.2, loopback=True)
    assert await Courier(database, KEY, Audit(KEY, tmp_path / "heads"), way, clock=Clock()).deliver_due() == 1
    async with database.read() as db:
        row = (await db.scalars(select(WebhookDelivery))).one()
    assert (row.state, row.status, row.trouble) == (DeliveryState.due, None, "timeout")


async def test_a_secret_that_does_not_open_stops_no_other_endpoint(database: Database, tmp_path: Path, system: Receiver) -> None:
    """The pepper was changed; who is told by a newer secret is told."""
    await told(database, system.url, events=1)
    await told(database, system.url, events=1)
    async with database.write() as db:
        row = (await db.scalars(select(WebhookEndpoint))).first()
        assert row is not None
        row.secret = wrap(b"x" * 32, SECRET)
    assert await courier(database, tmp_path, Clock()).deliver_due() == 2
    assert await states(database) == {DeliveryState.due: 1, DeliveryState.delivered: 1}


@pytest.mark.parametrize("tries", range(1, 10))
def test_jitter_moves_a_try_by_a_tenth_at_most(tries: int) -> None:
    early, late = (after_try(None, tries, START, chance).due_at - START for chance in (0.0, 1.0))
    assert early == WAITS[tries - 1] * 0.9
    assert late == WAITS[tries - 1] * 1.1


@pytest.mark.parametrize("status", [100, 199, 300, 301, 307, 400, 404, 429, 500, None])
def test_only_2xx_is_success(status: int | None) -> None:
    assert after_try(status, 1, START, 0.5).state is DeliveryState.due
    assert after_try(status, 10, START, 0.5).state is DeliveryState.parked
    assert after_try(204, 10, START, 0.5).state is DeliveryState.delivered


@pytest.mark.parametrize("zone", [UTC, timezone(timedelta(hours=9)), timezone(timedelta(hours=-7))])
def test_a_signature_holds_whatever_zone_the_clock_has(zone: timezone) -> None:
    moment = datetime.now(zone)
    headers = signed([SECRET], "an id", moment, "{}")
    Webhook(SECRET).verify("{}", headers)


@pytest.mark.parametrize("wrong", [timedelta(minutes=-6), timedelta(minutes=6)])
def test_a_clock_that_is_wrong_by_more_than_five_minutes_is_refused_by_a_receiver(wrong: timedelta) -> None:
    headers = signed([SECRET], "an id", datetime.now(UTC) + wrong, "{}")
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify("{}", headers)


def test_an_event_that_is_not_thin_is_refused() -> None:
    with pytest.raises(ValueError, match="thin"):
        body_of("case.created", START, {"id": "x" * 20_000})
