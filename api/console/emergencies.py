"""The offer of a person at once, in an emergency: made while somebody is free, gone when it is taken, declined or old.

Staff see that there is such a conversation and since when, never which one and never a word of it.
"""

from datetime import timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from api.auth.models import Staff
from api.cases.models import Case, EmergencyOffer
from api.cases.queue import present
from api.cases.rules import CaseState, about, somebody_free
from api.conversations.models import Conversation
from api.db import after_commit, now
from api.helplines.rules import is_open
from api.helplines.service import reach_of
from api.live.hub import Hub

LASTS = timedelta(minutes=15)  # after the child's last message, and up to the next five minutes of the clock
FIVE = timedelta(minutes=5)


async def person_free(db: AsyncSession, conversation: Conversation) -> bool:
    """Whether the helpline takes this child now, and a counsellor or supervisor is at the console and not in a case."""
    reach = await reach_of(db, conversation.helpline_id)
    if not reach.takes(conversation.country) or is_open(reach.hours, now()) is False:
        return False
    there = [staff.id for staff in await db.scalars(present().where(Staff.helpline_id == reach.id))]
    claims = select(func.count()).where(Case.state == CaseState.claimed, Case.claimed_by.in_(there))
    return somebody_free(len(there), await db.scalar(claims) or 0)


async def keep_offer(db: AsyncSession, hub: Hub, conversation: Conversation, offer_id: str) -> None:
    """Let an offer stand for as long as the child goes on talking: made at the first time, and anew if it has run out."""
    since, until = about(now()), about(now() + LASTS + FIVE)
    standing = update(EmergencyOffer).where(EmergencyOffer.id == offer_id).values(until=until)
    if cast(CursorResult[Any], await db.execute(standing)).rowcount != 1:
        whose = {"helpline_id": conversation.helpline_id, "locale": conversation.locale, "country": conversation.country}
        db.add(EmergencyOffer(id=offer_id, since=since, until=until, **whose))
        _tell(db, hub, conversation.helpline_id)


async def end_offer(db: AsyncSession, hub: Hub, helpline_id: str, offer_id: str | None) -> None:
    """Taken, declined, or its conversation is gone."""
    if offer_id is not None:
        await db.execute(delete(EmergencyOffer).where(EmergencyOffer.id == offer_id))
        _tell(db, hub, helpline_id)


async def standing_offers(db: AsyncSession, helpline_id: str) -> list[EmergencyOffer]:
    """The offers that children of this helpline look at now, the oldest first."""
    query = select(EmergencyOffer).where(EmergencyOffer.helpline_id == helpline_id, EmergencyOffer.until > now())
    return list((await db.scalars(query.order_by(EmergencyOffer.since))).all())


def _tell(db: AsyncSession, hub: Hub, helpline_id: str) -> None:
    after_commit(db, lambda: hub.publish(f"queue:{helpline_id}", "emergency"))
