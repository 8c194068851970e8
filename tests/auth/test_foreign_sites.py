"""No other site acts with a member's cookie: every unsafe route of staff, as a foreign page could call it (T18)."""

from typing import Any

import pytest

from api.auth.access import UNSAFE
from api.auth.rules import CHILD, Role
from tests.support.callers import CALLERS, World
from tests.support.routes import ASKS, table

DOOR = {"POST /v1/staff/sessions", "POST /v1/staff/sessions/challenge", "POST /v1/staff/sso", "POST /v1/staff/sso/sessions"}
UNREMARKABLE = {"audit_entry", "audit_head"}  # that it was refused is written down, and that the session was in use


def of_staff(route: str) -> bool:
    rule, _ = table()[route]
    return route in DOOR or (rule is not None and bool(rule.callers & {*Role}) and CHILD not in rule.callers)


ROUTES = sorted(route for route in ASKS if route.split(" ")[0] in UNSAFE and of_staff(route))
FORM = {"content-type": "application/x-www-form-urlencoded"}
PLACES: dict[str, dict[str, str]] = {
    "no origin": {},
    "a foreign origin": {"origin": "https://elsewhere.invalid"},
    "a sandboxed frame": {"origin": "null"},
    "a sibling host": {"sec-fetch-site": "same-site"},
    "a form": {"origin": "https://elsewhere.invalid", **FORM},
    "a form without origin": FORM,
    "plain text": {"origin": "https://elsewhere.invalid", "content-type": "text/plain"},
}


def rows(world: World) -> dict[str, list[tuple[Any, ...]]]:
    """Everything that a call could have changed."""
    store = world.store
    kept = {name: store.rows(f'select * from "{name}"') for name in store.tables() if name not in UNREMARKABLE}
    kept["staff_session"] = store.rows("select token_hash, staff_id, created_at, proved_at, offered_totp from staff_session")
    return kept


def test_the_list_holds_every_unsafe_route_of_staff() -> None:
    assert len(ROUTES) > 15
    assert {route for route in table() if route.split(" ")[0] in UNSAFE and "/staff" in route} <= {*ROUTES}


@pytest.mark.parametrize("route", ROUTES)
def test_a_foreign_page_changes_nothing(world: World, route: str) -> None:
    """The cookie is good and sent along; only the place is wrong. By GET there is nothing to change either.

    What the office does by itself (counts, retries, a child who was left alone) may fall between the two looks.
    It doesn't every time; what a call did would.
    """
    assert not all(_moved(world, route) for _ in range(3))


def _moved(world: World, route: str) -> bool:
    """Tries a route from every wrong place, each refused, with a new conversation; whether any row is another than before."""
    caller = world.caller = _holder(route)
    scene = world.scene("ours", ASKS[route].case, caller)
    known = world.headers(caller, scene, "ours")
    method, address = route.split(" ")[0], world.address(route, scene)
    ask = ASKS[route]
    body, beside = ask.body(world, scene), ask.cookie(world) if ask.cookie else ""
    cookie = {"cookie": "; ".join(filter(None, [known.get("cookie"), beside]))}
    before, own = rows(world), world.traces(scene)
    for name, place in PLACES.items():
        content = {"data": body} if place.get("content-type") == FORM["content-type"] else {"json": body}
        reply = world.http.request(method, address, headers={**cookie, **place}, **content)  # type: ignore[arg-type]
        assert (name, reply.status_code) in {(name, 403), (name, 400)}, reply.text
    world.http.get(address, headers=cookie)
    world.http.cookies.clear()
    assert world.traces(scene) == own  # nothing but a call goes near what was made a moment ago
    return rows(world) != before


def _holder(route: str) -> str:
    rule, _ = table()[route]
    assert rule is not None
    return next(caller for caller, (role, side) in CALLERS.items() if side == "ours" and role in rule.callers - {CHILD})
