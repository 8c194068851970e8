"""The hours of the caller's own helpline, and whom it serves: read and changed by supervisors and admins."""

from datetime import date, datetime
from typing import Annotated, Self

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field

from api.audit.service import Audit
from api.auth.access import SignedIn, StaffOnly
from api.auth.models import Helpline
from api.auth.rules import Role
from api.db import Database, now
from api.directory.checks import Checks
from api.errors import BadRequest
from api.helplines.rules import Why, WrongHours, is_open, opening, read_hours
from api.helplines.service import as_reach, change
from api.phrasebook.book import Phrasebook

router = APIRouter(prefix="/v1/helpline", tags=["helpline"])
Keeper = Annotated[SignedIn, Depends(StaffOnly(Role.supervisor, Role.admin))]
Line = Annotated[str, Field(max_length=40)]


class Day(BaseModel):
    """A day with hours of its own, as `10:00-14:00`; closed where nothing is open."""

    model_config = ConfigDict(extra="forbid")

    date: date
    open: Annotated[list[Line], Field(max_length=6)] = []
    reason: Why


class HoursIn(BaseModel):
    """Empty `countries` or `locales` mean all; without `hours` only the staff at the console tell whether somebody is there."""

    model_config = ConfigDict(extra="forbid")

    takes_handoffs: bool
    countries: Annotated[list[Annotated[str, Field(max_length=2)]], Field(max_length=250)] = Field(examples=[["MX"]])
    locales: Annotated[list[Annotated[str, Field(max_length=8)]], Field(max_length=50)] = Field(examples=[["es"]])
    zone: Annotated[str, Field(max_length=64)] = Field(examples=["America/Mexico_City"])
    hours: Annotated[list[Line], Field(max_length=50)] = Field(examples=[["Mon-Fri 09:00-21:00"]])
    days: Annotated[list[Day], Field(max_length=100)]


class Choice(BaseModel):
    """What may be named: the countries of the directory, the languages of this installation."""

    countries: list[str]
    locales: list[str]

    @classmethod
    def of(cls, request: Request) -> Self:
        checks: Checks = request.app.state.checks
        book: Phrasebook = request.app.state.chat.speaker.book
        return cls(countries=list(checks.directory.countries), locales=list(book.locales))


class HoursOut(HoursIn):
    """The same with what follows from it now: `open` is null where no hours are set; `until` is the end or the next opening."""

    name: str
    open: bool | None
    until: datetime | None
    choice: Choice

    @classmethod
    def of(cls, row: Helpline, choice: Choice) -> Self:
        hours = as_reach(row).hours
        found = opening(hours, now())
        return cls(
            name=row.name, takes_handoffs=row.takes_handoffs, countries=row.countries, locales=row.locales, zone=row.zone,
            hours=row.hours, choice=choice, days=[Day(**day) for day in row.days], until=found.at if found else None,
            open=is_open(hours, now()),
        )  # fmt: skip


@router.get("/hours")
async def hours(request: Request, who: Keeper) -> HoursOut:
    """Whom the caller's helpline serves and when, and whether it is open now."""
    database: Database = request.app.state.database
    async with database.read() as db:
        return HoursOut.of(await db.get_one(Helpline, who.staff.helpline_id), Choice.of(request))


@router.put("/hours")
async def put_hours(request: Request, who: Keeper, wanted: HoursIn) -> HoursOut:
    """Change it; children who come from now on are told and routed by it. Cases stay where they are.

    400 names what can't be read and its line: `hours 2`, `days 1`, `zone`, `countries`, `locales`.
    """
    choice = Choice.of(request)
    _check(choice, wanted)
    database: Database = request.app.state.database
    audit: Audit = request.app.state.audit
    async with database.write() as db:
        row = await db.get_one(Helpline, who.staff.helpline_id, with_for_update={"key_share": True})
        change(row, wanted.model_dump(mode="json"))
        await audit.record(db, who.act("helpline.hours", row.id))
    return HoursOut.of(row, choice)


def _check(choice: Choice, wanted: HoursIn) -> None:
    """What the shapes alone can't tell.

    Raises:
        BadRequest: with the field, and in a list the number of the line.
    """
    if not set(wanted.countries) <= set(choice.countries):
        raise BadRequest("countries")
    if not set(wanted.locales) <= set(choice.locales):
        raise BadRequest("locales")
    try:
        read_hours(wanted.zone, wanted.hours, [day.model_dump(mode="json") for day in wanted.days])
    except WrongHours as error:
        raise BadRequest(str(error)) from None
