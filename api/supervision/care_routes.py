"""The load of the team, and a counsellor's pause."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field

from api.auth.access import SignedIn, StaffOnly
from api.auth.models import Staff
from api.auth.rules import Role
from api.db import Database
from api.supervision import care

router = APIRouter(prefix="/v1", tags=["supervision"])
Reader = Annotated[SignedIn, Depends(StaffOnly(Role.counsellor, Role.supervisor))]


class Pausing(BaseModel):
    """To whom the open cases go: "queue", or the id of a colleague who is there."""

    model_config = ConfigDict(extra="forbid")

    hand_over_to: Annotated[str, Field(min_length=1, max_length=36)]


class ColleagueThere(BaseModel):
    id: str
    name: str


class Member(ColleagueThere):
    """What one member carries; `distressing` and `minutes_in_chat` are of this shift, the time since the sign-in."""

    role: Role
    here: bool
    paused_at: datetime | None
    open_cases: int
    claimed_today: int
    distressing: int
    minutes_in_chat: int


class Load(BaseModel):
    """A supervisor sees the team, a counsellor only themself; `there` could take a case, `many` is when to think of a pause."""

    members: list[Member]
    there: list[ColleagueThere]
    many: int


@router.get("/supervision/load")
async def load(request: Request, who: Reader) -> Load:
    """Open cases, cases claimed today, distressing cases and minutes in chat of this shift, and who is on a pause."""
    database: Database = request.app.state.database
    only = None if who.staff.role is Role.supervisor else who.staff.id
    async with database.read() as db:
        members = await care.team(db, who, only)
        there = await care.there_for(db, who)
    colleagues = [ColleagueThere(id=one.id, name=one.name) for one in there if one.id != who.staff.id]
    many = request.app.state.settings.distressing_cases
    return Load(members=[_member(one) for one in members], there=colleagues, many=many)


def _member(load: care.Load) -> Member:
    staff: Staff = load.staff
    return Member(
        id=staff.id, name=staff.name, role=staff.role, here=load.here, paused_at=staff.paused_at, open_cases=load.open_cases,
        claimed_today=load.claimed_today, distressing=load.distressing, minutes_in_chat=load.minutes_in_chat,
    )  # fmt: skip


@router.post("/staff/pause", status_code=204)
async def pause(request: Request, who: Reader, pausing: Pausing) -> None:
    """Hand every open case over and stop being counted as present; the children are told."""
    state = request.app.state
    database: Database = state.database
    async with database.write() as db:
        await care.pause(db, state.desk, state.audit, who, pausing.hand_over_to)


@router.post("/staff/resume", status_code=204)
async def resume(request: Request, who: Reader) -> None:
    """End the pause."""
    database: Database = request.app.state.database
    async with database.write() as db:
        await care.resume(db, request.app.state.audit, who)
