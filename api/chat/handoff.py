"""Passing on: the preview that the child edits, the yes, the code to come back, and taking it all back."""

import asyncio
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api.audit.rules import Act
from api.audit.service import Audit
from api.auth.rules import CHILD
from api.cases.handoff import Handoff, handed_over_before, open_handoff
from api.cases.models import Case
from api.cases.rules import CARD, Risk, Share, assess, card_of, edited, urgent
from api.chat.rules import CALM, clean, phone_number
from api.chat.schemas import HandoffIn
from api.chat.service import Chat, view_of
from api.concurrency import etag_of
from api.console.emergencies import end_offer
from api.conversations.access import Held, conversation_of_child, is_there
from api.conversations.log import Body, messages_after
from api.conversations.models import Conversation
from api.conversations.rules import By, State
from api.db import after_commit, now
from api.errors import BadRequest, CodeUnknown, Conflict, LinesChanged, NotServed
from api.helplines.rules import Reach, opening
from api.helplines.service import reach_of
from api.live.hub import Hub
from api.retention import service as retention
from api.settings import Settings
from api.vault.keys import code_keys, mac, new_code, new_token, token_id, token_key, unwrap, wrap
from api.vault.sealing import Sealer
from api.waiting.service import arrive

COPIES = "system/copies"
TRANSCRIPT_BY = {By.child.value, By.bot.value}


