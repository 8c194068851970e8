"""A client's life: registered, given tokens by RFC 6749, rotated, disabled; and what is refused on the way."""

import base64
import hashlib
from datetime import timedelta
from typing import Any

import httpx
import pytest

from api.auth.rules import OVERLAP, TOKEN_LIFE, Scope
from tests.support.joining import invite, join
from tests.support.office import Office
from tests.support.routes import table
from tests.support.systems import SystemClient, new_client, token_form

MOMENT = timedelta(seconds=30)


def test_a_token_is_given_for_a_form_for_json_and_for_basic(system: SystemClient) -> None:
    basic = base64.b64encode(f"{system.id}:{system.secret}".encode()).decode()
    fields = token_form(system.id, system.secret)
    asked: list[dict[str, Any]] = [
        {"data": fields},
        {"json": fields},
        {"data": {"grant_type": "client_credentials"}, "headers": {"authorization": f"Basic {basic}"}},
        {"data": {**fields, "something_else": "ignored"}},
    ]
    for given in asked:
        reply = system.http.post("/v1/oauth/token", **given)
        assert reply.status_code == 200, reply.text
        assert (reply.headers["cache-control"], reply.headers["pragma"]) == ("no-store", "no-cache")
        answer = reply.json()
        assert (answer["token_type"], answer["expires_in"]) == ("Bearer", 3600)
        assert answer["scope"] == "cases.read cases.status statistics.read"
        assert system.http.get("/v1/integrations/cases", headers=_bearer(answer["access_token"])).status_code == 200


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"client_id": "nobody"}, 401, "invalid_client"),
        ({"client_secret": ""}, 401, "invalid_client"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"grant_type": ""}, 400, "invalid_request"),
        ({"scope": "cases.read everything"}, 400, "invalid_scope"),
    ],
    ids=str,
)
def test_a_refusal_carries_its_code(system: SystemClient, changed: dict[str, str], status: int, code: str) -> None:
    reply = system.ask_token(**changed)
    assert (reply.status_code, reply.json()) == (status, {"error": code})
    assert ("www-authenticate" in reply.headers) == (status == 401)


@pytest.mark.parametrize(
    "body", [b"[", b"[" * 60000, b"\xff", b"client_id=a&client_id=b", b"1"], ids=["[", "deep", "utf", "twice", "1"]
)
@pytest.mark.parametrize("kind", ["application/json", "application/x-www-form-urlencoded"])
def test_a_body_that_is_none_is_refused_and_nothing_falls_over(system: SystemClient, body: bytes, kind: str) -> None:
    reply = system.http.post("/v1/oauth/token", content=body, headers={"content-type": kind})
    assert reply.status_code in (400, 401)
    assert reply.json()["error"] in ("invalid_request", "invalid_client")


def test_two_ways_to_prove_it_at_once_are_refused(system: SystemClient) -> None:
    basic = base64.b64encode(f"{system.id}:{system.secret}".encode()).decode()
    reply = system.http.post(
        "/v1/oauth/token", data=token_form(system.id, system.secret), headers={"authorization": f"Basic {basic}"}
    )
    assert (reply.status_code, reply.json()["error"]) == (400, "invalid_request")


def test_neither_secret_nor_token_stands_in_the_database(office: Office, system: SystemClient) -> None:
    """Only SHA-256 does; a thief of the tables asks for nothing."""
    cells = office.store.values()
    for held in (system.secret, system.token):
        assert not [cell for cell in cells if held.encode() in (cell if isinstance(cell, bytes) else cell.encode())]
        assert hashlib.sha256(held.encode()).digest() in cells


@pytest.mark.parametrize(
    "key", ["", "no base64!", base64.b64encode(bytes(31)).decode(), base64.b64encode(bytes(32)).decode()], ids=repr
)
def test_a_key_that_nothing_can_be_sealed_to_is_refused(office: Office, prove: None, key: str) -> None:
    reply = office.admin.http.post("/v1/clients", json={**new_client(), "public_key": key})
    assert (reply.status_code, reply.json()["detail"]) == (400, "public_key")


