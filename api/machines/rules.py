"""Pure decisions about clients: what a request for a token says, which keys and scopes are good, where a page ends."""

import base64
import binascii
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import unquote_plus

from api.errors import BadRequest, FaroError

KEY_BYTES = 32
DANGER = frozenset({"immediate_danger", "danger.yes", "near.yes", "near.soon", "friend_danger.yes"})
SELF_HARM = frozenset({"suicide_self_harm", "hurt_now.yes", "hurt_now.unsure"})
STATUS_OF = {"invalid_client": 401}  # all others of RFC 6749 5.2 are 400


class TokenRefused(FaroError):
    """No token, with a code of RFC 6749 5.2."""

    key = "system/bad_request"

    def __init__(self, code: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(code, headers)
        self.status = STATUS_OF.get(code, 400)


@dataclass(frozen=True)
class Asked:
    """A request for a token, read but not believed yet."""

    client_id: str
    secret: str
    scope: str | None


def read_request(given: Mapping[str, object], authorization: str) -> Asked:
    """Read the parameters of RFC 6749 4.4.2; unknown ones are ignored, as the RFC demands.

    Raises:
        TokenRefused: another grant, or credentials that are missing, doubled or unreadable.
    """
    fields = {name: value for name, value in given.items() if isinstance(value, str) and value}
    basic = authorization.lower().startswith("basic ")
    if basic and "client_secret" in fields:
        raise TokenRefused("invalid_request")  # one way to prove who asks, not two (RFC 6749 2.3)
    client_id, secret = _basic(authorization) if basic else (fields.get("client_id", ""), fields.get("client_secret", ""))
    if not client_id or not secret:
        raise unknown_client()
    if "grant_type" not in fields:
        raise TokenRefused("invalid_request")
    if fields["grant_type"] != "client_credentials":
        raise TokenRefused("unsupported_grant_type")
    return Asked(client_id, secret, fields.get("scope"))


def _basic(authorization: str) -> tuple[str, str]:
    """Name and secret of a Basic header, which are form-encoded inside (RFC 6749 2.3.1)."""
    try:
        name, colon, secret = base64.b64decode(authorization[6:].strip(), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise unknown_client() from None
    if not colon:
        raise unknown_client()
    return unquote_plus(name), unquote_plus(secret)


def unknown_client() -> TokenRefused:
    """Unknown, disabled, or a wrong secret: answered alike."""
    return TokenRefused("invalid_client", {"WWW-Authenticate": 'Basic realm="faro"'})


def granted(scope: str | None, allowed: Iterable[str]) -> list[str]:
    """The scopes of a token: all that the client has, or the fewer that it asks for.

    Raises:
        TokenRefused: it asks for one that it does not have.
    """
    wanted = scope.split() if scope else sorted(allowed)
    if not wanted or not set(wanted) <= set(allowed):
        raise TokenRefused("invalid_scope")
    return sorted(set(wanted))


def read_key(text: str) -> bytes:
    """A Curve25519 public key (32 bytes) of its base64.

    Raises:
        BadRequest: it is none.
    """
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        raise BadRequest("public_key") from None
    if len(key) != KEY_BYTES:
        raise BadRequest("public_key")
    return key


def cursor_of(at: datetime, case_id: str) -> str:
    return base64.urlsafe_b64encode(json.dumps([at.isoformat(), case_id]).encode()).decode()


def read_cursor(cursor: str) -> tuple[datetime, str]:
    """The place where the last page ended.

    Raises:
        BadRequest: it is no cursor of ours.
    """
    try:
        at, case_id = json.loads(base64.urlsafe_b64decode(cursor))
        moment = datetime.fromisoformat(at)
        if moment.tzinfo is None:
            raise ValueError(at)
        return moment, str(case_id)
    except (ValueError, TypeError, AttributeError):
        raise BadRequest("after") from None
