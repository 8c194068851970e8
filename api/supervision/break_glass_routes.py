"""Break-glass over HTTP: counsellors open, supervisors are told, look and review."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field

from api.auth.access import SignedIn, StaffOnly
from api.auth.rules import Role
from api.cases.routes import Retry
from api.cases.rules import OpeningReason, Verdict
from api.db import Database
from api.supervision.break_glass import Breaking, Broken, openings

router = APIRouter(prefix="/v1", tags=["supervision"])
FreshCounsellor = Annotated[SignedIn, Depends(StaffOnly(Role.counsellor, fresh=True))]
Supervisor = Annotated[SignedIn, Depends(StaffOnly(Role.supervisor))]


class Reason(BaseModel):
    """Why, as a code for the audit log, and in words that are sealed into the case as a note."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    reason: OpeningReason
    text: Annotated[str, Field(min_length=1, max_length=2000)]


class Review(BaseModel):
    model_config = ConfigDict(extra="forbid")

    verdict: Verdict


class Until(BaseModel):
    """When the case closes again for whoever broke the glass."""

    until: datetime


class Opening(BaseModel):
    """One opening; the reason in words is a note of the case."""

    id: str
    case_id: str
    number: str
    by: str
    mine: bool
    reason: OpeningReason
    opened_at: datetime
    until: datetime
    reviewed_by: str | None
    reviewed_at: datetime | None
    verdict: Verdict | None


@router.post("/cases/{case_id}/break-glass", status_code=201)
async def open_in_emergency(request: Request, case_id: str, who: FreshCounsellor, given: Reason, key: Retry) -> Until:
    """Read a colleague's claimed case for thirty minutes; supervisors are told at once."""
    breaking: Breaking = request.app.state.breaking
    database: Database = request.app.state.database
    async with database.write() as db:
        opening = await breaking.open(db, who, case_id, given.reason, given.text, key)
    return Until(until=opening.until)


@router.get("/break-glass")
async def list_openings(request: Request, who: Supervisor) -> list[Opening]:
    """What was opened in an emergency; what nobody has reviewed comes first."""
    database: Database = request.app.state.database
    async with database.read() as db:
        return [_out(each, who) for each in await openings(db, who)]


def _out(broken: Broken, who: SignedIn) -> Opening:
    row = broken.opening
    return Opening(
        id=row.id, case_id=row.case_id, number=broken.number, by=broken.by, mine=row.staff_id == who.staff.id,
        reason=row.reason, opened_at=row.opened_at, until=row.until, reviewed_by=broken.reviewer,
        reviewed_at=row.reviewed_at, verdict=row.verdict,
    )  # fmt: skip


@router.post("/break-glass/{opening_id}/review", status_code=204)
async def review(request: Request, opening_id: str, who: Supervisor, given: Review) -> None:
    """Accept an opening, or mark it as one to talk about; never one's own."""
    breaking: Breaking = request.app.state.breaking
    database: Database = request.app.state.database
    async with database.write() as db:
        await breaking.review(db, who, opening_id, given.verdict)
