"""What is told to whom: events written beside the act, and what an admin does with the endpoints of a helpline."""

import base64
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4, uuid5

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from api.audit.models import AuditHead
from api.audit.service import THE_HEAD, Audit
from api.auth.access import SignedIn
from api.db import now
from api.errors import BadRequest, Conflict, NotFound
from api.outbox.models import WebhookDelivery, WebhookEndpoint
from api.outbox.rules import (
    EVENTS,
    HEAD_EVENT,
    KEEP_DELIVERED,
    KEEP_PARKED,
    TEST_EVENT,
    TWO_SECRETS,
    DeliveryState,
    body_of,
    may_call,
)  # fmt: skip
from api.vault.keys import wrap

SECRET_BYTES = 32  # Standard Webhooks asks for 24 to 64
MOST_ENDPOINTS = 10  # each makes a row in the transaction of a case
PAGE = 50


async def publish(db: AsyncSession, helpline_id: str, event: str, data: Mapping[str, Any]) -> None:
    """Write an event for every endpoint of the helpline that wants it; it stands if and only if the act does.

    Args:
        data: ids and clear metadata, never words (docs/threat-model.md, in the clear).
    """
    wanting = select(WebhookEndpoint).where(WebhookEndpoint.helpline_id == helpline_id, WebhookEndpoint.active)
    for endpoint in await db.scalars(wanting):
        if event in endpoint.events:
            _add(db, endpoint.id, str(uuid4()), event, data)


async def publish_head(db: AsyncSession) -> None:
    """Write the head of the audit log, if it has moved, for who keeps it in a second place (a cut tail then shows)."""
    head = await db.get(AuditHead, THE_HEAD)
    if head is None:
        return
    for endpoint in (await db.scalars(select(WebhookEndpoint).where(WebhookEndpoint.active))).all():
        # the same id in every process, so that a head is told once
        delivery_id = str(uuid5(UUID(endpoint.id), f"{HEAD_EVENT}/{head.seq}"))
        if HEAD_EVENT in endpoint.events and await db.get(WebhookDelivery, delivery_id) is None:
            _add(db, endpoint.id, delivery_id, HEAD_EVENT, {"seq": head.seq, "mac": head.mac})


def _add(db: AsyncSession, endpoint_id: str, delivery_id: str, event: str, data: Mapping[str, Any]) -> None:
    moment = now()
    body = body_of(event, moment, data)
    db.add(WebhookDelivery(
        id=delivery_id, endpoint_id=endpoint_id, event=event, body=body, state=DeliveryState.due, tries=0, due_at=moment,
        created_at=moment,
    ))  # fmt: skip


async def purge(db: AsyncSession, moment: datetime) -> None:
    """Forget what was delivered a week ago, and what nobody has sent again in ninety days."""
    for state, kept in ((DeliveryState.delivered, KEEP_DELIVERED), (DeliveryState.parked, KEEP_PARKED)):
        old = WebhookDelivery.created_at < moment - kept
        await db.execute(delete(WebhookDelivery).where(WebhookDelivery.state == state, old))