@pytest.mark.parametrize("changed", [{"name": "  "}, {"name": "x" * 81}, {"scopes": []}, {"scopes": ["everything"]}], ids=str)
def test_a_system_without_a_name_or_with_strange_scopes_is_refused(office: Office, prove: None, changed: dict[str, Any]) -> None:
    assert office.admin.http.post("/v1/clients", json={**new_client(), **changed}).status_code == 400


def test_only_a_fresh_proof_connects_a_system(office: Office, prove: None) -> None:
    office.age_proof(office.admin, timedelta(minutes=6))
    reply = office.admin.http.post("/v1/clients", json=new_client())
    assert (reply.status_code, reply.json()["title"]) == (403, "ProofIsOld")


def test_a_rotated_secret_opens_for_seven_days_more_and_then_no_longer(office: Office, system: SystemClient) -> None:
    """Two are valid meanwhile, never three."""
    first, answer = system.secret, _rotate(office, system)
    assert answer["secrets"] == 2
    system.secret = answer["secret"]
    assert [system.ask_token(client_secret=secret).status_code for secret in (first, system.secret)] == [200, 200]
    where = "client_id = ? and expires_at is not null"
    office.store.set_time("client_secret", "expires_at", MOMENT, where, system.id)
    assert [system.ask_token(client_secret=secret).status_code for secret in (first, system.secret)] == [401, 200]
    second, answer = system.secret, _rotate(office, system)
    third = _rotate(office, system)
    assert third["secrets"] == 2
    assert [system.ask_token(client_secret=secret).status_code for secret in (second, third["secret"])] == [401, 200]
    until = office.store.one("select julianday(expires_at) - julianday('now') from client_secret where client_id = ? and "
                             "expires_at is not null", system.id)  # fmt: skip
    assert timedelta(days=until) == pytest.approx(OVERLAP, abs=timedelta(minutes=5))


def _rotate(office: Office, system: SystemClient) -> dict[str, Any]:
    reply = office.admin.http.post(f"/v1/clients/{system.id}/secrets")
    assert reply.status_code == 201, reply.text
    body: dict[str, Any] = reply.json()
    return body


def test_a_disabled_client_is_refused_at_once_and_for_good(office: Office, system: SystemClient) -> None:
    _, case_id = office.waiting()
    assert system.get(f"/{case_id}").status_code == 200
    assert office.admin.http.post(f"/v1/clients/{system.id}/disable").json()["active"] is False
    assert system.get().status_code == 401
    assert system.ask_token().json() == {"error": "invalid_client"}
    assert office.store.rows("select * from client_grant where client_id = ?", system.id) == []
    for verb in ("secrets", "disable"):
        assert office.admin.http.post(f"/v1/clients/{system.id}/{verb}").status_code == 409
    office.waiting()
    assert office.store.rows("select * from client_grant where client_id = ?", system.id) == []


def test_a_token_ends_after_an_hour_and_not_before(office: Office, system: SystemClient) -> None:
    digest = hashlib.sha256(system.token.encode()).digest()
    left = office.store.one("select julianday(expires_at) - julianday('now') from client_token where token_hash = ?", digest)
    assert timedelta(days=left) == pytest.approx(TOKEN_LIFE, abs=timedelta(minutes=1))
    office.store.set_time("client_token", "expires_at", -MOMENT, "token_hash = ?", digest)
    assert system.get().status_code == 200
    office.store.set_time("client_token", "expires_at", MOMENT, "token_hash = ?", digest)
    assert system.get().status_code == 401


def test_who_shows_no_token_is_told_how_to_ask(system: SystemClient) -> None:
    """RFC 6750 3: the scheme, and an error only if there was a token."""
    bare, wrong = (system.http.get("/v1/integrations/cases", headers=headers) for headers in ({}, _bearer("x")))
    for reply in (bare, wrong):
        assert (reply.status_code, reply.headers["content-type"]) == (401, "application/problem+json")
        assert reply.json()["type"] == "/problems/not-signed-in"
    assert bare.headers["www-authenticate"] == 'Bearer realm="faro"'
    assert wrong.headers["www-authenticate"] == 'Bearer realm="faro", error="invalid_token"'


