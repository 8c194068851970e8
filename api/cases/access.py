"""The only door to a case: `case_for` for what is in the clear, `open_case` for what the child passed on."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.auth.access import SignedIn
from api.auth.models import TeamGrant, TeamKey
from api.auth.rules import FRESH, Role
from api.cases.models import BreakGlass, Case, CaseGrant
from api.cases.rules import CaseState
from api.db import now
from api.errors import Forbidden, NotFound, ProofIsOld
from api.vault.sealing import open_key, seal_key


@dataclass(frozen=True)
class OpenCase:
    """A case in the hands of staff who may read it, with its private key (32 bytes)."""

    case: Case
    private: bytes = field(repr=False)


async def case_for(db: AsyncSession, who: SignedIn, case_id: str, *, for_update: bool = False) -> Case:
    """A case of the caller's own helpline, without its content.

    Raises:
        NotFound: unknown, or another helpline's: the two are answered alike.
    """
    query = select(Case).where(Case.id == case_id, Case.helpline_id == who.staff.helpline_id)
    case = (await db.scalars(query.with_for_update() if for_update else query)).one_or_none()
    if case is None:
        raise NotFound
    return case


async def open_case(db: AsyncSession, who: SignedIn, case_id: str, *, for_update: bool = False) -> OpenCase:
    """A case with its key, for the counsellor who claimed it, a supervisor, or who broke the glass (need to know).

    Raises:
        NotFound: see `case_for`.
        Forbidden: not claimed by the caller, or no grant opens it.
        ProofIsOld, Forbidden: see `refuse_locked`.
    """
    case = await case_for(db, who, case_id, for_update=for_update)
    if case.locked:
        refuse_locked(who, for_update)
    if not may_read(case, who) and not await broke_glass(db, case, who):
        raise Forbidden("claim the case first")
    return OpenCase(case, await case_key(db, who, case))


async def open_to_act(db: AsyncSession, who: SignedIn, case_id: str, *, for_update: bool = False) -> OpenCase:
    """The same for whoever carries a case further: hands it in, takes it out, writes down what is done about it.

    Raises:
        NotFound, Forbidden: see `open_case`; also for who only looks into it, by an offer or by breaking the glass.
    """
    opened = await open_case(db, who, case_id, for_update=for_update)
    if opened.case.claimed_by != who.staff.id and who.staff.role is not Role.supervisor:
        raise Forbidden("not claimed by you")
    return opened


async def case_key(db: AsyncSession, who: SignedIn, case: Case) -> bytes:
    """The case's private key (32 bytes), by the grants of this moment: a rotation may come between sign-in and here.

    Raises:
        Forbidden: the caller waits for the team key, or the case lies under one that they never held.
    """
    query = (
        select(TeamGrant.sealed, CaseGrant.sealed)
        .join(CaseGrant, CaseGrant.team_key_id == TeamGrant.team_key_id)
        .where(CaseGrant.case_id == case.id, TeamGrant.staff_id == who.staff.id)
    )
    held = (await db.execute(query.limit(1))).tuples().one_or_none()
    if held is None:
        raise Forbidden("no key opens this case")
    return open_key(open_key(who.private, held[0]), held[1])


async def opens_for(db: AsyncSession, case: Case, staff_id: str) -> bool:
    """Whether a member holds a key that opens this case; without one nobody is put with a child."""
    held = exists().where(
        CaseGrant.case_id == case.id, CaseGrant.team_key_id == TeamGrant.team_key_id, TeamGrant.staff_id == staff_id
    )
    return bool(await db.scalar(select(held)))


def may_read(case: Case, who: SignedIn) -> bool:
    """Content opens after a claim; a supervisor reads what the team has claimed (security: need to know)."""
    if case.claimed_by == who.staff.id or is_offered(case, who):
        return True
    return who.staff.role is Role.supervisor and case.state is not CaseState.waiting


def refuse_locked(who: SignedIn, for_update: bool) -> None:
    """What a child has erased and a hold keeps is there for who asked for the hold: read by a supervisor, changed by nobody.

    Raises:
        Forbidden: not a supervisor, or it would be changed.
        ProofIsOld: the supervisor has not shown who they are within the last minutes.
    """
    if for_update or who.staff.role is not Role.supervisor:
        raise Forbidden("the child has erased it, and a hold keeps it locked")
    if now() - who.proved_at > FRESH:
        raise ProofIsOld


def is_offered(case: Case, who: SignedIn) -> bool:
    """Whoever is asked to take a case over reads it before they say yes."""
    return case.state is CaseState.claimed and case.offered_to == who.staff.id


def may_write(case: Case, who: SignedIn) -> bool:
    return case.state is CaseState.claimed and case.claimed_by == who.staff.id


async def broke_glass(db: AsyncSession, case: Case, who: SignedIn) -> bool:
    """Whether the caller gave a reason to read this case a moment ago (`rules.BREAK_GLASS`)."""
    mine = exists().where(BreakGlass.case_id == case.id, BreakGlass.staff_id == who.staff.id, BreakGlass.until > now())
    return bool(await db.scalar(select(mine)))


async def keys_are_out(db: AsyncSession, conversation_id: str) -> bool:
    """Whether a helpline holds a key to something that was passed on of this conversation."""
    granted = exists().where(CaseGrant.case_id == Case.id, Case.conversation_id == conversation_id)
    return bool(await db.scalar(select(granted)))


async def reseal(db: AsyncSession, team: Mapping[str, bytes], new: TeamKey) -> None:
    """Hand the keys of a helpline's open cases to a new team key; the old grants of these cases are gone.

    Args:
        team: id of an older team key -> its private half (32 bytes).
    """
    query = (
        select(CaseGrant)
        .join(Case, Case.id == CaseGrant.case_id)
        .where(Case.helpline_id == new.helpline_id, Case.state != CaseState.closed, CaseGrant.team_key_id.in_(team))
    )
    for old in (await db.scalars(query)).all():
        private = open_key(team[old.team_key_id], old.sealed)
        db.add(CaseGrant(case_id=old.case_id, team_key_id=new.id, sealed=seal_key(new.public_key, private)))
        await db.delete(old)
