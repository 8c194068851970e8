"""The child's verbs: start, look, change, say, resume, erase."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4
from weakref import WeakValueDictionary

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.exc import StaleDataError

from api.cases.access import keys_are_out
from api.cases.rules import Risk
from api.chat.bot import Bot, BotAway
from api.chat.rules import HERE, Turn, clean, needs_of, page_of, question_of, read_alone, read_band, read_reply, remember
from api.console.emergencies import end_offer, keep_offer, person_free
from api.conversations.access import Held, conversation_and_answer, conversation_of_child
from api.conversations.log import Body, Log, last_mark, messages_after, messages_since_child
from api.conversations.models import Answered, Conversation, Message
from api.conversations.presence import keep_seen
from api.conversations.rules import By, State, expires
from api.db import Database, now
from api.errors import BadRequest, Empty, KeyReused
from api.helplines.service import helpline_for
from api.live.hub import Hub
from api.phrasebook.source import ANSWER, PHRASES
from api.speech.advice import advice_after
from api.speech.marks import words_of
from api.speech.say import Speaker, View
from api.statistics.service import Tally
from api.vault.keys import mac, new_token, token_id, token_key, wrap
from api.vault.sealing import new_pair

ASK_BAND = "greet/band"
PERSON_NOW, NOT_NOW, EMERGENCY_CARD = "system/person_now", "system/not_now", "card/emergency"
STILL_BOT = "system/still_bot"


@dataclass(frozen=True)
class Spoken:
    """What one turn adds to the log: who says what, and what is remembered after it."""

    bubbles: list[tuple[By, Body]]
    facts: dict[str, Any] | None = None
    in_case: bool = False


@dataclass
class Chat:
    """Everything that a child can do with a conversation, except to hand it over (`handoff.py`)."""

    database: Database
    log: Log
    speaker: Speaker
    bot: Bot
    floors: Mapping[str, Risk]
    tally: Tally
    hub: Hub
    _turns: WeakValueDictionary[str, asyncio.Lock] = field(default_factory=WeakValueDictionary)

    async def start(self, locale: str, band: str | None, country: str | None) -> tuple[Held, list[Body]]:
        """Begin a conversation, greet, and hand out the token that alone opens it.

        Raises:
            Trouble: the installation has no helpline yet.
        """
        token, pair, moment = new_token(), new_pair(), now()
        async with self.database.write() as db:
            helpline = await helpline_for(db, country, locale)
            row = Conversation(
                id=str(uuid4()), helpline_id=helpline.id, token_hash=token_id(token), locale=locale, band=band, country=country,
                state=State.bot, public_key=pair.public, wrapped_key=wrap(token_key(token), pair.private), next_seq=1,
                created_at=moment, expires_at=expires(moment, moment, has_case=False),
            )  # fmt: skip
            db.add(row)
            held = Held(row, token, pair.private)
            greeting = self.speaker.bubbles("greet", view_of(row, {}))
            said = [self.log.bubble(self.log.append(db, row, By.bot, b), b) for b in greeting]
            self.log.seal_facts(row, {"offered": _offered(greeting)})
        return held, said

    async def look(self, conversation_id: str, token: str, after: int = 0) -> tuple[Held, list[Body]]:
        """The conversation and what was said after a place in its log."""
        async with self.database.read() as db:
            held = await conversation_of_child(db, conversation_id, token)
            return held, self.open(await messages_after(db, conversation_id, after), held)

    async def change(self, conversation_id: str, token: str, changes: dict[str, Any]) -> Held:
        """Switch locale, band or country; what was said stays as it was said. A case never crosses to another helpline."""
        async with self.database.write() as db:
            held = await conversation_of_child(db, conversation_id, token, for_update=True)
            for name, value in changes.items():
                setattr(held.conversation, name, value)
            if held.conversation.state is State.bot and not await keys_are_out(db, held.conversation.id):
                await self._route(db, held)
        return held

    async def _route(self, db: AsyncSession, held: Held) -> None:
        """To the helpline that serves the child now, with nothing of the one before: its offer ends, and its keys go."""
        row = held.conversation
        helpline_id = (await helpline_for(db, row.country, row.locale)).id
        if helpline_id == row.helpline_id:
            return
        facts = self.log.open_facts(row, held.private)
        if offer := facts.pop("offer", None):
            await end_offer(db, self.hub, row.helpline_id, offer)
            self.log.seal_facts(row, facts)
        self.log.take_home(row, held.private, await messages_after(db, row.id))
        row.helpline_id = helpline_id

    async def say(
        self, conversation_id: str, token: str, key: str, text: str | None, reply: str | None, to: int | None = None
    ) -> tuple[Held, list[Body]]:
        """One message of the child and what it is answered with. The same `key` gives the same answer.

        Args:
            to: the seq of the bubble that the reply stood under, if the page knows it.

        Raises:
            KeyReused: the same Idempotency-Key with other words.
            NotFound, Empty, TooLong, NoPictures, BadRequest: nothing was kept.
        """
        if (text is None) == (reply is None):
            raise Empty if not text and not reply else BadRequest("text or reply")
        body_mac = mac(token, f"{text}\0{reply}".encode())
        async with self.one_turn(conversation_id):
            held, before = await self._before(conversation_id, token, key, body_mac)
            if before is not None:
                return held, before
            facts = self.log.open_facts(held.conversation, held.private)
            spoken = await self._answer(held, key, text, reply, facts, to)
            await self._offer_person(held.conversation, spoken, reply)
            band = held.conversation.band
            try:
                async with self.database.write() as db:
                    db.add(held.conversation)
                    return held, await self._append(db, held, key, body_mac, spoken)
            except (StaleDataError, IntegrityError):  # a person joined meanwhile, or the same key came twice
                return await self._say_again(conversation_id, token, key, body_mac, spoken, band)

    async def seen(self, conversation_id: str, token: str, seq: int) -> None:
        """Keep how far the child's page has shown the log, while that is news for anybody."""
        held, _ = await self.look(conversation_id, token, after=10**9)
        if held.conversation.case_id is not None and seq > held.conversation.child_seen:
            async with self.database.write() as db:
                await keep_seen(db, self.hub, held.conversation, By.child, seq)

    def open(self, messages: Sequence[Message], held: Held) -> list[Body]:
        view = view_of(held.conversation, {})
        return [self._present(b, view, held.conversation) for b in self.log.open_all(messages, held.conversation, held.private)]

    def _present(self, bubble: Body, view: View, row: Conversation) -> Body:
        """A mark in the log (`joined`, `left`) is put into words when it is read, in the locale of that moment.

        So is a phrase, once the child reads another language than the one in which it was said.
        """
        key = str(bubble["key"])
        if key.startswith(PHRASES) and bubble["lang"] != view.locale:
            return {**bubble, **(self.speaker.phrase(key, view, bubble["name"]) or {})}
        return bubble if "text" in bubble else words_of(self.speaker, bubble, view, row.expires_at)

    @asynccontextmanager
    async def one_turn(self, conversation_id: str) -> AsyncIterator[None]:
        """One turn in flight per conversation, or two quick taps would answer one question twice."""
        # held by those who wait, and gone with the last of them
        lock = self._turns.setdefault(conversation_id, asyncio.Lock())
        async with lock:
            yield

    async def _before(self, conversation_id: str, token: str, key: str, body_mac: bytes) -> tuple[Held, list[Body] | None]:
        """The conversation, and what this key was answered with if it came before."""
        async with self.database.read() as db:
            held, known = await conversation_and_answer(db, conversation_id, token, key)
            if known is None:
                return held, None
            if known.body_mac != body_mac:
                raise KeyReused
            messages = await messages_after(db, conversation_id, known.first_seq - 1, known.last_seq)
        return held, self.open(messages, held)

    async def _answer(
        self, held: Held, key: str, text: str | None, reply: str | None, facts: dict[str, Any], to: int | None
    ) -> Spoken:
        row = held.conversation
        if text is not None:
            words = clean(text)
            if row.state is State.waiting:
                return await self._keep_for_person(held, words, facts)
            if row.state is State.human:  # typed for people: the bot never sees it
                return Spoken([(By.child, _childs(words))], in_case=True)
            return await self._ask_bot(held, key, Turn(text=words), words, facts)
        if reply is not None and reply.startswith(ANSWER) and row.state in (State.waiting, State.human):
            return await self._answer_to_person(held, reply, to)
        if row.state is State.human or reply is None:
            raise BadRequest("a person is here: write to them")
        label = self._label(reply, facts, view_of(row, facts))
        if reply.startswith("band="):
            return self._band(held, reply, label, facts)
        if reply in HERE:
            raise BadRequest("the page does this itself")
        source = self.speaker.book.source
        turn = read_reply(reply, self.floors, source.keys, source.targets)
        return await self._ask_bot(held, key, turn, label, facts)

    async def _keep_for_person(self, held: Held, words: str, facts: dict[str, Any]) -> Spoken:
        """Words typed while a person is awaited: the bot never sees them.

        The first time in each wait the child hears that nobody answers them yet, and who answers at once.
        """
        row = held.conversation
        async with self.database.read() as db:
            is_told = await last_mark(db, row) < facts.get("still_bot", 0)
        if is_told:
            return Spoken([(By.child, _childs(words))], in_case=True)
        view = view_of(row, facts)
        told = self.speaker.bubbles(STILL_BOT, view) if self.speaker.is_whole(STILL_BOT, view) else self.speaker.help(view)
        after = {**facts, "still_bot": row.next_seq + 1 + len(told)}
        return Spoken([(By.child, _childs(words)), *((By.system, b) for b in told)], after, in_case=True)

    async def _answer_to_person(self, held: Held, reply: str, to: int | None) -> Spoken:
        """A tap under a counsellor's phrase goes into the case, with the question: a bare "yes" could be read as another's."""
        async with self.database.read() as db:
            since = await messages_since_child(db, held.conversation.id)
        asked = question_of(self.open(since, held), reply, to)
        label = next(r["label"] for r in asked["quick_replies"] if r["key"] == reply)
        said = {"key": reply, "text": label, "lang": asked["lang"], "dir": asked["dir"], "asked": asked["key"]}
        return Spoken([(By.child, said)], in_case=True)

    async def _ask_bot(self, held: Held, key: str, turn: Turn, words: str, facts: dict[str, Any]) -> Spoken:
        row = held.conversation
        metadata = {"locale": row.locale, "band": row.band or "13-15"}
        resume = {"guide": facts.get("guide"), "slots": facts.get("slots") or {}}
        try:
            answer = read_alone(turn, facts, self.floors) or await self.bot.decide(row.id, key, turn, metadata, resume)
        except BotAway:
            return self._without_bot(held, turn, words, facts)
        self._count(row, turn, answer, facts)
        after = self._remember(row, answer, facts)
        bubbles = self._words_for(answer, view_of(row, after), facts)
        if self._ask_for_band(row, after, answer):
            after["band_asked"] = True
            bubbles += self.speaker.bubbles(ASK_BAND, view_of(row, after))
        after["offered"] = _offered(bubbles)
        return Spoken([(By.child, _childs(words)), *((By.bot, b) for b in bubbles)], after)

    def _remember(self, row: Conversation, answer: dict[str, Any], facts: dict[str, Any]) -> dict[str, Any]:
        return remember(facts, answer, self.floors) | self.tally.turn(row, needs_of(answer), facts, answer)

    def _count(self, row: Conversation, turn: Turn, answer: dict[str, Any], facts: dict[str, Any]) -> None:
        """How this message was heard, as a count without words; a retry of the same message may count twice."""
        if turn.text is not None:
            self.tally.heard(row.helpline_id, row.locale, answer["understood"])
        elif facts.get("asked_back") and turn.intent in self.floors:
            self.tally.corrected(row.helpline_id, row.locale, str(turn.intent))

    def _words_for(self, answer: dict[str, Any], view: View, facts: dict[str, Any]) -> list[Body]:
        """The bubbles of the bot's keys; only the last of them keeps its buttons, so that one question is open at a time."""
        bubbles: list[Body] = []
        messages = answer["messages"]
        for message in messages:
            for section in advice_after(message["key"], answer.get("slots") or {}):
                bubbles += self.speaker.bubbles(section, view, replies=False)
            said = self.speaker.bubbles(message["key"], view, message.get("buttons") or (), replies=message is messages[-1])
            if said and message is messages[-1]:
                said[-1].update(do=message.get("do"), step=self._step(answer, view))
            bubbles += said
        return _once(bubbles)

    def _step(self, answer: dict[str, Any], view: View) -> str | None:
        guide = answer.get("guide")
        if not guide:
            return None
        return self.speaker.book.label("widget", "step", view.locale).format(step=guide["step"], of=guide["of"])

    def _ask_for_band(self, row: Conversation, facts: dict[str, Any], answer: dict[str, Any]) -> bool:
        """How old, asked once inside the talk, never before help and never in a crisis or in the middle of a guide."""
        group = facts.get("risk") != Risk.emergency and (answer.get("understood") or {}).get("risk") not in (None, "none")
        return row.band is None and not facts.get("band_asked") and group and not answer.get("guide")

    def _without_bot(self, held: Held, turn: Turn, words: str, facts: dict[str, Any]) -> Spoken:
        """The bot is away: a button that opens a page still does and is remembered, everything else shows help and the menu."""
        view, page, say = view_of(held.conversation, facts), page_of(turn, facts, self.floors), self.speaker.bubbles
        if page is None:
            after, said = facts, [*say("system/trouble", view), *self.speaker.help(view), *say("menu", view)]
        else:
            after, said = self._remember(held.conversation, page, facts), say(page["messages"][0]["key"], view)
        bubbles = [(By.bot, bubble) for bubble in _once(said)]
        return Spoken([(By.child, _childs(words)), *bubbles], {**after, "offered": _offered(said)})

    def _band(self, held: Held, reply: str, label: str, facts: dict[str, Any]) -> Spoken:
        """The child chose a band: what was said last is said again in words for it, or the menu if it is nothing."""
        held.conversation.band = read_band(reply)
        view = view_of(held.conversation, facts)
        shown = [key for key in facts.get("shown", []) if key.split("/")[0] in self.floors]
        bubbles = self.speaker.bubbles(shown[-1] if shown else "menu", view)
        after = {**facts, "band_asked": True, "offered": _offered(bubbles)}
        return Spoken([(By.child, _childs(label)), *((By.bot, b) for b in bubbles)], after)

    async def _say_again(
        self, conversation_id: str, token: str, key: str, body_mac: bytes, spoken: Spoken, band: str | None
    ) -> tuple[Held, list[Body]]:
        """Somebody else wrote since the conversation was read: read it again, this time inside the write."""
        async with self.database.write() as db:
            held = await conversation_of_child(db, conversation_id, token, for_update=True)
            known = await db.get(Answered, (conversation_id, key))  # asked behind the lock, so that nobody writes it meanwhile
            if known is not None:
                if known.body_mac != body_mac:
                    raise KeyReused
                messages = await messages_after(db, conversation_id, known.first_seq - 1, known.last_seq)
                return held, self.open(messages, held)
            held.conversation.band = band
            childs = [said for said in spoken.bubbles if said[0] is By.child]
            if held.conversation.state is State.human:  # the program is silent while a person is in
                spoken = Spoken(childs, in_case=spoken.in_case)
            elif spoken.in_case and held.conversation.state is not State.waiting:  # typed for a person who has just left
                late = self.speaker.bubbles("system/too_late", view_of(held.conversation, {}))
                spoken = Spoken([*childs, *((By.system, b) for b in late)])
            return held, await self._append(db, held, key, body_mac, spoken)

    async def _append(self, db: AsyncSession, held: Held, key: str, body_mac: bytes, spoken: Spoken) -> list[Body]:
        """The child's words, the answer, what is remembered, and the key that makes a retry safe: all in one transaction."""
        row = held.conversation
        row.expires_at = expires(row.created_at, now(), has_case=row.case_id is not None)
        in_case = spoken.in_case and row.state in (State.waiting, State.human)
        said = [self.log.bubble(self.log.append(db, row, by, body, in_case), body) for by, body in spoken.bubbles]
        if spoken.facts is not None:
            await self._keep_offer(db, row, spoken.facts)
            self.log.seal_facts(row, spoken.facts)
        db.add(Answered(
            conversation_id=row.id, key=key, body_mac=body_mac, first_seq=said[0]["seq"], last_seq=said[-1]["seq"], at=now(),
        ))  # fmt: skip
        return said

    async def _offer_person(self, row: Conversation, spoken: Spoken, reply: str | None) -> None:
        """In an emergency one tap brings a person, while one is free: beside the number that comes first, then as a button."""
        facts, view = spoken.facts, view_of(row, spoken.facts or {})
        if facts is None or row.state is not State.bot or facts.get("risk") != Risk.emergency:
            return
        facts["declined"] = facts.get("declined") or reply == NOT_NOW
        if facts["declined"] or not self.speaker.is_whole(PERSON_NOW, view) or not await self._person_free(row):
            return
        words = self.speaker.bubbles(PERSON_NOW, view)
        if facts.get("offer"):
            spoken.bubbles[-1][1].setdefault("quick_replies", []).insert(0, words[-1]["quick_replies"][0])
        else:
            facts["offer"] = str(uuid4())
            keys = [bubble["key"] for _, bubble in spoken.bubbles]
            place = keys.index(EMERGENCY_CARD) + 1 if EMERGENCY_CARD in keys else len(keys)
            spoken.bubbles[place:place] = [(By.bot, bubble) for bubble in words]

    async def _person_free(self, row: Conversation) -> bool:
        async with self.database.read() as db:
            return await person_free(db, row)

    async def _keep_offer(self, db: AsyncSession, row: Conversation, facts: dict[str, Any]) -> None:
        if facts.get("declined"):
            await end_offer(db, self.hub, row.helpline_id, facts.pop("offer", None))
        elif facts.get("offer") and row.state is State.bot:
            await keep_offer(db, self.hub, row, facts["offer"])

    def _label(self, reply: str, facts: dict[str, Any], view: View) -> str:
        """What the pressed button said, so that the child's own bubble reads as they saw it."""
        offered: str | None = facts.get("offered", {}).get(reply)
        return offered or self._label_anywhere(reply, view) or "…"

    def _label_anywhere(self, reply: str, view: View) -> str | None:
        """A section that is not whole in this locale says nothing, so that the first one that has the button counts."""
        book, bands = self.speaker.book, ("any", view.band or "13-15")
        keys = [
            key for (key, band), s in book.source.sections.items() if band in bands and any(r.target == reply for r in s.replies)
        ]
        replies = (r for key in keys for r in book.say(key, view.band, view.locale).replies)
        return next((r.label for r in replies if r.target == reply), None)


def view_of(row: Conversation, facts: dict[str, Any]) -> View:
    return View(row.locale, row.band, row.country, (facts.get("slots") or {}).get("place"))


def _once(bubbles: list[Body]) -> list[Body]:
    """A line that advice and end both name, or that stands in for another, is shown once; an emergency number may stand twice."""
    seen: set[str] = set()
    kept = []
    for bubble in bubbles:
        may_stand_twice = not bubble["key"].startswith("card/") or bubble["key"] == EMERGENCY_CARD
        if may_stand_twice or bubble["text"] not in seen or bubble.get("quick_replies"):
            kept.append(bubble)
        seen.add(bubble["text"])
    return kept


def _childs(text: str) -> Body:
    return {"key": None, "text": text, "lang": None, "dir": "auto"}


def _offered(bubbles: Sequence[Body]) -> dict[str, str]:
    return {r["key"]: r["label"] for b in bubbles for r in b.get("quick_replies", ())}
