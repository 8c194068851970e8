"""What will go when, holds, and proofs, for supervisors."""

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api.audit.models import AuditEntry
from api.auth.access import SignedIn, StaffOnly
from api.auth.models import Helpline
from api.auth.rules import Role
from api.cases.models import Case
from api.cases.rules import CaseState
from api.db import Database, now
from api.retention import service
from api.retention.models import CaseHold, RetentionRun
from api.retention.rules import KEEP_CLOSED_DAYS, HoldReason, goes_on, is_late

MANY = 200
router = APIRouter(tags=["retention"])
Supervisor = Annotated[SignedIn, Depends(StaffOnly(Role.supervisor))]
FreshSupervisor = Annotated[SignedIn, Depends(StaffOnly(Role.supervisor, fresh=True))]


class Keeping(BaseModel):
    """How long closed cases are kept; shorter than the default if the helpline wants."""

    model_config = ConfigDict(extra="forbid")

    keep_closed_days: Annotated[int, Field(ge=1, le=KEEP_CLOSED_DAYS)]


class Holding(BaseModel):
    """Why a case is kept longer, and until which day."""

    model_config = ConfigDict(extra="forbid")

    reason: HoldReason
    until: date


class Going(BaseModel):
    """A closed case and the day on which it goes."""

    id: str
    number: str
    goes_on: date
    hold: HoldReason | None
    held_until: date | None
    erased: bool


class Gone(BaseModel):
    """A case that was deleted: the entry of the audit log that says so, and how many rows are left of it now."""

    id: str
    at: datetime
    why: str
    seq: int
    rows_left: int


class Retention(BaseModel):
    """What will go when, what went, and whether the worker runs."""

    last_run: datetime | None
    late: bool
    keep_closed_days: int
    going: list[Going]
    gone: list[Gone]


@router.get("/v1/retention")
async def overview(request: Request, who: Supervisor) -> Retention:
    """The closed cases of the helpline, the first to go first, and the newest deletions with their proof."""
    database: Database = request.app.state.database
    async with database.read() as db:
        run = await db.get(RetentionRun, service.THE_RUN)
        helpline = await db.get(Helpline, who.staff.helpline_id)
        assert helpline is not None
        closed = select(Case, CaseHold).outerjoin(CaseHold, CaseHold.case_id == Case.id)
        closed = closed.where(Case.helpline_id == helpline.id, Case.state == CaseState.closed, Case.closed_at.is_not(None))
        rows = (await db.execute(closed.order_by(Case.closed_at).limit(MANY))).tuples().all()
        gone = [await _gone(db, entry) for entry in await service.deletions(db, helpline.id, MANY)]
    return Retention(
        last_run=run.at if run else None, late=is_late(run.at if run else None, now()),
        keep_closed_days=helpline.keep_closed_days, gone=gone,
        going=sorted((_going(case, held, helpline.keep_closed_days) for case, held in rows), key=lambda one: one.goes_on),
    )  # fmt: skip


def _going(case: Case, held: CaseHold | None, days: int) -> Going:
    assert case.closed_at is not None
    until = held.until if held else None
    return Going(
        id=case.id, number=case.number, goes_on=goes_on(case.closed_at, days, until), hold=held.reason if held else None,
        held_until=until, erased=case.card == b"" or case.locked,
    )  # fmt: skip


async def _gone(db: AsyncSession, entry: AuditEntry) -> Gone:
    left = await service.rows_left(db, entry.thing)
    return Gone(id=entry.thing, at=entry.at, why=entry.action, seq=entry.seq, rows_left=left)


@router.patch("/v1/retention")
async def set_keeping(request: Request, who: FreshSupervisor, keeping: Keeping) -> Keeping:
    """Say how many days the helpline keeps closed cases."""
    database: Database = request.app.state.database
    async with database.write() as db:
        await service.keep_closed(db, request.app.state.audit, who, keeping.keep_closed_days)
    return keeping


@router.put("/v1/cases/{case_id}/hold", status_code=204)
async def hold(request: Request, case_id: str, who: FreshSupervisor, holding: Holding) -> None:
    """Keep a case until a day; the reason is a code, and who did it stands in the audit log."""
    database: Database = request.app.state.database
    async with database.write() as db:
        await service.hold(db, request.app.state.audit, who, case_id, holding.reason, holding.until)


@router.delete("/v1/cases/{case_id}/hold", status_code=204)
async def let_go(request: Request, case_id: str, who: FreshSupervisor) -> None:
    """End a hold."""
    database: Database = request.app.state.database
    async with database.write() as db:
        await service.let_go(db, request.app.state.audit, who, case_id)
