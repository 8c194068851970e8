"""The private button: a chat like any other, of which nothing in the class knows anything."""

import threading
from collections.abc import Callable
from pathlib import Path

import httpx

from api.db import Base
from tests.classroom.conftest import Open
from tests.support.classes import Class, bearer
from tests.support.installation import ROOT, Installation
from tests.support.people import ChildClient
from tests.support.store import Store

CLASS_TABLES = {"class_session", "class_count", "class_question", "class_notice"}


def heard_by(opened: Class, act: Callable[[], None]) -> bytes:
    """Every byte of the educator's stream while something happens, up to the state after the pause that follows it."""
    got, begun = bytearray(), threading.Event()

    def listen() -> None:
        url = opened.http.base_url.join("/v1/classroom/events/host")
        with httpx.stream("GET", url, headers=bearer(opened.host), timeout=60) as reply:
            for part in reply.iter_raw():
                got.extend(part)
                begun.set()
                if got.count(b"event: state") == 2:
                    return

    thread = threading.Thread(target=listen)
    thread.start()
    assert begun.wait(10)
    act()
    opened.do("pause")  # the next thing that the stream tells; whatever came between would stand before it
    thread.join(10)
    assert not thread.is_alive()
    return bytes(got).replace(b": beat\n\n", b"")


def press(url: str) -> None:
    """What the page of a pupil sends when the button is pressed and the pupil writes, passes on and erases."""
    child = ChildClient.start(url)
    child.say("somebody made a fake picture of me")
    child.hand_over("nothing")
    child.http.delete(child.path, headers=child.headers)


def test_the_educators_stream_is_the_same_with_and_without_a_press(lesson: Open, school: Installation) -> None:
    without, with_press = lesson(3), lesson(3)
    assert heard_by(with_press, lambda: press(school.url)) == heard_by(without, lambda: None)


def test_the_run_sheet_is_the_same_with_and_without_a_press(lesson: Open, school: Installation) -> None:
    opened = lesson(3)
    before = opened.sheet()
    press(school.url)
    assert opened.sheet() == before


def test_no_table_holds_both_a_class_and_a_conversation() -> None:
    """No column of a class names a conversation, no column of anything else names a class, and no table a seat."""
    for name, table in Base.metadata.tables.items():
        columns = {column.name for column in table.columns}
        if name in CLASS_TABLES:
            assert not {c for c in columns if "conversation" in c or "case" in c or "seat_" in c or c in ("ip", "source")}
        else:
            assert not {c for c in columns if "class" in c or "seat" in c or "lesson" in c}, name


def test_the_rooms_of_the_class_import_nothing_of_conversations_or_cases() -> None:
    for path in [*(ROOT / "api/classroom").glob("*.py"), *(ROOT / "api/lessons").glob("*.py")]:
        text = path.read_text("utf-8")
        assert "api.cases" not in text and "conversations.models" not in text and "conversations.access" not in text, path.name


def test_no_seat_and_no_join_code_is_in_the_log(lesson: Open, school: Installation) -> None:
    opened = lesson(3)
    opened.vote("d1", *"aab")
    opened.join("1234567")
    held = Path(school.log).read_text("utf-8")
    assert opened.code not in held and "1234567" not in held
    assert not [pupil for pupil in opened.pupils if pupil.token.split(".")[1] in held]


def test_no_table_knows_how_many_seats_answered_what_by_seat(lesson: Open, school: Installation) -> None:
    """While a step is open nothing of its answers is on disk at all."""
    opened = lesson(6)
    opened.do("steps/d1/go")
    opened.do("steps/d1/open")
    for pupil in opened.pupils:
        pupil.answer("d1", "a")
    store, found = Store(school.folder), opened.sheet()
    session = store.one("select id from class_session where code = ?", opened.code)
    assert found["seats"]["taken"] == 6
    assert store.one("select count(*) from class_count where session_id = ?", session) == 0
