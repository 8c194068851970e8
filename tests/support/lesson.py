"""A class session as an educator holds it, for tests of the pages that follow it."""

from dataclasses import dataclass, field
from typing import Any

import httpx

from api.lessons.steps import GATE
from tests.support.installation import Installation


@dataclass
class Lesson:
    """A class session that was opened over HTTP."""

    http: httpx.Client
    code: str
    host: str
    screen: str
    seats: list[str] = field(default_factory=list)

    @classmethod
    def open(cls, site: Installation, lesson: str = "a2_ask_first", **wanted: object) -> "Lesson":
        http = httpx.Client(base_url=f"{site.url}/v1/classroom", timeout=20)
        reply = http.post("/sessions", json={"lesson": lesson, "checklist": list(GATE), "country": "RS", **wanted})
        assert reply.status_code == 201, reply.text
        opened = reply.json()
        return cls(http, opened["code"], opened["host"], opened["screen"])

    def act(self, path: str) -> None:
        """`steps/d1/open`, `pause`, `end` and so on."""
        reply = self.http.post(f"/{path}", headers=_bearer(self.host))
        assert reply.status_code == 200, reply.text

    def sheet(self) -> dict[str, Any]:
        """The run sheet."""
        found: dict[str, Any] = self.http.get("/host", headers=_bearer(self.host)).json()
        return found

    def answers(self, step: str) -> int:
        return int(next(row["answers"] for row in self.sheet()["steps"] if row["key"] == step))

    def questions(self) -> list[str]:
        return [row["text"] for row in self.http.get("/questions", headers=_bearer(self.host)).json()["items"]]

    def others(self, number: int) -> None:
        """More pupils, who answer what `all_say` says."""
        self.seats += [self.http.post("/join", json={"code": self.code}).json()["seat"] for _ in range(number)]

    def all_say(self, item: str, option: str) -> None:
        for seat in self.seats:
            assert self.http.put("/answers", json={"answers": {item: [option]}}, headers=_bearer(seat)).status_code == 200


def _bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}
