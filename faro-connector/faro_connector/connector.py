"""The calls: a token by client credentials, pages of cases, one case, a report; tried again where that is safe."""

import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from ipaddress import ip_address
from typing import Any, Self

import httpx

from faro_connector.cases import Case, Report, open_case, read_report
from faro_connector.keys import Opener

CASES = "/v1/integrations/cases"
TRIES = 5
LONGEST_WAIT = 60.0
AGAIN = frozenset({429, 502, 503, 504})
STALE = 412


class Refused(Exception):
    """The API said no. `status` is HTTP's, `kind` the last part of the problem's type (docs/api.md lists them)."""

    def __init__(self, status: int, kind: str) -> None:
        super().__init__(f"{status} {kind}")
        self.status, self.kind = status, kind


class Connector:
    """Your helpline's cases.

    Args:
        url: where Faro answers, for example `https://faro.example.org`.
        client_id, client_secret: what the admin was shown when your system was connected.
        private_key: base64 of 32 bytes, of `python -m faro_connector keys`. It never leaves this process.
        http: a client of your own, for proxies or tests.

    Raises:
        ValueError: the address is neither https nor loopback, or the key is none.
    """

    def __init__(
        self, url: str, client_id: str, client_secret: str, private_key: str,
        *, http: httpx.Client | None = None, sleep: Callable[[float], None] = time.sleep,
    ) -> None:  # fmt: skip
        _refuse_plain_http(url)
        self._url, self._credentials = url.rstrip("/"), (client_id, client_secret)
        self._mine, self._token, self._sleep = Opener.of(private_key), "", sleep
        self._http = http or httpx.Client(timeout=30)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._http.close()

    def cases(self, after: datetime | None = None) -> Iterator[Case]:
        """Every case that is sealed to you, opened, in the order of its last change.

        Args:
            after: only what changed at that moment or later: the `updated_at` of the last case you kept. The case of
                that very moment comes once more, so that none is ever missed.

        Raises:
            CannotOpen: a case was sealed to another key.
            Refused: the API said no.
            httpx.TransportError: it could not be reached.
        """
        asked = {"updated_after": after.isoformat()} if after else {}
        place: dict[str, str] | None = {}
        while place is not None:
            page = self._ask("GET", CASES, params={**asked, **place}).json()
            for row in page["items"]:
                # the time of its place in the list: a newer one would lead past the cases between, if you end here
                yield replace(self.case(row["id"]), updated_at=datetime.fromisoformat(row["updated_at"]))
            place = {"after": page["next"]} if page["next"] else None

    def case(self, case_id: str) -> Case:
        """One case, opened. Raises what `cases` raises."""
        reply = self._ask("GET", f"{CASES}/{case_id}")
        return open_case(reply.json(), reply.headers["etag"], self._mine)

    def changed(self, case: Case) -> Case | None:
        """The case as it is now, or None if it is still as you hold it; then nothing is sent."""
        reply = self._ask("GET", f"{CASES}/{case.id}", headers={"If-None-Match": case.etag})
        if reply.status_code == httpx.codes.NOT_MODIFIED:
            return None
        return open_case(reply.json(), reply.headers["etag"], self._mine)

    def report(self, case_id: str, *, state: str, reference: str | None = None) -> Report:
        """Tell the helpline where the case stands with you. It is kept once, however often it must be sent.

        Args:
            state: received, in_progress, referred, closed or refused.
            reference: your own number of the case: letters, digits and `._:/-`, at most 64; no names.

        Raises:
            Refused: the API said no; 412 if others change the case faster than it can be read.
        """
        said = {"state": state, **({"reference": reference} if reference else {})}
        for last in (False, False, True):
            etag = self._ask("GET", f"{CASES}/{case_id}").headers["etag"]
            headers = {"If-Match": etag, "Idempotency-Key": str(uuid.uuid4())}
            try:
                return read_report(self._ask("PATCH", f"{CASES}/{case_id}", json=said, headers=headers).json())
            except Refused as refused:
                if last or refused.status != STALE:
                    raise
        raise AssertionError("the last try returns or raises")

    def _ask(self, method: str, path: str, headers: dict[str, str] | None = None, **content: Any) -> httpx.Response:
        """One call, with a new token if the one at hand has ended."""
        for last in (False, True):
            self._token = self._token or self._new_token()
            sent = {**(headers or {}), "Authorization": f"Bearer {self._token}"}
            reply = self._try(method, path, headers=sent, **content)
            if reply.status_code == httpx.codes.UNAUTHORIZED and not last:
                self._token = ""
                continue
            break
        if not reply.is_success and reply.status_code != httpx.codes.NOT_MODIFIED:
            raise Refused(reply.status_code, _kind(reply))
        return reply

    def _new_token(self) -> str:
        reply = self._try("POST", "/v1/oauth/token", data={"grant_type": "client_credentials"}, auth=self._credentials)
        if not reply.is_success:
            raise Refused(reply.status_code, _kind(reply))
        return str(reply.json()["access_token"])

    def _try(self, method: str, path: str, **content: Any) -> httpx.Response:
        """The same request again, key and all, after a broken line, a full house (429) or a server that is away."""
        for number in range(1, TRIES + 1):
            try:
                reply = self._http.request(method, self._url + path, **content)
            except httpx.TransportError:
                if number == TRIES:
                    raise
                wait = 0.0
            else:
                if reply.status_code not in AGAIN or number == TRIES:
                    return reply
                wait = _asked_to_wait(reply)
            self._sleep(min(max(wait, 2.0 ** (number - 2)), LONGEST_WAIT))
        raise AssertionError("the last try returns or raises")


def _asked_to_wait(reply: httpx.Response) -> float:
    seconds = reply.headers.get("retry-after", "")
    return float(seconds) if seconds.isdigit() else 0.0


def _kind(reply: httpx.Response) -> str:
    """What kind of refusal it is; the answer of a proxy that is no problem document has none."""
    try:
        body = reply.json()
        return str(body.get("error") or body.get("type", "").rsplit("/", 1)[-1])
    except (ValueError, AttributeError):
        return "unknown"


def _refuse_plain_http(url: str) -> None:
    parts = httpx.URL(url)
    if parts.scheme != "https" and not _is_loopback(parts.host):
        raise ValueError("the address must begin with https://, or the secret travels in the clear")


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
