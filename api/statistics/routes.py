"""What a supervisor sees of how children are heard (design contract 3.4, /v1/statistics)."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel
from sqlalchemy import select

from api.auth.access import SignedIn, StaffOnly
from api.auth.rules import Role
from api.db import Database
from api.statistics.models import HeardCount
from api.statistics.rules import BUCKETS, FEWEST, Ended, shown

router = APIRouter(prefix="/v1/statistics", tags=["statistics"])
Supervisor = Annotated[SignedIn, Depends(StaffOnly(Role.supervisor))]


class HeardRow(BaseModel):
    """One month, locale, need, fifth of the confidence and ending; `count` is null where it is under `fewest`."""

    month: str
    locale: str
    need: str
    confidence_from: float
    ended: Ended
    count: int | None


class Understanding(BaseModel):
    """All counts of the caller's helpline, the newest month first."""

    fewest: int
    rows: list[HeardRow]


@router.get("/understanding")
async def understanding(request: Request, who: Supervisor) -> Understanding:
    """How typed messages were met: served, asked back, or corrected by a button after having been asked back."""
    return await counts_of(request.app.state.database, who.staff.helpline_id)


async def counts_of(database: Database, helpline_id: str) -> Understanding:
    order = (HeardCount.month.desc(), HeardCount.locale, HeardCount.need, HeardCount.ended, HeardCount.bucket)
    query = select(HeardCount).where(HeardCount.helpline_id == helpline_id).order_by(*order)
    async with database.read() as db:
        rows = (await db.scalars(query)).all()
    return Understanding(fewest=FEWEST, rows=[_row(counted) for counted in rows])


def _row(counted: HeardCount) -> HeardRow:
    return HeardRow(
        month=counted.month, locale=counted.locale, need=counted.need, confidence_from=counted.bucket / BUCKETS,
        ended=counted.ended, count=shown(counted.count),
    )  # fmt: skip
