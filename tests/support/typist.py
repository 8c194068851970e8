"""Types a canary into every field that a child or a counsellor can type into, on every path, right and wrong."""

import uuid
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import httpx

from tests.support.canary import Marker
from tests.support.classes import WISHES, Class, bearer
from tests.support.installation import Installation
from tests.support.people import ChildClient, StaffClient
from tests.support.store import Store

JSON = {"content-type": "application/json"}
CALLBACK = {"channel": "phone", "phone_private": False}


@dataclass
class Typist:
    """One round: a new child and a signed-in counsellor. `lost` words are refused, misplaced or erased; `kept` are sealed."""

    installation: Installation
    staff: StaffClient
    mark: Marker

    def type_everywhere(self) -> None:
        for act in (self._chat, self._plain_pages, self._refused, self._malformed, self._addresses, self._door, self._class):
            act()
        child, case_id = self._handoff()
        self._case(child, case_id)
        self._refused_by_staff(case_id)
        self._erased()

    def _child(self, **wanted: Any) -> ChildClient:
        return ChildClient.start(self.installation.url, **wanted)

    def _chat(self) -> None:
        """The bot's chat, also with what looks like a command, and a retry with the same key."""
        child, key = self._child(), str(uuid.uuid4())
        said = self.mark.kept("chat")
        child.say(said, key)
        child.say(said, key)
        child.say("/restart " + self.mark.kept("chat, as a command"))
        child.say('/greet{"x": "' + self.mark.kept("chat, as an intent") + '"}')
        child.tap("guide:tell")
        child.say(self.mark.kept("chat, inside a guide"))
        child.post("/code")

    def _plain_pages(self) -> None:
        """The form pages: the first message, the story, the code field, a locale and an act that do not exist."""
        child = self._child()
        self._post_page(None, do="say", text=self.mark.kept("plain page, first message"))
        self._post_page(child, do="say", text=self.mark.kept("plain page"))
        self._post_page(child, do="say", text=self.mark.lost("plain page, too long") + "x" * 1000)
        self._post_page(child, do="say", reply=self.mark.lost("plain page, as a button"))
        self._post_page(child, do="resume", code=self.mark.lost("plain page, code"))
        self._post_page(
            child, do="settings", locale=self.mark.lost("plain page, locale"), band=self.mark.lost("plain page, band")
        )
        self._post_page(child, do=self.mark.lost("plain page, act"))
        self._post_page(child, do="hand_over", share=self.mark.lost("plain page, share"), story=self.mark.lost("plain page, no"))
        self._post_page(child, do="hand_over", share="summary", story=self.mark.kept("plain page, story"))
        self._post_page(child, do="hand_over", share="summary", channel="phone", number=self.mark.lost("plain page, number"))

    def _post_page(self, child: ChildClient | None, **fields: str) -> None:
        known = {"conversation": child.id, "token": child.token} if child else {}
        reply = httpx.post(f"{self.installation.url}/plain", data={"key": uuid.uuid4().hex, **known, **fields}, timeout=15)
        assert reply.headers["content-type"].startswith("text/html"), reply.text[:200]

    def _refused(self) -> None:
        """Words that break a rule: too long, of a wrong type, in a wrong field, under a used key."""
        child, key, lost = self._child(), str(uuid.uuid4()), self.mark.lost
        child.say("hello", key)
        assert child.post("/messages", {"text": lost("key used before")}, key).status_code == 422
        refused = [
            {"text": lost("too long") + "x" * 1000}, {"text": lost("far too long") + "x" * 70_000}, {"text": [lost("list")]},
            {"text": {"a": lost("object")}}, {"reply": lost("reply")}, {"text": "a", "reply": lost("both")},
            {"text": "a", lost("name of a field"): 1}, {"text": "a", "file": lost("file")},
            {"text": "data:image/png;base64," + lost("picture in the text")}, {"reply": "band=" + lost("band")},
        ]  # fmt: skip
        for body in refused:
            assert child.post("/messages", body).status_code in (400, 413, 415, 422)
        for field in ("locale", "band", "country"):
            child.http.patch(child.path, json={field: lost(f"setting {field}")}, headers=child.headers)
            child.http.post("/v1/conversations", json={field: lost(f"start {field}")})
        handoffs = [
            {"share": lost("share")}, {"share": "summary", "story": lost("story too long") + "x" * 1000},
            {"share": "summary", "story": lost("story, bad card"), "card": {"danger": lost("card value")}},
            {"share": "summary", "card": {lost("card name"): "yes"}},
            {"share": "summary", "callback": {"when": lost("callback")}},
            {"share": "summary", "callback": {**CALLBACK, "number": lost("callback number")[:40]}},
        ]  # fmt: skip
        for body in handoffs:
            assert child.post("/handoff", body).status_code in (400, 422)

    def _malformed(self) -> None:
        """What no form of ours sends: broken JSON, broken text, other content types."""
        child, lost = self._child(), self.mark.lost
        bodies: list[tuple[bytes, dict[str, str]]] = [
            (b'{"text": "' + lost("half a body").encode(), JSON),
            (b'{"text": "\xff\xfe' + lost("not UTF-8").encode() + b'"}', JSON),
            (b'{"text": "\\ud800' + lost("half a sign").encode() + b'"}', JSON),
            (b'["' + lost("a list for a body").encode() + b'"]', JSON),
            (lost("no JSON at all").encode(), {"content-type": "text/plain"}),
            (lost("XML").encode(), {"content-type": "application/xml"}),
            (lost("bytes").encode(), {"content-type": "application/octet-stream"}),
        ]
        for content, kind in bodies:
            headers = {**child.headers, **kind, "idempotency-key": uuid.uuid4().hex}
            assert child.http.post(f"{child.path}/messages", content=content, headers=headers).status_code >= 400
        upload = {"file": (lost("name of a file").encode().hex(), lost("content of a file").encode(), "image/png")}
        assert child.http.post(f"{child.path}/messages", files=upload, headers=child.headers).status_code == 415

    def _addresses(self) -> None:
        """Words that end up in an address or a header."""
        child, lost = self._child(), self.mark.lost
        child.http.get(f"/v1/conversations/{lost('path')}", headers=child.headers)
        child.http.get(f"/assets/{lost('asset')}")
        child.http.get("/", params={"locale": lost("query"), "country": lost("query")})
        child.get("/bubbles", after=lost("query of a number"))
        word = lost("header").encode()
        for name in (b"accept-language", b"authorization", b"faro-locale", b"faro-country", b"last-event-id", b"cookie"):
            child.http.get(f"{child.path}/events", headers=[(name, b"Bearer " + word)])
        child.http.post("/v1/conversations/resume", json={"code": lost("code")})
        child.http.post("/v1/conversations/resume", json={"code": lost("code, too long") * 3})

    def _class(self) -> None:
        """A pupil's questions: taken, held back, too long, too late; and words in every other field of a class."""
        opened, kept, lost = Class.open(self.installation.url, 1), self.mark.kept, self.mark.lost
        pupil = opened.pupils[0]
        assert pupil.ask(lost("box, not open")).status_code == 409
        opened.do("steps/box/go")
        assert pupil.ask(kept("box"), anyway=True).status_code == 200
        assert pupil.ask(lost("box, too long") + "x" * 160).status_code == 422
        assert pupil.ask("a", extra=lost("box, field")).status_code == 400
        pupil.ask("I want to die " + lost("box, held back"))
        for path, body in (("join", {"code": lost("join code")}), ("join", {"code": opened.code, "locale": lost("join locale")})):
            opened.http.post(f"/v1/classroom/{path}", json=body)
        opened.http.post("/v1/classroom/sessions", json={**WISHES, "lesson": lost("lesson")[:40]})
        for name in ("locale", "step"):
            opened.http.get("/v1/classroom/seat", params={name: lost(f"seat, {name}")}, headers=bearer(pupil.token))
        opened.http.get("/v1/classroom/seat", headers=bearer(quote(lost("seat token"))))
        pupil.answer(lost("item"), lost("option"))
        opened.http.get(f"/v1/lessons/{lost('lesson in the path')}", params={"locale": lost("lesson, locale")})
        gone = Class.open(self.installation.url, 1)
        gone.do("steps/box/go")
        gone.pupils[0].ask(lost("box, wiped"), anyway=True)
        gone.do("wipe")

    def _door(self) -> None:
        """The staff's sign-in: into each field the wrong thing, a child's words among them."""
        url, lost = self.installation.url, self.mark.lost
        good = {"email": self.staff.email, "password": "a wrong password", "code": "000000"}
        for field in good:
            given = {**good, "email": f"{uuid.uuid4().hex}@nowhere.invalid", field: lost(f"sign-in {field}")}
            httpx.post(f"{url}/v1/staff/sessions", json=given, headers={"origin": url}, timeout=15)
        long = {**good, "password": lost("sign-in, too long") + "x" * 300}
        httpx.post(f"{url}/v1/staff/sessions", json=long, headers={"origin": url}, timeout=15)

    def _handoff(self) -> tuple[ChildClient, str]:
        child, kept = self._child(), self.mark.kept
        child.say(kept("chat, then handed over"))
        callback = {**CALLBACK, "when": kept("callback")}
        number = child.hand_over("transcript", story=kept("story"), callback=callback)["case"]["number"]
        assert child.post("/handoff", {"share": "summary", "story": self.mark.lost("second handoff")}).status_code == 409
        return child, Store(self.installation.folder).one('select id from "case" where number = ?', number)

    def _case(self, child: ChildClient, case_id: str) -> None:
        kept = self.mark.kept
        child.say(kept("while waiting"))
        assert self.staff.act(case_id, "claim").status_code == 200
        assert self.staff.act(case_id, "messages", {"text": kept("counsellor's message")}).status_code == 201
        assert self.staff.act(case_id, "notes", {"text": kept("note")}).status_code == 201
        child.say(kept("to the counsellor"))
        self._post_page(child, do="say", text=kept("to the counsellor, plain page"))

    def _refused_by_staff(self, case_id: str) -> None:
        lost, http = self.mark.lost, self.staff.http
        for verb, body in (
            ("messages", {"text": lost("counsellor, too long") + "x" * 2000}), ("messages", {"text": [lost("counsellor, list")]}),
            ("notes", {"text": {"a": lost("note, object")}}), ("notes", {lost("note, name of a field"): "x"}),
            ("close", {"outcome": lost("outcome")}),
        ):  # fmt: skip
            assert self.staff.act(case_id, verb, body).status_code in (400, 422)
        for name in ("locale", "cursor", "risk", "state"):
            http.get("/v1/cases", params={name: lost(f"filter {name}")})
        http.get(f"/v1/cases/{lost('case in the path')}")
        http.get("/v1/cases/events", params={"case": lost("events")})

    def _erased(self) -> None:
        """Said, shared, and taken back."""
        child, lost = self._child(), self.mark.lost
        child.say(lost("erased, chat"))
        child.hand_over("transcript", story=lost("erased, story"))
        child.say(lost("erased, while waiting"))
        assert child.http.delete(child.path, headers=child.headers).status_code == 204
        assert child.post("/messages", {"text": lost("after the erasure")}).status_code == 404
