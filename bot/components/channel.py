"""The one door to the bot: POST /webhooks/faro/message, for the api on the same machine.

A child's words are read here and go no further: what Rasa's dialogue gets is an intent and words from fixed lists.
That is why nothing later in the turn, neither tracker nor log nor error, can hold them.
"""
from __future__ import annotations

import asyncio
import hmac
import logging
import re
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

from rasa.core.agent import Agent
from rasa.core.channels.channel import CollectingOutputChannel, InputChannel, UserMessage
from rasa.shared.core.events import SlotSet
from rasa.shared.core.trackers import DialogueStateTracker
from sanic import Blueprint, response
from sanic.exceptions import InvalidUsage
from sanic.request import Request
from sanic.response import HTTPResponse
from understanding.component import understood
from understanding.needs import NEEDS
from understanding.text import tidy

from components import privacy  # noqa: F401  (closes the logs before the first message)
from components.answers import told
from components.guides import GUIDES, KEPT, VALUES, Entities, Position, position, resolve
from components.nlg import ASK_BACK
from components.store import events_of

logger = logging.getLogger("faro.channel")
MAX_TEXT = 8000
MAX_NAME = 200
REMEMBERED_ANSWERS = 5000
MINUTES = 60
SECTION = re.compile(r"[a-z_]+/[a-z0-9_]+")
INTENTS = {*NEEDS, "answer", "skip", "back", "stop", "change", "more", "menu", *(f"guide_{name}" for name in GUIDES)}
Answer = dict[str, Any]


class BadRequest(ValueError):
    """The api sent something that is not the protocol. The text of the error never quotes the request."""


class Turn(NamedTuple):
    """One message, checked."""

    conversation: str
    message: str
    text: str
    intent: str | None
    entities: Entities
    locale: str
    resume: Position | None


def check(condition: bool, what: str) -> None:
    """Reject the request when a part of it is not what it must be."""
    if not condition:
        raise BadRequest(what)


def body_of(request: Request) -> Any:
    """The JSON of a request."""
    try:
        return request.json
    except InvalidUsage:
        raise BadRequest("json") from None


def name_of(body: dict[str, Any], field: str) -> str:
    """A short identifier."""
    value = body.get(field)
    check(isinstance(value, str) and 0 < len(value) <= MAX_NAME, field)
    return str(value)


def read_turn(body: Any) -> Turn:
    """Check types and sizes here, because Rasa does not."""
    check(isinstance(body, dict), "body")
    text, intent, entities = body.get("text"), body.get("intent"), body.get("entities", {})
    check((text is None) != (intent is None), "text or intent")
    check(text is None or (isinstance(text, str) and len(text) <= MAX_TEXT), "text")
    metadata = body.get("metadata", {})
    check(isinstance(metadata, dict) and isinstance(metadata.get("locale", "en"), str), "metadata")
    if intent is not None:
        check_reply(intent, entities)
    return Turn(name_of(body, "conversation"), name_of(body, "message"), text or "", intent, entities,
                metadata.get("locale", "en")[:MAX_NAME], read_resume(body.get("resume")))


def check_reply(intent: Any, entities: Any) -> None:
    """A button is one of the intents of the domain, with one known slot at most."""
    check(isinstance(intent, str) and intent in INTENTS, "intent")
    check(isinstance(entities, dict) and len(entities) <= 1, "entities")
    check(all(isinstance(value, str) for value in entities.values()), "entities")
    if intent == "answer":
        check(len(entities) == 1 and all(value in VALUES.get(slot, []) for slot, value in entities.items()), "answer")
    if intent == "more":
        check(bool(SECTION.fullmatch(str(entities.get("section")))), "section")
    if intent == "change" and entities:
        check(entities.get("change") in VALUES, "change")


def read_resume(resume: Any) -> Position | None:
    """What the bot itself answered last time. Unknown slots and values are left out, a newer bot may lack them."""
    if resume is None:
        return None
    check(isinstance(resume, dict) and isinstance(resume.get("slots") or {}, dict), "resume")
    allowed = {**VALUES, "situation": list(NEEDS), "last_guide": list(GUIDES)}
    slots = {name: value for name, value in (resume.get("slots") or {}).items()
             if name in KEPT and isinstance(value, str) and value in allowed[name]}
    guide = resume.get("guide")
    name, asked = (guide.get("name"), guide.get("slot")) if isinstance(guide, dict) else (None, None)
    is_open = isinstance(name, str) and asked in GUIDES.get(name, [])
    return Position(name if is_open else None, asked if is_open else None, slots)


class LastAnswers:
    """The last answer of each conversation, so that a retry after a lost reply does not count as a second turn."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self.answers: OrderedDict[str, tuple[float, str, Answer]] = OrderedDict()

    def get(self, conversation: str, message: str) -> Answer | None:
        """The answer to exactly this message, if it was the last one."""
        while self.answers and next(iter(self.answers.values()))[0] <= self.clock():
            self.answers.popitem(last=False)
        _, known, answer = self.answers.get(conversation, (0.0, "", {}))
        return answer if known == message else None

    def keep(self, conversation: str, message: str, answer: Answer) -> None:
        """Replace the conversation's last answer."""
        self.answers.pop(conversation, None)
        self.answers[conversation] = (self.clock() + MINUTES * 60, message, answer)
        while len(self.answers) > REMEMBERED_ANSWERS:
            self.answers.popitem(last=False)


