"""What staff hear and tell in the moment: typing, seen, and that a child in an emergency is offered a person."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.ext.asyncio import AsyncSession

from api.auth.access import SignedIn, StaffOnly
from api.auth.rules import Role
from api.cases.access import case_for, may_write
from api.console.emergencies import standing_offers
from api.conversations.models import Conversation
from api.conversations.presence import keep_seen, tell_typing
from api.conversations.rules import By
from api.db import Database, now
from api.errors import Conflict, Forbidden
from api.live.hub import Hub

router = APIRouter(prefix="/v1/cases", tags=["cases"])
Reader = Annotated[SignedIn, Depends(StaffOnly(Role.counsellor, Role.supervisor))]


class Emergency(BaseModel):
    """A child in an emergency looks at the offer of a person; more than this nobody knows before the yes."""

    since_seconds: int
    locale: str
    country: str | None


class SeenByPerson(BaseModel):
    """How far the counsellor's page has shown the log."""

    model_config = ConfigDict(extra="forbid")
    seq: Annotated[int, Field(ge=1, le=2**31 - 1)]


@router.get("/emergencies")
async def emergencies(request: Request, who: Reader) -> list[Emergency]:
    """Conversations in an emergency that are offered a person now, the oldest first: that they exist, and since when."""
    database: Database = request.app.state.database
    async with database.read() as db:
        offers = await standing_offers(db, who.staff.helpline_id)
    return [
        Emergency(since_seconds=max(0, int((now() - o.since).total_seconds())), locale=o.locale, country=o.country)
        for o in offers
    ]  # fmt: skip


@router.post("/{case_id}/typing", status_code=204)
async def typing(request: Request, case_id: str, who: Reader) -> None:
    """The counsellor of the case is writing; the child's page shows so for a moment, and nothing is kept."""
    database: Database = request.app.state.database
    async with database.read() as db:
        tell_typing(_hub(request), await _conversation(db, who, case_id), By.counsellor)


@router.post("/{case_id}/seen", status_code=204)
async def seen(request: Request, case_id: str, who: Reader, shown: SeenByPerson) -> None:
    """The page of the case's counsellor has shown the log up to `seq`; the child's page shows it."""
    database: Database = request.app.state.database
    async with database.write() as db:
        await keep_seen(db, _hub(request), await _conversation(db, who, case_id), By.counsellor, shown.seq)


async def _conversation(db: AsyncSession, who: SignedIn, case_id: str) -> Conversation:
    """The conversation of a case in the hands of the caller.

    Raises:
        Forbidden: not claimed by the caller.
        Conflict: the child has erased it, or has passed on anew since.
    """
    case = await case_for(db, who, case_id)
    if not may_write(case, who):
        raise Forbidden("not claimed by you")
    conversation = await db.get(Conversation, case.conversation_id)
    if conversation is None or conversation.case_id != case_id:
        raise Conflict("the conversation has gone on")
    return conversation


def _hub(request: Request) -> Hub:
    hub: Hub = request.app.state.hub
    return hub
