"""Who uses Faro, as the tests act them: a child by the API, and staff with their browser's cookie."""

import asyncio
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import httpx
import pyotp

from api.auth.rules import Role
from api.auth.service import create_helpline, create_staff
from api.db import Database
from api.settings import Settings
from tests.support.installation import Installation


@dataclass
class ChildClient:
    """A child with a token."""

    http: httpx.Client
    id: str
    token: str
    started: dict[str, Any]

    @classmethod
    def start(cls, url: str, **wanted: Any) -> "ChildClient":
        http = httpx.Client(base_url=url, timeout=15)
        reply = http.post("/v1/conversations", json={"locale": "en", **wanted})
        assert reply.status_code == 201, reply.text
        body = reply.json()
        return cls(http, body["id"], body["token"], body)

    @property
    def headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.token}"}

    @property
    def path(self) -> str:
        return f"/v1/conversations/{self.id}"

    def post(self, path: str, body: Any = None, key: str | None = None) -> httpx.Response:
        headers = {**self.headers, "idempotency-key": key or str(uuid.uuid4())}
        return self.http.post(self.path + path, json=body, headers=headers)

    def get(self, path: str = "", **parameters: Any) -> httpx.Response:
        return self.http.get(self.path + path, headers=self.headers, params=parameters)

    def say(self, text: str, key: str | None = None) -> dict[str, Any]:
        return self._turn(self.post("/messages", {"text": text}, key))

    def tap(self, reply: str) -> dict[str, Any]:
        return self._turn(self.post("/messages", {"reply": reply}))

    def hand_over(self, share: str = "summary", key: str | None = None, **more: Any) -> dict[str, Any]:
        reply = self.post("/handoff", {"share": share, **more}, key)
        assert reply.status_code == 201, reply.text
        body: dict[str, Any] = reply.json()
        return body

    def texts(self) -> list[tuple[str, str]]:
        return [(b["by"], b["text"]) for b in self.get().json()["bubbles"]]

    @staticmethod
    def _turn(reply: httpx.Response) -> dict[str, Any]:
        assert reply.status_code == 200, reply.text
        body: dict[str, Any] = reply.json()
        return body


@dataclass
class StaffClient:
    """A signed-in member of staff."""

    http: httpx.Client
    email: str
    id: str = ""

    @classmethod
    def sign_in(cls, url: str, email: str, password: str, key: str) -> "StaffClient":
        http = httpx.Client(base_url=url, timeout=15, headers={"origin": url})
        given = {"email": email, "password": password, "code": pyotp.TOTP(key).now()}
        reply = http.post("/v1/staff/sessions", json=given)
        assert reply.status_code == 201, reply.text
        return cls(http, email, http.get("/v1/staff/sessions/current").json()["id"])

    def queue(self, **narrowed: Any) -> list[dict[str, Any]]:
        reply = self.http.get("/v1/cases", params=narrowed)
        assert reply.status_code == 200, reply.text
        items: list[dict[str, Any]] = reply.json()["items"]
        return items

    def act(self, case_id: str, verb: str, body: Any = None, key: str | None = None) -> httpx.Response:
        return self.http.post(f"/v1/cases/{case_id}/{verb}", json=body, headers={"idempotency-key": key or str(uuid.uuid4())})

    def case(self, case_id: str) -> dict[str, Any]:
        body: dict[str, Any] = self.http.get(f"/v1/cases/{case_id}").json()
        return body

    def find(self, number: str) -> dict[str, Any]:
        return next(row for row in self.queue() if row["number"] == number)


@dataclass
class Hiring:
    """Makes helplines and staff of an installation, as an administrator would."""

    installation: Installation
    made: int = field(default=0)

    def helpline(self, *roles: Role, name: str = "Another helpline") -> list[StaffClient]:
        """A new helpline with one signed-in member of staff a role."""
        return [StaffClient.sign_in(self.installation.url, *person) for person in self.hire(*roles, name=name)]

    def hire(self, *roles: Role, name: str = "Another helpline") -> list[tuple[str, str, str]]:
        """A new helpline with one member of staff a role, not signed in yet: (email, password, authenticator key)."""
        self.made += 1
        with ThreadPoolExecutor(1) as thread:  # a browser test has an event loop running in its own
            return thread.submit(asyncio.run, self._make(name, roles)).result()

    async def _make(self, name: str, roles: tuple[Role, ...]) -> list[tuple[str, str, str]]:
        database = Database(self.installation.database_url)
        settings = Settings(argon2_mib=8, var=self.installation.folder)
        try:
            async with database.write() as db:
                _, key, pair = await create_helpline(db, name)
                new = []
                for n, role in enumerate(roles):
                    email = f"{role.value}-{self.made}-{n}@{uuid.uuid4().hex[:6]}.invalid"
                    new.append(await create_staff(db, settings, (key, pair), email, f"{role.value} {n}", role))
        finally:
            await database.close()
        return [(n.staff.email, n.password, n.totp_secret) for n in new]
