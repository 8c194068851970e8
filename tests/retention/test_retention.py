"""What is kept ends at its limit, not before and not after, and of what is erased no byte is left."""

import asyncio
import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from api.auth.access import COOKIE
from api.db import Database
from api.operator.audit import audit_of
from api.retention import service as retention
from api.settings import Settings
from api.vault.keys import token_id
from tests.support.installation import BotProcess, Installation
from tests.support.mortal import until
from tests.support.people import ChildClient, StaffClient
from tests.support.purging import purge
from tests.support.store import Store

MOMENT, HOUR, DAY = timedelta(seconds=10), timedelta(hours=1), timedelta(days=1)
SILENCE, WITHOUT_A_YES, WITH_A_CASE = HOUR, DAY, 30 * DAY
CLOSED_CASE, ANSWER, SESSION = 90 * DAY, DAY, 12 * HOUR
EMPTIED = ("conversation", "message", "answered", "case", "case_grant", "case_note")


@pytest.fixture(scope="module")
def archive(bot: BotProcess, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    installation = Installation(tmp_path_factory.mktemp("archive"), bot.url).start()
    yield installation
    installation.stop()


@pytest.fixture(scope="module")
def staff(archive: Installation) -> StaffClient:
    return StaffClient.sign_in(archive.url, *archive.accounts()["counsellor"])


@pytest.fixture
def store(archive: Installation) -> Store:
    return Store(archive.folder)


def talked(archive: Installation) -> ChildClient:
    child = ChildClient.start(archive.url)
    child.say("hello")
    return child


def case_of(store: Store, child: ChildClient) -> str:
    return str(store.one('select id from "case" where conversation_id = ?', child.id))


def handed_over(archive: Installation, store: Store) -> tuple[ChildClient, str]:
    child = talked(archive)
    child.hand_over("transcript", story="it began in May")
    return child, case_of(store, child)


def closed(archive: Installation, store: Store, staff: StaffClient) -> tuple[ChildClient, str]:
    child, case_id = handed_over(archive, store)
    for verb, body in (("claim", None), ("notes", {"text": "a note"}), ("close", {"outcome": "helped"})):
        assert staff.act(case_id, verb, body).is_success
    return child, case_id


def kept(store: Store, child: ChildClient) -> dict[str, int]:
    """How many rows there are of a child, by table."""
    case = 'select id from "case" where conversation_id = ?'
    own = {"conversation": "id = ?", "case_grant": f"case_id in ({case})", "case_note": f"case_id in ({case})"}
    counts = {t: store.one(f'select count(*) from "{t}" where {own.get(t, "conversation_id = ?")}', child.id) for t in EMPTIED}
    return {table: count for table, count in counts.items() if count}


def lifetime(store: Store, child: ChildClient, since: str) -> timedelta:
    query = f"select (julianday(expires_at) - julianday({since})) * 86400 from conversation where id = ?"
    return timedelta(seconds=round(store.one(query, child.id)))


def expire(store: Store, child: ChildClient, ago: timedelta) -> None:
    store.set_time("conversation", "expires_at", ago, "id = ?", child.id)


def test_a_conversation_lives_as_long_as_it_was_said(archive: Installation, store: Store) -> None:
    """An hour after the last word, at most a day in all; thirty days after the last word once it was handed over."""
    child = talked(archive)
    assert abs(lifetime(store, child, "'now'") - SILENCE) < MOMENT
    store.set_time("conversation", "created_at", WITHOUT_A_YES - timedelta(minutes=30), "id = ?", child.id)
    child.say("still here")
    assert abs(lifetime(store, child, "created_at") - WITHOUT_A_YES) < MOMENT
    child.hand_over()
    assert abs(lifetime(store, child, "'now'") - WITH_A_CASE) < MOMENT


def test_the_token_ends_with_the_conversation_and_not_with_the_next_purge(archive: Installation, store: Store) -> None:
    """The child, the resume code and the message all find nothing from the second on which it ends."""
    child = talked(archive)
    code = child.post("/code").json()["code"]
    expire(store, child, -MOMENT)
    assert child.get().status_code == 200
    expire(store, child, MOMENT)
    replies = [child.get(), child.post("/messages", {"text": "hello"}), child.post("/handoff", {"share": "summary"})]
    replies.append(child.http.post("/v1/conversations/resume", json={"code": code}))
    assert {reply.status_code for reply in replies} == {404}


def test_a_conversation_without_a_yes_is_gone_with_all_its_rows(archive: Installation, store: Store) -> None:
    child, other = talked(archive), talked(archive)
    expire(store, child, MOMENT)
    expire(store, other, -MOMENT)
    purge(archive)
    assert kept(store, child) == {}
    assert kept(store, other).keys() == {"conversation", "message", "answered"}


def test_an_open_case_keeps_its_conversation(archive: Installation, store: Store, staff: StaffClient) -> None:
    """Waiting or claimed, however late: nobody who was promised an answer is forgotten."""
    waiting, _ = handed_over(archive, store)
    claimed, case_id = handed_over(archive, store)
    assert staff.act(case_id, "claim").status_code == 200
    for child in (waiting, claimed):
        expire(store, child, 300 * DAY)
    purge(archive)
    assert all(kept(store, child)["message"] > 0 for child in (waiting, claimed))
    assert staff.act(case_id, "close", {"outcome": "no_answer"}).status_code == 200
    purge(archive)
    assert kept(store, claimed).keys() == {"case", "case_grant"}


@pytest.mark.parametrize(
    ("age", "left"), [(CLOSED_CASE - MOMENT, {"case", "case_grant", "case_note"}), (CLOSED_CASE + MOMENT, set())]
)
def test_a_closed_case_ends_after_ninety_days(
    archive: Installation, store: Store, staff: StaffClient, age: timedelta, left: set[str]
) -> None:
    """With its keys and its notes; its conversation has ended long before."""
    child, case_id = closed(archive, store, staff)
    expire(store, child, age - WITH_A_CASE)
    store.set_time("case", "closed_at", age, "id = ?", case_id)
    purge(archive)
    assert kept(store, child).keys() == left


def test_the_ninety_days_count_from_the_end_and_not_from_the_beginning(
    archive: Installation, store: Store, staff: StaffClient
) -> None:
    child, case_id = closed(archive, store, staff)
    store.set_time("case", "created_at", CLOSED_CASE + DAY, "id = ?", case_id)
    purge(archive)
    assert "case_grant" in kept(store, child)


@pytest.mark.parametrize(("age", "left"), [(ANSWER - MOMENT, 1), (ANSWER + MOMENT, 0)])
def test_the_key_of_a_retry_is_remembered_for_a_day(archive: Installation, store: Store, age: timedelta, left: int) -> None:
    """Places in the log, no words; the conversation itself stays."""
    child = talked(archive)
    store.set_time("answered", "at", age, "conversation_id = ?", child.id)
    purge(archive)
    assert kept(store, child).get("answered", 0) == left
    assert child.get().status_code == 200


@pytest.mark.parametrize(("age", "left"), [(SESSION - timedelta(minutes=1), 1), (SESSION + MOMENT, 0)])
def test_a_staff_session_leaves_no_row_after_twelve_hours(archive: Installation, store: Store, age: timedelta, left: int) -> None:
    """Its wrapped key goes with it."""
    store.change("update staff set totp_step = 0 where email = ?", archive.accounts()["supervisor"][0])
    session = StaffClient.sign_in(archive.url, *archive.accounts()["supervisor"]).http.cookies[COOKIE]
    store.set_time("staff_session", "created_at", age, "token_hash = ?", token_id(session))
    purge(archive)
    assert store.one("select count(*) from staff_session where token_hash = ?", token_id(session)) == left


def test_an_expired_invite_and_a_browser_that_nobody_uses_leave_no_row(archive: Installation, store: Store) -> None:
    admin = StaffClient.sign_in(archive.url, *archive.accounts()["admin"])
    for name in ("old", "new"):
        person = {"email": f"{name}@retention.invalid", "name": "Ada", "role": "counsellor"}
        assert admin.http.post("/v1/people/invites", json=person).status_code == 201
    store.set_time("invite", "expires_at", MOMENT, "email = ?", "old@retention.invalid")
    browser = store.one("select token_hash from known_browser where staff_id = ? limit 1", admin.id)
    for age, left in ((90 * DAY - MOMENT, 1), (90 * DAY + MOMENT, 0)):
        store.set_time("known_browser", "seen_at", age, "token_hash = ?", browser)
        purge(archive)
        assert store.one("select count(*) from known_browser where token_hash = ?", browser) == left
    assert store.rows("select email from invite") == [("new@retention.invalid",)]


def test_purging_twice_changes_nothing_more(archive: Installation, store: Store, staff: StaffClient) -> None:
    closed(archive, store, staff)
    expire(store, talked(archive), MOMENT)

    def everything() -> list[list[tuple[Any, ...]]]:
        return [sorted(store.rows(f'select * from "{table}"'), key=repr) for table in store.tables() if table != "retention_run"]

    before = everything()
    purge(archive)
    once = everything()
    purge(archive)
    assert before != once == everything()


def test_the_worker_purges_by_itself_at_the_start(archive: Installation, store: Store) -> None:
    """Nobody has to call it: what ended while the process was down is gone soon after it is up."""
    child = talked(archive)
    expire(store, child, MOMENT)
    archive.stop()
    archive.start()
    until(lambda: kept(store, child) == {})


async def test_the_worker_goes_on_after_a_failure(monkeypatch: pytest.MonkeyPatch, archive: Installation, store: Store) -> None:
    """The checkpoint meets a broken disk, then a full one: the next round purges all the same."""
    failures = iter([sqlite3.OperationalError("disk I/O error"), OSError("no space left")])
    real = Database.checkpoint

    async def failing(self: Database) -> None:
        error = next(failures, None)
        if error is not None:
            raise error
        await real(self)

    monkeypatch.setattr(Database, "checkpoint", failing)
    monkeypatch.setattr(retention, "EVERY_SECONDS", 0.01)
    database = Database(archive.database_url)
    worker = asyncio.create_task(retention.keep_purging(database, audit_of(Settings(var=archive.folder))))
    child = await asyncio.to_thread(talked, archive)
    # in a thread: this loop is the worker's too, and must run on for the worker to let go of the database
    await asyncio.to_thread(expire, store, child, MOMENT)
    await asyncio.to_thread(until, lambda: worker.done() or kept(store, child) == {})
    assert not worker.done(), worker.exception()
    worker.cancel()
    await asyncio.gather(worker, return_exceptions=True)  # as the application does: it still holds the database
    await database.close()
