"""The same Faro on PostgreSQL, where several write at once and a row is locked, not the file."""

import os
import subprocess
import sys
import uuid
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import httpx
from sqlalchemy import make_url

from tests.support.classes import Class
from tests.support.installation import ROOT, without_bot
from tests.support.mortal import until
from tests.support.office import Office
from tests.support.people import ChildClient, StaffClient
from tests.support.postgres import Postgres, Rows, postgres

CROWD = 12


def waiting(helpline: Office) -> tuple[ChildClient, str]:
    """A child who has handed over, and the case."""
    child = helpline.child()
    child.say("hello")
    number = child.hand_over("transcript", story="it began in May")["case"]["number"]
    (row,) = helpline.supervisor.queue(number=number)
    return child, str(row["id"])


def claim(who: StaffClient, case_id: str) -> httpx.Response:
    return who.act(case_id, "claim")


def rows(helpline: Office) -> Rows:
    return Rows(helpline.installation.environment["FARO_DATABASE"])


def test_a_case_lives_from_the_handoff_to_its_erasure(helpline: Office) -> None:
    person = helpline.counsellors[0]
    child, case_id = waiting(helpline)
    assert person.act(case_id, "claim").json()["story"] == "it began in May"
    assert person.act(case_id, "messages", {"text": "I am here"}).status_code == 201
    child.say("thank you")
    assert person.act(case_id, "notes", {"text": "call the school"}).status_code == 201
    assert [line["text"] for line in person.case(case_id)["messages"] if line["by"] != "system"] == ["I am here", "thank you"]
    assert person.act(case_id, "close", {"outcome": "helped"}).status_code == 200
    assert child.http.delete(child.path, headers=child.headers).status_code == 204
    assert child.get().status_code == 404
    assert rows(helpline).rows("select count(*) from message where conversation_id = ?", child.id) == [(0,)]


def test_of_many_who_claim_at_once_one_wins(helpline: Office) -> None:
    for _ in range(6):
        _, case_id = waiting(helpline)
        with ThreadPoolExecutor(4) as team:
            replies = [*team.map(claim, helpline.counsellors, [case_id] * 4)]
        assert Counter(reply.status_code for reply in replies) == {200: 1, 409: 3}


def test_the_next_case_goes_to_each_of_many_once(helpline: Office) -> None:
    cases = {waiting(helpline)[1] for _ in range(4)}
    with ThreadPoolExecutor(4) as team:
        given = list(team.map(lambda who: who.http.post("/v1/cases/next"), helpline.counsellors))
    assert {reply.status_code for reply in given} == {200}
    taken = [reply.json()["id"] for reply in given]
    assert len(set(taken)) == 4
    assert cases & set(taken)


def test_the_same_message_sent_many_times_at_once_is_kept_once(helpline: Office) -> None:
    child, _ = waiting(helpline)
    key = str(uuid.uuid4())
    with ThreadPoolExecutor(CROWD) as crowd:
        replies = list(crowd.map(lambda _: child.post("/messages", {"text": "please"}, key), range(CROWD)))
    assert {reply.status_code for reply in replies} == {200}
    assert [text for by, text in child.texts() if by == "child"].count("please") == 1


def test_the_same_answer_sent_many_times_at_once_is_kept_once(helpline: Office) -> None:
    person = helpline.counsellors[0]
    child, case_id = waiting(helpline)
    assert claim(person, case_id).status_code == 200
    key = str(uuid.uuid4())
    with ThreadPoolExecutor(CROWD) as crowd:
        replies = list(crowd.map(lambda _: person.act(case_id, "messages", {"text": "I am here"}, key), range(CROWD)))
    assert {reply.status_code for reply in replies} == {201}
    assert len({reply.json()["seq"] for reply in replies}) == 1
    assert child.texts().count(("counsellor", "I am here")) == 1


