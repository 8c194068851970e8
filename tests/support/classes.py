"""A class as the tests act it: an educator with a host link, a projector, pupils with seats, all by the API."""

from dataclasses import dataclass, field
from typing import Any

import httpx

from api.lessons.steps import GATE
from tests.support.callers import Ask, Scene, World

LESSON = "a2_ask_first"
WISHES = {"lesson": LESSON, "locale": "en", "seats": 30, "checklist": list(GATE)}
Said = dict[str, Any]


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


@dataclass
class Pupil:
    """A seat."""

    http: httpx.Client
    token: str
    joined: Said

    def look(self, **more: str) -> Said:
        reply = self.http.get("/v1/classroom/seat", params=more, headers=bearer(self.token))
        assert reply.status_code == 200, reply.text
        found: Said = reply.json()
        return found

    def answer(self, item: str, *chosen: str) -> httpx.Response:
        return self.http.put("/v1/classroom/answers", json={"answers": {item: chosen}}, headers=bearer(self.token))

    def ask(self, text: str, **more: Any) -> httpx.Response:
        return self.http.post("/v1/classroom/questions", json={"text": text, **more}, headers=bearer(self.token))


@dataclass
class Class:
    """A class session with its three tokens."""

    http: httpx.Client
    host: str = ""
    screen: str = ""
    code: str = ""
    pupils: list[Pupil] = field(default_factory=list)

    @classmethod
    def open(cls, url: str, pupils: int = 0, **wishes: Any) -> "Class":
        http = httpx.Client(base_url=url, timeout=30)
        reply = http.post("/v1/classroom/sessions", json={**WISHES, **wishes})
        assert reply.status_code == 201, reply.text
        opened = cls(http, **reply.json())
        for _ in range(pupils):
            opened.sit()
        return opened

    @property
    def link(self) -> str:
        """The host link."""
        return f"{self.http.base_url.join('/class/teach')}#host={self.host}"

    def come(self, number: int) -> "Class":
        """So many pupils more."""
        for _ in range(number):
            self.sit()
        return self

    def all_say(self, item: str, option: str) -> None:
        assert {pupil.answer(item, option).status_code for pupil in self.pupils} == {200}

    def answer_all(self) -> None:
        """What they choose does not matter; the first pupil chooses otherwise than the rest."""
        for item in self.pupils[0].look()["step"]["items"]:
            for n, pupil in enumerate(self.pupils):
                assert pupil.answer(item["id"], item["options"][0 if n else 1]["id"]).status_code == 200

    def answers(self, step: str) -> int:
        return int(self.step(step)["answers"])

    def questions(self) -> list[str]:
        return [row["text"] for row in self.do("questions", "GET")["items"]]

    def join(self, code: str | None = None, **more: Any) -> httpx.Response:
        return self.http.post("/v1/classroom/join", json={"code": code or self.code, **more})

    def sit(self, **more: Any) -> Pupil:
        reply = self.join(**more)
        assert reply.status_code == 201, reply.text
        self.pupils.append(Pupil(self.http, reply.json()["seat"], reply.json()))
        return self.pupils[-1]

    def do(self, path: str, method: str = "POST", **more: Any) -> Said:
        """What the educator taps; gives the run sheet."""
        reply = self.http.request(method, f"/v1/classroom/{path}", headers=bearer(self.host), **more)
        assert reply.is_success, reply.text
        return reply.json() if reply.content else {}

    def vote(self, step: str, *choices: str) -> Said:
        """Open a step, let the first pupils choose, close it; gives the step as the educator sees it."""
        self.do(f"steps/{step}/go")
        self.do(f"steps/{step}/open")
        for pupil, choice in zip(self.pupils, choices, strict=False):
            assert pupil.answer(step, *([choice] if choice else [])).status_code == 200
        return self.step(step, self.do(f"steps/{step}/close"))

    def step(self, key: str, sheet: Said | None = None) -> Said:
        steps = (sheet or self.sheet())["steps"]
        return next(step for step in steps if step["key"] == key)

    def sheet(self) -> Said:
        return self.do("host", "GET")

    def projector(self) -> Said:
        found: Said = self.http.get("/v1/classroom/screen", headers=bearer(self.screen)).json()
        return found


def _join(world: World, _: Scene) -> dict[str, Any]:
    return {"code": Class.open(world.installation.url).code}


def _parts(_: World, __: Scene) -> dict[str, str]:
    return {"lesson_id": LESSON, "key": "d1", "verb": "go", "item": "d1", "question_id": "none", "role": "seat"}


BASE = "/v1/classroom"
CLASS_ASKS: dict[str, Ask] = {
    "GET /v1/lessons": Ask(),
    "GET /v1/lessons/{lesson_id}": Ask(path=_parts),
    "GET /v1/lessons-frame": Ask(),
    f"POST {BASE}/sessions": Ask(json=WISHES),
    f"POST {BASE}/join": Ask(json=_join),
    f"GET {BASE}/seat": Ask(),
    f"GET {BASE}/screen": Ask(),
    f"GET {BASE}/host": Ask(),
    f"PUT {BASE}/answers": Ask(json={"answers": {"d1": ["a"]}}),
    f"POST {BASE}/questions": Ask(json={"text": "May I ask something?"}),
    f"GET {BASE}/questions": Ask(),
    f"PATCH {BASE}/questions/{{question_id}}": Ask(json={"mark": "next"}, path=_parts),
    f"POST {BASE}/steps/{{key}}/{{verb}}": Ask(path=_parts),
    f"PUT {BASE}/hands/{{item}}": Ask(json={"counts": {"a": 3}}, path=_parts),
    f"PUT {BASE}/card": Ask(json={"card": "prompt:0"}),
    f"POST {BASE}/{{verb}}": Ask(path=lambda _, __: {"verb": "pause"}),
    f"GET {BASE}/notices": Ask(),
    f"DELETE {BASE}/session": Ask(),
    f"GET {BASE}/export": Ask(),
    f"GET {BASE}/events/{{role}}": Ask(path=_parts),
    f"GET {BASE}/news/{{role}}": Ask(path=_parts),
}
