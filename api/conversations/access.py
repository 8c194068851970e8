"""The child's only door to a conversation: id and token together, or a resume code."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.conversations.models import Answered, Conversation
from api.conversations.rules import State
from api.db import now
from api.errors import NotFound
from api.vault.keys import token_id, token_key, unwrap
from api.vault.sealing import Tampered


@dataclass(frozen=True)
class Held:
    """A conversation in the hands of its child: the row, the token, and the private key it unwraps (32 bytes)."""

    conversation: Conversation
    token: str
    private: bytes


def is_there() -> ColumnElement[bool]:
    """Not over yet: its time has not come, or a person is asked for or there, and the child must find them again."""
    return or_(Conversation.expires_at > now(), Conversation.state.in_((State.waiting, State.human)))


async def conversation_of_child(db: AsyncSession, conversation_id: str, token: str, *, for_update: bool = False) -> Held:
    """Find the conversation of this token.

    Raises:
        NotFound: unknown, expired, or somebody else's: the three are answered alike.
    """
    query = select(Conversation).where(Conversation.token_hash == token_id(token), is_there())
    row = (await db.scalars(query.with_for_update() if for_update else query)).one_or_none()
    return _hold(row, conversation_id, token)


async def conversation_and_answer(db: AsyncSession, conversation_id: str, token: str, key: str) -> tuple[Held, Answered | None]:
    """The same door, and in one question whether this Idempotency-Key was answered before.

    Raises:
        NotFound: see `conversation_of_child`.
    """
    query = (
        select(Conversation, Answered)
        .outerjoin(Answered, and_(Answered.conversation_id == Conversation.id, Answered.key == key))
        .where(Conversation.token_hash == token_id(token), is_there())
    )
    row, known = (await db.execute(query)).tuples().one_or_none() or (None, None)
    return _hold(row, conversation_id, token), known


def _hold(row: Conversation | None, conversation_id: str, token: str) -> Held:
    if row is None or row.id != conversation_id:
        raise NotFound
    try:
        return Held(row, token, unwrap(token_key(token), row.wrapped_key))
    except Tampered:
        raise NotFound from None
