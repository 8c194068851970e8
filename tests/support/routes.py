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
from tests.support.callers import Ask, Scene, World, in_days
from tests.support.classes import CLASS_ASKS
from tests.support.joining import PASSWORD as NEW_PASSWORD
from tests.support.joining import invite, look
from tests.support.passkey import SoftPasskey
from tests.support.people import ChildClient
from tests.support.primero import PASSWORD, USER, primero
from tests.support.store import TIME
from tests.support.systems import new_client, token_form

CONVERSATION = "/v1/conversations/{conversation_id}"
CASE = "/v1/cases/{case_id}"
ACCOUNT = "/v1/staff/account"
PERSON = "/v1/people/{staff_id}"
SHARED = "/v1/integrations/cases/{case_id}"
REFERRAL, APPOINTMENT = "referrals/{referral_id}", "appointments/{appointment_id}"
ONE_DAY = "2027-03-01T10:00:00Z"


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


def _offer(world: World, _: Scene) -> dict[str, Any]:
    whose = "theirs" if world.caller.startswith("foreign") else "ours"
    return {"to": world.staff[world.colleague_of(world.caller, whose)].id}


def _appointment(world: World, _: Scene) -> dict[str, Any]:
    caller = world.caller if world.caller in world.staff else "counsellor"
    return {"at": ONE_DAY, "staff_id": world.staff[caller].id}


def _new_id(_: World, __: Scene) -> dict[str, str]:
    return dict.fromkeys(("referral_id", "appointment_id"), str(uuid.uuid4()))


def _calm_lesson(_: World, __: Scene) -> dict[str, str]:
    return {"lesson_id": "a2_ask_first"}


def _version(world: World, _: str, scene: Scene) -> dict[str, str]:
    version = world.store.one('select version from "case" where id = ?', scene.case_id)
    return {"if-match": f'"{version}"'}


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


def _own_passkey(world: World, _: Scene) -> dict[str, str]:
    made = own(world).post(f"{ACCOUNT}/passkeys", json=_passkey(world, Scene(ChildClient.start(world.installation.url))))
    return {"passkey": made.json()["id"]}


def _own_session(world: World, _: Scene) -> dict[str, str]:
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


def _linked(world: World, _: Scene) -> dict[str, str]:
    """The caller has come by single sign-on before."""
    staff = own(world).get("/v1/staff/sessions/current").json()["id"]
    row = (staff, staff, datetime.now(UTC).strftime(TIME))
    query = "insert or replace into sso_link (issuer, subject, staff_id, created_at) values ('of the tests', ?, ?, ?)"
    world.store.change(query, *row)
    return {}


def own(world: World) -> httpx.Client:
    """The browser of the caller, or of the counsellor where the caller is no member of staff."""
    caller = world.caller if world.caller in world.staff else "counsellor"
    world.prove_again()
    return world.staff[caller].http


def _check(_: World, __: Scene) -> dict[str, Any]:
    directory = Directory.load(ROOT / "content/directory")
    entry = next(e for e in directory.countries["MX"].entries if e.kind == "emergency")
    return {"digest": digest_of(entry), "how": "read"}


NOBODY_LISTENS = "http://127.0.0.1:9/"


def _webhook(world: World, _: Scene) -> dict[str, Any]:
    world.prove_again()
    return {"url": NOBODY_LISTENS, "events": ["case.erased"]}


def _account(world: World, _: Scene) -> dict[str, Any]:
    world.prove_again()
    return {"url": primero().url, "user_name": USER, "password": PASSWORD}


def _set_up(world: World, scene: Scene) -> dict[str, str]:
    """Both helplines have a Primero: ours as its admin set it up, theirs as a copy."""
    caller, world.caller = world.caller, "admin"
    world.staff["admin"].http.put("/v1/primero", json=_account(world, scene))
    world.caller = caller
    copied = "insert or replace into primero_account select ?, url, user_name, password, agency, owned_by from primero_account"
    world.store.change(f"{copied} where helpline_id = ?", world.helplines["theirs"], world.helplines["ours"])
    return {}


