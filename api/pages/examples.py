"""The API's description with who may call, and an example of each call as it is really sent and answered (`calls/`)."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml
from fastapi import FastAPI

from api.auth.access import COOKIE, Child, ClientOnly, InClass, StaffOnly
from api.auth.rules import Rule, Scope, rules_of

CALLS = Path(__file__).parent / "calls"
SUCCESS = "2"
PROBLEM = {
    "title": "Problem", "type": "object", "required": ["type", "title", "status", "detail"],
    "description": "RFC 9457 problem details; to a child they come in the child's language, with the way to help.",
    "properties": {
        "type": {"type": "string"}, "title": {"type": "string"}, "status": {"type": "integer"}, "detail": {"type": "string"},
    },
}  # fmt: skip
REFUSED = {
    "description": "Refused, or not possible now",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}
SCOPES = {
    Scope.cases_read: "cases that a child passed on, sealed to the client",
    Scope.cases_status: "report where a case stands",
    Scope.statistics_read: "counts of how children were heard",
}
TOKEN = {"tokenUrl": "/v1/oauth/token", "scopes": {scope.value: about for scope, about in SCOPES.items()}}
SCHEMES = {
    "child": {"type": "http", "scheme": "bearer"},
    "class": {"type": "http", "scheme": "bearer"},
    "staff": {"type": "apiKey", "in": "cookie", "name": COOKIE},
    "client": {"type": "oauth2", "flows": {"clientCredentials": TOKEN}},
}


@cache
def examples() -> dict[str, dict[str, Any]]:
    """`METHOD /path` -> `request` and `response`, where the call has them."""
    rooms = [yaml.safe_load(path.read_text("utf-8")) for path in sorted(CALLS.glob("*.yaml"))]
    return {name: example for room in rooms for name, example in room.items()}


def described(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document of the application; the framework keeps it, so that it is made once."""
    api = app.openapi()
    if "securitySchemes" in api["components"]:
        return api
    api["components"]["securitySchemes"] = SCHEMES
    schemas = api["components"]["schemas"]
    for name in ("HTTPValidationError", "ValidationError"):  # the framework's, which never goes out (`api/problems.py`)
        schemas.pop(name, None)
    schemas["Problem"] = PROBLEM
    for context, rule in rules_of(app.routes):
        for method in context.methods or ():
            call = api["paths"].get(context.path, {}).get(method.lower())
            if call is not None:
                _describe(call, rule, examples().get(f"{method} {context.path}", {}))
    return api


def _describe(call: dict[str, Any], rule: Rule | None, example: dict[str, Any]) -> None:
    call["security"] = _security(rule)
    call["responses"].pop("422", None)
    call["responses"]["default"] = REFUSED
    _put(call.get("requestBody", {}), example.get("request"))
    for status, answer in call["responses"].items():
        if status.startswith(SUCCESS):
            _put(answer, example.get("response"))


def _put(part: dict[str, Any], example: Any) -> None:
    for content in part.get("content", {}).values():
        if example is not None:
            content["example"] = example


def _security(rule: Rule | None) -> list[dict[str, list[str]]]:
    match rule:
        case ClientOnly():
            return [{"client": sorted(rule.scopes)}]
        case StaffOnly():
            return [{"staff": []}]
        case Child():
            return [{"child": []}]
        case InClass():
            return [{"class": []}]
    return []
