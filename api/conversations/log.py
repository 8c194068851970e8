"""The log of a conversation: append sealed bubbles, read them back with the key of whoever may."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.conversations.models import Conversation, Message
from api.conversations.rules import By
from api.db import after_commit, now
from api.live.hub import Hub
from api.vault.sealing import Sealer, Tampered, open_key

Body = dict[str, Any]


class Log:
    """Appends and reads; `hub` hears that something was said, after the commit."""

    def __init__(self, sealer: Sealer, hub: Hub) -> None:
        self._sealer, self._hub = sealer, hub

    def append(self, db: AsyncSession, conversation: Conversation, by: By, body: Body, in_case: bool = False) -> Message:
        """Add one bubble at the end. `in_case` seals it to the case key, which the helpline can open.

        Raises:
            ValueError: `in_case` before any handoff.
        """
        key = conversation.case_public_key if in_case else conversation.public_key
        if key is None:
            raise ValueError("this conversation has no case")
        message = Message(
            conversation_id=conversation.id,
            seq=conversation.next_seq,
            case_id=conversation.case_id if in_case else None,
            by=by,
            sealed=self._sealer.seal(key, _place(conversation.id, conversation.next_seq, by), body),
            at=now(),
        )
        conversation.next_seq += 1
        db.add(message)
        self.tell(db, conversation)
        return message

    @staticmethod
    def bubble(message: Message, body: Body) -> Body:
        """What was appended, as `open` would give it back."""
        return {"id": f"{message.conversation_id}.{message.seq}", "seq": message.seq, "by": message.by, **body}

    def tell(self, db: AsyncSession, conversation: Conversation) -> None:
        """After the commit, wake whoever watches this conversation or its case."""
        heard = [(f"conversation:{conversation.id}", "said")]
        if conversation.case_id:  # whoever has the case open, and whoever has it among others
            heard += [(f"case:{conversation.case_id}", "said"), (f"mine:{conversation.case_id}", "unread")]

        def publish() -> None:
            for channel, event in heard:
                self._hub.publish(channel, event)

        after_commit(db, publish)

    def open(self, message: Message, private: bytes) -> Body:
        """Open one bubble.

        Raises:
            Tampered: wrong key, or the row was altered or moved.
        """
        body = self._sealer.open(private, _place_of(message), message.sealed)
        return self.bubble(message, body)

    def open_all(self, messages: Iterable[Message], conversation: Conversation, private: bytes) -> list[Body]:
        """Open a child's messages, those of the case included."""
        case_private = open_key(private, conversation.case_key) if conversation.case_key else private
        return [self.open(m, case_private if m.case_id else private) for m in messages]

    def take_home(self, conversation: Conversation, private: bytes, messages: Iterable[Message]) -> None:
        """Seal what was said in a case to the child alone and drop the case's keys: the next case makes its own."""
        for message in messages:
            if message.case_id:
                body = self._sealer.open(open_key(private, conversation.case_key or b""), _place_of(message), message.sealed)
                message.sealed, message.case_id = self._sealer.seal(conversation.public_key, _place_of(message), body), None
        conversation.case_public_key = conversation.case_key = None

    def seal_facts(self, conversation: Conversation, facts: Body) -> None:
        conversation.facts = self._sealer.seal(conversation.public_key, f"{conversation.id}/facts", facts)

    def open_facts(self, conversation: Conversation, private: bytes) -> Body:
        if conversation.facts is None:
            return {}
        return self._sealer.open(private, f"{conversation.id}/facts", conversation.facts)


async def messages_after(db: AsyncSession, conversation_id: str, after: int = 0, until: int | None = None) -> list[Message]:
    query = select(Message).where(Message.conversation_id == conversation_id, Message.seq > after).order_by(Message.seq)
    if until is not None:
        query = query.where(Message.seq <= until)
    return list((await db.scalars(query)).all())


async def messages_since_child(db: AsyncSession, conversation_id: str) -> list[Message]:
    """What was said after the child's own last words."""
    last = select(func.max(Message.seq)).where(Message.conversation_id == conversation_id, Message.by == By.child)
    return await messages_after(db, conversation_id, (await db.scalar(last)) or 0)


async def last_mark(db: AsyncSession, conversation: Conversation) -> int:
    """The place (seq) of the last thing that the system said in the conversation's case; 0 if there is none."""
    said = select(func.max(Message.seq)).where(Message.case_id == conversation.case_id, Message.by == By.system)
    return (await db.scalar(said)) or 0


def _place_of(message: Message) -> str:
    return _place(message.conversation_id, message.seq, message.by)


def _place(conversation_id: str, seq: int, by: By | str) -> str:
    return f"{conversation_id}/{seq}/{by}"


__all__ = ["Body", "Log", "Tampered", "last_mark", "messages_after", "messages_since_child"]
