"""In words: whether a person can be reached, when next, and how long it may take. Nothing here is a promise that is not kept."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from api.cases.models import Case
from api.cases.queue import staff_there
from api.chat.service import view_of
from api.conversations.access import conversation_of_child
from api.conversations.models import Conversation
from api.conversations.rules import State
from api.db import Database, now
from api.errors import FaroError
from api.helplines.rules import Reach, is_open, opening
from api.helplines.service import helpline_for, reach_of
from api.speech.say import Speaker, View
from api.waiting.rules import Outlook
from api.waiting.service import outlook_of


@dataclass(frozen=True)
class Reachable:
    """Whether a person can be reached.

    Attributes:
        open: by the helpline's hours; None where none are set.
        opens_at: the next opening, with a time zone, if it is known.
        sentence: what the child reads, where `{when}` stands for `opens_at` and `when` are its words.
    """

    person_there: bool = False
    open: bool | None = None
    opens_at: datetime | None = None
    sentence: str = ""
    when: str = ""

    @property
    def text(self) -> str:
        return self.sentence.replace("{when}", self.when)


@dataclass(frozen=True)
class Presence:
    """Asks the helpline that serves a child, and finds the sentence for what it answers."""

    database: Database
    speaker: Speaker

    async def reachable(self, view: View) -> Reachable:
        """For the frame of a page, which does not fail with the database: then nothing is said."""
        try:
            async with self.database.read() as db:
                reach = await helpline_for(db, view.country, view.locale)
                return await self._reachable(db, reach, view)
        except FaroError:
            return Reachable()

    async def _reachable(self, db: AsyncSession, reach: Reach, view: View) -> Reachable:
        if not reach.takes(view.country):
            return self._said("system/reach_not", view, False, None, None)
        there = await staff_there(db, reach.id) > 0
        found = opening(reach.hours, now())
        if found and not found.is_open:
            return self._said("system/reach_later", view, there, False, found.at)
        open_now = is_open(reach.hours, now())
        key = "system/reach_now" if there and open_now is not False else "system/reach_away"
        return self._said(key, view, there, open_now, None)

    def _said(self, key: str, view: View, there: bool, open_now: bool | None, opens_at: datetime | None) -> Reachable:
        sentence = self.speaker.sentence(key, view) or ""
        return Reachable(there, open_now, opens_at, sentence, self.speaker.moment(opens_at, view) if opens_at else "")

    async def waiting(self, conversation_id: str, token: str) -> tuple[Outlook | None, Reachable]:
        """How long it may take from now on, while a person is asked for; no outlook otherwise, or while the helpline is closed.

        Raises:
            NotFound: not this child's conversation.
        """
        async with self.database.read() as db:
            held = await conversation_of_child(db, conversation_id, token)
            return await self.waiting_for(db, held.conversation)

    async def waiting_for(self, db: AsyncSession, row: Conversation) -> tuple[Outlook | None, Reachable]:
        """The same for a conversation that was found already."""
        case = await db.get(Case, row.case_id) if row.state is State.waiting else None
        if case is None:
            return None, Reachable()
        view = view_of(row, {})
        found = await self._reachable(db, await reach_of(db, case.helpline_id), view)
        if found.open is False:
            return None, found
        outlook = await outlook_of(db, case)
        return outlook, self._said(f"system/wait_{outlook.code}", view, found.person_there, found.open, None)

    async def of_conversation(self, row: Conversation) -> Reachable:
        """What stands over a conversation that is drawn anew: the wait, or whether a person can be reached."""
        if row.state is State.bot:
            return await self.reachable(view_of(row, {}))
        async with self.database.read() as db:
            return (await self.waiting_for(db, row))[1]