@dataclass
class Passing:
    """The child's side of a handoff."""

    chat: Chat
    sealer: Sealer
    hub: Hub
    audit: Audit
    floors: dict[str, Risk]
    settings: Settings

    async def preview(self, conversation_id: str, token: str) -> tuple[list[dict[str, Any]], str]:
        """The lines as they would be passed on: field, value, and both in the child's words, with what else fits.

        Returns:
            The lines, and their version, which the yes names.

        Raises:
            NotServed: the helpline does not take children of this country, and the child hears it before writing a story.
        """
        async with self.chat.database.read() as db:
            held = await conversation_of_child(db, conversation_id, token)
            await serving_one(db, held.conversation)
            facts = self.chat.log.open_facts(held.conversation, held.private)
        locale = held.conversation.locale
        card = self._card(facts)
        return [self._line(field, value, locale) for field, value in card.items()], version_of(card)

    def _card(self, facts: dict[str, Any]) -> dict[str, str]:
        return card_of(facts.get("slots") or {}, facts.get("needs") or [], self.floors)

    def _line(self, field: str, value: str, locale: str) -> dict[str, Any]:
        def word(name: str) -> str:
            return self.chat.speaker.book.label("card", name, locale)

        options = [{"value": other, "text": word(f"{field}_{other}")} for other in CARD[field]]
        return {
            "field": field, "label": word(f"field_{field}"), "value": value, "text": word(f"{field}_{value}"), "options": options,
        }  # fmt: skip

    async def hand_over(self, conversation_id: str, token: str, key: str, wanted: HandoffIn) -> tuple[Held, Case, list[Body]]:
        """Make a case of the child's yes. The same key makes it once.

        Raises:
            Conflict: a case of this conversation is still open.
            KeyReused: the same key with another content.
            NotServed: the helpline does not take children of this country.
            BadRequest: a line that the card does not have.
            LinesChanged: the lines are no longer those of the preview.
        """
        body_mac = mac(token, wanted.model_dump_json().encode())
        async with self.chat.one_turn(conversation_id), self.chat.database.write() as db:
            held = await conversation_of_child(db, conversation_id, token, for_update=True)
            row = held.conversation
            before = await handed_over_before(db, row.id, key, body_mac)
            if before is not None:
                return held, before, []
            if row.state in (State.waiting, State.human):
                raise Conflict("already passed on")
            reach = await serving_one(db, row)
            transcript = await self._transcript(db, held) if wanted.share is Share.transcript else []
            handoff = self._handoff(held, key, body_mac, wanted, transcript)
            case = await open_handoff(db, self.sealer, self.hub, held, handoff)
            await self.audit.record(db, Act(CHILD, "case.open", case.id, case.helpline_id, case.share))
            await arrive(db, case, reach)
            said = [self.chat.log.append(db, row, By.system, b, in_case=True) for b in self._passed_on(case, reach, held)]
            said += [self.chat.log.append(db, row, By.system, b) for b in self._calm(held)]
            await self._take_offer(db, held)
        return held, case, self.chat.open(said, held)

    def _passed_on(self, case: Case, reach: Reach, held: Held) -> list[Body]:
        """That it was passed on, and what comes next: a person, or when one can read it and where else help is."""
        speaker, view = self.chat.speaker, view_of(held.conversation, {})
        found = opening(reach.hours, now()) if case.out_of_hours else None
        is_told_when = found is not None and not found.is_open and speaker.sentence("system/out_of_hours", view) is not None
        there = case.present and not case.out_of_hours
        following = "system/out_of_hours" if is_told_when else "system/waiting" if there else "system/nobody_there"
        is_bare = case.share == Share.nothing and speaker.is_whole("system/handoff_asked", view)
        passed_on = "system/handoff_asked" if is_bare else "system/handoff_sent"
        fill = {"{number}": case.number, "{when}": speaker.moment(found.at, view) if found else ""}
        return [{**bubble, "text": _filled(bubble["text"], fill)} for bubble in self._words([passed_on, following], held)]

    def _calm(self, held: Held) -> list[Body]:
        """Something calm to read, for the child alone: staff need not see it."""
        is_whole = self.chat.speaker.is_whole("waiting/card", view_of(held.conversation, {}))
        return self._words(["waiting/card"], held) if is_whole else []

    async def _take_offer(self, db: AsyncSession, held: Held) -> None:
        """The offer of a person in an emergency is over once a person has been asked for in any way."""
        facts = self.chat.log.open_facts(held.conversation, held.private)
        if offer := facts.pop("offer", None):
            await end_offer(db, self.hub, held.conversation.helpline_id, offer)
            self.chat.log.seal_facts(held.conversation, facts)

    def _words(self, keys: list[str], held: Held) -> list[Body]:
        view = view_of(held.conversation, {})
        return [bubble for key in keys for bubble in self.chat.speaker.bubbles(key, view)]

    def _handoff(self, held: Held, key: str, body_mac: bytes, wanted: HandoffIn, transcript: list[Body]) -> Handoff:
        facts = self.chat.log.open_facts(held.conversation, held.private)
        story = clean(wanted.story) if wanted.story and wanted.story.strip() else None
        known = self._card(facts)
        if wanted.share is not Share.nothing and wanted.version not in (None, version_of(known)):
            raise LinesChanged
        try:
            card = edited(known, wanted.card)
        except ValueError:
            raise BadRequest("card") from None
        if wanted.share is Share.nothing:
            card, story = {}, None
        found = assess(card, self.floors)
        assessment = urgent(found) if wanted.urgent and facts.get("risk") == Risk.emergency else found
        # what the child took out or put differently leaves no trace, nor in what the program showed
        shown = [] if wanted.share is Share.nothing else [key for key in facts.get("shown", []) if _tells(key, card, wanted.card)]
        return Handoff(key, body_mac, wanted.share, card, story, _callback(wanted), transcript, assessment, shown)

    async def _transcript(self, db: Any, held: Held) -> list[Body]:
        bubbles = self.chat.open(await messages_after(db, held.conversation.id), held)
        kept = ("seq", "by", "text", "lang", "dir")
        return [{k: b.get(k) for k in kept} for b in bubbles if b["by"] in TRANSCRIPT_BY]

    async def take_back(self, conversation_id: str, token: str) -> tuple[Held, list[Body]]:
        """Take back a request that nobody has taken up: the case is emptied, and the program speaks again.

        A person who was quicker stays: then nothing is changed, and the answer says who is there.
        """
        async with self.chat.one_turn(conversation_id), self.chat.database.write() as db:
            await retention.cases_of(db, conversation_id)  # before the conversation, as staff do
            held = await conversation_of_child(db, conversation_id, token, for_update=True)
            row = held.conversation
            if row.state is not State.waiting or row.case_id is None:
                return held, []
            left = await retention.take_back(db, self.audit, row.case_id)
            row.state = State.bot
            said = [self.chat.log.append(db, row, By.system, b) for b in self._erased("system/taken_back", left, held)]
            after_commit(db, lambda: self.hub.publish(f"queue:{row.helpline_id}", "changed"))
        return held, self.chat.open(said, held)

    async def code(self, conversation_id: str, token: str) -> tuple[Held, str]:
        """A code to come back with, shown once; an older code of the same conversation dies."""
        code = new_code()
        keys = await asyncio.to_thread(code_keys, code, self._pepper, self.settings.argon2_mib)
        assert keys is not None
        async with self.chat.database.write() as db:
            held = await conversation_of_child(db, conversation_id, token, for_update=True)
            held.conversation.code_id, held.conversation.code_wrap = keys[0], wrap(keys[1], held.private)
        return held, code

    @property
    def _pepper(self) -> str:
        return self.settings.pepper.get_secret_value()

    async def resume(self, code: str) -> tuple[Held, list[Body]]:
        """A new token for a code; the old token dies.

        Raises:
            CodeUnknown: not a code, expired or erased: answered alike.
        """
        keys = await asyncio.to_thread(code_keys, code, self._pepper, self.settings.argon2_mib)
        if keys is None:
            raise CodeUnknown
        token = new_token()
        async with self.chat.database.write() as db:
            query = select(Conversation).where(Conversation.code_id == keys[0], is_there())
            row = (await db.scalars(query)).one_or_none()
            if row is None or row.code_wrap is None:
                raise CodeUnknown
            private = unwrap(keys[1], row.code_wrap)
            row.token_hash, row.wrapped_key = token_id(token), wrap(token_key(token), private)
        held = Held(row, token, private)
        _, bubbles = await self.chat.look(row.id, token)
        return held, bubbles

    async def erase(self, conversation_id: str, token: str) -> list[Body]:
        """Forget the conversation and what was passed on of it.

        Returns:
            What the child must know: nothing, or that the law makes the helpline keep its part for some time, or that a copy
            went out of Faro before.
        """
        async with self.chat.database.write() as db:
            await retention.cases_of(db, conversation_id)  # before the conversation, as staff do
            held = await conversation_of_child(db, conversation_id, token, for_update=True)
            await self._take_offer(db, held)
            left = await retention.erase(db, self.audit, held.conversation)
            self.chat.log.tell(db, held.conversation)
            helpline = held.conversation.helpline_id
            after_commit(db, lambda: self.hub.publish(f"queue:{helpline}", "changed"))
        return self._erased("system/erased", left, held) if left.is_held or left.is_copied else []

    def _erased(self, key: str, left: retention.Left, held: Held) -> list[Body]:
        """That it is erased, or that a hold keeps it, and what became of copies: said after the sentences on what is here."""
        said = self._words([f"{key}_held" if left.is_held else key], held)
        if left.is_copied and self.chat.speaker.is_whole(COPIES, view_of(held.conversation, {})):
            place = 2 if left.is_held else 1
            said[place:place] = self._words([COPIES], held)
        return said


def version_of(card: dict[str, str]) -> str:
    return etag_of(*card.items()).strip('"')


def _callback(wanted: HandoffIn) -> dict[str, Any] | None:
    if wanted.callback is None:
        return None
    number = phone_number(wanted.callback.number) if wanted.callback.number else None
    return {**wanted.callback.model_dump(), "number": number}


def _tells(key: str, card: dict[str, str], changes: dict[str, str | None]) -> bool:
    """Whether a shown key may stand in the case: after a change of the situation, only what fits the new one."""
    topic = key.split("/")[0]
    if key.startswith(CALM):
        return False
    return "situation" not in changes or topic not in CARD["situation"] or topic == card.get("situation")


def _filled(text: str, fill: dict[str, str]) -> str:
    for name, value in fill.items():
        text = text.replace(name, value)
    return text


async def serving_one(db: AsyncSession, row: Conversation) -> Reach:
    """The conversation's helpline, if it takes the child.

    Raises:
        NotServed: no helpline of this installation takes children of that country.
    """
    reach = await reach_of(db, row.helpline_id)
    if not reach.takes(row.country):
        raise NotServed
    return reach
