"""Nothing that a child types may be found anywhere but in the answer's keys."""
from __future__ import annotations

import json
import logging
import subprocess
import sys

import pytest
from components import privacy
from components.guides import Position, position
from components.store import ForgetfulStore, events_of
from rasa.core.agent import Agent
from rasa.shared.core.events import UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from serve import MODEL

from tests.conftest import BOT, Server
from tests.talk import Chat

MARKER = "Quxmarkerword"
TYPED = [f"my name is {MARKER}", f"/{MARKER}", f'/answer{{"place":"{MARKER}"}}', f'/answer{{"{MARKER}',
         f"/ {MARKER}{{}}", f"someone made a fake nude of me {MARKER}", f"i want to die {MARKER}", f"{MARKER} " * 300]


def test_nothing_typed_is_found_in_the_output_of_a_server_that_runs_at_debug(server: Server) -> None:
    chat = Chat(server.url)
    for key in ("greet", "guide:picture"):
        chat.taps(key)
        for text in TYPED:
            chat.says(text)
    chat.post({**chat.body(text=MARKER), "resume": MARKER})
    chat.post({**chat.body(), "intent": MARKER})
    chat.post({**chat.body(intent="answer", entities={"place": MARKER})})
    assert MARKER.lower() not in server.log.read_text(encoding="utf-8", errors="replace").lower()


def test_nothing_typed_is_found_in_the_answers(chat: Chat) -> None:
    for text in TYPED:
        chat.says(text)
        assert MARKER.lower() not in json.dumps(chat.answer).lower()


@pytest.mark.asyncio
async def test_the_store_keeps_fixed_words_only() -> None:
    domain = Agent.load(str(MODEL)).domain
    store = ForgetfulStore(domain)
    tracker = DialogueStateTracker.from_events("c", events_of(Position("picture", "place", {"danger": "no"})),
                                               slots=domain.slots)
    said = UserUttered(MARKER, {"name": "greet"}, [{"entity": "section", "value": MARKER}], metadata={"x": MARKER})
    tracker.update(said, domain)
    await store.save(tracker)
    kept = await store.retrieve("c")
    assert MARKER not in repr(store.positions)
    assert kept is not None
    assert position(kept) == Position("picture", "place", {"danger": "no"})
    assert all(MARKER not in json.dumps(event.as_dict()) for event in kept.events)


def test_the_bot_refuses_to_run_after_rasa_was_imported_with_telemetry() -> None:
    program = "import os, sys; sys.modules['rasa.telemetry'] = sys; import components.privacy"
    result = subprocess.run([sys.executable, "-c", program], cwd=BOT, capture_output=True, text=True, env={})
    assert result.returncode == 1
    assert "RASA_TELEMETRY_ENABLED" in result.stderr


def test_telemetry_is_switched_off_by_the_import_alone() -> None:
    program = "import components.privacy, rasa.telemetry; print(rasa.telemetry.is_telemetry_enabled())"
    result = subprocess.run([sys.executable, "-c", program], cwd=BOT, capture_output=True, text=True, env={})
    assert result.stdout.split() == ["False"]


def test_a_traceback_never_reaches_the_log(caplog: pytest.LogCaptureFixture) -> None:
    try:
        raise ValueError(MARKER)
    except ValueError:
        logging.getLogger("any").error("it broke", exc_info=True)
    assert MARKER not in caplog.text


def test_a_record_of_structlog_keeps_its_event_only() -> None:
    assert privacy.event_only(json.dumps({"event": "turn.failed", "text": MARKER})) == "turn.failed"
    assert privacy.event_only("{" + MARKER) == "event"
