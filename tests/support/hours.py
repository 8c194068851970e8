"""When a helpline is open and whom it serves, set around the real clock, because the server has no other."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from tests.support.people import StaffClient
from tests.support.routes import HOURS


def set_hours(supervisor: StaffClient, **wanted: Any) -> dict[str, Any]:
    reply = try_hours(supervisor, **wanted)
    assert reply.status_code == 200, reply.text
    body: dict[str, Any] = reply.json()
    return body


def try_hours(supervisor: StaffClient, **wanted: Any) -> httpx.Response:
    return supervisor.http.put("/v1/helpline/hours", json={**HOURS, **wanted})


def daily(opens_in: timedelta, lasts: timedelta = timedelta(hours=1), zone: str = "UTC") -> dict[str, Any]:
    """Hours of every day that begin so long from now (negative: began so long ago)."""
    opens = datetime.now(UTC) + opens_in
    return {"zone": zone, "hours": [f"Mon-Sun {opens:%H:%M}-{opens + lasts:%H:%M}"]}


CLOSED, OPEN = daily(timedelta(hours=3)), daily(timedelta(hours=-2), timedelta(hours=5))
