"""Webhooks, and how Primero is reached, over HTTP, for the admins of a helpline."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field

from api.auth.access import SignedIn, StaffOnly
from api.auth.rules import Role
from api.db import Database
from api.outbox.models import PrimeroAccount, WebhookDelivery, WebhookEndpoint
from api.outbox.primero import Login, Primero
from api.outbox.rules import EVENTS, DeliveryState
from api.outbox.service import Webhooks

webhook_routes = APIRouter(prefix="/v1/webhooks", tags=["webhooks"])
primero_routes = APIRouter(prefix="/v1/primero", tags=["primero"])
Admin = Annotated[SignedIn, Depends(StaffOnly(Role.admin))]
FreshAdmin = Annotated[SignedIn, Depends(StaffOnly(Role.admin, fresh=True))]
Events = Annotated[list[str], Field(min_length=1, max_length=len(EVENTS))]


class In(BaseModel):
    model_config = ConfigDict(extra="forbid")


class EndpointIn(In):
    """Where to, and what about."""

    url: Annotated[str, Field(max_length=500)]
    events: Events


class EndpointChange(In):
    active: bool | None = None
    events: Events | None = None


class Endpoint(BaseModel):
    """An endpoint without its secret. `gone_at`: since when it answers 410."""

    id: str
    url: str
    events: list[str]
    active: bool
    gone_at: datetime | None
    old_until: datetime | None
    created_at: datetime


class EndpointMade(Endpoint):
    """An endpoint with a new secret, shown this once."""

    secret: str


class EndpointRow(Endpoint):
    parked: int


class Overview(BaseModel):
    """The endpoints of a helpline, and the events that there are."""

    events: list[str]
    endpoints: list[EndpointRow]


class Delivery(BaseModel):
    """How the last try of an event went: the status of the answer, or why there was none."""

    id: str
    endpoint_id: str
    event: str
    state: DeliveryState
    tries: int
    status: int | None
    trouble: str | None
    created_at: datetime
    tried_at: datetime | None
    due_at: datetime


class AccountIn(In):
    """Primero's address and as whom Faro signs in there. `agency` and `owned_by` are Primero's own ids."""

    url: Annotated[str, Field(max_length=500)]
    user_name: Annotated[str, Field(min_length=1, max_length=80)]
    password: Annotated[str, Field(min_length=1, max_length=256)]
    agency: Annotated[str | None, Field(max_length=80)] = None
    owned_by: Annotated[str | None, Field(max_length=80)] = None


class Account(BaseModel):
    """How Primero is reached; the password does not come back. Without an address nothing is set up."""

    url: str | None = None
    user_name: str | None = None
    agency: str | None = None
    owned_by: str | None = None


def _database(request: Request) -> Database:
    database: Database = request.app.state.database
    return database


def _webhooks(request: Request) -> Webhooks:
    webhooks: Webhooks = request.app.state.webhooks
    return webhooks


def _endpoint(row: WebhookEndpoint) -> Endpoint:
    return Endpoint(
        id=row.id, url=row.url, events=row.events, active=row.active, gone_at=row.gone_at, old_until=row.old_until,
        created_at=row.created_at,
    )  # fmt: skip


def _delivery(row: WebhookDelivery) -> Delivery:
    return Delivery(**{name: getattr(row, name) for name in Delivery.model_fields})


@webhook_routes.get("")
async def list_endpoints(request: Request, who: Admin) -> Overview:
    """The endpoints of the caller's helpline."""
    async with _database(request).read() as db:
        rows = await _webhooks(request).endpoints(db, who)
        parked = await _webhooks(request).parked(db, who)
    endpoints = [EndpointRow(**_endpoint(row).model_dump(), parked=parked.get(row.id, 0)) for row in rows]
    return Overview(events=list(EVENTS), endpoints=endpoints)


@webhook_routes.post("", status_code=201)
async def add(request: Request, who: FreshAdmin, given: EndpointIn) -> EndpointMade:
    """Make an endpoint. Its secret is in this answer and nowhere else."""
    async with _database(request).write() as db:
        row, secret = await _webhooks(request).add(db, who, given.url, given.events)
    return EndpointMade(**_endpoint(row).model_dump(), secret=secret)


@webhook_routes.get("/deliveries")
async def list_deliveries(request: Request, who: Admin, state: DeliveryState | None = None) -> list[Delivery]:
    """The newest deliveries; `state=parked` are the ones that wait for a replay."""
    async with _database(request).read() as db:
        return [_delivery(row) for row in await _webhooks(request).deliveries(db, who, state)]


@webhook_routes.post("/deliveries/{delivery_id}/replay", status_code=204)
async def replay_one(request: Request, delivery_id: str, who: Admin) -> None:
    """Send a parked delivery again, under the id it had."""
    async with _database(request).write() as db:
        await _webhooks(request).replay_one(db, who, delivery_id)


@webhook_routes.patch("/{endpoint_id}")
async def change(request: Request, endpoint_id: str, who: Admin, wanted: EndpointChange) -> Endpoint:
    """Switch an endpoint on or off, or choose its events."""
    async with _database(request).write() as db:
        return _endpoint(await _webhooks(request).change(db, who, endpoint_id, wanted.active, wanted.events))


@webhook_routes.delete("/{endpoint_id}", status_code=204)
async def remove(request: Request, endpoint_id: str, who: Admin) -> None:
    """Forget an endpoint with all that was meant for it."""
    async with _database(request).write() as db:
        await _webhooks(request).remove(db, who, endpoint_id)


@webhook_routes.post("/{endpoint_id}/secret", status_code=201)
async def rotate(request: Request, endpoint_id: str, who: FreshAdmin) -> EndpointMade:
    """A new secret; for 24 hours the old one signs too."""
    async with _database(request).write() as db:
        row, secret = await _webhooks(request).rotate(db, who, endpoint_id)
    return EndpointMade(**_endpoint(row).model_dump(), secret=secret)


@webhook_routes.post("/{endpoint_id}/test", status_code=204)
async def test(request: Request, endpoint_id: str, who: Admin) -> None:
    """Send an event that means nothing."""
    async with _database(request).write() as db:
        await _webhooks(request).test(db, who, endpoint_id)


@webhook_routes.post("/{endpoint_id}/replay", status_code=204)
async def replay(request: Request, endpoint_id: str, who: Admin) -> None:
    """Send all that is parked for an endpoint again."""
    async with _database(request).write() as db:
        await _webhooks(request).replay(db, who, endpoint_id)


def _primero(request: Request) -> Primero:
    primero: Primero = request.app.state.primero
    return primero


def _account(row: PrimeroAccount | None) -> Account:
    return Account(**{name: getattr(row, name) for name in Account.model_fields}) if row else Account()


@primero_routes.get("")
async def account(request: Request, who: Admin) -> Account:
    """How the helpline's Primero is reached."""
    async with _database(request).read() as db:
        return _account(await _primero(request).account_of(db, who))


@primero_routes.put("")
async def set_up(request: Request, who: FreshAdmin, given: AccountIn) -> Account:
    """Keep how the helpline's Primero is reached; the password is kept wrapped."""
    async with _database(request).write() as db:
        await _primero(request).set_up(db, who, Login(**given.model_dump()))
        return _account(await _primero(request).account_of(db, who))


@primero_routes.delete("", status_code=204)
async def forget(request: Request, who: Admin) -> None:
    """Hand in no more cases."""
    async with _database(request).write() as db:
        await _primero(request).remove(db, who)


router = APIRouter()
router.include_router(webhook_routes)
router.include_router(primero_routes)