NEEDS = {route: rule.scopes for route, (rule, _) in table().items() if hasattr(rule, "scopes")}


@pytest.mark.parametrize("route", sorted(NEEDS))
@pytest.mark.parametrize("scope", list(Scope))
def test_a_token_opens_what_its_scope_names(office: Office, system: SystemClient, route: str, scope: Scope) -> None:
    """Every route of machines x every scope alone."""
    _, case_id = office.waiting()
    token = system.ask_token(scope=scope).json()["access_token"]
    method, path = route.split(" ")
    headers = {**_bearer(token), "idempotency-key": "a key of ours", "if-match": "*"}
    body = {"json": {"state": "received"}} if method == "PATCH" else {}
    reply = httpx.request(method, office.installation.url + path.format(case_id=case_id), headers=headers, **body)  # type: ignore[arg-type]
    if NEEDS[route] == {scope}:
        assert reply.status_code == 200, reply.text
    else:
        assert reply.status_code == 403
        wanted = " ".join(sorted(NEEDS[route]))
        assert reply.headers["www-authenticate"] == f'Bearer realm="faro", error="insufficient_scope", scope="{wanted}"'


def test_what_is_done_to_clients_and_by_them_is_written_down(office: Office, system: SystemClient) -> None:
    """A refused scope and a wrong secret too; the audit page names the system."""
    system.ask_token(client_secret="wrong")
    _rotate(office, system)
    token = system.ask_token(scope="statistics.read").json()["access_token"]
    assert system.http.get("/v1/integrations/cases", headers=_bearer(token)).status_code == 403
    query = "select action from audit_entry where thing = ? order by seq"
    acts = [action for (action,) in office.store.rows(query, system.id)]
    assert acts == ["client.register", "client.approve", "client.token", "client.refused", "client.rotate", "client.token"]
    newest = office.supervisor.http.get("/v1/audit").json()["items"][0]
    assert (newest["by"], newest["action"], newest["reason"]) == ("Our case system", "refused", "GET 403 Forbidden")


def test_a_million_wrong_secrets_do_not_fill_the_audit_log(office: Office, system: SystemClient) -> None:
    """Neither for a known id nor for one that nobody has; and the right secret goes on opening."""
    count = "select count(*) from audit_entry"
    before = office.store.one(count)
    for _ in range(25):
        assert system.ask_token(client_secret="wrong").status_code == 401
        assert system.ask_token(client_id="unknown").status_code == 401
    assert 1 <= office.store.one(count) - before <= 20  # the minute may turn over once in between
    assert system.ask_token().status_code == 200


def test_the_list_shows_each_system_and_the_day_of_its_last_request(office: Office, system: SystemClient) -> None:
    system.get()
    for who in (office.admin, office.supervisor):
        listed = next(row for row in who.http.get("/v1/clients").json()["items"] if row["id"] == system.id)
        assert (listed["name"], listed["active"], listed["secrets"]) == ("Our case system", True, 1)
        assert listed["seen_on"] == listed["created_at"][:10]
        assert listed["public_key"] == base64.b64encode(bytes(system.private.public_key)).decode()
        assert "secret" not in listed


def test_no_case_is_sealed_to_a_system_that_only_an_admin_wants(office: Office, prove: None) -> None:
    """An admin holds no key and gains none by a key pair of their own: a supervisor who holds the team key must agree."""
    system = SystemClient.connect(office.admin, *Scope)
    office.waiting()
    approve = f"/v1/clients/{system.id}/approve"
    assert office.admin.http.post(approve).status_code == 403
    assert office.supervisor.http.post(f"/v1/clients/{system.id}/cases").json()["detail"] == "not approved"
    invited = join(office.installation.url, invite(office.supervisor, "keyless@helpline.invalid", "supervisor"))
    assert invited.http.post(approve).status_code == 403
    assert system.ids() == []
    assert office.supervisor.http.post(approve).json()["approved"] is True
    _, later = office.waiting()
    assert system.ids() == [later]


def _bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}