class Webhooks:
    """An admin's verbs. Each takes the session of one write and leaves its entry in the audit log.

    Args:
        key: wraps the secrets; it is not in the database.
        loopback: whether an endpoint may be on this machine (development and tests).
    """

    def __init__(self, key: bytes, audit: Audit, loopback: bool) -> None:
        self._key, self._audit, self._loopback = key, audit, loopback

    async def endpoints(self, db: AsyncSession, who: SignedIn) -> list[WebhookEndpoint]:
        mine = select(WebhookEndpoint).where(WebhookEndpoint.helpline_id == who.staff.helpline_id)
        return list((await db.scalars(mine.order_by(WebhookEndpoint.created_at))).all())

    async def add(self, db: AsyncSession, who: SignedIn, url: str, events: Sequence[str]) -> tuple[WebhookEndpoint, str]:
        """Make an endpoint.

        Returns:
            The endpoint, and its secret (`whsec_...`), which is shown this once.

        Raises:
            BadRequest: an address that Faro does not call, or an unknown event.
            Conflict: the helpline has as many as it may have.
        """
        if not may_call(url, self._loopback):
            raise BadRequest("an address is https://, a name and no number, port 443, without user and fragment")
        if len(await self.endpoints(db, who)) >= MOST_ENDPOINTS:
            raise Conflict("no more endpoints")
        secret = secrets.token_bytes(SECRET_BYTES)
        endpoint = WebhookEndpoint(
            id=str(uuid4()), helpline_id=who.staff.helpline_id, url=url, events=_known(events), active=True,
            secret=wrap(self._key, secret), created_at=now(),
        )  # fmt: skip
        db.add(endpoint)
        await self._audit.record(db, who.act("webhook.add", endpoint.id))
        return endpoint, _shown(secret)

    async def change(
        self, db: AsyncSession, who: SignedIn, endpoint_id: str, active: bool | None, events: Sequence[str] | None
    ) -> WebhookEndpoint:
        """Switch an endpoint on or off, or choose its events. While it is off nothing is written for it."""
        endpoint = await self._mine(db, who, endpoint_id)
        if events is not None:
            endpoint.events = _known(events)
        if active is not None:
            await set_active(db, endpoint, active)
        await self._audit.record(db, who.act("webhook.change", endpoint.id))
        return endpoint

    async def remove(self, db: AsyncSession, who: SignedIn, endpoint_id: str) -> None:
        """Forget an endpoint with all that was meant for it."""
        endpoint = await self._mine(db, who, endpoint_id)
        await db.execute(delete(WebhookDelivery).where(WebhookDelivery.endpoint_id == endpoint.id))
        await db.delete(endpoint)
        await self._audit.record(db, who.act("webhook.remove", endpoint_id))

    async def rotate(self, db: AsyncSession, who: SignedIn, endpoint_id: str) -> tuple[WebhookEndpoint, str]:
        """A new secret, shown this once; for 24 hours the old one signs too. One that is older still ends now."""
        endpoint = await self._mine(db, who, endpoint_id)
        secret = secrets.token_bytes(SECRET_BYTES)
        endpoint.old_secret, endpoint.old_until = endpoint.secret, now() + TWO_SECRETS
        endpoint.secret = wrap(self._key, secret)
        await self._audit.record(db, who.act("webhook.secret", endpoint.id))
        return endpoint, _shown(secret)

    async def test(self, db: AsyncSession, who: SignedIn, endpoint_id: str) -> None:
        """Send an event that means nothing, to see whether it arrives."""
        endpoint = await self._mine(db, who, endpoint_id)
        if not endpoint.active:
            raise Conflict("the endpoint is off")
        _add(db, endpoint.id, str(uuid4()), TEST_EVENT, {"endpoint": endpoint.id})
        await self._audit.record(db, who.act("webhook.test", endpoint.id))

    async def deliveries(self, db: AsyncSession, who: SignedIn, state: DeliveryState | None) -> list[WebhookDelivery]:
        """The newest deliveries of the helpline."""
        query = select(WebhookDelivery).join(WebhookEndpoint).where(WebhookEndpoint.helpline_id == who.staff.helpline_id)
        if state is not None:
            query = query.where(WebhookDelivery.state == state)
        newest = query.order_by(WebhookDelivery.created_at.desc(), WebhookDelivery.id).limit(PAGE)
        return list((await db.scalars(newest)).all())

    async def parked(self, db: AsyncSession, who: SignedIn) -> dict[str, int]:
        """Endpoint id -> how many of its deliveries are parked."""
        query = (
            select(WebhookDelivery.endpoint_id, func.count()).join(WebhookEndpoint)
            .where(WebhookEndpoint.helpline_id == who.staff.helpline_id, WebhookDelivery.state == DeliveryState.parked)
            .group_by(WebhookDelivery.endpoint_id)
        )  # fmt: skip
        return dict((await db.execute(query)).tuples().all())

    async def replay(self, db: AsyncSession, who: SignedIn, endpoint_id: str) -> None:
        """Send all that is parked for an endpoint again, each under the id it had."""
        endpoint = await self._mine(db, who, endpoint_id)
        await self._replay(db, who, endpoint, WebhookDelivery.endpoint_id == endpoint.id)

    async def replay_one(self, db: AsyncSession, who: SignedIn, delivery_id: str) -> None:
        """Send one parked delivery again.

        Raises:
            NotFound: unknown, or another helpline's.
        """
        delivery = await db.get(WebhookDelivery, delivery_id)
        endpoint = await self._mine(db, who, delivery.endpoint_id if delivery else "")
        await self._replay(db, who, endpoint, WebhookDelivery.id == delivery_id)

    async def _replay(self, db: AsyncSession, who: SignedIn, endpoint: WebhookEndpoint, which: ColumnElement[bool]) -> None:
        if not endpoint.active:
            raise Conflict("the endpoint is off")
        parked = update(WebhookDelivery).where(which, WebhookDelivery.state == DeliveryState.parked)
        await db.execute(parked.values(state=DeliveryState.due, tries=0, due_at=now()))
        await self._audit.record(db, who.act("webhook.replay", endpoint.id))

    async def _mine(self, db: AsyncSession, who: SignedIn, endpoint_id: str) -> WebhookEndpoint:
        endpoint = await db.get(WebhookEndpoint, endpoint_id)
        if endpoint is None or endpoint.helpline_id != who.staff.helpline_id:
            raise NotFound
        return endpoint


async def set_active(db: AsyncSession, endpoint: WebhookEndpoint, active: bool, gone: bool = False) -> None:
    """Switch an endpoint; what is still due for one that goes off is parked, so that it stays in sight."""
    endpoint.active, endpoint.gone_at = active, now() if gone else None
    if not active:
        due = update(WebhookDelivery).where(
            WebhookDelivery.endpoint_id == endpoint.id, WebhookDelivery.state == DeliveryState.due
        )
        await db.execute(due.values(state=DeliveryState.parked))


def secrets_of(endpoint: WebhookEndpoint, at: datetime) -> list[bytes]:
    """The secrets that sign at a moment, wrapped, the newest first."""
    old = endpoint.old_secret if endpoint.old_until is not None and at < endpoint.old_until else None
    return [secret for secret in (endpoint.secret, old) if secret is not None]


def _known(events: Sequence[str]) -> list[str]:
    if not set(events) <= set(EVENTS):
        raise BadRequest("events")
    return [event for event in EVENTS if event in events]


def _shown(secret: bytes) -> str:
    return f"whsec_{base64.b64encode(secret).decode()}"
