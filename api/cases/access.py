"""The only door to a case: `case_for` for what is in the clear, `open_case` for what the child passed on."""

from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api.auth.access import SignedIn
from api.auth.rules import Role
from api.cases.models import Case, CaseGrant
from api.cases.rules import CaseState
from api.errors import Forbidden, NotFound
from api.vault.sealing import open_key


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
    """A case with its key, for the counsellor who claimed it or a supervisor (need to know).

    Raises:
        NotFound: see `case_for`.
        Forbidden: not claimed by the caller, or no grant opens it.
    """
    case = await case_for(db, who, case_id, for_update=for_update)
    if not may_read(case, who):
        raise Forbidden("claim the case first")
    grants = await db.scalars(select(CaseGrant).where(CaseGrant.case_id == case.id))
    for grant in grants:
        if grant.team_key_id in who.team:
            return OpenCase(case, open_key(who.team[grant.team_key_id], grant.sealed))
    raise Forbidden("no key opens this case")


def may_read(case: Case, who: SignedIn) -> bool:
    """Content opens after a claim; a supervisor reads what the team has claimed (security: need to know)."""
    if case.claimed_by == who.staff.id or is_offered(case, who):
        return True
    return who.staff.role is Role.supervisor and case.state is not CaseState.waiting


def is_offered(case: Case, who: SignedIn) -> bool:
    """Whoever is asked to take a case over reads it before they say yes."""
    return case.state is CaseState.claimed and case.offered_to == who.staff.id


def may_write(case: Case, who: SignedIn) -> bool:
    return case.state is CaseState.claimed and case.claimed_by == who.staff.id