def as_message(text: str, locale: str) -> UserMessage:
    """A text on its way into the pipeline, live or in batch; without any word it is read as a dash."""
    return UserMessage(tidy(text) or "-", metadata={"locale": locale})


async def parse(agent: Agent, turn: Turn, tracker: DialogueStateTracker) -> dict[str, Any]:
    """What a message means. A button needs no understanding, and the words are dropped once they are understood."""
    if turn.intent is not None:
        found: dict[str, Any] = {"intent": {"name": turn.intent, "confidence": 1.0}}
        entities = turn.entities
    else:
        found = await agent.processor.parse_message(as_message(turn.text, turn.locale), tracker)
        entities = {entity["entity"]: entity["value"] for entity in found["entities"]}
    intent, entities = resolve(found["intent"]["name"], entities, position(tracker))
    return {
        **found,
        "text": "",
        "intent": {"name": intent, "confidence": found["intent"]["confidence"]},
        "entities": [{"entity": name, "value": value} for name, value in entities.items()],
    }


async def open_tracker(agent: Agent, turn: Turn) -> DialogueStateTracker:
    """The conversation where the api says it is: this process may have forgotten it, or have answered too late for the child."""
    store = agent.tracker_store
    tracker = await store.retrieve(turn.conversation)
    if tracker is None or turn.resume not in (None, position(tracker)):
        events = events_of(turn.resume or Position(None, None, {}))
        tracker = DialogueStateTracker.from_events(turn.conversation, events, slots=agent.domain.slots)
        await store.save(tracker)
    return tracker


async def note_told(agent: Agent, tracker: DialogueStateTracker, slots: dict[str, str]) -> None:
    """Set what was told on the way. Not by entities: a form takes none from an intent that is not an answer."""
    for name, value in slots.items():
        tracker.update(SlotSet(name, value))
    if slots:
        await agent.tracker_store.save(tracker)


async def answer_turn(agent: Agent, turn: Turn) -> Answer:
    """One turn: understand, let the rules decide, report keys."""
    tracker = await open_tracker(agent, turn)
    parsed = await parse(agent, turn, tracker)
    await note_told(agent, tracker, told(parsed["intent"]["name"], turn.text, turn.locale))
    out = CollectingOutputChannel()
    await agent.handle_message(UserMessage("", out, turn.conversation, parse_data=parsed, input_channel="faro"))
    messages: list[Answer] = [message["custom"] for message in out.messages if "custom" in message]
    check_not_silent(messages)
    now = position(await agent.tracker_store.retrieve(turn.conversation))
    asked_back = any(message["key"] == ASK_BACK for message in messages)
    return {"messages": messages, "understood": {**understood(parsed), "asked_back": asked_back},
            "guide": now.report(), "slots": now.slots}


def check_not_silent(messages: list[Answer]) -> None:
    """Silence is a failure that the api must notice, so that the child gets the static menu."""
    if not messages:
        raise RuntimeError("no rule answered")


class FaroChannel(InputChannel):
    """Checks who asks, keeps turns in order, and fails without saying what was said."""

    def __init__(self, secret: str) -> None:
        if len(secret) < 8 or secret.startswith("${"):
            raise ValueError("FARO_BOT_SECRET must be set to at least 8 characters")
        self.secret = secret.encode()
        self.last = LastAnswers()
        self.turns = asyncio.Lock()

    @classmethod
    def name(cls) -> str:
        """The part of the path after /webhooks/."""
        return "faro"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> FaroChannel:
        """Built by Rasa from credentials.yml."""
        return cls(str((credentials or {}).get("secret", "")))

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The two routes of the channel: whether it is there, and a message. Sanic wants plain functions."""
        routes = Blueprint("faro", "faro")

        @routes.route("/", methods=["GET"])
        async def health(request: Request) -> HTTPResponse:
            # Rasa serves on when it could not load its model: such a bot is there and answers nobody
            ready = request.app.ctx.agent.is_ready()
            return response.json({"status": "ok" if ready else "no model"}, status=200 if ready else 503)

        @routes.route("/message", methods=["POST"])
        async def message(request: Request) -> HTTPResponse:
            return await self.receive(request)

        return routes

    async def receive(self, request: Request) -> HTTPResponse:
        """Answer a message of the api."""
        if not hmac.compare_digest(request.headers.get("x-faro-secret", "").encode(), self.secret):
            return response.json({"error": "unauthorized"}, status=401)
        try:
            return response.json(await self._answer(request.app.ctx.agent, read_turn(body_of(request))))
        except BadRequest as error:
            return response.json({"error": f"bad request: {error}"}, status=400)
        except Exception as error:  # the class only: a message may quote the child
            logger.error("turn failed: %s", type(error).__name__)
            return response.json({"error": "failed"}, status=500)

    async def _answer(self, agent: Agent, turn: Turn) -> Answer:
        async with self.turns:
            known = self.last.get(turn.conversation, turn.message)
            if known is None:
                known = await answer_turn(agent, turn)
                self.last.keep(turn.conversation, turn.message, known)
            return known
