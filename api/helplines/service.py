"""Helplines as they stand in the table: find the one for a child, change whom it serves and when."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api.auth.models import Helpline
from api.db import now
from api.errors import Trouble
from api.helplines.rules import Reach, read_hours, serving


async def reaches(db: AsyncSession) -> list[Reach]:
    """Every helpline of this installation, the oldest first."""
    return [as_reach(row) for row in await db.scalars(select(Helpline).order_by(Helpline.created_at))]


async def reach_of(db: AsyncSession, helpline_id: str) -> Reach:
    """Whom one helpline serves and when."""
    return as_reach(await db.get_one(Helpline, helpline_id))


async def helpline_for(db: AsyncSession, country: str | None, locale: str) -> Reach:
    """The helpline that a conversation belongs to: the one that serves the child, else the first.

    The first one does not take a child whom it does not serve; the handoff says so (`errors.NotServed`).

    Raises:
        Trouble: the installation has no helpline yet.
    """
    known = await reaches(db)
    if not known:
        raise Trouble("no helpline")
    return serving(known, country, locale, now()) or known[0]


def as_reach(row: Helpline) -> Reach:
    hours = read_hours(row.zone, row.hours, row.days)
    return Reach(row.id, tuple(row.countries), tuple(row.locales), row.takes_handoffs, hours)


def change(row: Helpline, wanted: dict[str, Any]) -> None:
    """Write down what was checked by `rules.read_hours`; exceptional days stand in their order."""
    for name, value in wanted.items():
        setattr(row, name, value)
    row.days = sorted(row.days, key=lambda day: str(day["date"]))
