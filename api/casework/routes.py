"""Next steps, referrals and appointments over HTTP."""

from datetime import UTC, datetime, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from api.auth.access import SignedIn, StaffOnly
from api.auth.rules import Role
from api.cases.access import OpenCase, open_case
from api.cases.models import Case
from api.cases.routes import keep_reader
from api.cases.service import Desk
from api.casework.models import Appointment, Referral
from api.casework.rules import Kept, ReferralKind, Result, Step, next_steps
from api.casework.service import Casework, due, of_case
from api.db import Database
from api.directory.book import Directory

router = APIRouter(tags=["casework"])
Reader = Annotated[SignedIn, Depends(StaffOnly(Role.counsellor, Role.supervisor))]
SOON = timedelta(days=7)


class In(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Referring(In):
    """To whom a case was brought, when, and what came of it."""

    kind: ReferralKind
    at: AwareDatetime
    result: Result
    words: Annotated[str, Field(max_length=2000)] = ""


class Agreeing(In):
    """When somebody calls or writes again, and who."""

    at: AwareDatetime
    staff_id: Annotated[str, Field(max_length=36)]
    kept: Kept = Kept.planned


class Way(BaseModel):
    """An entry of the directory for the child's country."""

    name: str
    region: str
    phone: str | None
    url: str | None
    source: str
    checked_on: str


class StepOut(BaseModel):
    """A next action to think of; `done` when a referral of its kind is written down."""

    code: str
    referral: ReferralKind | None
    done: bool
    ways: list[Way]


class ReferralOut(BaseModel):
    id: str
    kind: ReferralKind
    at: datetime
    result: Result
    result_at: datetime
    words: str


class AppointmentOut(BaseModel):
    id: str
    at: datetime
    staff_id: str
    kept: Kept


class Work(BaseModel):
    """All that is done and to be done beside the talk."""

    steps: list[StepOut]
    referrals: list[ReferralOut]
    appointments: list[AppointmentOut]


class Due(BaseModel):
    case_id: str
    number: str
    at: datetime
    by: str
    mine: bool


def _casework(request: Request) -> Casework:
    casework: Casework = request.app.state.casework
    return casework


def _database(request: Request) -> Database:
    database: Database = request.app.state.database
    return database


@router.get("/v1/cases/{case_id}/work")
async def work(request: Request, case_id: str, who: Reader) -> Work:
    """Suggested next steps with the ways of the child's country, referrals, and appointments."""
    async with _database(request).read() as db:
        opened = await open_case(db, who, case_id)
        referrals = await of_case(db, Referral, case_id)
        appointments = await of_case(db, Appointment, case_id)
    await keep_reader(request, who, opened.case)
    return Work(
        steps=_steps(request, opened, {r.kind for r in referrals}),
        referrals=[_referral(request, opened, r) for r in referrals],
        appointments=[_appointment(a) for a in appointments],
    )


def _steps(request: Request, opened: OpenCase, done: set[ReferralKind]) -> list[StepOut]:
    desk: Desk = request.app.state.desk
    lines = desk.read_card(opened)["lines"]
    steps = next_steps(lines, opened.case.risk)
    directory: Directory = request.app.state.chat.speaker.directory
    return [
        StepOut(
            code=step.code, referral=step.referral, done=step.referral in done,
            ways=_ways(directory, step, opened.case, lines.get("place")),
        )
        for step in steps
    ]  # fmt: skip


def _ways(directory: Directory, step: Step, case: Case, place: str | None) -> list[Way]:
    entries = directory.find(step.directory, case.country, place) if step.directory else []
    fields = ("name", "region", "phone", "url", "source", "checked_on")
    return [Way(**{name: getattr(entry, name) for name in fields}) for entry in entries]


def _referral(request: Request, opened: OpenCase, kept: Referral) -> ReferralOut:
    words = _casework(request).read_referral(opened, kept)
    return ReferralOut(id=kept.id, kind=kept.kind, at=kept.at, result=kept.result, result_at=kept.result_at, words=words)


def _appointment(kept: Appointment) -> AppointmentOut:
    return AppointmentOut(id=kept.id, at=kept.at, staff_id=kept.staff_id, kept=kept.kept)


@router.put("/v1/cases/{case_id}/referrals/{referral_id}")
async def refer(request: Request, case_id: str, referral_id: UUID, who: Reader, referring: Referring) -> ReferralOut:
    """Write a referral down, or its result; the caller chooses the id, so that a second try changes nothing."""
    async with _database(request).write() as db:
        kept = await _casework(request).keep_referral(
            db, who, case_id, str(referral_id), referring.kind, referring.at.astimezone(UTC), referring.result,
            referring.words.strip(),
        )  # fmt: skip
        return _referral(request, await open_case(db, who, case_id), kept)


@router.put("/v1/cases/{case_id}/appointments/{appointment_id}")
async def agree(request: Request, case_id: str, appointment_id: UUID, who: Reader, agreeing: Agreeing) -> AppointmentOut:
    """Agree a time to call back, move it, or say whether it was kept."""
    async with _database(request).write() as db:
        at = agreeing.at.astimezone(UTC)
        kept = await _casework(request).keep_appointment(
            db, who, case_id, str(appointment_id), agreeing.staff_id, at, agreeing.kept
        )
    return _appointment(kept)


@router.get("/v1/appointments")
async def list_due(request: Request, who: Reader, days: Annotated[int, Query(ge=0, le=365)] = SOON.days) -> list[Due]:
    """What the helpline has agreed for the coming days, and what is overdue."""
    async with _database(request).read() as db:
        found = await due(db, who, datetime.now(UTC) + timedelta(days=days))
    return [
        Due(case_id=case.id, number=case.number, at=kept.at, by=name, mine=kept.staff_id == who.staff.id)
        for kept, case, name in found
    ]
