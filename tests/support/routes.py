"""A good request for every route of the application. A route without an entry fails `tests/auth/test_roles.py`."""

import json
import uuid
from datetime import UTC, datetime
from functools import cache
from typing import Any

import httpx
import pyotp

from api.app import create_app
from api.auth.access import COOKIE
from api.auth.rules import Rule, rules_of
from api.directory.book import Directory
from api.directory.rules import digest_of
from api.settings import ROOT, Settings
from api.vault.keys import new_token, token_id, token_key, wrap
from api.vault.sealing import seal_key
from tests.support.callers import Ask, Scene, World
from tests.support.passkey import SoftPasskey
from tests.support.people import ChildClient
from tests.support.store import TIME

CONVERSATION = "/v1/conversations/{conversation_id}"
CASE = "/v1/cases/{case_id}"
ACCOUNT = "/v1/staff/account"


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


def _password(world: World, _: Scene) -> dict[str, Any]:
    """The same password again: the world goes on signing in with it."""
    password = world.keys.get(world.caller, ("", "no password at all", ""))[1]
    return {"password": password, "new": password}


def _passkey(world: World, _: Scene) -> dict[str, Any]:
    """A passkey of the caller's own, freshly made."""
    options = own(world).post(f"{ACCOUNT}/passkeys/challenge").json()
    return {"name": "my laptop", "passkey": SoftPasskey(f"http://localhost:{world.installation.port}").make(options)}


def _authenticator(world: World, _: Scene) -> dict[str, Any]:
    """The caller's own authenticator is offered anew: the world goes on signing in with it."""
    caller = world.caller if world.caller in world.keys else "counsellor"
    email, password, key = world.keys[caller]
    sealed = seal_key(world.store.one("select public_key from staff where email = ?", email), key.encode())
    session = token_id(world.staff[caller].http.cookies[COOKIE])
    world.store.change("update staff_session set offered_totp = ? where token_hash = ?", sealed, session)
    return {"password": password, "code": pyotp.TOTP(key).now()}


def _own_passkey(world: World) -> dict[str, str]:
    made = own(world).post(f"{ACCOUNT}/passkeys", json=_passkey(world, Scene(ChildClient.start(world.installation.url))))
    return {"passkey": made.json()["id"]}


def _own_session(world: World) -> dict[str, str]:
    sessions = own(world).get(ACCOUNT).json()["sessions"]
    return {"session": next(one["id"] for one in sessions if one["current"])}


def _back_from_the_provider(world: World) -> str:
    """The cookie of a member whom the provider has let in."""
    staff = world.store.one("select id from staff where email = ?", world.keys["foreign supervisor"][0])
    token = new_token()
    carried = json.dumps({"staff": staff, "subject": "sub-of-the-foreign-supervisor"}).encode()
    row = (token_id(token), wrap(token_key(token), carried), datetime.now(UTC).strftime(TIME))
    world.store.change("insert into sso_visit (token_hash, wrapped, created_at) values (?, ?, ?)", *row)
    return f"faro_sso={token}"


def _passphrase(world: World, _: Scene) -> dict[str, Any]:
    return {"passphrase": world.keys["foreign supervisor"][1]}


def _linked(world: World) -> dict[str, str]:
    """The caller has come by single sign-on before."""
    staff = own(world).get("/v1/staff/sessions/current").json()["id"]
    row = (staff, staff, datetime.now(UTC).strftime(TIME))
    query = "insert or replace into sso_link (issuer, subject, staff_id, created_at) values ('of the tests', ?, ?, ?)"
    world.store.change(query, *row)
    return {}


def own(world: World) -> httpx.Client:
    """The browser of the caller, or of the counsellor where the caller is no member of staff."""
    caller = world.caller if world.caller in world.staff else "counsellor"
    world.prove_now(caller)
    return world.staff[caller].http


def _check(_: World, __: Scene) -> dict[str, Any]:
    directory = Directory.load(ROOT / "content/directory")
    entry = next(e for e in directory.countries["MX"].entries if e.kind == "emergency")
    return {"digest": digest_of(entry), "how": "read"}


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
    "POST /v1/staff/sessions/challenge": Ask(json={"email": "somebody@nowhere.invalid"}),
    "GET /v1/staff/sessions/current": Ask(),
    "DELETE /v1/staff/sessions/current": Ask(ends_session=True),
    "POST /v1/staff/sessions/current/proof": Ask(json=_proof, ends_session=True),
    f"GET {ACCOUNT}": Ask(),
    f"POST {ACCOUNT}/passkeys/challenge": Ask(),
    f"POST {ACCOUNT}/passkeys": Ask(json=_passkey),
    f"DELETE {ACCOUNT}/passkeys/{{passkey}}": Ask(path=_own_passkey),
    f"POST {ACCOUNT}/recovery-codes": Ask(),
    f"POST {ACCOUNT}/authenticator": Ask(),
    f"PUT {ACCOUNT}/authenticator": Ask(json=_authenticator),
    f"PUT {ACCOUNT}/password": Ask(json=_password, ends_session=True),
    f"DELETE {ACCOUNT}/sessions/{{session}}": Ask(path=_own_session, ends_session=True),
    f"DELETE {ACCOUNT}/sessions": Ask(),
    "GET /v1/staff/sso": Ask(),
    "POST /v1/staff/sso": Ask(),
    "GET /v1/staff/sso/callback": Ask(),
    "POST /v1/staff/sso/sessions": Ask(json=_passphrase, cookie=_back_from_the_provider),
    "GET /v1/staff/sso/exit": Ask(),
    "GET /v1/staff/sso/link": Ask(),
    "DELETE /v1/staff/sso/link": Ask(path=_linked),
    "GET /v1/staff/texts": Ask(),
    "GET /v1/audit": Ask(),
    "GET /v1/audit/check": Ask(),
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
