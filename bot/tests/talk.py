"""A child and a button, in the words of the protocol between api and bot."""
from __future__ import annotations

import re
import uuid
from typing import Any

import httpx

SECRET = "a-secret-for-the-tests"


def reply(key: str) -> dict[str, Any]:
    """A reply key as the api sends it: the whole grammar of buttons."""
    if key.startswith("guide:"):
        return {"intent": key.replace(":", "_")}
    if key.startswith("change="):
        return {"intent": "change", "entities": {"change": key.removeprefix("change=")}}
    if match := re.fullmatch(r"(\w+)=(\w+)", key):
        return {"intent": "answer", "entities": {match[1]: match[2]}}
    return {"intent": "more", "entities": {"section": key}} if "/" in key else {"intent": key}


class Chat:
    """One conversation."""

    def __init__(self, url: str, locale: str = "en") -> None:
        self.url, self.locale, self.conversation = url, locale, uuid.uuid4().hex
        self.answer: dict[str, Any] = {}

    def body(self, **more: Any) -> dict[str, Any]:
        """A request without its content."""
        return {"conversation": self.conversation, "message": uuid.uuid4().hex,
                "metadata": {"locale": self.locale, "band": "13-15"}, **more}

    def post(self, body: Any, secret: str = SECRET) -> httpx.Response:
        """The raw exchange."""
        return httpx.post(f"{self.url}/webhooks/faro/message", json=body, headers={"X-Faro-Secret": secret}, timeout=30)

    def send(self, body: dict[str, Any]) -> dict[str, Any]:
        """An exchange that must succeed."""
        response = self.post(body)
        assert response.status_code == 200, response.text
        self.answer = response.json()
        return self.answer

    def says(self, text: str) -> list[str]:
        """The child types; the keys of the answer."""
        return keys(self.send(self.body(text=text)))

    def taps(self, key: str) -> list[str]:
        """The child taps a button; the keys of the answer."""
        return keys(self.send(self.body(**reply(key))))

    def walk(self, *replies: str) -> list[str]:
        """Several taps; the keys of the last answer."""
        return [self.taps(key) for key in replies][-1]

    @property
    def slots(self) -> dict[str, str]:
        """What the bot says it remembers."""
        return self.answer["slots"]

    @property
    def guide(self) -> dict[str, Any] | None:
        """The open question."""
        return self.answer["guide"]

    def buttons(self) -> list[str]:
        """The buttons of the last answer."""
        return [button for message in self.answer["messages"] for button in message["buttons"]]


def keys(answer: dict[str, Any]) -> list[str]:
    """What Faro said."""
    return [message["key"] for message in answer["messages"]]
