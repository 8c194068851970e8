"""What the README says is what happens, word for word."""

import base64
import json
import re
from itertools import chain

import pytest

from tests.connector.conftest import FOLDER, Run
from tests.support.office import Office

README = (FOLDER / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)
COMMANDS = {"sh": ["bash", "-euc"], "python": ["python", "-c"]}


def printed(run: Run, language: str, text: str) -> str:
    done = run([*COMMANDS[language], text])
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_every_example_is_run_here() -> None:
    assert [language for language, _ in BLOCKS] == ["sh", "sh", "sh", "python", "python"]


def test_the_keys_are_a_pair(run: Run) -> None:
    lines = dict(line.split("=", 1) for line in printed(run, *BLOCKS[0]).splitlines())
    assert lines.keys() == {"FARO_PRIVATE_KEY", "FARO_PUBLIC_KEY"}
    from nacl.public import PrivateKey

    private = PrivateKey(base64.b64decode(lines["FARO_PRIVATE_KEY"]))
    assert base64.b64encode(bytes(private.public_key)).decode() == lines["FARO_PUBLIC_KEY"]


@pytest.mark.parametrize("block", BLOCKS[1:3], ids=["all", "after"])
def test_pull_prints_the_cases_opened(run: Run, office: Office, block: tuple[str, str]) -> None:
    child = office.child(country="MX")
    child.hand_over("summary", story="it began in May, marzipan", card={"situation": "bullying"})
    cases = [json.loads(line) for line in printed(run, *block).splitlines()]
    case = next(case for case in cases if case["id"] == office.case_of(child))
    assert (case["summary"], case["lines"], case["country"]) == ("it began in May, marzipan", {"situation": "bullying"}, "MX")


def test_the_loop_brings_every_case_and_reports_it(run: Run, office: Office) -> None:
    (_, kept), (child, erased) = office.waiting(situation="bullying"), office.claimed()
    number = office.store.one('select number from "case" where id = ?', erased)
    child.http.delete(child.path, headers=child.headers)
    lines = printed(run, *BLOCKS[3]).splitlines()
    assert f"erase our copy of {number}" in lines
    assert any("bullying" in line for line in lines)
    reported = office.store.rows("select case_id, reference, reported from client_grant where reference is not null")
    assert (kept, "CRM-17", "received") in reported
    assert erased not in chain(*reported)


def test_the_next_time_begins_where_the_last_one_ended(run: Run, office: Office) -> None:
    office.waiting()
    said = "select at from message where case_id is not null"  # a change too
    last = office.store.one(f'select max(at) from ({said} union select updated_at from "case")')
    assert printed(run, *BLOCKS[4]).strip().endswith(last.replace(" ", "T") + "+00:00")
