"""Connecting a helpline's own systems: an admin registers them, a supervisor agrees, they ask for tokens."""

import base64
import json
from typing import Annotated, Any
from urllib.parse import parse_qs

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse
from sqlalchemy import select

from api.auth.access import SignedIn, StaffOnly
from api.auth.models import Client, ClientSecret
from api.auth.rules import Anyone, Role
from api.db import Database
from api.machines.clients import Clients
from api.machines.rules import TokenRefused, read_key, read_request
from api.machines.schemas import ClientOut, ClientPage, ClientWithSecret, Given, NewClient, TokenOut, TokenRequest

router = APIRouter(tags=["machines"])
Keeper = Annotated[SignedIn, Depends(StaffOnly(Role.admin, fresh=True))]
Giver = Annotated[SignedIn, Depends(StaffOnly(Role.supervisor, fresh=True))]
Watcher = Annotated[SignedIn, Depends(StaffOnly(Role.supervisor, Role.admin))]
FORM = "application/x-www-form-urlencoded"


def _clients(request: Request) -> Clients:
    clients: Clients = request.app.state.clients
    return clients


def _database(request: Request) -> Database:
    database: Database = request.app.state.database
    return database


def _out(client: Client, secrets: int) -> dict[str, Any]:
    return {
        "id": client.id, "name": client.name, "scopes": client.scopes, "active": client.active, "created_at": client.created_at,
        "seen_on": client.seen_on, "secrets": secrets, "approved": client.approved_by is not None,
        "public_key": base64.b64encode(client.public_key).decode(),
    }  # fmt: skip


async def _secrets_of(db: Any, client: Client) -> int:
    return len((await db.scalars(select(ClientSecret.secret_hash).where(ClientSecret.client_id == client.id))).all())


@router.get("/v1/clients")
async def list_clients(request: Request, who: Watcher) -> ClientPage:
    """The connected systems of the caller's helpline, the newest first."""
    query = select(Client).where(Client.helpline_id == who.staff.helpline_id).order_by(Client.created_at.desc())
    async with _database(request).read() as db:
        clients = (await db.scalars(query)).all()
        return ClientPage(items=[ClientOut(**_out(client, await _secrets_of(db, client))) for client in clients])


@router.post("/v1/clients", status_code=201)
async def register(request: Request, who: Keeper, wanted: NewClient) -> ClientWithSecret:
    """Connect a system; its secret is in this answer and nowhere else."""
    key = read_key(wanted.public_key)
    async with _database(request).write() as db:
        client, secret = await _clients(request).register(db, who, wanted.name, wanted.scopes, key)
    return ClientWithSecret(**_out(client, 1), secret=secret)


@router.post("/v1/clients/{client_id}/secrets", status_code=201)
async def rotate(request: Request, client_id: str, who: Keeper) -> ClientWithSecret:
    """Make a new secret; the one before it opens for seven days more."""
    async with _database(request).write() as db:
        client, secret = await _clients(request).rotate(db, who, client_id)
        await db.flush()
        return ClientWithSecret(**_out(client, await _secrets_of(db, client)), secret=secret)


@router.post("/v1/clients/{client_id}/disable")
async def disable(request: Request, client_id: str, who: Keeper) -> ClientOut:
    """End a client for good: its next request is refused."""
    async with _database(request).write() as db:
        client = await _clients(request).disable(db, who, client_id)
    return ClientOut(**_out(client, 0))


@router.post("/v1/clients/{client_id}/approve")
async def approve(request: Request, client_id: str, who: Giver) -> ClientOut:
    """Agree that cases are sealed to a system; only a supervisor who holds the team key can. 409 once it is disabled."""
    async with _database(request).write() as db:
        client = await _clients(request).approve(db, who, client_id)
        return ClientOut(**_out(client, await _secrets_of(db, client)))


@router.post("/v1/clients/{client_id}/cases")
async def give(request: Request, client_id: str, who: Giver) -> Given:
    """Seal the helpline's open cases to a system that was connected after they were made."""
    async with _database(request).write() as db:
        return Given(cases=await _clients(request).give(db, who, client_id))


TOKEN_BODY = {
    "requestBody": {
        "required": True,
        "content": {kind: {"schema": TokenRequest.model_json_schema()} for kind in (FORM, "application/json")},
    }
}


@router.post(
    "/v1/oauth/token", response_model=TokenOut, openapi_extra=TOKEN_BODY,
    dependencies=[Depends(Anyone("here a system proves which client it is"))],
)  # fmt: skip
async def token(request: Request) -> JSONResponse:
    """A bearer token for 60 minutes by client credentials (RFC 6749 4.4); errors as RFC 6749 5.2 names them."""
    headers = {"Cache-Control": "no-store", "Pragma": "no-cache"}
    try:
        asked = read_request(await _fields(request), request.headers.get("authorization", ""))
        issued = await _clients(request).issue(_database(request), asked)
    except TokenRefused as error:
        return JSONResponse({"error": error.detail}, error.status, headers={**headers, **error.headers})
    body = TokenOut(access_token=issued.token, expires_in=issued.seconds, scope=" ".join(issued.scopes))
    return JSONResponse(body.model_dump(), headers=headers)


async def _fields(request: Request) -> dict[str, Any]:
    """The body as a form or as JSON; a parameter that comes twice is refused (RFC 6749 3.2)."""
    try:
        text = (await request.body()).decode()
        if request.headers.get("content-type", "").startswith("application/json"):
            return dict(json.loads(text))
        form = parse_qs(text, max_num_fields=20)
    except (ValueError, TypeError, RecursionError):
        raise TokenRefused("invalid_request") from None
    if any(len(values) > 1 for values in form.values()):
        raise TokenRefused("invalid_request")
    return {name: values[0] for name, values in form.items()}
