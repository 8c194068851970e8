"""Single sign-on over HTTP: there, back, and the passphrase."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, ConfigDict

from api.auth.access import SignedIn, StaffOnly, cookie, put_cookie, refuse_foreign_origin
from api.auth.routes import AnyStaff, Password, let_in, visitor
from api.auth.rules import Anyone, Role
from api.db import Database
from api.errors import FaroError
from api.sso.service import VISIT, SingleSignOn, is_linked

COOKIE = "faro_sso"
BACK, REFUSED = "/console#sso", "/console#sso-refused"  # the only places that a browser is sent back to
router = APIRouter(prefix="/v1/staff/sso", tags=["staff"])
Proved = Annotated[SignedIn, Depends(StaffOnly(*Role, fresh=True))]


class Offer(BaseModel):
    """Whether this installation has single sign-on."""

    on: bool


class SignOnLink(BaseModel):
    """Whether the caller has come by single sign-on before."""

    on: bool
    linked: bool


class Door(BaseModel):
    """Where the browser signs in."""

    address: str


class Passphrase(BaseModel):
    """The vault passphrase: the member's password here, which the provider never sees."""

    model_config = ConfigDict(extra="forbid")

    passphrase: Password


def _sso(request: Request) -> SingleSignOn:
    sso: SingleSignOn = request.app.state.sso
    return sso


def _database(request: Request) -> Database:
    database: Database = request.app.state.database
    return database


@router.get("", dependencies=[Depends(Anyone("the sign-in form asks"))])
async def offer(request: Request) -> Offer:
    """Whether the sign-in form shows single sign-on."""
    return Offer(on=_sso(request).provider.on)


@router.post("", dependencies=[Depends(Anyone("here one becomes staff"))])
async def depart(request: Request, response: Response) -> Door:
    """Begin; the browser then goes to the address by itself."""
    refuse_foreign_origin(request)
    address, token = await _sso(request).depart(_database(request), visitor(request))
    put_cookie(request, response, COOKIE, token, VISIT, lax=True)
    return Door(address=address)


@router.get("/callback", dependencies=[Depends(Anyone("the provider sends the browser here"))])
async def arrive(request: Request) -> RedirectResponse:
    """Back from the provider: to the console's form for the passphrase, or to one that says that it did not work."""
    try:
        token = await _sso(request).arrive(_database(request), cookie(request, COOKIE), request.query_params, visitor(request))
    except FaroError:
        return RedirectResponse(REFUSED, 303)
    response = RedirectResponse(BACK, 303)
    put_cookie(request, response, COOKIE, token, VISIT)
    return response


@router.post("/sessions", status_code=201, dependencies=[Depends(Anyone("here one becomes staff"))])
async def open_session(request: Request, response: Response, given: Passphrase) -> dict[str, bool]:
    """Open a session with the passphrase, after the provider has said who comes."""
    refuse_foreign_origin(request)
    opened = await _sso(request).open(_database(request), cookie(request, COOKIE), given.passphrase, visitor(request))
    let_in(request, response, opened)
    put_cookie(request, response, COOKIE, "", timedelta(0))
    return {"signed_in": True}


@router.get("/exit", dependencies=[Depends(Anyone("whoever signs out is nobody any more"))])
async def leave(request: Request) -> RedirectResponse:
    """To the provider's own sign-out, which asks; after our session is closed."""
    try:
        return RedirectResponse(await _sso(request).exit(visitor(request)), 303)
    except FaroError:
        return RedirectResponse("/console", 303)


@router.get("/link")
async def link(request: Request, who: AnyStaff) -> SignOnLink:
    """Whether the caller is linked to an account of the provider."""
    async with _database(request).read() as db:
        return SignOnLink(on=_sso(request).provider.on, linked=await is_linked(db, who))


@router.delete("/link", status_code=204)
async def unlink(request: Request, who: Proved) -> None:
    """Forget the account of the provider; the next one with the caller's address and passphrase is linked anew."""
    async with _database(request).write() as db:
        await _sso(request).unlink(db, who)
