"""Class sessions over HTTP. Host, projector and pupil have different tokens, each in the Authorization header (S6)."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Annotated, Any, Literal

import segno
from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.responses import Response, StreamingResponse

from api.auth.access import InClass
from api.auth.rules import Anyone
from api.classroom import schemas as given
from api.classroom.box import Box
from api.classroom.export import as_file
from api.classroom.rooms import Room, Seat
from api.classroom.rules import Phase
from api.classroom.service import Classroom
from api.classroom.views import Shown, Told, for_host, for_pupil, for_screen
from api.db import now
from api.export import ClassFormat
from api.sources import host_of
from api.teaching.routes import site_of
from api.teaching.shelf import STAFF, Shelf

BEAT_SECONDS = 15.0
POLL_SECONDS = 25
SETTLE_SECONDS = 0.05  # what comes in this pause is told at once after it: thirty answers in a second are a few numbers
STREAM_HEADERS = {"X-Accel-Buffering": "no", "Cache-Control": "no-store, no-transform"}
router = APIRouter(prefix="/v1/classroom", tags=["classroom"])
Token = Annotated[str, Depends(InClass())]
Locale = Annotated[str | None, Query(max_length=8)]
StepKey = Annotated[str | None, Query(max_length=31)]
Page = Annotated[str, Header(alias="Faro-Page", max_length=64, description="a random name of the page that tries codes")]
Role = Literal["seat", "screen", "host"]
OPEN = [Depends(Anyone("a lesson needs no account and no name"))]


def _classroom(request: Request) -> Classroom:
    classroom: Classroom = request.app.state.classroom
    return classroom


def _box(request: Request) -> Box:
    box: Box = request.app.state.box
    return box


def _told(request: Request, room: Room, locale: str) -> Told:
    shelf: Shelf = request.app.state.shelf
    return Told(room, shelf, locale if locale in shelf.locales(room.row.lesson) else room.row.locale)


async def _for_seat(request: Request, room: Room, seat: Seat, step: str | None = None) -> Shown:
    return for_pupil(_told(request, room, seat.locale), seat, step)


async def _for_host(request: Request, room: Room) -> Shown:
    shelf: Shelf = request.app.state.shelf
    staff = shelf.speaker.book.labels(STAFF, room.row.locale)
    return for_host(_told(request, room, room.row.locale), staff, await _box(request).count(room))


@router.post("/sessions", status_code=201, dependencies=OPEN)
async def open_session(request: Request, wanted: given.Open) -> dict[str, Any]:
    """Open a class session. `host` and `screen` are shown once; whoever holds them is the educator and the projector."""
    classroom, host = _classroom(request), host_of(request)
    await classroom.limits.may_open(host)
    wanted.notify = wanted.notify and await classroom.limits.is_told(host)
    opened = await classroom.open(wanted)
    return {"host": opened.host, "screen": opened.screen, "code": opened.room.row.code}


@router.post("/join", status_code=201, dependencies=OPEN)
async def join(request: Request, wanted: given.Join, page: Page = "") -> dict[str, Any]:
    """Take a seat with a join code. Wrong, expired, full and locked codes are answered alike."""
    room, token, seat = await _classroom(request).join(wanted.code, wanted.locale, page)
    return {"seat": token, **await _for_seat(request, room, seat)}


@router.get("/seat")
async def look_from_seat(request: Request, token: Token, locale: Locale = None, step: StepKey = None) -> dict[str, Any]:
    """What the pupil's screen shows: the current step and nothing else."""
    room, seat = await _classroom(request).seat(token, locale)
    return await _for_seat(request, room, seat, step)


@router.get("/screen")
async def look_from_screen(request: Request, token: Token) -> dict[str, Any]:
    """What the projector shows."""
    room = await _classroom(request).screen(token)
    return {**for_screen(_told(request, room, room.row.locale)), "join": _join(request, room)}


