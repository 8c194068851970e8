"""Every act of staff is in the audit log: each unsafe route of theirs, called as it should be, leaves an entry by its caller."""

from dataclasses import replace

import pytest

from api.auth.access import UNSAFE
from api.auth.rules import CHILD, Role
from tests.support.callers import CALLERS, World
from tests.support.routes import ACCOUNT, ASKS, CASE, table

SIGNS = {f"POST {CASE}/typing", f"POST {CASE}/seen"}  # of being there, many a minute
FIRST_HALVES = {f"POST {ACCOUNT}/authenticator", f"POST {ACCOUNT}/passkeys/challenge"}  # nothing holds before the second


def first_of(route: str) -> str:
    """The first member of our staff whom the route lets in, or nobody."""
    rule, _ = table()[route]
    let_in = rule.callers & {*Role} if rule is not None and CHILD not in rule.callers else frozenset()
    return next((caller for caller, (role, side) in CALLERS.items() if side == "ours" and role in let_in), "")


ACTS = sorted(route for route in ASKS if route.split(" ")[0] in UNSAFE and first_of(route))


def test_what_is_no_act_is_still_there() -> None:
    assert {*ACTS} > SIGNS | FIRST_HALVES


@pytest.mark.parametrize("route", [route for route in ACTS if route not in SIGNS | FIRST_HALVES])
def test_an_act_of_staff_is_written_down(world: World, route: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is made beforehand for the call is made before the log is looked at."""
    ask, caller = ASKS[route], first_of(route)
    scene = world.scene("ours", ask.case, caller)
    known, who = world.headers(caller, scene, "ours"), world.staff[caller].id
    ids, body = ask.path(world, scene) if ask.path else {}, ask.body(world, scene)
    monkeypatch.setitem(world.asks, route, replace(ask, json=body, path=lambda *_: ids))
    before = world.store.one("select max(seq) from audit_entry")
    assert world.send(known, route, scene).is_success
    entries = world.store.rows("select action from audit_entry where seq > ? and actor = ?", before, who)
    if ask.ends_session:
        world.sign_in_again(caller)
    assert [action for (action,) in entries if action != "refused"]
