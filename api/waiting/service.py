"""What a case met when it was handed over, and what the waits of the last weeks say about the next one."""

from datetime import datetime, timedelta

from sqlalchemy import and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.cases.models import Case
from api.cases.queue import staff_there
from api.cases.rules import CaseState
from api.db import now
from api.helplines.rules import Reach, is_open
from api.waiting.rules import Load, Outlook, Wait, outlook

LOOK_BACK = timedelta(days=30)
NEWEST = 500  # as many as tell how it goes these days, and no more than a look each minute can bear


async def arrive(db: AsyncSession, case: Case, reach: Reach) -> None:
    """Write down what a new case meets: later ones are told by it how long it took."""
    load = await load_of(db, case, now())
    open_now = is_open(reach.hours, now())
    case.ahead, case.present = load.ahead, load.present
    case.out_of_hours = not load.present if open_now is None else not open_now


async def load_of(db: AsyncSession, case: Case, moment: datetime) -> Load:
    """Who waits before this case, and who is there. What was left out of hours waits since the opening, not since it came."""
    before = or_(Case.risk_rank > case.risk_rank, and_(Case.risk_rank == case.risk_rank, Case.created_at < case.created_at))
    waiting = and_(Case.helpline_id == case.helpline_id, Case.state == CaseState.waiting, Case.id != case.id, before)
    ahead = await db.scalar(select(func.count()).select_from(Case).where(waiting)) or 0
    first = await db.scalar(select(Case.created_at).where(waiting, ~Case.out_of_hours).order_by(Case.created_at).limit(1))
    return Load(ahead, _minutes(first, moment) if first else 0.0, await staff_there(db, case.helpline_id))


async def history(db: AsyncSession, helpline_id: str, moment: datetime) -> list[Wait]:
    """The waits of a helpline, the newest first, of those that came while somebody was there."""
    columns = (Case.created_at, Case.first_claimed_at, Case.closed_at, Case.ahead, Case.present)
    lately = select(*columns).where(
        Case.helpline_id == helpline_id, Case.created_at > moment - LOOK_BACK, Case.present > 0, ~Case.out_of_hours
    )  # fmt: skip
    rows = (await db.execute(lately.order_by(Case.created_at.desc()).limit(NEWEST))).tuples()
    return [
        Wait(_minutes(came, claimed or closed or moment), claimed is not None, Load(ahead or 0, 0.0, present or 0).each)
        for came, claimed, closed, ahead, present in rows
    ]


async def outlook_of(db: AsyncSession, case: Case) -> Outlook:
    """What the child of a waiting case may be told now."""
    moment = now()
    past = await history(db, case.helpline_id, moment)
    return outlook(past, await load_of(db, case, moment), _minutes(case.created_at, moment))


def _minutes(start: datetime, end: datetime) -> float:
    return (end - start).total_seconds() / 60
