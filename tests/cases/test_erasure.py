"""Erased is erased: of what a child takes back, or what ends by itself, no byte is left on the disk.

The installations here run unsealed, so that a byte that is left could be read; each search stands beside one that finds.
"""

import random
from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.support.canary import Mark, Marker, search
from tests.support.installation import Installation
from tests.support.people import ChildClient, StaffClient
from tests.support.purging import purge
from tests.support.store import Store


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    no_bot = "http://127.0.0.1:9"
    installation = Installation(tmp_path_factory.mktemp("bare"), no_bot, {"FARO_SEALED": "false"}).start()
    yield installation
    installation.stop()


@pytest.fixture(scope="module")
def staff(bare: Installation) -> StaffClient:
    return StaffClient.sign_in(bare.url, *bare.accounts()["counsellor"])


def told(bare: Installation, staff: StaffClient, seed: int) -> tuple[ChildClient, list[Mark]]:
    """A child who wrote long and short, handed it over, and was written to; every place where words are kept."""
    child, mark = ChildClient.start(bare.url), Marker(random.Random(seed))
    child.say(mark.kept("chat"))
    child.say(mark.kept("chat, long") + " and so on" * 90)
    callback = {"when": mark.kept("callback"), "channel": "phone", "phone_private": False}
    number = child.hand_over("transcript", story=mark.kept("story"), callback=callback)["case"]["number"]
    case_id = Store(bare.folder).one('select id from "case" where number = ?', number)
    child.say(mark.kept("while waiting"))
    assert staff.act(case_id, "claim").status_code == 200
    assert staff.act(case_id, "messages", {"text": mark.kept("counsellor")}).status_code == 201
    assert staff.act(case_id, "notes", {"text": mark.kept("note") + " and so on" * 150}).status_code == 201
    return child, mark.marks


def erase(child: ChildClient) -> None:
    assert child.http.delete(child.path, headers=child.headers).status_code == 204


def left(bare: Installation, marks: list[Mark]) -> dict[str, set[str]]:
    return search(marks, *Store(bare.folder).parts)


def test_an_erased_conversation_leaves_no_byte(bare: Installation, staff: StaffClient) -> None:
    """Before: every place is found. After the erasure and a checkpoint: none, in the database or beside it."""
    child, marks = told(bare, staff, seed=1)
    assert left(bare, marks).keys() == {mark.field for mark in marks}
    erase(child)
    purge(bare)
    assert left(bare, marks) == {}


def test_an_erasure_leaves_the_words_of_others(bare: Installation, staff: StaffClient) -> None:
    child, marks = told(bare, staff, seed=2)
    other, others = told(bare, staff, seed=3)
    erase(child)
    purge(bare)
    assert left(bare, [*marks, *others]).keys() == {mark.field for mark in others}
    assert other.get().status_code == 200


def test_an_erased_case_stays_for_the_count_and_holds_nothing(bare: Installation, staff: StaffClient) -> None:
    """The queue shows that there was one, closed and marked as erased; what it was about is gone too."""
    child, _ = told(bare, staff, seed=4)
    case_id = Store(bare.folder).one('select id from "case" where conversation_id = ?', child.id)
    filing = {"categories": ["distress"], "image_nature": "fake", "follow_up_on": "2027-02-01"}
    version = f'"{staff.case(case_id)["version"]}"'
    assert staff.http.patch(f"/v1/cases/{case_id}", json=filing, headers={"if-match": version}).status_code == 200
    erase(child)
    row = next(row for row in staff.queue(state="closed") if row["id"] == case_id)
    assert (row["outcome"], row["need"], row["reasons"]) == ("erased", None, [])
    assert (row["categories"], row["image_nature"], row["follow_up_on"]) == ([], None, None)
    assert staff.http.get(f"/v1/cases/{case_id}").status_code in (403, 404)


@pytest.mark.parametrize(
    ("table", "column", "age"), [("case", "closed_at", timedelta(days=91)), ("conversation", "expires_at", timedelta(days=1))]
)
def test_what_ends_by_itself_leaves_no_byte_either(
    bare: Installation, staff: StaffClient, table: str, column: str, age: timedelta
) -> None:
    """A closed case after ninety days with its notes; a conversation that ended with its messages."""
    child, marks = told(bare, staff, seed=5 + len(table))
    store = Store(bare.folder)
    case_id = store.one('select id from "case" where conversation_id = ?', child.id)
    assert staff.act(case_id, "close", {"outcome": "helped"}).status_code == 200
    whose = case_id if table == "case" else child.id
    store.set_time(table, column, age, "id = ?", whose)
    purge(bare)
    gone = {"case": {"note"}, "conversation": {"while waiting", "counsellor"}}[table]
    # the story and the shared transcript stand in the case, what was said after that in the conversation
    found = {field.split(" (")[0] for field in left(bare, marks)}
    assert not gone & found
    assert found
