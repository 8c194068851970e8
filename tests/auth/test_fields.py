"""Nothing more goes out than is listed here, nothing more comes in than a route asks for, and no route is hidden."""

from collections.abc import Iterator
from typing import Any

import pytest

from api.auth.models import KnownBrowser, Passkey, RecoveryCode, Staff, StaffSession, UsedChallenge
from api.auth.rules import CHILD, CLASS, CLIENT
from api.cases.models import Case, CaseNote
from api.cases.rules import CARD
from api.conversations.models import Answered, Conversation, Message
from tests.support.callers import CALLERS, Scene, World
from tests.support.routes import APPOINTMENT, ASKS, CASE, CONVERSATION, REFERRAL, table

# What a member of staff may get to see, written down by hand: a new key must be thought about here.
ROW = {
    "id", "number", "state", "risk", "reasons", "need", "share", "locale", "band", "country", "claimed_by", "mine",
    "waiting_seconds", "created_at", "outcome", "version", "categories", "image_nature", "follow_up_on", "offered_to",
    "offered_to_me", "look_in", "out_of_hours", "unread", "locked",
}  # fmt: skip
SAID = {"seq", "by", "at", "key", "text", "lang", "dir", "name", "meaning", "asked"}
OPENED = ROW | {"lines", "skipped", "story", "shown", "callback", "transcript", "messages", "notes", "seen", "watched_by"}
INSIDE = {
    "lines": set(CARD), "callback": {"when", "times", "channel", "phone_private", "number", "may_say"},
    "transcript": SAID, "messages": SAID,
    "notes": {"id", "by", "at", "text"},
}  # fmt: skip
HAND_IN = {"available", "state", "code", "agreed_at", "sent_at", "reference"}
CASE_ANSWERS = {
    "GET /v1/cases": {"items", "next"}, f"GET {CASE}": OPENED, f"POST {CASE}/claim": OPENED, f"POST {CASE}/release": ROW,
    f"POST {CASE}/close": ROW, f"POST {CASE}/offer": ROW, f"POST {CASE}/accept": OPENED, f"POST {CASE}/decline": ROW,
    f"POST {CASE}/look-in": ROW, f"PATCH {CASE}": ROW, "POST /v1/cases/next": OPENED,
    f"GET {CASE}/work": {"steps", "referrals", "appointments"},
    f"PUT {CASE}/{REFERRAL}": {"id", "kind", "at", "result", "result_at", "words"},
    f"PUT {CASE}/{APPOINTMENT}": {"id", "at", "staff_id", "kept"}, f"POST {CASE}/messages": {"seq"}, f"POST {CASE}/notes": {"id"},
    f"POST {CASE}/break-glass": {"until"}, f"POST {CASE}/phrases": {"seq"},
    f"GET {CASE}/primero": HAND_IN, f"POST {CASE}/primero": HAND_IN,
    f"GET {CASE}/export.{{format}}": OPENED - {"id", "mine", "version", "waiting_seconds"},
}  # fmt: skip
STREAMS = {"GET /v1/cases/events"}
LISTS = {"GET /v1/cases/colleagues", f"GET {CASE}/reports", "GET /v1/cases/emergencies"}
EMPTY = {f"PUT {CASE}/hold", f"DELETE {CASE}/hold"}
SIGNS = {f"POST {CASE}/typing", f"POST {CASE}/seen"}  # answered with nothing
EMERGENCY = {"since_seconds", "locale", "country"}
# What a child's page gets of its own conversation
TURN = {"state", "bubbles"}
WHOLE = TURN | {"id", "locale", "band", "country", "help"}
BUBBLE = {
    "id", "seq", "by", "key", "text", "lang", "dir", "quick_replies", "links", "phone", "checked", "source", "step",
    "do", "name", "cards",
}  # fmt: skip
CHILD_ANSWERS = {
    "POST /v1/conversations": WHOLE | {"token"}, "POST /v1/conversations/resume": WHOLE | {"token"}, f"GET {CONVERSATION}": WHOLE,
    f"PATCH {CONVERSATION}": WHOLE, f"GET {CONVERSATION}/bubbles": TURN, f"POST {CONVERSATION}/messages": TURN,
    f"POST {CONVERSATION}/handoff": TURN | {"case"}, f"GET {CONVERSATION}/handoff": {"lines", "version", "texts"},
    f"DELETE {CONVERSATION}/handoff": TURN, f"POST {CONVERSATION}/code": {"code", "text"},
    f"GET {CONVERSATION}/waiting": {"from_minutes", "to_minutes", "opens_at", "text"},
    f"GET {CONVERSATION}/papers/{{paper}}": {"name", "title", "intro", "parts", "labels"},
}  # fmt: skip
TABLES = (
    Conversation, Message, Answered, Case, CaseNote, Staff, StaffSession, Passkey, RecoveryCode, KnownBrowser, UsedChallenge,
)  # fmt: skip
COLUMNS = sorted({c.name for t in TABLES for c in t.__table__.columns})
# a class has no caller of this world: tests/classroom holds its routes
WITH_BODY = sorted(
    route for route, ask in ASKS.items() if ask.json is not None and getattr(table()[route][0], "callers", {}) != {CLASS}
)


