"""The child's only door to a conversation: id and token together, or a resume code."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api.conversations.models import Conversation
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


async def conversation_of_child(db: AsyncSession, conversation_id: str, token: str, *, for_update: bool = False) -> Held:
    """Find the conversation of this token.

    Raises:
        NotFound: unknown, expired, or somebody else's: the three are answered alike.
    """
    query = select(Conversation).where(Conversation.token_hash == token_id(token), Conversation.expires_at > now())
    row = (await db.scalars(query.with_for_update() if for_update else query)).one_or_none()
    if row is None or row.id != conversation_id:
        raise NotFound
    try:
        return Held(row, token, unwrap(token_key(token), row.wrapped_key))
    except Tampered:
        raise NotFound from None
