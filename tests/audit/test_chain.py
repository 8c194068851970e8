"""The audit log: complete, also about what was refused, and broken visibly by whoever alters it."""

import asyncio
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from api.audit import service
from api.audit.rules import START, Act, Break, Entry, breaks, fingerprint
from api.db import Database
from api.operator.audit import audit_of
from api.settings import Settings
from tests.support.installation import ROOT
from tests.support.office import Office

KEY = b"k" * 32


def acts(office: Office, thing: str | None = None) -> list[tuple[str, str, str | None]]:
    """(by, action, reason) of what the supervisor sees, the oldest first."""
    reply = office.supervisor.http.get("/v1/audit", params={"thing": thing} if thing else {})
    assert reply.status_code == 200, reply.text
    return [(row["by"] or row["actor"], row["action"], row["reason"]) for row in reversed(reply.json()["items"])]


def check(office: Office) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "api.operator", "audit"]
    environ = {**os.environ, "PYTHONPATH": str(ROOT), **office.installation.settings()}
    return subprocess.run(command, env=environ, cwd=ROOT, capture_output=True, text=True, check=False)


def test_the_life_of_a_case_is_written_down(office: Office) -> None:
    counsellor = office.counsellors[0]
    child, case_id = office.claimed()
    counsellor.act(case_id, "messages", {"text": "I am here"})
    counsellor.act(case_id, "notes", {"text": "call the school"})
    counsellor.act(case_id, "close", {"outcome": "helped"})
    child.http.delete(child.path, headers=child.headers)
    assert acts(office, case_id) == [
        ("child", "case.open", "summary"), ("counsellor 0", "case.claim", None), ("counsellor 0", "case.say", None),
        ("counsellor 0", "case.note", None), ("counsellor 0", "case.close", "helped"), ("child", "case.erase", None),
    ]  # fmt: skip


def test_a_refusal_leaves_exactly_one_entry(office: Office) -> None:
    """The act is rolled back, the entry stays."""
    _, case_id = office.claimed()
    other = office.counsellors[1]
    assert other.act(case_id, "messages", {"text": "let me in"}).status_code == 403
    assert acts(office, case_id)[-1] == ("counsellor 1", "refused", "POST 403 Forbidden")
    assert len([row for row in acts(office, case_id) if row[1] == "refused"]) == 1


def test_a_refused_sign_in_is_written_down_without_what_was_typed(office: Office) -> None:
    http = office.counsellors[0].http
    given = {"email": office.counsellors[0].email, "password": "canary-password", "code": "000000"}
    assert http.post("/v1/staff/sessions", json=given).status_code == 401
    assert http.post("/v1/staff/sessions", json={**given, "email": "canary@nowhere.invalid"}).status_code == 401
    rows = office.store.rows("select * from audit_entry where action = 'sign_in.refused'")
    assert len(rows) == 2
    assert "canary" not in str(rows)


def test_a_supervisor_who_reads_a_colleagues_case_is_written_down_once_an_hour(office: Office) -> None:
    _, case_id = office.claimed()
    for _ in range(3):
        office.supervisor.case(case_id)
    office.counsellors[0].case(case_id)
    assert [row for row in acts(office, case_id) if row[1] == "case.read"] == [("supervisor 2", "case.read", None)]


def test_the_command_says_that_the_chain_holds_and_where_it_does_not(office: Office) -> None:
    office.claimed()
    assert check(office).returncode == 0
    assert office.supervisor.http.get("/v1/audit/check").json() == {"holds": True, "breaks": []}
    office.store.change("update audit_entry set actor = 'somebody else' where action = 'case.claim'")
    seq = office.store.one("select seq from audit_entry where action = 'case.claim'")
    done = check(office)
    assert done.returncode == 1
    assert f"entry {seq}: altered" in done.stdout
    assert office.supervisor.http.get("/v1/audit/check").json()["breaks"] == [{"seq": seq, "why": "altered"}]


def test_a_tail_that_was_cut_shows_by_the_head_that_was_kept_elsewhere(office: Office) -> None:
    """At the start and every hour the head goes to a file outside the database."""
    office.claimed()
    office.installation.stop()
    office.installation.start()
    last = office.store.one("select max(seq) from audit_entry")
    office.store.change("delete from audit_entry where seq = ?", last)
    assert f"entry {last}: cut" in check(office).stdout


def chain(length: int) -> list[Entry]:
    entries, before = [], START
    for seq in range(1, length + 1):
        at, act = (
            datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=seq),
            Act(f"staff {seq % 3}", "case.say", f"case {seq % 5}"),
        )
        entries.append(Entry(seq, at, act, before, fingerprint(KEY, seq, at, act, before)))
        before = entries[-1].mac
    return entries


def damages(whole: list[Entry], rng: random.Random) -> Iterator[list[Entry]]:
    """Altered, deleted, inserted, swapped, cut, and hashed anew by somebody without the key."""
    n = rng.randrange(len(whole) - 1)
    entry = whole[n]
    yield [*whole[:n], Entry(entry.seq, entry.at, Act("x", "y"), entry.before, entry.mac), *whole[n + 1 :]]
    yield [*whole[:n], Entry(entry.seq, entry.at + timedelta(seconds=1), entry.act, entry.before, entry.mac), *whole[n + 1 :]]
    yield whole[:n] + whole[n + 1 :]
    yield [*whole[: n + 1], entry, *whole[n + 1 :]]
    yield [*whole[:n], whole[n + 1], entry, *whole[n + 2 :]]
    yield whole[: -rng.randrange(1, len(whole))]
    forged = [Entry(e.seq, e.at, e.act, e.before, fingerprint(b"z" * 32, e.seq, e.at, e.act, e.before)) for e in whole]
    yield forged


def test_a_chain_that_nobody_touched_holds() -> None:
    whole = chain(30)
    assert list(breaks(KEY, whole, {30: whole[-1].mac})) == []


@pytest.mark.parametrize("seed", range(150))
def test_every_damage_is_found(seed: int) -> None:
    """1,050 random damages; a cut tail by the head that was kept elsewhere."""
    whole = chain(30)
    for damaged in damages(whole, random.Random(seed)):
        assert list(breaks(KEY, damaged, {30: whole[-1].mac}))


@pytest.mark.parametrize("page", ["work", "reports", "primero"])
def test_what_a_supervisor_reads_beside_the_case_is_written_down_too(office: Office, page: str) -> None:
    _, case_id = office.claimed()
    for who in (office.supervisor, office.counsellors[0]):
        assert who.http.get(f"/v1/cases/{case_id}/{page}").status_code == 200
    assert [row for row in acts(office, case_id) if row[1] == "case.read"] == [("supervisor 2", "case.read", None)]


def test_a_chain_that_is_read_in_pages_is_checked_across_their_edges(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Several runs at once, one after the other; the loop goes on meanwhile."""
    monkeypatch.setattr(service, "PAGE", 3)
    office.claimed()
    office.installation.stop()

    async def run() -> list[list[Break]]:
        database, audit = Database(office.installation.database_url), audit_of(Settings(var=office.installation.folder))
        try:
            return await asyncio.gather(audit.breaks(database), audit.breaks(database))
        finally:
            await database.close()

    assert asyncio.run(run()) == [[], []]
    office.store.change("delete from audit_entry where seq = 4")  # the first of the second page
    assert asyncio.run(run()) == [[Break(4, "missing")]] * 2
