"""The API for whoever looks after the people of a helpline, and for the invited."""

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field

from api.auth.access import SignedIn, StaffOnly, refuse_foreign_origin
from api.auth.models import Staff
from api.auth.rules import Anyone, Role
from api.db import Database
from api.people import service
from api.people.keys import holders_of
from api.people.models import Invite
from api.people.rules import link_of, qr_path
from api.people.service import People, member

router = APIRouter(prefix="/v1/people", tags=["people"])
CARES = (Role.supervisor, Role.admin)
Carer = Annotated[SignedIn, Depends(StaffOnly(*CARES))]
FreshCarer = Annotated[SignedIn, Depends(StaffOnly(*CARES, fresh=True))]
FreshSupervisor = Annotated[SignedIn, Depends(StaffOnly(Role.supervisor, fresh=True))]
Invited = Depends(Anyone("the token of the invite is the key"))


class In(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class NewPerson(In):
    email: Annotated[str, Field(max_length=254, pattern=r"^[^\s@]+@[^\s@]+$")]
    name: Annotated[str, Field(min_length=1, max_length=80)]
    role: Role


class NewRole(In):
    role: Role


class Held(In):
    """An invite's token travels in a body, never in an address."""

    token: Annotated[str, Field(max_length=64)]


class Joining(BaseModel):
    """A password is taken as it is typed, spaces too; fifteen signs at least."""

    model_config = ConfigDict(extra="forbid")

    token: Annotated[str, Field(max_length=64)]
    password: Annotated[str, Field(max_length=256)]
    code: Annotated[str, Field(max_length=12, description="six digits of the authenticator")]


class PersonOut(BaseModel):
    """A member of staff. `has_key` is whether they can open cases; `seen_on` the day of the last sign-in."""

    id: str
    name: str
    email: str
    role: Role
    active: bool
    has_key: bool
    seen_on: date | None


class InviteOut(BaseModel):
    """An invite that nobody has used yet; `again` is for somebody who had an account before."""

    id: str
    name: str
    email: str
    role: Role
    again: bool
    expires_at: datetime


class Everybody(BaseModel):
    """`rotation_due`: somebody who held the team key is gone. `recovery`: the helpline has a recovery key."""

    people: list[PersonOut]
    invites: list[InviteOut]
    rotation_due: bool
    recovery: bool


class InviteLink(BaseModel):
    """The link for the invited, shown this once."""

    id: str
    link: str
    expires_at: datetime


class Welcome(BaseModel):
    """What the invited sees: who they will be, and the key for their authenticator, also as the path of a QR code."""

    name: str
    email: str
    helpline: str
    again: bool
    secret: str
    qr: str
    side: int


def _people(request: Request) -> People:
    people: People = request.app.state.people
    return people


def _database(request: Request) -> Database:
    database: Database = request.app.state.database
    return database


@router.get("")
async def list_people(request: Request, who: Carer) -> Everybody:
    """Everybody of the helpline, those who left last, and the invites that are open."""
    async with _database(request).read() as db:
        seen = await service.everybody(db, who.staff.helpline_id)
    return Everybody(
        people=[_person(each, each.id in seen.holders) for each in seen.staff],
        invites=[_invite(each) for each in seen.invites],
        rotation_due=seen.rotation_due, recovery=seen.recovery,
    )  # fmt: skip


def _invite(row: Invite) -> InviteOut:
    again = row.staff_id is not None
    return InviteOut(id=row.id, name=row.name, email=row.email, role=row.role, again=again, expires_at=row.expires_at)


def _person(staff: Staff, has_key: bool) -> PersonOut:
    return PersonOut(
        id=staff.id, name=staff.name, email=staff.email, role=staff.role, active=staff.active, has_key=has_key,
        seen_on=staff.seen_on,
    )  # fmt: skip


@router.post("/invites", status_code=201)
async def invite(request: Request, who: FreshCarer, given: NewPerson) -> InviteLink:
    """Invite somebody; the link holds three days and is shown once."""
    async with _database(request).write() as db:
        made, token = await _people(request).invite(db, who, service.Person(given.email, given.name, given.role))
    return InviteLink(id=made.id, link=link_of(token), expires_at=made.expires_at)


@router.delete("/invites/{invite_id}", status_code=204)
async def withdraw(request: Request, invite_id: str, who: Carer) -> None:
    """Make an invite void."""
    async with _database(request).write() as db:
        await _people(request).withdraw(db, who, invite_id)


@router.post("/invites/open", dependencies=[Invited])
async def open_invite(request: Request, held: Held) -> Welcome:
    """Look at an invite; each look makes a new key for the authenticator."""
    refuse_foreign_origin(request)
    seen = await _people(request).open(_database(request), held.token)
    path, side = qr_path(seen.invite.email, seen.secret)
    return Welcome(
        name=seen.invite.name, email=seen.invite.email, helpline=seen.helpline.name, again=seen.invite.staff_id is not None,
        secret=seen.secret, qr=path, side=side,
    )  # fmt: skip


@router.post("/invites/accept", status_code=204, dependencies=[Invited])
async def accept(request: Request, given: Joining) -> None:
    """Choose a password and confirm the authenticator by a code: the account is there, and the link is used up."""
    refuse_foreign_origin(request)
    await _people(request).accept(_database(request), given.token, given.password, given.code)


@router.post("/rotation", status_code=204)
async def rotate(request: Request, who: FreshSupervisor) -> None:
    """Make a new team key for those who hold the present one; open cases go under it."""
    people = _people(request)
    async with _database(request).write() as db:
        await people.keys.rotate(db, who)
        people.tell(db, who.staff.helpline_id)


@router.patch("/{staff_id}")
async def change_role(request: Request, staff_id: str, who: FreshCarer, given: NewRole) -> PersonOut:
    """Give somebody another role; it holds from their next request on."""
    async with _database(request).write() as db:
        staff = await _people(request).change_role(db, who, staff_id, given.role)
        holders = await holders_of(db, who.staff.helpline_id)
    return _person(staff, staff.id in holders)


@router.post("/{staff_id}/grant", status_code=204)
async def grant(request: Request, staff_id: str, who: FreshSupervisor) -> None:
    """Hand the team key to a member who waits for it."""
    people = _people(request)
    async with _database(request).write() as db:
        await people.keys.grant(db, who, await member(db, who, staff_id))
        people.tell(db, who.staff.helpline_id)


@router.post("/{staff_id}/lost-password", status_code=201)
async def lose_password(request: Request, staff_id: str, who: FreshCarer) -> InviteLink:
    """A link by which a member chooses a new password; their sessions end now."""
    async with _database(request).write() as db:
        made, token = await _people(request).lose_password(db, who, staff_id)
    return InviteLink(id=made.id, link=link_of(token), expires_at=made.expires_at)


@router.post("/{staff_id}/leave", status_code=204)
async def leave(request: Request, staff_id: str, who: FreshCarer) -> None:
    """Somebody leaves, at once; a supervisor who holds the team key replaces it in the same moment."""
    async with _database(request).write() as db:
        await _people(request).leave(db, who, staff_id)
