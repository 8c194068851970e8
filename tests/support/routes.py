"""A good request for every route of the application. A route without an entry fails `tests/auth/test_roles.py`."""

import uuid
from functools import cache
from typing import Any

import pyotp

from api.app import create_app
from api.auth.rules import Rule, rules_of
from api.directory.book import Directory
from api.directory.rules import digest_of
from api.settings import ROOT, Settings
from tests.support.callers import Ask, Scene, World
from tests.support.joining import PASSWORD, invite, look

CONVERSATION = "/v1/conversations/{conversation_id}"
CASE = "/v1/cases/{case_id}"
PERSON = "/v1/people/{staff_id}"


def _code(_: World, scene: Scene) -> dict[str, Any]:
    return {"code": scene.child.post("/code").json()["code"]}


def _credentials(world: World, _: Scene) -> dict[str, Any]:
    world.let_code_work_again("foreign supervisor")
    email, password, key = world.keys["foreign supervisor"]
    return {"email": email, "password": password, "code": pyotp.TOTP(key).now()}


def _proof(world: World, _: Scene) -> dict[str, Any]:
    caller = world.caller if world.caller in world.keys else "counsellor"
    world.let_code_work_again(caller)
    _, password, key = world.keys[caller]
    return {"password": password, "code": pyotp.TOTP(key).now()}


def _check(_: World, __: Scene) -> dict[str, Any]:
    directory = Directory.load(ROOT / "content/directory")
    entry = next(e for e in directory.countries["MX"].entries if e.kind == "emergency")
    return {"digest": digest_of(entry), "how": "read"}


def _new_person(_: World, __: Scene) -> dict[str, Any]:
    return {"email": f"{uuid.uuid4().hex}@helpline.invalid", "name": "Somebody new", "role": "counsellor"}


def _invited(world: World, _: Scene) -> dict[str, Any]:
    """The token of an invite that nobody has used."""
    world.prove("supervisor")
    return {"token": invite(world.staff["supervisor"], f"{uuid.uuid4().hex}@helpline.invalid")}


def _joining(world: World, scene: Scene) -> dict[str, Any]:
    held = _invited(world, scene)
    secret = look(world.installation.url, held["token"]).json()["secret"]
    return {**held, "password": PASSWORD, "code": pyotp.TOTP(secret).now()}


def plain_form(scene: Scene, **fields: str) -> dict[str, str]:
    """A posted page of the child whose conversation it is."""
    key = uuid.uuid4().hex
    return {"conversation": scene.child.id, "token": scene.child.token, "key": key, **fields}


ASKS: dict[str, Ask] = {
    "GET /v1/config": Ask(),
    "POST /v1/conversations": Ask(json={"locale": "en", "band": "13-15", "country": "MX"}),
    f"GET {CONVERSATION}": Ask(),
    f"PATCH {CONVERSATION}": Ask(json={"band": "16-17"}),
    f"POST {CONVERSATION}/messages": Ask(json={"text": "hello"}),
    f"GET {CONVERSATION}/bubbles": Ask(),
    f"GET {CONVERSATION}/events": Ask(),
    f"GET {CONVERSATION}/handoff": Ask(),
    f"POST {CONVERSATION}/handoff": Ask(json={"share": "summary", "story": "it is about a picture"}),
    f"POST {CONVERSATION}/code": Ask(),
    f"DELETE {CONVERSATION}": Ask(),
    f"GET {CONVERSATION}/papers/{{paper}}": Ask(),
    f"GET {CONVERSATION}/papers/{{paper}}/pdf": Ask(),
    "POST /v1/conversations/resume": Ask(json=_code),
    "POST /plain": Ask(form=lambda scene: plain_form(scene, do="look")),
    "POST /v1/staff/sessions": Ask(json=_credentials),
    "GET /v1/staff/sessions/current": Ask(),
    "DELETE /v1/staff/sessions/current": Ask(ends_session=True),
    "POST /v1/staff/sessions/current/proof": Ask(json=_proof),
    "GET /v1/staff/texts": Ask(),
    "GET /v1/audit": Ask(),
    "GET /v1/audit/check": Ask(),
    "GET /v1/people": Ask(),
    "POST /v1/people/invites": Ask(json=_new_person),
    "DELETE /v1/people/invites/{invite_id}": Ask(),
    "POST /v1/people/invites/open": Ask(json=_invited),
    "POST /v1/people/invites/accept": Ask(json=_joining),
    "POST /v1/people/rotation": Ask(),
    f"PATCH {PERSON}": Ask(json={"role": "supervisor"}),
    f"POST {PERSON}/grant": Ask(),
    f"POST {PERSON}/lost-password": Ask(),
    f"POST {PERSON}/leave": Ask(),
    f"POST {CASE}/break-glass": Ask(json={"reason": "danger_now", "text": "the child says he is here"}, case="colleague"),
    "GET /v1/break-glass": Ask(),
    "POST /v1/break-glass/{opening_id}/review": Ask(json={"verdict": "accepted"}, case="colleague"),
    "GET /v1/cases": Ask(),
    "GET /v1/cases/events": Ask(params=lambda scene: {"case": scene.case_id}, case="claimed"),
    f"GET {CASE}": Ask(case="claimed"),
    f"POST {CASE}/claim": Ask(case="waiting"),
    f"POST {CASE}/release": Ask(case="claimed"),
    f"POST {CASE}/messages": Ask(json={"text": "I am here"}, case="claimed"),
    f"POST {CASE}/notes": Ask(json={"text": "call the school"}, case="claimed"),
    f"POST {CASE}/close": Ask(json={"outcome": "helped"}, case="claimed"),
    "GET /v1/statistics/understanding": Ask(),
    "GET /v1/directory": Ask(),
    "GET /v1/directory/{country}": Ask(),
    "POST /v1/directory/{country}/{kind}/{entry}/checks": Ask(json=_check),
    "GET /preview": Ask(),
    "GET /": Ask(),
    "GET /assets/{name}": Ask(),
    "GET /embed.js": Ask(),
    "GET /console": Ask(),
    "GET /docs": Ask(),
    "GET /openapi.json": Ask(),
    "GET /healthz": Ask(),
    "GET /readyz": Ask(),
}


def is_about_somebody(route: str) -> bool:
    """Whether the route has an object that belongs to one child or one helpline."""
    ask = ASKS[route]
    return "_id}" in route or ask.params is not None


@cache
def table() -> dict[str, tuple[Rule | None, Any]]:
    """`METHOD /path` -> (rule, route), read off the application itself."""
    app = create_app(Settings(pepper="only to read the routes"))
    return {
        f"{method} {context.path}": (rule, context.original_route)
        for context, rule in rules_of(app.routes)
        for method in sorted(context.methods or ())
    }