def _endpoint(world: World, scene: Scene) -> dict[str, str]:
    """An endpoint of the helpline that the scene belongs to, with a parked delivery."""
    world.prove_again()
    helpline = world.store.one("select helpline_id from conversation where id = ?", scene.child.id)
    ids = {name: str(uuid.uuid5(uuid.UUID(helpline), name)) for name in ("endpoint_id", "delivery_id")}
    day = "2026-01-01 00:00:00.000000"
    row = (ids["endpoint_id"], helpline, NOBODY_LISTENS, "[]", True, b"wrapped", day)
    columns = "id, helpline_id, url, events, active, secret, created_at"
    world.store.change(f"insert or replace into webhook_endpoint ({columns}) values (?, ?, ?, ?, ?, ?, ?)", *row)
    parked = (ids["delivery_id"], ids["endpoint_id"], "case.closed", "{}", "parked", 10, day, day)
    columns = "id, endpoint_id, event, body, state, tries, due_at, created_at"
    world.store.change(f"insert or replace into webhook_delivery ({columns}) values (?, ?, ?, ?, ?, ?, ?, ?)", *parked)
    return ids


# as it is when nobody has set any: every country, every language, no hours
HOURS: dict[str, Any] = {"takes_handoffs": True, "countries": [], "locales": [], "zone": "", "hours": [], "days": []}


def _any_version(_: World, __: str, ___: Scene) -> dict[str, str]:
    return {"if-match": "*"}


def _new_person(_: World, __: Scene) -> dict[str, Any]:
    return {"email": f"{uuid.uuid4().hex}@helpline.invalid", "name": "Somebody new", "role": "counsellor"}


def _invited(world: World, _: Scene) -> dict[str, Any]:
    """The token of an invite that nobody has used."""
    world.prove_again()
    return {"token": invite(world.staff["supervisor"], f"{uuid.uuid4().hex}@helpline.invalid")}


def _joining(world: World, scene: Scene) -> dict[str, Any]:
    held = _invited(world, scene)
    secret = look(world.installation.url, held["token"]).json()["secret"]
    return {**held, "password": NEW_PASSWORD, "code": pyotp.TOTP(secret).now()}


def plain_form(scene: Scene, **fields: str) -> dict[str, str]:
    """A posted page of the child whose conversation it is."""
    key = uuid.uuid4().hex
    return {"conversation": scene.child.id, "token": scene.child.token, "key": key, **fields}


