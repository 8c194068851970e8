"""The worker of the outbox: take what is due, send it, write down how it went.

Any number of processes may run it: a row is taken by one conditional UPDATE that moves its time on by the lease, and the
outcome is written only by who still holds it. A process that dies between sending and writing sends again under the same
id, which is how a receiver knows it.
"""

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

import aiohttp
import structlog
from sqlalchemy import CursorResult, select, update

from api.audit.rules import Act
from api.audit.service import Audit
from api.db import Database, now
from api.outbox.guard import Answer, Way
from api.outbox.models import WebhookDelivery, WebhookEndpoint
from api.outbox.rules import GONE, LEASE, DeliveryState, after_try, signed
from api.outbox.service import publish_head, purge, secrets_of, set_active
from api.vault.keys import unwrap
from api.vault.sealing import Tampered

BATCH = 20
TRY_SECONDS = 15.0
EVERY_SECONDS = 1.0
HEAD_EVERY = timedelta(hours=1)
SYSTEM, NO_SECRET = "system", "secret"
log = structlog.get_logger()


@dataclass(frozen=True)
class Parcel:
    """A taken row with what a try needs; the secrets are wrapped."""

    id: str
    endpoint_id: str
    url: str
    body: str
    tries: int
    secrets: list[bytes]


class Courier:
    """Sends what is due.

    Args:
        key: opens the secrets.
        clock: the time in UTC.
        chance: 0 to 1, for the jitter.
    """

    def __init__(
        self, database: Database, key: bytes, audit: Audit, way: Way, *,
        clock: Callable[[], datetime] = now, chance: Callable[[], float] = random.random,
    ) -> None:  # fmt: skip
        self._database, self._key, self._audit, self._way = database, key, audit, way
        self._clock, self._chance = clock, chance

    async def deliver_due(self) -> int:
        """One round; what is new waits at most one try (15 s) behind a receiver that is slow.

        Returns:
            How many were tried.
        """
        parcels = await self._take()
        if parcels:
            async with self._way.open() as session:
                await asyncio.gather(*(self._deliver(session, parcel) for parcel in parcels))
        return len(parcels)

    async def look_after(self) -> None:
        """What is due every hour: the head of the audit log goes out, and what is old goes away."""
        async with self._database.write() as db:
            await publish_head(db)
            await purge(db, self._clock())

    async def _take(self) -> list[Parcel]:
        moment = self._clock()
        due = (WebhookDelivery.state == DeliveryState.due, WebhookDelivery.due_at <= moment)
        first = select(WebhookDelivery.id).join(WebhookEndpoint).where(*due, WebhookEndpoint.active)
        async with self._database.read() as db:
            # first tries come first, so that nothing waits for a receiver that has been down for a day
            ids = (await db.scalars(first.order_by(WebhookDelivery.tries, WebhookDelivery.due_at).limit(BATCH))).all()
        if not ids:
            return []
        async with self._database.write() as db:
            taking = update(WebhookDelivery).where(*due)
            held = {"due_at": moment + LEASE, "tries": WebhookDelivery.tries + 1, "tried_at": moment}
            won = [each for each in ids if await _changes_one(db, taking.where(WebhookDelivery.id == each).values(held))]
            rows = select(WebhookDelivery, WebhookEndpoint).join(WebhookEndpoint).where(WebhookDelivery.id.in_(won))
            return [
                Parcel(row.id, to.id, to.url, row.body, row.tries, secrets_of(to, moment))
                for row, to in (await db.execute(rows)).tuples()
            ]

    async def _deliver(self, session: aiohttp.ClientSession, parcel: Parcel) -> None:
        answer = await self._try(session, parcel)
        try:
            await self._write_down(parcel, answer)
        except Exception as error:  # the lease ends and it is tried again, under the same id
            log.error("outbox.failed", error=type(error).__name__)

    async def _try(self, session: aiohttp.ClientSession, parcel: Parcel) -> Answer:
        try:
            secrets = [unwrap(self._key, secret) for secret in parcel.secrets]
        except Tampered:  # another pepper than the one it was made with; the other endpoints go on
            return Answer(None, NO_SECRET)
        headers = signed(secrets, parcel.id, self._clock(), parcel.body)
        return await self._way.post(session, parcel.url, parcel.body, headers)

    async def _write_down(self, parcel: Parcel, answer: Answer) -> None:
        after = after_try(answer.status, parcel.tries, self._clock(), self._chance())
        mine = update(WebhookDelivery).where(WebhookDelivery.id == parcel.id, WebhookDelivery.tries == parcel.tries)
        result = {"state": after.state, "due_at": after.due_at, "status": answer.status, "trouble": answer.trouble}
        async with self._database.write() as db:
            if await _changes_one(db, mine.values(result)) and answer.status == GONE:
                await self._give_up(db, parcel.endpoint_id)

    async def _give_up(self, db: Any, endpoint_id: str) -> None:
        """The receiver says that it is gone for good (410): it is asked no more until an admin switches it on again."""
        endpoint = await db.get(WebhookEndpoint, endpoint_id)
        if endpoint is not None and endpoint.active:
            await set_active(db, endpoint, active=False, gone=True)
            await self._audit.record(db, Act(SYSTEM, "webhook.gone", endpoint_id, endpoint.helpline_id))


async def _changes_one(db: Any, statement: Any) -> bool:
    return cast(CursorResult[Any], await db.execute(statement)).rowcount == 1


async def keep_sending(courier: Courier) -> None:
    """The worker: look every second, and every hour after the rest; a failure is logged by its class and tried again."""
    looked_after: datetime | None = None
    while True:
        try:
            if looked_after is None or now() - looked_after >= HEAD_EVERY:
                await courier.look_after()
                looked_after = now()
            await courier.deliver_due()
        except Exception as error:  # whatever it is: the worker tries again
            log.error("outbox.failed", error=type(error).__name__)
        await asyncio.sleep(EVERY_SECONDS)
