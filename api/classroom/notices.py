"""What a helpline is told of lessons: more children tell on such a day (Cochrane CD004380), so that somebody should be there."""

from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel
from sqlalchemy import select

from api.auth.access import SignedIn, StaffOnly
from api.auth.models import Helpline
from api.auth.rules import Role
from api.classroom.models import ClassNotice
from api.db import Database, now

HOURS = timedelta(hours=6)  # a lesson of this morning still brings children in the afternoon
router = APIRouter(prefix="/v1/classroom", tags=["classroom"])


class Notice(BaseModel):
    """A lesson: no school, no name. `size` is rounded to tens."""

    country: str
    day: date
    hour: int  # UTC
    band: str
    size: int


class Notices(BaseModel):
    """The lessons of the last hours, the newest last."""

    items: list[Notice]


@router.get("/notices")
async def notices(request: Request, who: Annotated[SignedIn, Depends(StaffOnly(Role.counsellor, Role.supervisor))]) -> Notices:
    """Lessons in the countries that the caller's helpline serves, where the educator agreed to tell."""
    database: Database = request.app.state.database
    since = now() - HOURS
    async with database.read() as db:
        helpline = await db.get_one(Helpline, who.staff.helpline_id)
        wanted = select(ClassNotice).where(ClassNotice.day >= since.date()).order_by(ClassNotice.day, ClassNotice.hour)
        rows = (await db.scalars(wanted)).all()
    serves = set(helpline.countries)
    recent = [row for row in rows if (row.day, row.hour) >= (since.date(), since.hour)]
    kept = [row for row in recent if not serves or row.country in serves]
    return Notices(items=[Notice.model_validate(row, from_attributes=True) for row in kept])
