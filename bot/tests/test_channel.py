"""The door of the bot: who may enter, what is refused, and what a retry or a restart does."""
from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest
from components.channel import MAX_TEXT, FaroChannel, LastAnswers

from tests.conftest import Server
from tests.talk import SECRET, Chat, keys


@pytest.mark.parametrize("secret", ["", "wrong", SECRET + "x", SECRET[:-1]])
def test_a_wrong_secret_is_refused(chat: Chat, secret: str) -> None:
    assert chat.post(chat.body(intent="greet"), secret).status_code == 401


def test_no_secret_is_refused(chat: Chat) -> None:
    assert httpx.post(f"{chat.url}/webhooks/faro/message", json=chat.body(intent="greet")).status_code == 401


@pytest.mark.parametrize("secret", ["", "short", "${FARO_BOT_SECRET}"])
def test_the_bot_does_not_start_without_a_real_secret(secret: str) -> None:
    with pytest.raises(ValueError, match="FARO_BOT_SECRET"):
        FaroChannel(secret)


@pytest.mark.parametrize("path", ["/model/parse", "/conversations/x/tracker", "/status", "/webhooks/rest/webhook"])
def test_rasas_own_doors_are_closed(server: Server, path: str) -> None:
    assert httpx.get(server.url + path).status_code == 404


@pytest.mark.parametrize("wrong", [
    {"text": 5}, {"text": ["a"]}, {"text": "x" * (MAX_TEXT + 1)}, {"text": None}, {}, {"text": "a", "intent": "greet"},
    {"intent": "nothing"}, {"intent": 7}, {"intent": "answer"}, {"intent": "answer", "entities": {"place": "mars"}},
    {"intent": "answer", "entities": {"place": ["x"]}}, {"intent": "answer", "entities": "place"},
    {"intent": "answer", "entities": {"place": "x", "danger": "no"}}, {"intent": "more", "entities": {}},
    {"intent": "more", "entities": {"section": "../x"}}, {"intent": "change", "entities": {"change": "situation"}},
    {"intent": "change", "entities": {"change": []}}, {"intent": "restart"}, {"intent": "session_start"},
    {"text": "a", "conversation": 3}, {"text": "a", "conversation": ""}, {"text": "a", "conversation": "c" * 500},
    {"text": "a", "message": None}, {"text": "a", "metadata": []}, {"text": "a", "metadata": {"locale": 1}},
    {"text": "a", "resume": []}, {"text": "a", "resume": {"slots": 3}},
])
def test_what_is_not_the_protocol_is_refused_and_not_quoted(chat: Chat, wrong: dict[str, Any]) -> None:
    response = chat.post({**chat.body(), **wrong})
    assert response.status_code == 400
    assert "mars" not in response.text


@pytest.mark.parametrize("body", [[], "text", 1, None])
def test_a_body_that_is_no_object_is_refused(chat: Chat, body: Any) -> None:
    assert chat.post(body).status_code == 400


def test_a_body_that_is_no_json_is_refused(chat: Chat) -> None:
    response = httpx.post(f"{chat.url}/webhooks/faro/message", content=b"{no", headers={"X-Faro-Secret": SECRET})
    assert response.status_code == 400


@pytest.mark.parametrize("text", [
    '/answer{"danger":"yes"}', "  //greet", "/restart", "\n/session_start", '/guide_picture{"danger":"no"}',
])
def test_a_typed_command_of_rasa_is_only_text(chat: Chat, text: str) -> None:
    chat.taps("guide:takedown")
    before = dict(chat.slots)
    chat.says(text)
    assert {name: chat.slots.get(name) for name in ("danger", "place")} == {"danger": None, "place": None}
    assert chat.slots["last_guide"] == before["last_guide"]


def test_a_retry_gets_the_same_answer_without_a_second_turn(chat: Chat) -> None:
    chat.walk("guide:picture", "danger=no")
    body = chat.body(intent="skip")
    first, again = chat.send(body), chat.send(body)
    assert first == again
    assert chat.walk("back") == ["picture/ask_place"]


def test_an_old_message_id_does_not_bring_back_an_old_answer(chat: Chat) -> None:
    body = chat.body(intent="greet")
    chat.send(body)
    chat.taps("thanks")
    assert keys(chat.send({**body, "intent": "goodbye"})) == ["goodbye"]


def test_the_last_answers_are_forgotten_after_an_hour() -> None:
    now = [0.0]
    last = LastAnswers(clock=lambda: now[0])
    last.keep("c", "m", {"messages": []})
    now[0] = 3599.0
    assert last.get("c", "m") == {"messages": []}
    now[0] = 3601.0
    assert last.get("c", "m") is None


def test_a_restarted_bot_goes_on_with_what_the_api_remembers(model: Path, tmp_path: Path) -> None:
    server = Server(tmp_path / "log")
    server.start()
    chat = Chat(server.url)
    chat.walk("fake_image_of_me", "guide:picture", "danger=no", "place=instagram")
    resume = {"guide": chat.guide, "slots": chat.slots}
    server.stop()
    server.start()
    try:
        heard = chat.send(chat.body(text="a boy in my class", resume=resume))
        assert keys(heard) == ["picture/ask_threat"]
        assert heard["slots"] == {**resume["slots"], "person": "peer"}
        assert chat.walk("stop", "guide:takedown") == ["takedown/ask_own_phone"]
    finally:
        server.stop()


def test_the_bot_goes_on_where_the_child_has_been_though_it_answered_too_late(chat: Chat) -> None:
    chat.walk("guide:real", "danger=no", "place=tiktok")
    seen = {"guide": chat.guide, "slots": chat.slots}
    assert chat.says("no") == ["real/ask_threat"]  # the api had given up on it, and the child was shown none of it
    heard = chat.send(chat.body(text="no", resume=seen))
    assert keys(heard) == ["real/ask_threat"]
    assert heard["slots"] == {**seen["slots"], "own_phone": "no"}


def test_resume_takes_known_answers_only(chat: Chat) -> None:
    resume = {"guide": {"name": "picture", "slot": "nonsense"}, "slots": {"place": "mars", "danger": "no", "name": "x"}}
    heard = chat.send(chat.body(intent="greet", resume=resume))
    assert heard["slots"] == {"danger": "no"}
    assert heard["guide"] is None


def test_the_answer_says_what_was_understood(chat: Chat) -> None:
    chat.says("someone made a fake nude of me")
    assert chat.answer["understood"]["need"] == "fake_image_of_me"
    assert chat.answer["understood"]["risk"] == "high"
    assert chat.answer["understood"]["asked_back"] is False
    assert 0 < chat.answer["understood"]["confidence"] <= 1


def test_a_button_that_is_no_need_reports_none(chat: Chat) -> None:
    chat.taps("guide:picture")
    assert chat.answer["understood"] == {
        "need": None, "confidence": 1.0, "also": [], "risk": "none", "asked_back": False}
