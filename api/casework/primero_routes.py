"""Handing a claimed case in to the helpline's Primero, by its counsellor or a supervisor, after a fresh proof."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.ext.asyncio import AsyncSession

from api.auth.access import SignedIn, StaffOnly
from api.auth.rules import Role
from api.cases.access import OpenCase, case_for, open_case, open_to_act
from api.cases.routes import keep_reader
from api.cases.rules import CaseState
from api.cases.service import Desk
from api.db import Database, now
from api.errors import Conflict
from api.outbox.handing_in import Passed, primero_case
from api.outbox.models import PrimeroAccount, PrimeroHandIn
from api.outbox.primero import Primero
from api.outbox.rules import HandInState

router = APIRouter(prefix="/v1/cases", tags=["cases"])
Reader = Annotated[SignedIn, Depends(StaffOnly(Role.counsellor, Role.supervisor))]
FreshReader = Annotated[SignedIn, Depends(StaffOnly(Role.counsellor, Role.supervisor, fresh=True))]


class Agreed(BaseModel):
    """The counsellor states that the child agreed to pass the case on to the other organisation."""

    model_config = ConfigDict(extra="forbid")

    child_agreed: Annotated[Literal[True], Field(description="without it nothing is handed in")]


class HandIn(BaseModel):
    """Whether the helpline has a Primero, and how the hand-in went; `reference` is the case's id there."""

    available: bool
    state: HandInState | None = None
    code: str | None = None
    agreed_at: datetime | None = None
    sent_at: datetime | None = None
    reference: str | None = None


@router.get("/{case_id}/primero")
async def look(request: Request, case_id: str, who: Reader) -> HandIn:
    """Whether and how the case was handed in."""
    database, primero = _rooms(request)
    async with database.read() as db:
        case = (await open_case(db, who, case_id)).case
        available = await primero.account_of(db, who) is not None
        row = await db.get(PrimeroHandIn, case_id)
    await keep_reader(request, who, case)
    return _hand_in(row, available)


@router.post("/{case_id}/primero")
async def hand_in(request: Request, case_id: str, who: FreshReader, given: Agreed) -> HandIn:
    """Hand the case in. 409 when it is not claimed or no Primero is set up; what Primero says is in the answer."""
    database, primero = _rooms(request)
    desk: Desk = request.app.state.desk
    async with database.read() as db:
        opened = await open_to_act(db, who, case_id)
        account = await primero.account_of(db, who)
    if account is None or opened.case.state is not CaseState.claimed:
        raise Conflict("no Primero" if account is None else "not claimed")

    async def still_claimed(db: AsyncSession) -> None:
        if (await case_for(db, who, case_id, for_update=True)).state is not CaseState.claimed:
            raise Conflict("not claimed")

    row = await primero.hand_in(database, who, account, primero_case(_passed(desk, opened, account)), still_claimed)
    return _hand_in(row, available=True)


def _rooms(request: Request) -> tuple[Database, Primero]:
    return request.app.state.database, request.app.state.primero


def _passed(desk: Desk, opened: OpenCase, account: PrimeroAccount) -> Passed:
    card, case = desk.read_card(opened), opened.case
    return Passed(
        case_id=case.id, day=now().date(), risk=case.risk, band=case.band, country=case.country, lines=card["lines"],
        story=card["story"], agency=account.agency, owned_by=account.owned_by,
    )  # fmt: skip


def _hand_in(row: PrimeroHandIn | None, available: bool) -> HandIn:
    if row is None:
        return HandIn(available=available)
    sent = row.state is HandInState.sent
    return HandIn(
        available=available, state=row.state, code=row.code, agreed_at=row.agreed_at, sent_at=row.sent_at,
        reference=row.case_id if sent else None,
    )  # fmt: skip
