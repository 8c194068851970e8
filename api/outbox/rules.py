"""Pure decisions of the outbox: which addresses, when again, how a body is signed. No database, no network, no clock.

Standard Webhooks 1.0.0: the id stays over all tries, each try has its own time, ten tries go over three days.
"""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Network, ip_address
from typing import Any, NamedTuple

from standardwebhooks import Webhook

CASE_EVENTS = ("case.created", "case.claimed", "case.released", "case.closed", "case.erased")
HEAD_EVENT, TEST_EVENT = "audit.head", "webhook.test"
EVENTS = (*CASE_EVENTS, HEAD_EVENT)
MAX_BODY = 20_000  # bytes; what is more than that is not a thin event
LEASE = timedelta(minutes=1)  # longer than a try may take
TWO_SECRETS = timedelta(hours=24)
KEEP_DELIVERED, KEEP_PARKED = timedelta(days=7), timedelta(days=90)
# after the first try, the second, ...; together 75 hours and 35 minutes
WAITS = (
    timedelta(seconds=5), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=5),
    timedelta(hours=10), timedelta(hours=14), timedelta(hours=20), timedelta(hours=24),
)  # fmt: skip
JITTER = 0.1  # so that a receiver that comes back is not asked by all at once
GONE = 410


class DeliveryState(StrEnum):
    """due -> delivered, or parked after the last try; a replay makes it due again."""

    due = "due"
    delivered = "delivered"
    parked = "parked"


class HandInState(StrEnum):
    """sending -> sent, refused or away; only `away` may get better by itself."""

    sending = "sending"
    sent = "sent"
    refused = "refused"
    away = "away"


class After(NamedTuple):
    """What comes after a try: the state, and when the next try is due."""

    state: DeliveryState
    due_at: datetime


def after_try(status: int | None, tries: int, at: datetime, chance: float) -> After:
    """What to do after the try number `tries` (from 1) was answered with `status`, or with nothing.

    Only 2xx is success; a redirect is not followed and so a failure; 410 says that nobody wants it any more.

    Args:
        chance: 0 to 1, spreads the next try by a tenth to both sides.
    """
    if status is not None and 200 <= status < 300:
        return After(DeliveryState.delivered, at)
    if status == GONE or tries > len(WAITS):
        return After(DeliveryState.parked, at)
    return After(DeliveryState.due, at + WAITS[tries - 1] * (1 + JITTER * (2 * chance - 1)))


def body_of(event: str, at: datetime, data: Mapping[str, Any]) -> str:
    """The JSON of an event, the same letters at every try.

    Raises:
        ValueError: somebody put more into it than ids and clear metadata.
    """
    whole = {"type": event, "timestamp": at.astimezone(UTC).isoformat(), "data": dict(data)}
    body = json.dumps(whole, separators=(",", ":"))
    if len(body) >= MAX_BODY:
        raise ValueError("an event is thin")
    return body


def signed(secrets: Sequence[bytes], delivery_id: str, at: datetime, body: str) -> dict[str, str]:
    """The headers of one try; each secret signs, so that a receiver may change its secret in its own time."""
    moment = at.astimezone(UTC)  # the library takes any other zone for UTC and signs a time that is not sent
    return {
        "content-type": "application/json",
        "webhook-id": delivery_id,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": " ".join(Webhook(secret).sign(delivery_id, moment, body) for secret in secrets),
    }


# An address has exactly this form, so that no two parsers can see different hosts in it: https, a name of two or more
# labels whose last has no digit (so no number in any notation), no port but 443, no user, no fragment, plain ASCII.
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_REST = r"(?:/[A-Za-z0-9._~!$&'()*+,;=:@%/-]*(?:\?[A-Za-z0-9._~!$&'()*+,;=:@%/?-]*)?)?"
_ADDRESS = re.compile(rf"https://(?:{_LABEL}\.)+(?:[a-z]{{2,63}}|xn--[a-z0-9-]{{1,59}})(?::443)?{_REST}")
_LOOPBACK = re.compile(rf"http://127\.0\.0\.1:[1-9]\d{{0,4}}{_REST}")
_GLOBAL_UNICAST = IPv6Network("2000::/3")  # leaves out mapped, compatible and translated IPv4 (NAT64) too


def may_call(url: str, loopback: bool = False) -> bool:
    """Whether an address has a form that Faro calls (OWASP API7:2023, ASVS 1.3.6).

    Args:
        loopback: also `http://127.0.0.1:<port>`, for development and tests.
    """
    return len(url) <= 500 and bool(_ADDRESS.fullmatch(url) or (loopback and _LOOPBACK.fullmatch(url)))


def is_public(address: str) -> bool:
    """Whether a resolved address is one of the open internet: no private, local, shared, mapped or reserved one."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    if not found.is_global or found.is_multicast or found.is_reserved:
        return False
    if isinstance(found, IPv4Address):
        return True
    return found in _GLOBAL_UNICAST and found.sixtofour is None and found.teredo is None
