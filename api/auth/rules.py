"""Roles and the rule that each route must carry (deny by default; ASVS 5.0 8.2.1, OWASP API1, API3, API5:2023)."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from enum import StrEnum

from fastapi.dependencies.models import Dependant
from fastapi.routing import RouteContext, iter_route_contexts
from starlette.routing import BaseRoute

IDLE = timedelta(minutes=20)  # an open console counts as use
ABSOLUTE = timedelta(hours=12)
FRESH = timedelta(minutes=5)  # how long a proof holds for a highly sensitive act (ASVS 7.5.3)
PASSWORD_MIN = 15
TOKEN_LIFE = timedelta(minutes=60)  # a client's bearer token
OVERLAP = timedelta(days=7)  # how long the secret before the newest still opens


class Role(StrEnum):
    """What a member of staff may do (docs/threat-model.md, roles)."""

    counsellor = "counsellor"
    supervisor = "supervisor"
    admin = "admin"


READERS = frozenset({Role.counsellor, Role.supervisor})  # hold the team key; an admin never does
NOBODY, CHILD, CLIENT, CLASS = "nobody", "child", "client", "class"
EVERYBODY = frozenset({NOBODY, CHILD, CLIENT, *Role})


class Scope(StrEnum):
    """What a helpline's own system may do with its token."""

    cases_read = "cases.read"
    cases_status = "cases.status"
    statistics_read = "statistics.read"


class Rule:
    """Who may call a route: an instance stands among the route's dependencies."""

    callers: frozenset[str] = frozenset()


class Anyone(Rule):
    """Open to all, for a reason that is written down."""

    callers = EVERYBODY

    def __init__(self, why: str) -> None:
        self.why = why

    async def __call__(self) -> None: ...


class RouteWithoutRule(RuntimeError):
    """A route without a rule is a bug that must not reach a child: the application does not start."""


def rules_of(routes: Sequence[BaseRoute]) -> Iterator[tuple[RouteContext, Rule | None]]:
    """Every route with its rule, those of included routers too."""
    for context in iter_route_contexts(routes):
        dependant = getattr(context, "dependant", None)
        yield context, next(_rules(dependant), None) if dependant else None


def _rules(dependant: Dependant) -> Iterator[Rule]:
    for inner in dependant.dependencies:
        if isinstance(inner.call, Rule):
            yield inner.call
        yield from _rules(inner)


def check_routes(routes: Sequence[BaseRoute]) -> None:
    """Refuse to start while a route has no rule.

    Raises:
        RouteWithoutRule: names the routes.
    """
    bare = [str(context.path) for context, rule in rules_of(routes) if rule is None]
    if bare:
        raise RouteWithoutRule(f"no rule for: {', '.join(bare)}")
