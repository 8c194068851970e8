"""Who holds the team key: granted by somebody who holds it, and replaced when somebody who held it is gone."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import CursorResult, and_, delete, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.audit.service import Audit
from api.auth.access import SignedIn
from api.auth.models import Helpline, Staff, TeamGrant, TeamKey
from api.auth.rules import READERS, Role
from api.auth.service import create_team_key, newest_team_key
from api.errors import Conflict, Forbidden
from api.vault.sealing import seal_key


@dataclass(frozen=True)
class Cases:
    """What the cases of a helpline must do when keys or people change; `cases` is a room above and brings it along."""

    reseal: Callable[[AsyncSession, Mapping[str, bytes], TeamKey], Awaitable[None]]
    put_back: Callable[[AsyncSession, str, str], Awaitable[None]]


async def holders_of(db: AsyncSession, helpline_id: str) -> set[str]:
    """The ids of those who hold the newest team key."""
    newest = select(TeamKey.id).where(TeamKey.helpline_id == helpline_id).order_by(TeamKey.version.desc()).limit(1)
    return set(await db.scalars(select(TeamGrant.staff_id).where(TeamGrant.team_key_id == newest.scalar_subquery())))


class Keys:
    """Grants and rotations. Each takes the session of one write."""

    def __init__(self, audit: Audit, cases: Cases) -> None:
        self._audit, self._cases = audit, cases

    async def grant(self, db: AsyncSession, who: SignedIn, staff: Staff) -> None:
        """Seal the team's keys, as the caller holds them, to another member.

        Raises:
            Forbidden: the caller does not hold the newest key.
            Conflict: the other may not hold it.
        """
        await self._held_by(db, who)
        if not staff.active or staff.role not in READERS:
            raise Conflict("this role holds no key")
        has = set(await db.scalars(select(TeamGrant.team_key_id).where(TeamGrant.staff_id == staff.id)))
        for key_id, private in who.team.items():
            if key_id not in has:
                db.add(TeamGrant(team_key_id=key_id, staff_id=staff.id, sealed=seal_key(staff.public_key, private)))
        await self._audit.record(db, who.act("key.grant", staff.id))

    async def rotate(self, db: AsyncSession, who: SignedIn) -> None:
        """Make a new team key for those who hold the present one, and re-seal the open cases to it.

        Closed cases stay under the older key, which the same people still hold.

        Raises:
            Forbidden: the caller does not hold the newest key, perhaps because somebody else has just made it.
        """
        old = await self._held_by(db, who)
        helpline = await db.get_one(Helpline, who.staff.helpline_id)
        new, pair = await create_team_key(db, helpline, old.version + 1)
        holders = (
            select(Staff)
            .join(TeamGrant, TeamGrant.staff_id == Staff.id)
            .where(TeamGrant.team_key_id == old.id, Staff.active, Staff.role.in_(READERS))
        )
        for staff in (await db.scalars(holders)).all():
            db.add(TeamGrant(team_key_id=new.id, staff_id=staff.id, sealed=seal_key(staff.public_key, pair.private)))
        await self._seal_to_recovery(db, who, helpline)
        await self._cases.reseal(db, who.team, new)
        await self._audit.record(db, who.act("key.rotate", new.id))

    async def take(self, db: AsyncSession, who: SignedIn, staff: Staff) -> None:
        """Delete what a member could open, and replace the key that they held: at once by a supervisor who holds it,
        else it is marked as due, and supervisors are told.

        Raises:
            Conflict: nobody else holds it, so that no case would open any more.
        """
        await self._refuse_last(db, staff)
        taken = await db.execute(delete(TeamGrant).where(TeamGrant.staff_id == staff.id))
        newest = await newest_team_key(db, staff.helpline_id)
        if newest is None or cast(CursorResult[Any], taken).rowcount == 0:
            return
        if who.staff.role is Role.supervisor and newest.id in who.team:
            await self.rotate(db, who)
        else:
            newest.due = True
            await self._audit.record(db, who.act("key.due", newest.id))

    @staticmethod
    async def _refuse_last(db: AsyncSession, staff: Staff) -> None:
        newest = await newest_team_key(db, staff.helpline_id)
        if newest is None:
            return
        holders = select(TeamGrant.staff_id).join(Staff, Staff.id == TeamGrant.staff_id)
        left = set(await db.scalars(holders.where(
            TeamGrant.team_key_id == newest.id, or_(Staff.id == staff.id, and_(Staff.active, Staff.role.in_(READERS)))
        )))  # fmt: skip
        if left == {staff.id}:
            raise Conflict("last_key")

    @staticmethod
    async def _seal_to_recovery(db: AsyncSession, who: SignedIn, helpline: Helpline) -> None:
        """The older keys too, so that closed cases come back by a recovery key that was made after them."""
        if helpline.recovery_key is not None:
            for key in (await db.scalars(select(TeamKey).where(TeamKey.id.in_(who.team)))).all():
                key.recovery = seal_key(helpline.recovery_key, who.team[key.id])

    async def _held_by(self, db: AsyncSession, who: SignedIn) -> TeamKey:
        newest = await newest_team_key(db, who.staff.helpline_id)
        if newest is None or newest.id not in who.team:
            raise Forbidden("you do not hold the team key")
        return newest
