"""What a child sends while something is broken, and what the answer must hold: reviewed words, numbers, nothing untrue."""

import uuid
from collections.abc import Callable

import httpx

from tests.support.people import ChildClient
from tests.support.words import paragraphs

COUNTRY, NUMBER = "MX", "911"  # Mexico's emergency number (content/directory)
DEADLINE_SECONDS = 3.0
SENT = paragraphs("system/handoff_sent", "en")[0].split("\n")[0]
GUARDED = ("x-content-type-options", "content-security-policy", "referrer-policy")
Act = Callable[[ChildClient, str], httpx.Response]


def child_of(url: str) -> ChildClient:
    """A child in Mexico whose page, like the real one, says so with each request."""
    return next_child(httpx.Client(base_url=url, timeout=15, headers={"faro-country": COUNTRY}))


def next_child(http: httpx.Client) -> ChildClient:
    reply = http.post("/v1/conversations", json={"locale": "en", "country": COUNTRY})
    assert reply.status_code == 201, reply.text
    body = reply.json()
    return ChildClient(http, body["id"], body["token"], body)


def say(child: ChildClient, key: str) -> httpx.Response:
    return child.post("/messages", {"text": "somebody made a fake nude of me"}, key)


def hand_over(child: ChildClient, key: str) -> httpx.Response:
    return child.post("/handoff", {"share": "summary", "story": "it began in May"}, key)


def say_on_page(child: ChildClient, key: str) -> httpx.Response:
    return _page(child, key, do="say", text="somebody made a fake nude of me")


def hand_over_on_page(child: ChildClient, key: str) -> httpx.Response:
    return _page(child, key, do="hand_over", share="summary", story="it began in May")


def _page(child: ChildClient, key: str, **fields: str) -> httpx.Response:
    known = {"conversation": child.id, "token": child.token, "key": key, "country": COUNTRY, "locale": "en"}
    return child.http.post("/plain", data={**known, **fields})


def start(child: ChildClient, _: str) -> httpx.Response:
    return child.http.post("/v1/conversations", json={"locale": "en", "country": COUNTRY})


def start_on_page(child: ChildClient, key: str) -> httpx.Response:
    return child.http.post("/plain", data={"do": "say", "text": "hello", "key": key, "country": COUNTRY, "locale": "en"})


TALKS: dict[str, Act] = {"JSON": say, "plain page": say_on_page}
WRITES: dict[str, Act] = {
    "say": say, "say on a plain page": say_on_page, "hand over": hand_over, "hand over on a plain page": hand_over_on_page,
    "start": start, "start on a plain page": start_on_page,
}  # fmt: skip


def new_key() -> str:
    return uuid.uuid4().hex


def assert_helped(reply: httpx.Response) -> None:
    """In time, with the number, as a page where a page was posted, and it does not say that anything was passed on."""
    kind = reply.headers["content-type"].split(";")[0]
    page = reply.request.url.path == "/plain"
    assert kind in (("text/html",) if page else ("application/json", "application/problem+json")), reply.text[:200]
    assert NUMBER in reply.text
    assert SENT not in reply.text
    assert reply.elapsed.total_seconds() < DEADLINE_SECONDS


def childs_words(child: ChildClient) -> list[str]:
    return [text for by, text in child.texts() if by == "child"]