def test_what_both_say_at_once_is_kept_in_one_order_for_both(helpline: Office) -> None:
    person = helpline.counsellors[0]
    child, case_id = waiting(helpline)
    person.act(case_id, "claim")

    def one(n: int) -> int:
        text = {"text": f"word {n}"}
        return (person.act(case_id, "messages", text) if n % 2 else child.post("/messages", text)).status_code

    with ThreadPoolExecutor(6) as both:
        assert {*both.map(one, range(20))} == {200, 201}
    heard = [text for _, text in child.texts() if text.startswith("word")]
    assert sorted(heard) == sorted(f"word {n}" for n in range(20))
    assert [line["text"] for line in person.case(case_id)["messages"] if line["text"].startswith("word")] == heard


def test_counts_that_are_added_at_once_are_all_there(helpline: Office) -> None:
    """Cases that close in the same moment add to the same rows."""
    before = closed(helpline)
    cases = [waiting(helpline)[1] for _ in range(8)]
    for n, case_id in enumerate(cases):
        helpline.counsellors[n % 4].act(case_id, "claim")

    def close(n: int) -> int:
        return helpline.counsellors[n % 4].act(cases[n], "close", {"outcome": "helped"}).status_code

    with ThreadPoolExecutor(8) as team:
        assert [*team.map(close, range(8))] == [200] * 8
    assert closed(helpline) == before + 8


def closed(helpline: Office) -> int:
    query = """select coalesce(sum(count), 0) from figure_count where "of" = 'cases' and by = 'outcome' and code = 'helped'"""
    ((count,),) = rows(helpline).rows(query)
    return int(count)


