"""Who is writing and how far the log has been shown: signs that live in the moment, and two numbers that hold no word."""

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from api.conversations.models import Conversation
from api.conversations.rules import By
from api.db import after_commit
from api.live.hub import Hub

TYPING, SEEN = "typing", "seen"
COLUMNS = {By.child: Conversation.child_seen, By.counsellor: Conversation.person_seen}


def tell_typing(hub: Hub, conversation: Conversation, by: By) -> None:
    """The other side hears that somebody is writing; nothing is kept."""
    hub.publish(_other_side(conversation, by), TYPING)


async def keep_seen(db: AsyncSession, hub: Hub, conversation: Conversation, by: By, seq: int) -> None:
    """One side's page has shown the log up to `seq`; the other side hears of it. Never backwards, never beyond the end.

    The row's version stays as it is: a seen mark must not make a message wait.
    """
    column = COLUMNS[by]
    newer = update(Conversation).where(Conversation.id == conversation.id, column < seq, Conversation.next_seq > seq)
    await db.execute(newer.values({column: seq}).execution_options(synchronize_session=False))
    channel = _other_side(conversation, by)
    after_commit(db, lambda: hub.publish(channel, SEEN))


def _other_side(conversation: Conversation, by: By) -> str:
    return f"case:{conversation.case_id}" if by is By.child else f"conversation:{conversation.id}"
