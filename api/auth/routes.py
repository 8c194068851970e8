"""Staff sign in and out."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from api.auth.access import COOKIE, HOST_COOKIE, SignedIn, StaffOnly, refuse_foreign_origin
from api.auth.rules import ABSOLUTE, Anyone, Role
from api.auth.service import SignIn, sign_out
from api.db import Database
from api.settings import Settings

router = APIRouter(prefix="/v1/staff", tags=["staff"])
AnyStaff = Annotated[SignedIn, Depends(StaffOnly(*Role))]


class Credentials(BaseModel):
    """All three at once, so that no answer tells which one was wrong."""

    model_config = ConfigDict(extra="forbid")

    email: Annotated[str, Field(max_length=254)]
    password: Annotated[str, Field(max_length=256)]
    code: Annotated[str, Field(max_length=12, description="six digits of the authenticator")]


class Proof(BaseModel):
    """What was shown at the sign-in, shown again."""

    model_config = ConfigDict(extra="forbid")

    password: Annotated[str, Field(max_length=256)]
    code: Annotated[str, Field(max_length=12)]


class Me(BaseModel):
    """Who is signed in."""

    id: str
    name: str
    role: Role
    helpline_id: str
    has_key: bool


@router.post("/sessions", status_code=201, dependencies=[Depends(Anyone("here one becomes staff"))])
async def sign_in(request: Request, response: Response, given: Credentials) -> dict[str, Any]:
    """Sign in with password and one-time code; the session is a cookie that no script reads."""
    refuse_foreign_origin(request)
    service: SignIn = request.app.state.sign_in
    settings: Settings = request.app.state.settings
    database: Database = request.app.state.database
    token = await service.sign_in(database, given.email, given.password, given.code)
    response.set_cookie(
        HOST_COOKIE if settings.production else COOKIE, token, max_age=int(ABSOLUTE.total_seconds()), path="/",
        secure=settings.production, httponly=True, samesite="strict",
    )  # fmt: skip
    return {"signed_in": True}


@router.post("/sessions/current/proof", status_code=204)
async def prove(request: Request, given: Proof, who: AnyStaff) -> None:
    """Show password and a new one-time code again, before a highly sensitive act."""
    service: SignIn = request.app.state.sign_in
    await service.prove_again(request.app.state.database, who, given.password, given.code)


@router.get("/sessions/current")
async def me(who: AnyStaff) -> Me:
    """The member of staff behind the cookie."""
    staff = who.staff
    return Me(id=staff.id, name=staff.name, role=staff.role, helpline_id=staff.helpline_id, has_key=bool(who.team))


@router.delete("/sessions/current", status_code=204)
async def leave(request: Request, response: Response, who: AnyStaff) -> None:
    """Sign out: the session is dead at once."""
    database: Database = request.app.state.database
    async with database.write() as db:
        await sign_out(db, who.token)
    settings: Settings = request.app.state.settings
    # a browser ignores a __Host- cookie without Secure, also the one that takes it away
    name = HOST_COOKIE if settings.production else COOKIE
    response.delete_cookie(name, path="/", secure=settings.production, httponly=True, samesite="strict")
