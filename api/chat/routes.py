"""The child's API over HTTP (design contract 3.3). The token travels in a header; nothing typed is in an address."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from fastapi.responses import StreamingResponse

from api.auth.access import Child
from api.auth.rules import Anyone
from api.chat import schemas as out
from api.chat.handoff import Passing
from api.chat.limits import Caps
from api.chat.presence import Presence
from api.chat.service import Chat, view_of
from api.conversations.access import Held
from api.conversations.log import Body
from api.conversations.presence import SEEN, TYPING, tell_typing
from api.conversations.rules import By, State
from api.errors import BadRequest, FaroError, NotFound
from api.live.hub import Hub
from api.sources import host_of
from api.speech.say import Speaker, View

BEAT_SECONDS = 15.0
PADDING = ":" + " " * 2048 + "\n\n"  # proxies that hold back the first bytes let go of this
POLL_SECONDS = 25
MAX_SEQ = 2**31 - 1

Token = Annotated[str, Depends(Child())]
Retry = Annotated[str, Header(alias="Idempotency-Key", min_length=8, max_length=64)]
LastEvent = Annotated[int, Header(alias="Last-Event-ID", ge=0, le=MAX_SEQ)]
router = APIRouter(prefix="/v1", tags=["child"])


def chat_of(request: Request) -> Chat:
    chat: Chat = request.app.state.chat
    return chat


def passing_of(request: Request) -> Passing:
    passing: Passing = request.app.state.passing
    return passing


def presence_of(request: Request) -> Presence:
    presence: Presence = request.app.state.presence
    return presence


@router.get("/config", dependencies=[Depends(Anyone("the frame of the page: nothing of anybody"))])
async def config(request: Request, response: Response, locale: str | None = None, country: str | None = None) -> dict[str, Any]:
    """Locales, bands, countries, whether a person can be reached or when next, and the texts of the frame."""
    response.headers["Cache-Control"] = "public, max-age=60"
    chat = chat_of(request)
    chosen = chat.speaker.book.choose_locale(locale, request.headers.get("accept-language"))
    found = await presence_of(request).reachable(View(chosen, country=known_country(chat, country)))
    opening = {"person_there": found.person_there, "open": found.open, "opens_at": found.opens_at, "text": found.text}
    person = chat.speaker.book.labels("person", chosen)
    return {**frame(chat.speaker, chosen), "person": person, "opening": opening}


def frame(speaker: Speaker, locale: str) -> dict[str, Any]:
    """What the page needs before the first message, in one locale."""
    book = speaker.book
    texts = book.labels("widget", locale)
    bands = [{"key": band, "label": texts[f"band_{band}"]} for band in ("under-13", "13-15", "16-17")]
    countries = sorted(
        ({"code": code, "name": speaker.country_name(code, locale)} for code in speaker.directory.countries),
        key=lambda c: c["name"],
    )
    return {
        "locale": locale, "dir": book.direction(locale),
        "locales": [{"code": loc.code, "name": loc.name, "dir": loc.dir} for loc in book.open_locales()],
        "bands": bands, "countries": countries, "texts": texts, "help": presented(speaker.help(View(locale)), "help"),
    }  # fmt: skip


def presented(bubbles: list[Body], name: str, by: By = By.system) -> list[Body]:
    """Bubbles that stand outside a log (help line, errors) in the shape of the others."""
    return [{"id": f"{name}.{n}", "seq": 0, "by": by.value, **b} for n, b in enumerate(bubbles)]


@router.post("/conversations", status_code=201, dependencies=[Depends(Anyone("help needs no name"))])
async def start(request: Request, wanted: out.Start) -> out.Started:
    """Begin a conversation: anonymous, nothing required."""
    caps: Caps = request.app.state.caps
    await caps.start(host_of(request))
    chat = chat_of(request)
    locale = chat.speaker.book.choose_locale(wanted.locale, request.headers.get("accept-language"))
    held, bubbles = await chat.start(locale, wanted.band, known_country(chat, wanted.country))
    return out.Started(token=held.token, **_whole(chat, held, bubbles))


def known_country(chat: Chat, code: str | None) -> str | None:
    """A country that the directory does not know is no country: the worldwide ways are shown."""
    return code if code in chat.speaker.directory.countries else None


def _whole(chat: Chat, held: Held, bubbles: list[Body]) -> dict[str, Any]:
    row = held.conversation
    return {
        "id": row.id, "locale": row.locale, "band": row.band, "country": row.country, "state": row.state,
        "bubbles": bubbles, "help": presented(chat.speaker.help(view_of(row, {})), "help"),
    }  # fmt: skip


@router.get("/conversations/{conversation_id}")
async def look(
    request: Request, conversation_id: str, token: Token, after: int = Query(0, ge=0, le=MAX_SEQ)
) -> out.ConversationOut:
    """The conversation and its bubbles so far."""
    chat = chat_of(request)
    return out.ConversationOut(**_whole(chat, *await chat.look(conversation_id, token, after)))


@router.patch("/conversations/{conversation_id}")
async def change(request: Request, conversation_id: str, token: Token, wanted: out.Start) -> out.ConversationOut:
    """Switch locale, band or country at any time; what was said stays."""
    chat = chat_of(request)
    changes = wanted.model_dump(exclude_unset=True)
    if "locale" in changes:
        opened = {loc.code for loc in chat.speaker.book.open_locales()}
        if changes["locale"] not in opened:
            raise BadRequest("locale")
    if "country" in changes:
        changes["country"] = known_country(chat, changes["country"])
    held = await chat.change(conversation_id, token, changes)
    return out.ConversationOut(**_whole(chat, held, []))


@router.post("/conversations/{conversation_id}/messages")
async def say(request: Request, conversation_id: str, token: Token, key: Retry, said: out.Say) -> out.Turn:
    """One message or one pressed button; the same Idempotency-Key is answered the same."""
    caps: Caps = request.app.state.caps
    await caps.message(conversation_id)
    held, bubbles = await chat_of(request).say(conversation_id, token, key, said.text, said.reply, said.to)
    return out.Turn(state=held.conversation.state.value, bubbles=bubbles)


@router.get("/conversations/{conversation_id}/bubbles")
async def poll(
    request: Request,
    conversation_id: str,
    token: Token,
    after: int = Query(0, ge=0, le=MAX_SEQ),
    wait: int = Query(0, ge=0, le=POLL_SECONDS),
) -> out.Turn:
    """The polling twin of the events, for proxies that break streams: waits up to `wait` seconds for news."""
    chat, hub = chat_of(request), _hub(request)
    with hub.subscribe(f"conversation:{conversation_id}") as news:
        held, bubbles = await chat.look(conversation_id, token, after)
        if not bubbles and wait:
            await _news(news, float(wait))
            held, bubbles = await chat.look(conversation_id, token, after)
    return out.Turn(state=held.conversation.state.value, bubbles=bubbles)


@router.get("/conversations/{conversation_id}/events")
async def events(
    request: Request, conversation_id: str, token: Token, last: LastEvent = 0, after: int = Query(0, ge=0, le=MAX_SEQ)
) -> StreamingResponse:
    """Server-sent events: `bubble` (its seq is the event's id), `state`, `typing` and `seen` of the person, `gone`.

    Resume by Last-Event-ID or `after`.
    """
    chat = chat_of(request)
    await chat.look(conversation_id, token, 10**9)  # a foreign token is refused before the stream begins
    stream = _stream(chat, _hub(request), conversation_id, token, max(last, after))
    return StreamingResponse(stream, media_type="text/event-stream", headers=STREAM_HEADERS)


STREAM_HEADERS = {"X-Accel-Buffering": "no", "Cache-Control": "no-store, no-transform"}


async def _stream(chat: Chat, hub: Hub, conversation_id: str, token: str, seen: int) -> AsyncIterator[str]:
    yield PADDING + event("hello", {})
    state, shown = None, 0
    with hub.subscribe(f"conversation:{conversation_id}") as news:
        while True:
            try:
                held, bubbles = await chat.look(conversation_id, token, seen)
            except FaroError as error:
                if isinstance(error, NotFound):  # any other trouble passes: the page comes back and asks again
                    yield event("gone", {})
                return
            for bubble in bubbles:
                seen = bubble["seq"]
                yield event("bubble", out.Bubble(**bubble).model_dump(), seen)
            if held.conversation.state != state:
                state = held.conversation.state
                yield event("state", {"state": state})
            if held.conversation.person_seen != shown:
                shown = held.conversation.person_seen
                yield event("seen", {"seq": shown})
            async for sign in _quiet(news):
                yield sign


def event(name: str, body: Any, seq: int | None = None) -> str:
    """One server-sent event (WHATWG HTML, section 9.2)."""
    mark = f"id: {seq}\n" if seq is not None else ""
    return f"{mark}event: {name}\ndata: {json.dumps(body, ensure_ascii=False)}\n\n"


async def _quiet(news: asyncio.Queue[str]) -> AsyncIterator[str]:
    """What a stream carries until there is something to look up: its beat, and that the person is writing."""
    while True:
        heard = await _next(news, BEAT_SECONDS)
        if not heard:
            yield ": beat\n\n"
        if TYPING in heard:
            yield event(TYPING, {})
        if heard - {TYPING}:
            return


async def _news(news: asyncio.Queue[str], seconds: float) -> None:
    """Wait until there may be a bubble; signs of the moment are not for a poll."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            while await news.get() in (TYPING, SEEN):
                pass


async def _next(news: asyncio.Queue[str], seconds: float) -> set[str]:
    """Wait for news; several at once are one, and none after so many seconds are none."""
    try:
        heard = {await asyncio.wait_for(news.get(), seconds)}
    except TimeoutError:
        return set()
    while not news.empty():
        heard.add(news.get_nowait())
    return heard


@router.post("/conversations/{conversation_id}/typing", status_code=204)
async def typing(request: Request, conversation_id: str, token: Token) -> None:
    """The child is writing; the person who is there is shown so for a moment, and nothing is kept."""
    caps: Caps = request.app.state.caps
    held, _ = await chat_of(request).look(conversation_id, token, 10**9)
    if held.conversation.state is State.human and await caps.may_show_typing(conversation_id):
        tell_typing(_hub(request), held.conversation, By.child)


@router.post("/conversations/{conversation_id}/seen", status_code=204)
async def seen(request: Request, conversation_id: str, token: Token, shown: out.Seen) -> None:
    """The child's page has shown the log up to `seq`; the person who is there sees it."""
    caps: Caps = request.app.state.caps
    await caps.seen(conversation_id)
    await chat_of(request).seen(conversation_id, token, shown.seq)


def _hub(request: Request) -> Hub:
    hub: Hub = request.app.state.hub
    return hub


@router.get("/conversations/{conversation_id}/waiting")
async def waiting(request: Request, conversation_id: str, token: Token) -> out.Waiting:
    """How long it may still take until a person comes: a range from real waits, or why nobody can tell."""
    outlook, found = await presence_of(request).waiting(conversation_id, token)
    minutes = (outlook.from_minutes, outlook.to_minutes) if outlook else (None, None)
    return out.Waiting(from_minutes=minutes[0], to_minutes=minutes[1], opens_at=found.opens_at, text=found.text)


@router.get("/conversations/{conversation_id}/handoff")
async def preview(request: Request, conversation_id: str, token: Token) -> out.Preview:
    """What the counsellor would read, before anything is passed on."""
    chat = chat_of(request)
    lines, version = await passing_of(request).preview(conversation_id, token)
    held, _ = await chat.look(conversation_id, token, 10**9)
    texts = chat.speaker.book.labels("widget", held.conversation.locale)
    kept = {name: text for name, text in texts.items() if name.startswith(("handoff_", "share_"))}
    wishes = chat.speaker.book.labels("callback", held.conversation.locale)
    return out.Preview(lines=lines, version=version, texts={**kept, **wishes})


@router.post("/conversations/{conversation_id}/handoff", status_code=201)
async def hand_over(request: Request, conversation_id: str, token: Token, key: Retry, wanted: out.HandoffIn) -> out.HandedOver:
    """The child's yes: from here on, and not before, the helpline can open what was passed on."""
    caps: Caps = request.app.state.caps
    await caps.handoff(conversation_id)
    held, case, bubbles = await passing_of(request).hand_over(conversation_id, token, key, wanted)
    return out.HandedOver(state=held.conversation.state.value, bubbles=bubbles, case={"number": case.number})


@router.delete("/conversations/{conversation_id}/handoff")
async def take_back(request: Request, conversation_id: str, token: Token) -> out.Turn:
    """Take a request back that nobody has taken up yet; the program speaks again."""
    held, bubbles = await passing_of(request).take_back(conversation_id, token)
    return out.Turn(state=held.conversation.state.value, bubbles=bubbles)


@router.post("/conversations/{conversation_id}/code", status_code=201)
async def code(request: Request, conversation_id: str, token: Token) -> out.Code:
    """A code to come back with, shown once, and how to keep it."""
    held, made = await passing_of(request).code(conversation_id, token)
    return out.Code(code=made, text=chat_of(request).speaker.book.label("person", "code_keep", held.conversation.locale))


@router.post("/conversations/resume", dependencies=[Depends(Anyone("the code is the key"))])
async def resume(request: Request, wanted: out.Resume) -> out.Started:
    """Come back with a code; the old token dies."""
    held, bubbles = await passing_of(request).resume(wanted.code)
    return out.Started(token=held.token, **_whole(chat_of(request), held, bubbles))


@router.delete("/conversations/{conversation_id}", responses={204: {"description": "erased, and nothing more to say"}})
async def erase(request: Request, response: Response, conversation_id: str, token: Token) -> out.Erased | None:
    """Erase now: the keys, the words, and what was passed on. 200 with bubbles where the law holds the helpline's part."""
    told = await passing_of(request).erase(conversation_id, token)
    if told:
        return out.Erased(bubbles=presented(told, "erased"))
    response.status_code = 204
    return None