def full_scene(world: World) -> Scene:
    """A case in which every field holds something."""
    scene = world.scene("ours", "", "counsellor")
    scene.child.say("somebody made a fake nude of me")
    more = {"story": "it began in May", "callback": {"when": "at five", "channel": "phone", "phone_private": False}}
    scene.child.hand_over("transcript", **more)
    scene.case_id = world.store.one('select id from "case" where conversation_id = ?', scene.child.id)
    return scene


def claimed(world: World) -> Scene:
    scene, staff = full_scene(world), world.staff["counsellor"]
    assert staff.act(scene.case_id, "claim").status_code == 200
    assert staff.act(scene.case_id, "notes", {"text": "a note"}).status_code == 201
    assert staff.act(scene.case_id, "messages", {"text": "I am here"}).status_code == 201
    return scene


def scene_for(world: World, case: str) -> Scene:
    """Full of everything, in the state that the route asks for."""
    if case in ("offered", "colleague"):
        return world.scene("ours", case, "counsellor")
    return full_scene(world) if case == "waiting" else claimed(world)


@pytest.mark.parametrize("route", sorted(CASE_ANSWERS))
def test_staff_get_the_listed_fields_and_no_other(world: World, route: str) -> None:
    scene = scene_for(world, ASKS[route].case)
    reply = world.send(world.headers("counsellor", scene, "ours"), route, scene)
    assert reply.is_success
    assert reply.json().keys() == CASE_ANSWERS[route]


def test_the_inside_of_an_opened_case_holds_the_listed_fields_and_no_other(world: World) -> None:
    """Every part is there, so that none is right by being empty."""
    opened = world.staff["counsellor"].case(claimed(world).case_id)
    assert all(opened[part] for part in INSIDE)
    for part, allowed in INSIDE.items():
        items = opened[part] if isinstance(opened[part], list) else [opened[part]]
        assert {key for item in items for key in item} <= allowed, part


def test_a_queue_row_holds_the_listed_fields_and_no_other(world: World) -> None:
    full_scene(world)
    assert {key for row in world.staff["counsellor"].queue() for key in row} == ROW


def test_of_an_emergency_staff_get_the_listed_fields_and_no_other(world: World) -> None:
    """That it exists and since when (tests/chat/test_emergency_offer.py): never which, and never a word."""
    assert openapi(world)["components"]["schemas"]["Emergency"]["properties"].keys() == EMERGENCY


def test_the_field_matrix_covers_every_case_route() -> None:
    assert {route for route in table() if " /v1/cases" in route} == CASE_ANSWERS.keys() | STREAMS | LISTS | EMPTY | SIGNS


