"""Coming back with a code, erasing everything, and what is not one's own."""

import re
import uuid
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.support.installation import Installation
from tests.support.people import ChildClient
from tests.support.store import Store
from tests.support.words import assert_refused

Children = Callable[..., ChildClient]
WESTERN = "0123456789"
WAYS_IN = [
    ("GET", "", None), ("PATCH", "", {"band": "16-17"}), ("POST", "/messages", {"text": "hello"}), ("GET", "/bubbles", None),
    ("GET", "/events", None), ("GET", "/handoff", None), ("POST", "/handoff", {"share": "summary"}), ("POST", "/code", None),
    ("DELETE", "", None),
]  # fmt: skip


def resume(someone: ChildClient, code: str) -> httpx.Response:
    return someone.http.post("/v1/conversations/resume", json={"code": code})


def code_of(someone: ChildClient) -> str:
    code: str = someone.post("/code").json()["code"]
    return code


def come_back(someone: ChildClient, code: str) -> ChildClient:
    reply = resume(someone, code)
    assert reply.status_code == 200, reply.text
    return ChildClient(someone.http, reply.json()["id"], reply.json()["token"], reply.json())


def use(someone: ChildClient, way: tuple[str, str, Any], token: str | None = None, other_id: str | None = None) -> httpx.Response:
    """One call of the child's API, with a token or an id that may be somebody else's."""
    method, path, body = way
    address = f"/v1/conversations/{other_id or someone.id}{path}"
    headers = {"authorization": f"Bearer {token or someone.token}", "idempotency-key": str(uuid.uuid4())}
    with someone.http.stream(method, address, json=body, headers=headers) as reply:
        if not reply.headers.get("content-type", "").startswith("text/event-stream"):
            reply.read()
    return reply


def test_a_code_is_sixteen_digits_in_fours(child: Children) -> None:
    assert re.fullmatch(r"\d{4}(-\d{4}){3}", code_of(child()))


def test_a_code_opens_the_conversation_with_a_new_token_and_the_old_one_is_dead(child: Children) -> None:
    someone = child(locale="es", band="16-17")
    someone.say("hola")
    back = come_back(someone, code_of(someone))
    assert (back.id, back.started["locale"], back.started["band"]) == (someone.id, "es", "16-17")
    assert back.get().json()["bubbles"] == back.started["bubbles"]
    assert_refused(someone.get(), 404, "not_found")


def test_a_child_who_came_back_is_answered(child: Children) -> None:
    someone = child()
    turn = come_back(someone, code_of(someone)).say("what is a deepfake?")
    assert turn["bubbles"][-1]["by"] == "bot"


@pytest.mark.parametrize("digits", ["٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹"], ids=["arabic", "persian"])
def test_a_code_is_read_in_the_digits_of_the_keyboard(child: Children, digits: str) -> None:
    someone = child(locale="ar")
    typed = code_of(someone).translate(str.maketrans(WESTERN, digits)).replace("-", " ")
    assert come_back(someone, f" {typed} ").id == someone.id


def test_a_code_that_is_unknown_and_one_that_is_none_are_answered_alike(child: Children) -> None:
    someone = child()
    code = code_of(someone)
    wrong = f"{(int(code[0]) + 1) % 10}{code[1:]}"
    for given in (wrong, "no code", ""):
        assert_refused(resume(someone, given), 404, "bad_code")
    assert resume(someone, code).status_code == 200


def test_an_older_code_dies_when_a_new_one_is_made(child: Children) -> None:
    someone = child()
    old, new = code_of(someone), code_of(someone)
    assert_refused(resume(someone, old), 404, "bad_code")
    assert resume(someone, new).status_code == 200


def test_after_erasing_nothing_is_left_to_call(child: Children) -> None:
    someone = child()
    someone.say("hello")
    assert someone.get().status_code == 200
    assert use(someone, ("DELETE", "", None)).status_code == 204
    assert {use(someone, way).status_code for way in WAYS_IN} == {404}


def test_after_erasing_the_code_is_dead(child: Children) -> None:
    someone = child()
    code = code_of(someone)
    someone = come_back(someone, code)
    someone.http.delete(someone.path, headers=someone.headers)
    assert_refused(resume(someone, code), 404, "bad_code")


def test_what_was_passed_on_is_erased_with_the_conversation(another: Callable[..., Installation]) -> None:
    own = another()
    someone = ChildClient.start(own.url)
    someone.hand_over("transcript", story="please help")
    someone.http.delete(someone.path, headers=someone.headers)
    assert_nothing_left(own)


def assert_nothing_left(installation: Installation) -> None:
    store = Store(installation.folder)
    left = {table: store.rows(f"select * from {table}") for table in ("conversation", "message", "answered", "case_grant")}
    assert not any(left.values())
    assert store.rows('select card, transcript, reasons, need, outcome from "case"') == [(b"", None, "[]", None, "erased")]


@pytest.mark.parametrize("way", WAYS_IN, ids=[f"{method} {path}" for method, path, _ in WAYS_IN])
def test_what_is_not_ones_own_is_answered_like_what_does_not_exist(child: Children, way: tuple[str, str, Any]) -> None:
    """A foreign conversation, a foreign token and an id that never was: the same answer to the byte."""
    someone, other = child(), child()
    replies = [
        use(someone, way, other_id=other.id), use(someone, way, token=other.token), use(someone, way, token="none" * 11),
        use(someone, way, other_id=str(uuid.uuid4())),
    ]  # fmt: skip
    assert_refused(replies[0], 404, "not_found")
    assert {reply.content for reply in replies} == {replies[0].content}
    assert use(someone, way).is_success


def test_a_foreign_call_changes_nothing(child: Children) -> None:
    someone, other = child(), child()
    before = other.get().json()
    for way in WAYS_IN:
        use(someone, way, other_id=other.id)
    assert other.get().json() == before


@pytest.mark.parametrize("authorization", ["", "Bearer", "Basic abc"])
def test_without_a_token_the_way_to_help_is_shown_all_the_same(child: Children, authorization: str) -> None:
    someone = child()
    headers = {"authorization": authorization} if authorization else {}
    assert_refused(someone.http.get(someone.path, headers=headers), 401, "not_found")
