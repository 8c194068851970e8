"""What a child's page hears without asking again: server-sent events that resume, and their polling twin."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event as Signal
from typing import Any

import httpx
import pytest

from tests.support.people import ChildClient
from tests.support.streams import bubble_with, listening, until
from tests.support.words import assert_refused

Children = Callable[..., ChildClient]
WAIT_SECONDS = 20


def bubbles_of(events: list[Any]) -> list[dict[str, Any]]:
    return [event.data for event in events if event.name == "bubble"]


def test_the_stream_begins_with_what_was_said_and_the_state(child: Children) -> None:
    someone = child()
    with listening(someone) as stream:
        events = until(stream, lambda event: event.name == "state")
    assert bubbles_of(events) == someone.started["bubbles"]
    assert [event.id for event in events if event.name == "bubble"] == [b["seq"] for b in someone.started["bubbles"]]
    assert events[-1].data == {"state": "bot"}


def test_a_message_arrives_while_the_page_listens(child: Children) -> None:
    someone = child()
    with listening(someone) as stream:
        until(stream, lambda event: event.name == "state")
        turn = someone.say("hello")
        events = until(stream, lambda event: event.id == turn["bubbles"][-1]["seq"])
    assert bubbles_of(events) == turn["bubbles"]


@pytest.mark.parametrize("how", ["last", "after"])
def test_a_stream_resumes_after_the_last_event_that_was_heard(child: Children, how: str) -> None:
    """With nothing missed and nothing twice: in between the child was offline."""
    someone = child()
    with listening(someone) as stream:
        heard = until(stream, lambda event: event.name == "state")
    last = max(event.id for event in heard if event.id)
    missed = someone.say("hello")
    with listening(someone, **{how: last}) as stream:
        assert bubbles_of(until(stream, lambda event: event.name == "state")) == missed["bubbles"]


def test_two_pages_of_one_child_hear_the_same(child: Children) -> None:
    someone = child()
    with listening(someone) as one, listening(someone) as two:
        someone.say("do you hear me")
        seen = [bubbles_of(until(stream, bubble_with("do you hear me"))) for stream in (one, two)]
    assert seen[0] == seen[1]


def test_a_child_hears_nothing_of_another(child: Children) -> None:
    someone, other = child(), child()
    with listening(someone) as stream:
        other.say("not for you")
        someone.say("for me")
        events = until(stream, bubble_with("for me"))
    assert all(event.data["id"].startswith(someone.id) for event in events if event.name == "bubble")


def test_a_stream_ends_when_the_conversation_is_erased(child: Children) -> None:
    someone = child()
    with listening(someone) as stream:
        until(stream, lambda event: event.name == "state")
        someone.http.delete(someone.path, headers=someone.headers)
        assert until(stream, lambda event: event.name == "gone")[-1].data == {}
        assert list(stream) == []


def test_a_foreign_token_is_refused_before_the_stream_begins(child: Children) -> None:
    someone, other = child(), child()
    with listening(someone) as stream:
        assert next(stream).name == "hello"
    assert_refused(someone.http.get(f"{someone.path}/events", headers=other.headers), 404, "not_found")


def poll(someone: ChildClient, wait: int, sent: Signal | None = None) -> tuple[list[dict[str, Any]], float]:
    """What a poll for news brings, and after how many seconds; `sent` is set when the request is on its way."""

    def trace(name: str, _: Any) -> None:
        if sent and name == "http11.receive_response_headers.started":
            sent.set()

    last, began = len(someone.texts()), time.monotonic()
    with httpx.Client(base_url=someone.http.base_url, timeout=wait + 10) as http:
        parameters = {"after": last, "wait": wait}
        reply = http.get(f"{someone.path}/bubbles", headers=someone.headers, params=parameters, extensions={"trace": trace})
    return reply.json()["bubbles"], time.monotonic() - began


def test_a_poll_without_news_waits_as_long_as_it_was_told(child: Children) -> None:
    news, seconds = poll(child(), wait=1)
    assert news == []
    assert seconds >= 1


def test_a_poll_wakes_when_something_is_said(child: Children) -> None:
    someone, sent = child(), Signal()
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(poll, someone, WAIT_SECONDS, sent)
        assert sent.wait(WAIT_SECONDS)
        turn = someone.say("hello")
        news, seconds = waiting.result()
    assert news == turn["bubbles"]
    assert seconds < WAIT_SECONDS / 2


def test_a_poll_brings_what_was_already_said_at_once(child: Children) -> None:
    someone = child()
    reply = someone.get("/bubbles", after=1, wait=0)
    assert reply.json() == {"state": "bot", "bubbles": someone.started["bubbles"][1:]}
