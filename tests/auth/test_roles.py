"""The role matrix, generated from the route table: every route x every caller x own and foreign object.

What is declared (the rule among a route's dependencies) and what a running installation does must be the same.
"""

import httpx
import pytest
from fastapi import APIRouter, FastAPI

from api.auth.rules import CHILD, CLIENT, EVERYBODY, Role, RouteWithoutRule, Rule, check_routes
from api.pages.plain import ACTS
from tests.support.callers import CALLERS, WHOSE, Scene, World
from tests.support.people import StaffClient
from tests.support.routes import APPOINTMENT, ASKS, CASE, REFERRAL, is_about_somebody, plain_form, table

BESIDE_THE_TALK = {f"GET {CASE}/work": 200, **{f"PUT {CASE}/{kind}": 200 for kind in (REFERRAL, APPOINTMENT)}}
MAY_TOUCH_A_COLLEAGUES_CASE = {  # supervisors
    f"GET {CASE}": 200, f"POST {CASE}/notes": 201, "GET /v1/cases/events": 200, "GET /v1/phrases": 200,
    f"GET {CASE}/primero": 200, f"POST {CASE}/primero": 200, f"GET {CASE}/export.{{format}}": 200, f"GET {CASE}/reports": 200,
    **BESIDE_THE_TALK,
}  # fmt: skip
CONTENT = [route for route, ask in ASKS.items() if ask.case == "claimed"]


def declared(rule: Rule, route: str, caller: str, whose: str) -> int:
    """The status of a refusal, or 200 for any success."""
    role, side = CALLERS[caller]
    if role == CLIENT and rule.callers == {CHILD}:
        return 404  # a token too, but of no conversation
    if role not in rule.callers:
        known_but_not_enough = role in tuple(Role) and rule.callers & set(Role)
        return 403 if known_but_not_enough else 401
    if is_about_somebody(route) and rule.callers < EVERYBODY and side != whose:
        return 404
    return 200


def answered(world: World, route: str, caller: str, whose: str) -> tuple[int, bool]:
    """The status (200 for any success), and whether the call left a trace."""
    scene = world.scene(whose, ASKS[route].case, caller)
    before = world.traces(scene)
    reply = world.send(world.headers(caller, scene, whose), route, scene)
    if ASKS[route].ends_session and reply.is_success:
        world.sign_in_again(caller)
    return reply.status_code if reply.is_error else 200, world.traces(scene) != before


@pytest.mark.parametrize("route", sorted(table()))
def test_every_caller_gets_what_the_route_declares(world: World, route: str) -> None:
    """Own and foreign objects of both sides; a refusal changes nothing."""
    assert route in ASKS, "a route without a request: add one to tests/support/routes.py"
    rule, _ = table()[route]
    assert rule is not None
    for caller in CALLERS:
        for whose in WHOSE if is_about_somebody(route) else WHOSE[:1]:
            status, trace = answered(world, route, caller, whose)
            assert (caller, whose, status) == (caller, whose, declared(rule, route, caller, whose))
            assert status == 200 or not trace, f"{caller} was refused and left a trace"


def test_no_request_stands_for_a_route_that_is_gone() -> None:
    assert ASKS.keys() <= table().keys()


@pytest.mark.parametrize("route", CONTENT)
@pytest.mark.parametrize("caller", ["counsellor", "supervisor"])
def test_a_colleagues_case_is_not_theirs(world: World, route: str, caller: str) -> None:
    """Need to know: a counsellor reads what they claimed, a supervisor what the team claimed, nobody writes for a colleague."""
    colleague = {"counsellor": "supervisor", "supervisor": "counsellor"}[caller]
    scene = world.scene("ours", "claimed", colleague)
    reply = world.send(world.headers(caller, scene, "ours"), route, scene)
    wanted = MAY_TOUCH_A_COLLEAGUES_CASE.get(route, 403) if caller == "supervisor" else 403
    assert reply.status_code == wanted


@pytest.mark.parametrize("route", CONTENT)
@pytest.mark.parametrize("caller", ["counsellor", "supervisor"])
def test_an_unclaimed_case_opens_for_nobody(world: World, route: str, caller: str) -> None:
    """Content opens after a claim, for a supervisor too."""
    scene = world.scene("ours", "waiting", caller)
    assert world.send(world.headers(caller, scene, "ours"), route, scene).status_code == 403
    assert world.staff[caller].act(scene.case_id, "claim").status_code == 200
    assert world.send(world.headers(caller, scene, "ours"), route, scene).is_success


def test_a_queue_holds_no_case_of_another_helpline(world: World) -> None:
    ours, theirs = (world.scene(whose, "waiting", "nobody") for whose in WHOSE)
    seen, seen_there = (_whole_queue(world.staff[caller]) for caller in ("counsellor", "foreign counsellor"))
    assert (ours.case_id in seen, theirs.case_id in seen) == (True, False)
    assert (ours.case_id in seen_there, theirs.case_id in seen_there) == (False, True)


def _whole_queue(staff: StaffClient) -> set[str]:
    """Page after page."""
    page = staff.http.get("/v1/cases").json()
    seen = [row["id"] for row in page["items"]]
    while page["next"]:
        page = staff.http.get("/v1/cases", params={"cursor": page["next"]}).json()
        seen += [row["id"] for row in page["items"]]
    return set(seen)


FORMS = {
    "say": {"text": "hello"}, "look": {}, "settings": {"locale": "en", "band": "16-17"}, "handoff": {}, "code": {},
    "hand_over": {"share": "summary"}, "erase": {"sure": "yes"}, "plan": {}, "letter": {}, "record": {}, "transcript": {},
    "pdf": {"paper": "plan"},
    "handoff_now": {}, "take_back": {},
}  # fmt: skip


@pytest.mark.parametrize("act", sorted(ACTS.keys() - {"resume"}))
def test_a_plain_page_answers_only_the_holder_of_the_token(world: World, act: str) -> None:
    """Every act of the form pages, with the token of another child and with the right one."""
    scene = world.scene("ours", "", "nobody")
    assert world.somebody is not None
    before = world.traces(scene)
    assert _posted(world, scene, act, token=world.somebody.token).status_code == 404
    assert world.traces(scene) == before
    assert _posted(world, scene, act).status_code == 200


def _posted(world: World, scene: Scene, act: str, **fields: str) -> httpx.Response:
    return world.http.post("/plain", data={**plain_form(scene, do=act, **FORMS[act]), **fields})


def test_a_route_without_a_rule_stops_the_start() -> None:
    """Also one that hides in an included router."""
    app, room = FastAPI(openapi_url=None, docs_url=None, redoc_url=None), APIRouter()
    check_routes(app.routes)
    room.get("/v1/forgotten")(lambda: None)
    app.include_router(room)
    with pytest.raises(RouteWithoutRule, match="/v1/forgotten"):
        check_routes(app.routes)


def test_the_application_itself_is_checked_at_its_start(monkeypatch: pytest.MonkeyPatch) -> None:
    """A route that somebody adds to a room without a rule: `create_app` raises."""
    from api import app as wiring
    from api.settings import Settings

    bare = APIRouter()
    bare.get("/v1/forgotten")(lambda: None)
    monkeypatch.setattr(wiring, "health_router", bare)
    with pytest.raises(RouteWithoutRule, match="/v1/forgotten"):
        wiring.create_app(Settings(pepper="only to read the routes"))
