"""Server-sent events as a browser reads them (WHATWG HTML, section 9.2)."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from tests.support.people import ChildClient, StaffClient

SILENCE_SECONDS = 10.0  # shorter than the stream's own beat, so that a missing event fails the test


@dataclass(frozen=True)
class Event:
    """One event; `id` is where a reader resumes."""

    name: str
    data: Any
    id: int | None


Stream = Iterator[Event]


@contextmanager
def listening(child: ChildClient, last: int | None = None, **parameters: Any) -> Iterator[Stream]:
    """The child's events; `last` is the id that a browser sends when it comes back."""
    headers = {**child.headers, **({} if last is None else {"last-event-id": str(last)})}
    with _open(child.http, f"{child.path}/events", headers, parameters) as stream:
        yield stream


@contextmanager
def watching(staff: StaffClient, **parameters: Any) -> Iterator[Stream]:
    """The events of the console."""
    with _open(staff.http, "/v1/cases/events", {}, parameters) as stream:
        yield stream


@contextmanager
def _open(http: httpx.Client, path: str, headers: dict[str, str], parameters: dict[str, Any]) -> Iterator[Stream]:
    with http.stream("GET", path, headers=headers, params=parameters, timeout=SILENCE_SECONDS) as reply:
        assert reply.status_code == 200, reply.status_code
        assert reply.headers["content-type"].startswith("text/event-stream")
        yield _read(reply.iter_lines())


def _read(lines: Iterator[str]) -> Stream:
    fields: dict[str, str] = {}
    for line in lines:
        name, _, value = line.partition(":")
        if line and name:
            fields[name] = value.removeprefix(" ")
        elif not line and "event" in fields:
            number = int(fields["id"]) if "id" in fields else None
            yield Event(fields["event"], json.loads(fields["data"]), number)
            fields = {}


def until(stream: Stream, wanted: Callable[[Event], bool]) -> list[Event]:
    """What comes, up to and with the first event that is wanted; it fails if the stream falls silent before."""
    seen: list[Event] = []
    for event in stream:
        seen.append(event)
        if wanted(event):
            return seen
    raise AssertionError(f"the stream ended after {[e.name for e in seen]}")


def bubble_with(text: str) -> Callable[[Event], bool]:
    return lambda event: event.name == "bubble" and text in event.data["text"]
