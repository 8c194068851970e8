"""My account over HTTP: every member of staff, about themselves and nobody else."""

from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from api.account.service import Account, passkeys_of, recovery_codes_left, sessions_of
from api.auth.access import COOKIE, SignedIn, StaffOnly, put_cookie
from api.auth.models import StaffSession
from api.auth.routes import Password
from api.auth.rules import ABSOLUTE, Role
from api.db import Database
from api.settings import Settings
from api.vault.keys import token_id

router = APIRouter(prefix="/v1/staff/account", tags=["staff"])
AnyStaff = Annotated[SignedIn, Depends(StaffOnly(*Role))]
Proved = Annotated[SignedIn, Depends(StaffOnly(*Role, fresh=True))]


class PasskeyOut(BaseModel):
    """A passkey; days only, because more would be a diary of its owner."""

    id: str
    name: str
    made_on: date
    used_on: date | None


class SessionOut(BaseModel):
    """A signed-in browser: `current` is the one that asks, `sso` came by single sign-on."""

    id: str
    began_at: datetime
    used_at: datetime
    current: bool
    sso: bool


class AccountOut(BaseModel):
    """All of My account. `passkeys_at` is the address at which a browser can make and use passkeys."""

    email: str
    passkeys: list[PasskeyOut]
    passkeys_at: str
    recovery_codes: Annotated[int, Field(description="how many are left")]
    sessions: list[SessionOut]


class NewPasskey(BaseModel):
    """What `navigator.credentials.create` gave, and what its owner calls it."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(min_length=1, max_length=40)]
    passkey: Annotated[dict[str, Any], Field(description="a PublicKeyCredential as JSON (WebAuthn level 3)")]


class Made(BaseModel):
    id: str


class Codes(BaseModel):
    """Shown this once."""

    codes: list[str]


class AuthenticatorOut(BaseModel):
    """Shown this once. `picture` is a QR code as an SVG path of `size` x `size`."""

    secret: str
    uri: str
    picture: str
    size: int


class Confirmed(BaseModel):
    """The password, which seals the new secret, and a code that the new authenticator shows."""

    model_config = ConfigDict(extra="forbid")

    password: Password
    code: Annotated[str, Field(max_length=12)]


class NewPassword(BaseModel):
    model_config = ConfigDict(extra="forbid")

    password: Password
    new: Password


def _database(request: Request) -> Database:
    database: Database = request.app.state.database
    return database


def _account(request: Request) -> Account:
    account: Account = request.app.state.account
    return account


@router.get("")
async def read(request: Request, who: AnyStaff) -> AccountOut:
    """The caller's passkeys, recovery codes left, and sessions."""
    settings: Settings = request.app.state.settings
    async with _database(request).read() as db:
        keys, left, sessions = await passkeys_of(db, who), await recovery_codes_left(db, who), await sessions_of(db, who)
    shown = [
        PasskeyOut(id=key.id, name=key.name, made_on=key.created_at.date(), used_on=key.used_at and key.used_at.date())
        for key in keys
    ]
    return AccountOut(
        email=who.staff.email, passkeys=shown, passkeys_at=settings.origin, recovery_codes=left,
        sessions=[_session(session, who) for session in sessions],
    )  # fmt: skip


def _session(session: StaffSession, who: SignedIn) -> SessionOut:
    current = session.token_hash == token_id(who.token)
    return SessionOut(
        id=session.id, began_at=session.created_at, used_at=session.seen_at, current=current, sso=session.sso
    )  # fmt: skip


@router.post("/passkeys/challenge")
async def offer_passkey(request: Request, who: Proved) -> dict[str, Any]:
    """What the browser needs to make a passkey (PublicKeyCredentialCreationOptions as JSON)."""
    async with _database(request).read() as db:
        return await _account(request).offer_passkey(db, who)


@router.post("/passkeys", status_code=201)
async def add_passkey(request: Request, given: NewPasskey, who: Proved) -> Made:
    """Keep a passkey that the browser made."""
    return Made(id=await _account(request).add_passkey(_database(request), who, given.name, given.passkey))


@router.delete("/passkeys/{passkey}", status_code=204)
async def remove_passkey(request: Request, passkey: str, who: Proved) -> None:
    """Forget a passkey; password and authenticator still work."""
    async with _database(request).write() as db:
        await _account(request).remove_passkey(db, who, passkey)


@router.post("/recovery-codes", status_code=201)
async def make_recovery_codes(request: Request, who: Proved) -> Codes:
    """Ten codes to keep on paper, each of which stands once for the six digits. Older ones are dead."""
    async with _database(request).write() as db:
        return Codes(codes=await _account(request).make_recovery_codes(db, who))


@router.post("/authenticator")
async def offer_authenticator(request: Request, who: Proved) -> AuthenticatorOut:
    """A secret for a new authenticator; the one in use stays until a code of the new one confirms it."""
    async with _database(request).write() as db:
        new = await _account(request).offer_authenticator(db, who)
    return AuthenticatorOut(secret=new.secret, uri=new.uri, picture=new.picture, size=new.size)


@router.put("/authenticator", status_code=204)
async def change_authenticator(request: Request, given: Confirmed, who: Proved) -> None:
    """Use the authenticator that was offered from now on."""
    await _account(request).change_authenticator(_database(request), who, given.password, given.code)


@router.put("/password", status_code=204)
async def change_password(request: Request, response: Response, given: NewPassword, who: Proved) -> None:
    """Another password. Every other session ends; this one gets a new cookie."""
    token = await _account(request).change_password(_database(request), who, given.password, given.new)
    put_cookie(request, response, COOKIE, token, ABSOLUTE)


@router.delete("/sessions/{session}", status_code=204)
async def end_session(request: Request, session: str, who: AnyStaff) -> None:
    """Sign out one browser of one's own."""
    async with _database(request).write() as db:
        await _account(request).end_session(db, who, session)


@router.delete("/sessions", status_code=204)
async def end_other_sessions(request: Request, who: AnyStaff) -> None:
    """Sign out every other browser of one's own."""
    async with _database(request).write() as db:
        await _account(request).end_other_sessions(db, who)
