"""Break-glass: a counsellor reads a colleague's case in an emergency, says why, and a supervisor looks at it afterwards.

It opens for reading and for notes. Writing to the child needs a claim or a transfer as always, because the child was told
who is there, and one person speaks at a time.
"""

from dataclasses import dataclass
from uuid import UUID, uuid5

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from api.audit.service import Audit
from api.auth.access import SignedIn
from api.auth.models import Staff
from api.cases.access import case_for
from api.cases.models import BreakGlass, Case
from api.cases.rules import BREAK_GLASS, CaseState, OpeningReason, Verdict
from api.cases.service import Desk
from api.db import after_commit, now
from api.errors import Conflict, Forbidden, NotFound
from api.live.hub import Hub


@dataclass(frozen=True)
class Broken:
    """One opening with the names of whoever is concerned, and nothing that was typed."""

    opening: BreakGlass
    number: str
    by: str
    reviewer: str | None


async def openings(db: AsyncSession, who: SignedIn) -> list[Broken]:
    """What was opened at the caller's helpline, the newest first, those that nobody reviewed before all others."""
    opener, reviewer = aliased(Staff), aliased(Staff)
    query = (
        select(BreakGlass, Case.number, opener.name, reviewer.name)
        .join(Case, Case.id == BreakGlass.case_id)
        .join(opener, opener.id == BreakGlass.staff_id)
        .outerjoin(reviewer, reviewer.id == BreakGlass.reviewed_by)
        .where(Case.helpline_id == who.staff.helpline_id)
        .order_by(BreakGlass.reviewed_at.isnot(None), BreakGlass.opened_at.desc())
    )
    return [Broken(*row) for row in (await db.execute(query)).tuples()]


class Breaking:
    """The two verbs."""

    def __init__(self, desk: Desk, hub: Hub, audit: Audit) -> None:
        self._desk, self._hub, self._audit = desk, hub, audit

    async def open(self, db: AsyncSession, who: SignedIn, case_id: str, reason: OpeningReason, why: str, key: str) -> BreakGlass:
        """Open a colleague's claimed case for half an hour. The same key opens it once.

        Raises:
            Conflict: nobody has claimed it, or the caller has: there is another way in.
            Forbidden: the caller waits for the team key.
        """
        case = await case_for(db, who, case_id, for_update=True)
        known = await db.get(BreakGlass, str(uuid5(UUID(case_id), f"{who.staff.id}/{key}")))
        if known is not None:
            return known
        if case.state is not CaseState.claimed or case.claimed_by == who.staff.id:
            raise Conflict("only a colleague's claimed case")
        return await self._keep(db, who, case, reason, why, key)

    async def _keep(self, db: AsyncSession, who: SignedIn, case: Case, reason: OpeningReason, why: str, key: str) -> BreakGlass:
        opening = BreakGlass(
            id=str(uuid5(UUID(case.id), f"{who.staff.id}/{key}")), case_id=case.id, staff_id=who.staff.id, reason=reason,
            opened_at=now(), until=now() + BREAK_GLASS,
        )  # fmt: skip
        db.add(opening)
        await db.flush()
        await self._audit.record(db, who.act("case.break_glass", case.id, reason.value))
        await self._desk.note(db, who, case.id, why, key)
        self._tell(db, case.helpline_id)
        return opening

    async def review(self, db: AsyncSession, who: SignedIn, opening_id: str, verdict: Verdict) -> None:
        """Say afterwards whether it was right.

        Raises:
            Forbidden: one's own opening.
            Conflict: somebody has reviewed it.
        """
        opening = await db.get(BreakGlass, opening_id, with_for_update=True)
        if opening is None:
            raise NotFound
        await case_for(db, who, opening.case_id)
        if opening.staff_id == who.staff.id:
            raise Forbidden("somebody else must review it")
        if opening.reviewed_by is not None:
            raise Conflict("reviewed by somebody else")
        opening.reviewed_by, opening.reviewed_at, opening.verdict = who.staff.id, now(), verdict
        await self._audit.record(db, who.act("case.break_glass_review", opening.case_id, verdict.value))
        self._tell(db, who.staff.helpline_id)

    def _tell(self, db: AsyncSession, helpline_id: str) -> None:
        after_commit(db, lambda: self._hub.publish(f"staff:{helpline_id}", "staff"))