@pytest.mark.parametrize("route", sorted(CHILD_ANSWERS))
def test_a_child_gets_the_listed_fields_and_no_other(world: World, route: str) -> None:
    scene = world.scene("ours", "", "nobody")
    reply = world.send(world.headers("owner", scene, "ours"), route, scene)
    assert reply.json().keys() == CHILD_ANSWERS[route]
    assert {key for bubble in reply.json().get("bubbles", []) for key in bubble} <= BUBBLE


@pytest.mark.parametrize("route", WITH_BODY)
def test_a_field_that_a_route_does_not_ask_for_is_refused(world: World, route: str) -> None:
    """Mass assignment of every column of every table, one at a time; the same body without it is taken."""
    caller = holder_of(route)
    scene = world.scene("ours", ASKS[route].case, caller)
    known, before = world.headers(caller, scene, "ours"), world.traces(scene)
    taken = [name for name in strange_fields(world, route, scene) if not refused(world, known, route, scene, {name: "x"})]
    assert taken == []
    assert world.traces(scene) == before or route.endswith("/resume")  # a good code makes a new token
    assert world.send(known, route, scene).is_success
    if ASKS[route].ends_session:
        world.sign_in_again(caller)


def holder_of(route: str) -> str:
    """A caller who may: the child's own, or the first member of staff that the route's rule names."""
    rule, _ = table()[route]
    assert rule is not None
    if CHILD in rule.callers:
        return "owner"
    if CLIENT in rule.callers:
        return "client"
    return next(caller for caller, (role, side) in CALLERS.items() if side == "ours" and role in rule.callers)


def strange_fields(world: World, route: str, scene: Scene) -> Iterator[str]:
    schema = openapi(world)["paths"][route.split(" ")[1]][route.split(" ")[0].lower()]["requestBody"]["content"]
    name = schema["application/json"]["schema"]["$ref"].rsplit("/", 1)[1]
    asked = openapi(world)["components"]["schemas"][name]["properties"]
    yield from (column for column in [*COLUMNS, "is_admin", "__proto__", "file"] if column not in asked)


def refused(world: World, known: dict[str, str], route: str, scene: Scene, extra: dict[str, Any]) -> bool:
    return world.send(known, route, scene, extra).status_code in (400, 415)


def test_a_strange_field_inside_a_field_is_refused(world: World) -> None:
    scene = world.scene("ours", "", "nobody")
    callback = {"when": "at five", "channel": "phone", "phone_private": False}
    assert scene.child.post("/handoff", {"share": "summary", "callback": {**callback, "name": "Ana"}}).status_code == 400
    assert scene.child.post("/handoff", {"share": "summary", "card": {"risk": "none"}}).status_code == 400
    assert scene.child.post("/handoff", {"share": "summary", "callback": callback}).status_code == 201


def openapi(world: World) -> dict[str, Any]:
    described: dict[str, Any] = world.http.get("/openapi.json").json()
    return described


def test_every_route_is_described_or_marked_as_a_page(world: World) -> None:
    paths = openapi(world)["paths"]
    described = {f"{method.upper()} {path}" for path, calls in paths.items() for method in calls}
    pages = {name for name, (_, route) in table().items() if not route.include_in_schema and {*route.tags} & {"pages", "plain"}}
    assert described | pages == table().keys()
    assert not described & pages


@pytest.mark.parametrize("path", ["/redoc", "/docs/oauth2-redirect", "/admin", "/v1/staff", "/assets/../api/app.py"])
def test_no_hidden_route_answers(world: World, path: str) -> None:
    """A path that is in no table is not found, with a sentence and never with a page of the framework."""
    reply = world.http.get(path)
    assert reply.status_code in (404, 405)
    assert reply.headers["content-type"] == "application/problem+json"


def test_no_two_parts_of_the_description_share_a_name(world: World) -> None:
    """Generated clients would get names like `api__cases__schemas__Page`."""
    assert [name for name in openapi(world)["components"]["schemas"] if "__" in name] == []