def test_children_who_hand_over_and_staff_who_act_at_once_wait_for_nobody_in_a_ring(helpline: Office) -> None:
    """Both write the audit log, and every entry points at the row of the helpline."""
    person = helpline.counsellors[0]
    cases = [waiting(helpline)[1] for _ in range(6)]
    assert {claim(person, case_id).status_code for case_id in cases} == {200}
    children = [helpline.child() for _ in range(12)]

    def one(n: int) -> int:
        if n % 2:
            return children[n // 2].post("/handoff", {"share": "summary"}).status_code
        return person.act(cases[n // 2 % 6], "notes", {"text": "call the school"}).status_code

    with ThreadPoolExecutor(CROWD) as crowd:
        assert Counter(crowd.map(one, range(24))) == {201: 24}


def one_behind_the_other(helpline: Office, *acts: Callable[[], httpx.Response]) -> list[int]:
    """Each begins when those before it wait in line; then the log, which the first waits for, is free again."""
    held = rows(helpline)
    with ThreadPoolExecutor(len(acts)) as crowd:
        with held.held("select * from audit_head for update"):
            replies = []
            for n, act in enumerate(acts, 1):
                replies.append(crowd.submit(act))
                until(lambda n=n: held.in_line() == n)
        return [reply.result().status_code for reply in replies]


def test_a_child_who_erases_in_the_moment_of_a_claim_is_obeyed(helpline: Office) -> None:
    child, case_id = waiting(helpline)
    take, erase = partial(claim, helpline.counsellors[0], case_id), partial(child.http.delete, child.path, headers=child.headers)
    assert one_behind_the_other(helpline, take, erase) == [200, 204]


def test_a_child_who_takes_back_in_the_moment_of_a_claim_hears_who_came(helpline: Office) -> None:
    child, case_id = waiting(helpline)
    take, back = (
        partial(claim, helpline.counsellors[0], case_id),
        partial(child.http.delete, f"{child.path}/handoff", headers=child.headers),
    )
    assert one_behind_the_other(helpline, take, back) == [200, 200]


def test_a_child_hands_over_in_the_moment_in_which_somebody_loses_the_key(helpline: Office) -> None:
    place, child = f"/v1/people/{helpline.counsellors[3].id}", helpline.child()
    role = partial(helpline.supervisor.http.patch, place)
    hand_over = partial(child.post, "/handoff", {"share": "summary"})
    assert one_behind_the_other(helpline, partial(role, json={"role": "admin"}), hand_over) == [200, 201]
    assert role(json={"role": "counsellor"}).status_code == 200
    assert helpline.supervisor.http.post(f"{place}/grant").is_success


def test_a_class_votes_at_once_and_its_counts_are_kept(helpline: Office) -> None:
    lesson = Class.open(helpline.installation.url, pupils=CROWD)
    for act in ("go", "open"):
        lesson.do(f"steps/d1/{act}")
    with ThreadPoolExecutor(CROWD) as pupils:
        assert {reply.status_code for reply in pupils.map(lambda pupil: pupil.answer("d1", "a"), lesson.pupils)} == {200}
    assert lesson.step("d1", lesson.do("steps/d1/close"))["answers"] == CROWD
    assert rows(helpline).one("select answers from class_count where item = 'd1' and option = 'a'") == CROWD


def test_the_audit_log_holds_after_all_who_wrote_at_once(helpline: Office) -> None:
    _, case_id = waiting(helpline)
    with ThreadPoolExecutor(CROWD) as crowd:
        refused = [*crowd.map(lambda _: helpline.counsellors[0].act(case_id, "messages", {"text": "?"}), range(CROWD))]
    assert {reply.status_code for reply in refused} == {403}
    environ = {**os.environ, "PYTHONPATH": str(ROOT), **helpline.installation.settings()}
    command = [sys.executable, "-m", "api.operator", "audit"]
    checked = subprocess.run(command, env=environ, cwd=ROOT, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert helpline.supervisor.http.get("/v1/audit", params={"thing": case_id}).json()["items"]


def test_no_word_of_a_child_is_in_the_database(helpline: Office) -> None:
    child, case_id = waiting(helpline)
    child.say("xylophonic words")
    helpline.counsellors[0].act(case_id, "claim")
    helpline.counsellors[0].act(case_id, "notes", {"text": "zygomatic note"})
    tables = [name for (name,) in rows(helpline).rows("select tablename from pg_tables where schemaname = 'public'")]
    held = [str(row) for table in tables for row in rows(helpline).rows(f'select * from "{table}"')]
    assert len(held) > 50
    assert not [row for row in held if "xylophonic" in row or "zygomatic" in row or "began in May" in row]


def test_a_database_that_goes_away_costs_no_child_the_way_to_help(tmp_path: Path) -> None:
    """The first page and the error still say where help is; once it is back, what was said is there and more is taken."""
    with postgres(tmp_path / "postgres") as own, without_bot(tmp_path / "faro", FARO_DATABASE=own.fresh()) as installation:
        child = ChildClient.start(installation.url, country="GB")
        child.say("hello")
        own.server.stop()
        refused = child.post("/messages", {"text": "are you there"})
        assert (refused.status_code, bool(refused.json()["help"])) == (503, True)
        assert "0800 1111" in httpx.get(f"{installation.url}/", params={"country": "GB"}).text
        own.server.start()
        until(lambda: child.post("/messages", {"text": "are you there"}).status_code == 200)
        assert [text for by, text in child.texts() if by == "child"] == ["hello", "are you there"]


def test_a_database_that_lets_nobody_in_costs_no_child_the_way_to_help(server: Postgres, tmp_path: Path) -> None:
    """What PostgreSQL says to whoever connects comes in another shape than what it says to a statement."""
    address = server.fresh()
    name = make_url(address).database
    with without_bot(tmp_path / "faro", FARO_DATABASE=address) as installation:
        child = ChildClient.start(installation.url, country="GB")
        server.server.psql(f"alter database {name} allow_connections false")
        server.server.psql(f"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}'")
        refused = child.post("/messages", {"text": "are you there"})
        page = httpx.get(f"{installation.url}/", params={"country": "GB"})
        server.server.psql(f"alter database {name} allow_connections true")
        assert (refused.json()["type"], bool(refused.json()["help"])) == ("/problems/database", True)
        assert (page.status_code, "0800 1111" in page.text) == (200, True)
        until(lambda: child.post("/messages", {"text": "are you there"}).status_code == 200)
