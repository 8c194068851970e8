"""Looking after counsellors: what each carries now, and a pause that hands over cleanly."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.audit.models import AuditEntry
from api.audit.service import Audit
from api.auth.access import SignedIn
from api.auth.models import Helpline, Staff, StaffSession
from api.auth.rules import READERS
from api.cases.models import Case
from api.cases.queue import present
from api.cases.rules import CaseState
from api.cases.service import Desk
from api.db import now
from api.errors import Conflict
from api.statistics.service import zone_of
from api.supervision.rules import BEGINS, ENDS, Step, is_distressing, minutes_in_chat

QUEUE = "queue"


@dataclass(frozen=True)
class Load:
    """What one member carries. A shift is the time since the sign-in; out of it the last four are nothing."""

    staff: Staff
    here: bool
    open_cases: int
    claimed_today: int
    distressing: int
    minutes_in_chat: int


@dataclass(frozen=True)
class Shift:
    """When a member signed in, what they took or gave back since, and what is still theirs."""

    began: datetime
    steps: list[Step]
    still_open: dict[str, datetime]

    @property
    def cases(self) -> set[str]:
        return {step.case_id for step in self.steps if step.action in BEGINS} | {*self.still_open}


async def team(db: AsyncSession, who: SignedIn, only: str | None = None) -> list[Load]:
    """The load of everybody who takes cases, by name; or of one."""
    query = select(Staff).where(Staff.helpline_id == who.staff.helpline_id, Staff.role.in_(READERS), Staff.active)
    members = (await db.scalars(query.where(Staff.id == only) if only else query.order_by(Staff.name))).all()
    there = {member.id for member in await there_for(db, who)}
    shifts = await _shifts(db, members, await _midnight(db, who))
    cases = await _cases(db, {case_id for shift, _ in shifts.values() for case_id in shift.cases})
    return [_load(member, member.id in there, *shifts[member.id], cases) for member in members]


async def there_for(db: AsyncSession, who: SignedIn) -> Sequence[Staff]:
    """The caller's colleagues, the caller included, who could take a case now."""
    return (await db.scalars(present().where(Staff.helpline_id == who.staff.helpline_id).order_by(Staff.name))).all()


async def _midnight(db: AsyncSession, who: SignedIn) -> datetime:
    """When today began on the helpline's own clock."""
    helpline = await db.get_one(Helpline, who.staff.helpline_id)
    return now().astimezone(zone_of(helpline)).replace(hour=0, minute=0, second=0, microsecond=0)


async def _shifts(db: AsyncSession, members: Sequence[Staff], midnight: datetime) -> dict[str, tuple[Shift, int]]:
    """Each member's shift, and how many cases they claimed today."""
    ids, moment = [member.id for member in members], now()
    signed_in = select(StaffSession.staff_id, func.min(StaffSession.created_at)).where(StaffSession.staff_id.in_(ids))
    began = dict((await db.execute(signed_in.group_by(StaffSession.staff_id))).tuples().all())
    since = min([midnight, *began.values()])
    acts = select(AuditEntry).where(AuditEntry.actor.in_(ids), AuditEntry.at >= since, AuditEntry.action.in_([*BEGINS, *ENDS]))
    steps = defaultdict(list)
    for act in await db.scalars(acts.order_by(AuditEntry.seq)):
        steps[act.actor].append(Step(act.at, act.action, act.thing))
    still_open: dict[str, dict[str, datetime]] = defaultdict(dict)
    for case in await db.scalars(select(Case).where(Case.claimed_by.in_(ids), Case.state == CaseState.claimed)):
        still_open[str(case.claimed_by)][case.id] = case.claimed_at or moment
    return {
        member: (
            Shift(start := began.get(member, moment), [s for s in steps[member] if s.at >= start], still_open[member]),
            sum(step.action in BEGINS and step.at >= midnight for step in steps[member]),
        )
        for member in ids
    }


async def _cases(db: AsyncSession, ids: set[str]) -> dict[str, Case]:
    return {case.id: case for case in await db.scalars(select(Case).where(Case.id.in_(ids)))}


def _load(member: Staff, here: bool, shift: Shift, claimed_today: int, cases: dict[str, Case]) -> Load:
    taken = [cases[case_id] for case_id in shift.cases if case_id in cases]
    return Load(
        member, here, len(shift.still_open), claimed_today, sum(is_distressing(case.risk, case.need) for case in taken),
        minutes_in_chat(shift.steps, shift.still_open, shift.began, now()),
    )  # fmt: skip


async def pause(db: AsyncSession, desk: Desk, audit: Audit, who: SignedIn, hand_over_to: str) -> None:
    """Stop being counted as present, with every open case in other hands; each child is told.

    Args:
        hand_over_to: "queue", or the id of a colleague who is there.

    Raises:
        Conflict: that colleague is not there; nothing was handed over.
    """
    colleague = None
    if hand_over_to != QUEUE:
        colleague = next((one for one in await there_for(db, who) if one.id == hand_over_to != who.staff.id), None)
        if colleague is None:
            raise Conflict("that colleague is not there")
    member = await db.get_one(Staff, who.staff.id)
    member.paused_at = member.paused_at or now()  # first, or a child would hear that somebody is there
    mine = select(Case.id).where(Case.claimed_by == who.staff.id, Case.state == CaseState.claimed)
    for case_id in (await db.scalars(mine)).all():
        if colleague is None:
            await desk.release(db, who, case_id)
        else:
            await desk.give(db, who, case_id, colleague)
    await audit.record(db, who.act("staff.pause", who.staff.id, "colleague" if colleague else QUEUE))


async def resume(db: AsyncSession, audit: Audit, who: SignedIn) -> None:
    """Be there again."""
    member = await db.get_one(Staff, who.staff.id)
    member.paused_at = None
    await audit.record(db, who.act("staff.resume", who.staff.id))
