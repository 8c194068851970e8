"""The documented examples: one for every body, true to its own schema, and really taken by a running installation."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from pydantic import TypeAdapter

from api.app import create_app
from api.auth.rules import CHILD, CLASS, CLIENT, EVERYBODY, Role, Scope
from api.pages.examples import described, examples
from api.settings import Settings
from tests.support.installation import BotProcess
from tests.support.office import Office
from tests.support.routes import table
from tests.support.systems import SystemClient, token_form

ROUTES = sorted(name for name, (_, route) in table().items() if " /v1/" in name and route.include_in_schema)


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return described(create_app(Settings(pepper="only to read the routes")))


def call_of(document: dict[str, Any], route: str) -> dict[str, Any]:
    method, path = route.split(" ")
    call: dict[str, Any] = document["paths"][path][method.lower()]
    return call


def bodies(call: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """What goes in and what comes out in success, where the schema says anything about it."""
    answers = [answer for status, answer in call["responses"].items() if status.startswith("2")]
    for part in [call.get("requestBody", {}), *answers]:
        yield from (content for content in part.get("content", {}).values() if content["schema"])


@pytest.mark.parametrize("route", ROUTES)
def test_every_call_says_what_it_does_and_shows_what_goes_in_and_out(document: dict[str, Any], route: str) -> None:
    call = call_of(document, route)
    assert call["summary"] and call["description"]
    assert [body["schema"] for body in bodies(call) if "example" not in body] == []


@pytest.mark.parametrize("route", ROUTES)
def test_an_example_is_true_to_its_own_schema(route: str) -> None:
    """Read and written again by the model of the route it stays the same: no field is missing, none is too many."""
    _, made = table()[route]
    example = examples().get(route, {})
    if made.body_field is not None:
        taken = TypeAdapter(made.body_field.field_info.annotation).validate_json(json.dumps(example["request"]))
        assert taken.model_dump(mode="json", exclude_unset=True) == example["request"]
    if made.response_model is not None:
        model = TypeAdapter(made.response_model)
        assert model.dump_python(model.validate_json(json.dumps(example["response"])), mode="json") == example["response"]


@pytest.mark.parametrize("route", ROUTES)
def test_every_call_says_by_what_its_caller_is_known(document: dict[str, Any], route: str) -> None:
    """The scheme fits the rule of the route; a call of machines names its scopes."""
    rule, _ = table()[route]
    wanted = {CHILD: "child", CLASS: "class", CLIENT: "client", **dict.fromkeys(Role, "staff")}
    named = [name for scheme in call_of(document, route)["security"] for name in scheme]
    assert rule is not None
    assert named == ([] if rule.callers == EVERYBODY else [wanted[next(iter(rule.callers))]])
    if named == ["client"]:
        assert call_of(document, route)["security"][0]["client"]


def test_no_example_stands_for_a_route_that_is_gone() -> None:
    assert examples().keys() <= set(ROUTES)


def test_no_example_holds_a_secret_that_opens_anything() -> None:
    """They were recorded once: what stands where a secret was is plainly none."""
    held = json.dumps(examples())
    assert not [word for word in held.split('"') if len(word) == 43 and word.replace("-", "").replace("_", "").isalnum()]


@pytest.fixture(scope="module")
def office(bot: BotProcess, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    office = Office.open(tmp_path_factory.mktemp("examples") / "office", bot.url, 1)
    yield office
    office.close()


MACHINES = [name for name in ROUTES if "machines" in table()[name][1].tags]


@pytest.mark.parametrize("route", MACHINES)
def test_a_documented_call_of_machines_is_taken_and_answered_as_documented(office: Office, route: str) -> None:
    """The example's own body, with the ids and the secret of this installation in their places."""
    system = SystemClient.connect(office.admin, *Scope, agreed=office.supervisor)
    _, case_id = office.claimed()
    reply = _send(office, system, case_id, route)
    assert reply.is_success, reply.text
    assert _shape(reply.json()) == _shape(examples()[route]["response"])


def _send(office: Office, system: SystemClient, case_id: str, route: str) -> httpx.Response:
    method, path = route.split(" ")
    body = examples()[route].get("request")
    if route == "POST /v1/oauth/token":
        return system.http.post(path, data={**body, **token_form(system.id, system.secret)})
    address = path.format(case_id=case_id, client_id=system.id)
    if path.startswith("/v1/integrations"):
        headers = {**system.headers, "idempotency-key": "one of our own", "if-match": "*"}
        return system.http.request(method, address, json=body, headers=headers)
    others = {"approve": office.supervisor, "cases": office.supervisor, "reports": office.counsellors[0]}
    who = others.get(path.rsplit("/", 1)[-1], office.admin)
    return who.http.request(method, address, json=body)


def _shape(body: Any) -> Any:
    """The names of the fields; of a list the first item stands for all."""
    if isinstance(body, dict):
        return {name: _shape(value) for name, value in body.items() if isinstance(value, dict)} | dict.fromkeys(
            name for name, value in body.items() if not isinstance(value, dict)
        )
    return [_shape(item) for item in body[:1]] if isinstance(body, list) else None