def _join(request: Request, room: Room) -> dict[str, Any]:
    """The address of the pupils' page, and a QR code that holds it with the join code where no server ever sees it."""
    address = f"{site_of(request)}/class"
    modules = segno.make(f"{address}#{room.row.code}", micro=False, error="m").matrix
    path = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(modules) for x, dark in enumerate(row) if dark)
    return {"address": address, "qr": {"size": len(modules), "path": path}}


@router.get("/host")
async def look_from_host(request: Request, token: Token) -> dict[str, Any]:
    """The educator's run sheet."""
    return await _for_host(request, await _classroom(request).host(token))


@router.put("/answers")
async def answer(request: Request, token: Token, wanted: given.Answers) -> dict[str, Any]:
    """Answer, change an answer, or pass. At the own pace what is said about it comes back at once."""
    classroom = _classroom(request)
    room, seat = await classroom.seat(token)
    for item, chosen in wanted.answers.items():
        room.answer(seat, item, tuple(chosen))
    classroom.counted(room, "host")
    if room.row.pace.value != "own":
        return {"after": {}}
    told = _told(request, room, seat.locale)
    return {"after": {item: after for item in wanted.answers if (after := told.after(item))}}


@router.post("/questions")
async def ask(request: Request, token: Token, wanted: given.Ask) -> dict[str, Any]:
    """Put a question into the box. `held`: it was not taken, because the private way comes first; nothing was kept."""
    room, seat = await _classroom(request).seat(token)
    taken = await _box(request).ask(room, seat, wanted.text, wanted.anyway)
    return {"held": not taken, "questions_left": seat.questions_left}


@router.get("/questions")
async def read_box(request: Request, token: Token) -> dict[str, Any]:
    """The question box, for the educator alone."""
    room = await _classroom(request).host(token)
    return {"items": await _box(request).read(room, token)}


@router.patch("/questions/{question_id}", status_code=204)
async def mark(request: Request, token: Token, question_id: str, wanted: given.Mark) -> None:
    """Note what becomes of a question: answered aloud, next lesson, or not in class."""
    room = await _classroom(request).host(token)
    await _box(request).mark(room, question_id, wanted.mark)
    if wanted.mark == "next":  # or it would be gone before
        await _classroom(request).keep_longer(room)


@router.post("/steps/{key}/{verb}")
async def step(request: Request, token: Token, key: str, verb: Literal["go", "open", "close", "again"]) -> dict[str, Any]:
    """Move the class to a step, open it for answers, close and count it, or vote once more."""
    classroom = _classroom(request)
    room = await classroom.host(token)
    if verb == "go":
        await classroom.go(room, key)
    elif verb == "again":
        await classroom.again(room, key)
    else:
        await classroom.turn(room, key, Phase.open if verb == "open" else Phase.closed)
    return await _for_host(request, room)


@router.put("/hands/{item}")
async def hands(request: Request, token: Token, item: str, wanted: given.Hands) -> dict[str, Any]:
    """Raised hands, counted by the educator of a class with one device."""
    room = await _classroom(request).host(token)
    await _classroom(request).hands(room, item, wanted.counts)
    return await _for_host(request, room)


@router.put("/card")
async def card(request: Request, token: Token, wanted: given.Card) -> dict[str, Any]:
    """Put a prompt or a reviewed answer on the projector, or take it away."""
    room = await _classroom(request).host(token)
    await _classroom(request).show(room, wanted.card)
    return await _for_host(request, room)


@router.post("/{verb}")
async def act(
    request: Request, token: Token, verb: Literal["lock", "unlock", "pause", "resume", "keep", "end", "wipe"]
) -> dict[str, Any]:
    """Close or open the door, pause for all, keep the questions for a week, end the lesson (and delete the questions)."""
    classroom = _classroom(request)
    room = await classroom.host(token)
    if verb in ("end", "wipe"):
        await classroom.end(room, wipe=verb == "wipe")
    elif verb == "keep":
        await classroom.keep_longer(room)
    else:
        await classroom.set(room, **ACTS[verb])
    return await _for_host(request, room)