ASKS: dict[str, Ask] = {
    **CLASS_ASKS,
    "GET /v1/config": Ask(),
    "POST /v1/conversations": Ask(json={"locale": "en", "band": "13-15", "country": "MX"}),
    f"GET {CONVERSATION}": Ask(),
    f"PATCH {CONVERSATION}": Ask(json={"band": "16-17"}),
    f"POST {CONVERSATION}/messages": Ask(json={"text": "hello"}),
    f"GET {CONVERSATION}/bubbles": Ask(),
    f"GET {CONVERSATION}/events": Ask(),
    f"GET {CONVERSATION}/waiting": Ask(),
    f"GET {CONVERSATION}/handoff": Ask(),
    f"POST {CONVERSATION}/handoff": Ask(json={"share": "summary", "story": "it is about a picture"}),
    f"DELETE {CONVERSATION}/handoff": Ask(),
    f"POST {CONVERSATION}/typing": Ask(),
    f"POST {CONVERSATION}/seen": Ask(json={"seq": 1}),
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
    "GET /v1/cases/emergencies": Ask(),
    f"POST {CASE}/typing": Ask(case="claimed"),
    f"POST {CASE}/seen": Ask(json={"seq": 1}, case="claimed"),
    f"GET {CASE}": Ask(case="claimed"),
    f"POST {CASE}/claim": Ask(case="waiting"),
    f"POST {CASE}/release": Ask(case="claimed"),
    f"POST {CASE}/messages": Ask(json={"text": "I am here"}, case="claimed"),
    f"POST {CASE}/phrases": Ask(json={"key": "phrases/opening/hello"}, case="claimed"),
    f"POST {CASE}/notes": Ask(json={"text": "call the school"}, case="claimed"),
    f"PATCH {CASE}": Ask(json={"categories": ["online_abuse"]}, headers=_version, case="claimed"),
    f"POST {CASE}/offer": Ask(json=_offer, case="claimed"),
    f"POST {CASE}/accept": Ask(case="offered"),
    f"POST {CASE}/decline": Ask(case="claimed"),
    f"POST {CASE}/look-in": Ask(json={"look_in": True}, case="claimed"),
    "POST /v1/cases/next": Ask(case="waiting"),
    "GET /v1/cases/colleagues": Ask(),
    f"GET {CASE}/work": Ask(case="claimed"),
    f"PUT {CASE}/{REFERRAL}": Ask(json={"kind": "hotline", "at": ONE_DAY, "result": "asked"}, path=_new_id, case="claimed"),
    f"PUT {CASE}/{APPOINTMENT}": Ask(json=_appointment, path=_new_id, case="claimed"),
    "GET /v1/appointments": Ask(),
    "GET /v1/retention": Ask(),
    "PATCH /v1/retention": Ask(json={"keep_closed_days": 60}),
    f"PUT {CASE}/hold": Ask(json={"reason": "court", "until": in_days(9)}, case="waiting"),
    f"DELETE {CASE}/hold": Ask(case="held"),
    f"POST {CASE}/close": Ask(json={"outcome": "helped"}, case="claimed"),
    f"GET {CASE}/primero": Ask(case="claimed"),
    f"POST {CASE}/primero": Ask(json={"child_agreed": True}, path=_set_up, case="claimed"),
    f"GET {CASE}/export.{{format}}": Ask(case="claimed"),
    "GET /v1/helpline/hours": Ask(),
    "PUT /v1/helpline/hours": Ask(json=HOURS),
    f"GET {CASE}/reports": Ask(case="claimed"),
    "GET /v1/clients": Ask(),
    "POST /v1/clients": Ask(json=new_client()),
    "POST /v1/clients/{client_id}/secrets": Ask(),
    "POST /v1/clients/{client_id}/disable": Ask(),
    "POST /v1/clients/{client_id}/approve": Ask(),
    "POST /v1/clients/{client_id}/cases": Ask(),
    "POST /v1/oauth/token": Ask(form=lambda scene: token_form(scene.client_id, scene.client_secret)),
    "GET /v1/integrations/cases": Ask(),
    f"GET {SHARED}": Ask(case="waiting"),
    f"PATCH {SHARED}": Ask(json={"reference": "A-1", "state": "received"}, case="waiting", headers=_any_version),
    "GET /v1/integrations/statistics/understanding": Ask(),
    "GET /v1/phrases": Ask(params=lambda scene: {"case": scene.case_id}, case="claimed"),
    "PUT /v1/phrases/locale": Ask(json={"locale": "en"}),
    "GET /v1/statistics/understanding": Ask(),
    "GET /v1/statistics/cases": Ask(),
    "GET /v1/statistics/contacts": Ask(),
    "GET /v1/statistics/times": Ask(),
    "GET /v1/statistics/guides": Ask(),
    "GET /v1/statistics/export.{format}": Ask(),
    "GET /v1/statistics/chi.csv": Ask(),
    "GET /v1/supervision/load": Ask(),
    "POST /v1/staff/pause": Ask(json={"hand_over_to": "queue"}),
    "POST /v1/staff/resume": Ask(),
    "GET /v1/directory": Ask(),
    "GET /v1/directory/{country}": Ask(),
    "POST /v1/directory/{country}/{kind}/{entry}/checks": Ask(json=_check),
    "GET /v1/webhooks": Ask(),
    "POST /v1/webhooks": Ask(json=_webhook),
    "GET /v1/webhooks/deliveries": Ask(),
    "POST /v1/webhooks/deliveries/{delivery_id}/replay": Ask(path=_endpoint),
    "PATCH /v1/webhooks/{endpoint_id}": Ask(json={"active": True}, path=_endpoint),
    "DELETE /v1/webhooks/{endpoint_id}": Ask(path=_endpoint),
    "POST /v1/webhooks/{endpoint_id}/secret": Ask(path=_endpoint),
    "POST /v1/webhooks/{endpoint_id}/test": Ask(path=_endpoint),
    "POST /v1/webhooks/{endpoint_id}/replay": Ask(path=_endpoint),
    "GET /v1/primero": Ask(),
    "PUT /v1/primero": Ask(json=_account),
    "DELETE /v1/primero": Ask(path=_set_up),
    "GET /v1/lessons/{lesson_id}/pack": Ask(path=_calm_lesson),
    "GET /class/home/{lesson_id}": Ask(path=_calm_lesson),
    "GET /preview": Ask(),
    "GET /": Ask(),
    "GET /assets/{name}": Ask(),
    "GET /class": Ask(),
    "GET /class/screen": Ask(),
    "GET /class/teach": Ask(),
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
