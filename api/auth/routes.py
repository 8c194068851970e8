"""Staff sign in and out."""

from datetime import datetime, timedelta
from typing import Annotated, Any, Self

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ConfigDict, Field, model_validator

from api.audit.service import Audit
from api.auth.access import COOKIE, SignedIn, StaffOnly, cookie, put_cookie, refuse_foreign_origin
from api.auth.factors import Given
from api.auth.rules import ABSOLUTE, Anyone, Role
from api.auth.service import Opened, SignIn, sign_out
from api.auth.throttle import KNOWN, Visitor
from api.db import Database
from api.sources import host_of

BROWSER = "faro_browser"
router = APIRouter(prefix="/v1/staff", tags=["staff"])
AnyStaff = Annotated[SignedIn, Depends(StaffOnly(*Role))]
Password = Annotated[str, Field(max_length=256)]
Email = Annotated[str, Field(max_length=254)]


class Proof(BaseModel):
    """A password and one second factor, together, so that no answer tells which was wrong."""

    model_config = ConfigDict(extra="forbid")

    password: Password
    code: Annotated[str, Field(max_length=64, description="six digits of the authenticator, or a recovery code")] | None = None
    passkey: Annotated[dict[str, Any], Field(description="a PublicKeyCredential as JSON (WebAuthn level 3)")] | None = None

    @model_validator(mode="after")
    def one_factor(self) -> Self:
        if (self.code is None) == (self.passkey is None):
            raise ValueError("code or passkey, and not both")
        return self

    def factor(self) -> Given:
        return Given(self.code, self.passkey)


class Credentials(Proof):
    """All three at once."""

    email: Email


class Whose(BaseModel):
    """The account that a passkey is to be shown for."""

    model_config = ConfigDict(extra="forbid")

    email: Email


class Me(BaseModel):
    """Who is signed in; `sso` if by single sign-on."""

    id: str
    name: str
    email: str
    role: Role
    helpline_id: str
    paused_at: datetime | None
    sso: bool
    has_key: bool


def visitor(request: Request) -> Visitor:
    """Where a try comes from."""
    return Visitor(host_of(request), cookie(request, BROWSER))


def let_in(request: Request, response: Response, opened: Opened) -> None:
    """Give the browser its two cookies: the session, and what it is known by."""
    put_cookie(request, response, COOKIE, opened.token, ABSOLUTE)
    put_cookie(request, response, BROWSER, opened.browser, KNOWN)


@router.post("/sessions", status_code=201, dependencies=[Depends(Anyone("here one becomes staff"))])
async def sign_in(request: Request, response: Response, given: Credentials) -> dict[str, Any]:
    """Sign in with password and second factor; the session is a cookie that no script reads."""
    refuse_foreign_origin(request)
    service: SignIn = request.app.state.sign_in
    database: Database = request.app.state.database
    let_in(request, response, await service.sign_in(database, given.email, given.password, given.factor(), visitor(request)))
    return {"signed_in": True}


@router.post("/sessions/challenge", dependencies=[Depends(Anyone("who has a passkey is not known yet"))])
async def challenge(request: Request, whose: Whose) -> dict[str, Any]:
    """What a passkey is to sign (PublicKeyCredentialRequestOptions as JSON); the same for every address."""
    refuse_foreign_origin(request)
    service: SignIn = request.app.state.sign_in
    return service.passkeys.question(whose.email)


@router.post("/sessions/current/proof", status_code=204)
async def prove(request: Request, response: Response, given: Proof, who: AnyStaff) -> None:
    """Show password and a second factor again, before a highly sensitive act. The session gets a new cookie."""
    service: SignIn = request.app.state.sign_in
    token = await service.prove_again(request.app.state.database, who, given.password, given.factor())
    put_cookie(request, response, COOKIE, token, ABSOLUTE)


@router.get("/sessions/current")
async def me(who: AnyStaff) -> Me:
    """The member of staff behind the cookie."""
    staff = who.staff
    return Me(
        id=staff.id, name=staff.name, email=staff.email, role=staff.role, helpline_id=staff.helpline_id,
        paused_at=staff.paused_at, sso=who.sso, has_key=bool(who.grants),
    )  # fmt: skip


@router.delete("/sessions/current", status_code=204)
async def leave(request: Request, response: Response, who: AnyStaff) -> None:
    """Sign out: the session is dead at once."""
    database: Database = request.app.state.database
    audit: Audit = request.app.state.audit
    async with database.write() as db:
        await sign_out(db, who.token)
        await audit.record(db, who.act("sign_out", who.staff.id))
    put_cookie(request, response, COOKIE, "", timedelta(0))