ACTS = {
    "lock": {"locked": True}, "unlock": {"locked": False}, "pause": {"paused": True}, "resume": {"paused": False},
}  # fmt: skip


@router.delete("/session", status_code=204)
async def erase(request: Request, token: Token) -> None:
    """Delete everything of the class session, the counts too."""
    await _classroom(request).erase(await _classroom(request).host(token))


@router.get("/export")
async def export(request: Request, token: Token, format: ClassFormat = ClassFormat.csv) -> Response:
    """The results as a file, under the same rules as on the screen."""
    room = await _classroom(request).host(token)
    shelf: Shelf = request.app.state.shelf
    told, words = _told(request, room, room.row.locale), shelf.speaker.book.labels(STAFF, room.row.locale)
    return await asyncio.to_thread(as_file, told, words, format)  # a sheet takes up to a second to set


@router.get("/events/{role}")
async def events(request: Request, token: Token, role: Role, locale: Locale = None) -> StreamingResponse:
    """Server-sent events: `state` when something changed (look again), `count` for educator and projector, `box`."""
    room = await _find(request, role, token, locale)
    stream = _stream(request, room, role)
    return StreamingResponse(stream, media_type="text/event-stream", headers=STREAM_HEADERS)


@router.get("/news/{role}")
async def news(
    request: Request, token: Token, role: Role, version: int = 0, wait: int = Query(0, ge=0, le=POLL_SECONDS)
) -> dict[str, Any]:
    """The polling twin of the events: waits up to `wait` seconds for another version than the one that is shown."""
    room = await _find(request, role, token, None)
    with _classroom(request).hub.subscribe(f"class:{room.row.id}:{role}") as queue:
        if room.version == version and wait:
            await _next(queue, float(wait))
    return {"version": room.version, "seats": len(room.seats) if role != "seat" else None, "answers": _answers(room, role)}


async def _find(request: Request, role: Role, token: str, locale: str | None) -> Room:
    classroom = _classroom(request)
    if role == "seat":
        return (await classroom.seat(token, locale))[0]
    return await (classroom.host(token) if role == "host" else classroom.screen(token))


def _answers(room: Room, role: Role) -> int | None:
    return room.answered(room.at) if role == "host" else None


async def _next(queue: "asyncio.Queue[str]", seconds: float) -> list[str]:
    """All news that there is, or nothing within `seconds`."""
    try:
        first = await asyncio.wait_for(queue.get(), seconds)
    except TimeoutError:
        return []
    found = [first]
    while not queue.empty():
        found.append(queue.get_nowait())
    return found


async def _stream(request: Request, room: Room, role: Role) -> AsyncIterator[str]:
    with _classroom(request).hub.subscribe(f"class:{room.row.id}:{role}") as queue:
        yield f"event: state\ndata: {json.dumps({'version': room.version})}\n\n"
        takes = room.takes(now())
        while True:
            said = await _next(queue, BEAT_SECONDS)
            if takes != room.takes(now()):  # the last seat was taken, or the door's hour is over
                takes = not takes
                said.append("state")
            if not said:
                yield ": beat\n\n"
            for event in _events(said, room, role):
                yield event
            await asyncio.sleep(SETTLE_SECONDS)


def _events(said: list[str], room: Room, role: Role) -> list[str]:
    """The counts of this moment, a box that filled, and that there is a new state, each at most once."""
    found = []
    if "count" in said:
        answers = {step.key: room.answered(step) for step in room.steps if step.items} if role == "host" else {}
        found.append(f"event: count\ndata: {json.dumps({'seats': len(room.seats), 'answers': answers})}\n\n")
    if "box" in said:
        found.append("event: box\ndata: {}\n\n")
    if "state" in said:
        found.append(f"event: state\ndata: {json.dumps({'version': room.version})}\n\n")
    return found
