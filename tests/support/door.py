"""The staff's front door, try by try: sign-in with chosen words, from a chosen place."""

import time
from dataclasses import dataclass
from typing import Any

import httpx
import pyotp

from api.auth.rules import Role
from tests.support.installation import Installation
from tests.support.people import Hiring

PATH = "/v1/staff/sessions"
ME = f"{PATH}/current"


@dataclass(frozen=True)
class Member:
    """A member of staff who stands before the door of an installation."""

    url: str
    email: str
    password: str
    key: str

    def code(self, steps: int = 0) -> str:
        """The authenticator's code, of now or of `steps` half minutes later."""
        return pyotp.TOTP(self.key).at(int(time.time()), counter_offset=steps)

    def knock(self, headers: dict[str, str] | None = None, **changed: Any) -> httpx.Response:
        """One try; what is not changed is right."""
        given = {"email": self.email, "password": self.password, "code": self.code(), **changed}
        return httpx.post(
            f"{self.url}{PATH}", json=given, headers={"origin": self.url} if headers is None else headers, timeout=15
        )

    def enter(self, code: str | None = None) -> httpx.Client:
        """A browser that is signed in."""
        reply = self.knock(code=code or self.code())
        assert reply.status_code == 201, reply.text
        return httpx.Client(base_url=self.url, timeout=15, headers={"origin": self.url}, cookies=reply.cookies)


def hire(installation: Installation, *roles: Role) -> list[Member]:
    """New members of a new helpline, each with codes of their own."""
    return [Member(installation.url, *person) for person in Hiring(installation).hire(*roles)]
