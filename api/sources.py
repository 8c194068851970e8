"""Where a request comes from, without keeping an address anywhere.

A source is an HMAC under a key that lives in this process and is renewed daily; IPv4 is cut to /24, IPv6 to /56.
"""

import hashlib
import hmac
import ipaddress
import secrets
import time

from starlette.requests import Request

DAY_SECONDS = 86_400.0


class Sources:
    """Names sources for the counters of this process."""

    def __init__(self) -> None:
        self._key, self._made = secrets.token_bytes(32), time.monotonic()

    def bucket(self, host: str | None) -> str:
        """The name of the network that `host` is in; another one tomorrow."""
        if time.monotonic() - self._made > DAY_SECONDS:
            self._key, self._made = secrets.token_bytes(32), time.monotonic()
        return hmac.new(self._key, _network(host or "").encode(), hashlib.sha256).hexdigest()


def host_of(request: Request) -> str | None:
    """The address that a request comes from: what the outermost of our own proxies saw.

    Each proxy adds at the right of X-Forwarded-For, so that whatever stands further left is the visitor's own writing.
    """
    hops: int = request.app.state.settings.hops
    seen = [host.strip() for each in request.headers.getlist("x-forwarded-for") for host in each.split(",")]
    if hops and len(seen) >= hops:
        return seen[-hops]
    return request.client.host if request.client else None


def _network(host: str) -> str:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    prefix = 24 if address.version == 4 else 56
    return str(ipaddress.ip_network((address, prefix), strict=False))
