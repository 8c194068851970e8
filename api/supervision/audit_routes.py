"""The audit log over HTTP, for supervisors and admins of a helpline."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel
from sqlalchemy import select

from api.audit.models import AuditEntry
from api.audit.service import Audit
from api.auth.access import SignedIn, StaffOnly
from api.auth.models import Client, Staff
from api.auth.rules import Role
from api.db import Database

PAGE = 100
router = APIRouter(prefix="/v1/audit", tags=["supervision"])
Watcher = Annotated[SignedIn, Depends(StaffOnly(Role.supervisor, Role.admin))]


class AuditLine(BaseModel):
    """One act of the caller's helpline; `by` names the member of staff or the connected system, `actor` stands for others."""

    seq: int
    at: datetime
    actor: str
    by: str | None
    action: str
    thing: str
    reason: str | None


class AuditPage(BaseModel):
    items: list[AuditLine]
    next: int | None


class Broken(BaseModel):
    seq: int
    why: str


class ChainChecked(BaseModel):
    """Whether the whole chain holds, with every place where it does not."""

    holds: bool
    breaks: list[Broken]


@router.get("")
async def list_acts(
    request: Request, who: Watcher, before: Annotated[int | None, Query(ge=1)] = None,
    thing: Annotated[str | None, Query(max_length=80)] = None,
) -> AuditPage:  # fmt: skip
    """The newest acts of the caller's helpline first; `before` a place, about one `thing`."""
    database: Database = request.app.state.database
    query = select(AuditEntry).where(AuditEntry.helpline_id == who.staff.helpline_id)
    for column, value in ((AuditEntry.seq < (before or 0), before), (AuditEntry.thing == thing, thing)):
        query = query.where(column) if value is not None else query
    async with database.read() as db:
        rows = (await db.scalars(query.order_by(AuditEntry.seq.desc()).limit(PAGE + 1))).all()
        actors = {row.actor for row in rows}
        named = [await db.execute(select(who.id, who.name).where(who.id.in_(actors))) for who in (Staff, Client)]
        names = {actor: name for found in named for actor, name in found.tuples()}
    lines = [_line(row, names) for row in rows[:PAGE]]
    return AuditPage(items=lines, next=lines[-1].seq if len(rows) > PAGE else None)


def _line(row: AuditEntry, names: dict[str, str]) -> AuditLine:
    return AuditLine(
        seq=row.seq, at=row.at, actor=row.actor, by=names.get(row.actor), action=row.action, thing=row.thing, reason=row.reason,
    )  # fmt: skip


@router.get("/check")
async def check(request: Request, who: Watcher) -> ChainChecked:
    """Compute the whole chain anew and compare it with the heads that were kept elsewhere."""
    audit: Audit = request.app.state.audit
    database: Database = request.app.state.database
    found = await audit.breaks(database)
    return ChainChecked(holds=not found, breaks=[Broken(seq=seq, why=why) for seq, why in found])
