"""The recovery drill: nobody holds the team key any more, and the envelope is opened. And the way a helpline begins."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.vault.keys import read_spelled, spell
from tests.support.installation import BotProcess, Installation
from tests.support.joining import invite, join, operator
from tests.support.people import ChildClient, StaffClient
from tests.support.store import Store
from tests.support.thief import Thief

PRINTED = re.compile(r"^  ((?:[A-Z2-7]{4}-){13}[A-Z2-7]{4})$", re.MULTILINE)
LINK = re.compile(r"/console#invite=(\S+)")
NEW = ("helpline", "add", "--name", "North line", "--supervisor-email", "first@north.invalid")


class North:
    """A helpline that an operator made by the command, with its supervisor and the printed recovery key."""

    def __init__(self, folder: Path, bot: str) -> None:
        self.installation = Installation(folder, bot, {"FARO_SIGN_INS_PER_ACCOUNT": "1000/minute"})
        made = operator(self.installation, *NEW)
        assert made.returncode == 0, made.stderr
        self.recovery, token = PRINTED.findall(made.stdout)[0], LINK.findall(made.stdout)[0]
        self.installation.start()
        self.supervisor = join(self.installation.url, token)

    @property
    def store(self) -> Store:
        return Store(self.installation.folder)

    def waiting(self) -> str:
        child = ChildClient.start(self.installation.url)
        child.hand_over(story="kanarie-story")
        return str(self.store.one('select id from "case" where conversation_id = ?', child.id))

    def recover(self, key: str, email: str) -> StaffClient:
        done = operator(self.installation, "recover", "--email", email, typed=f"{key}\n")
        assert done.returncode == 0, done.stderr
        return join(self.installation.url, LINK.findall(done.stdout)[0])


@pytest.fixture(scope="module")
def north(bot: BotProcess, tmp_path_factory: pytest.TempPathFactory) -> Iterator[North]:
    north = North(tmp_path_factory.mktemp("north") / "faro", bot.url)
    yield north
    north.installation.stop()


def test_the_first_supervisor_of_a_new_helpline_holds_its_key(north: North) -> None:
    case_id = north.waiting()
    assert north.supervisor.act(case_id, "claim").json()["story"] == "kanarie-story"


def test_the_drill(north: North) -> None:
    """The only supervisor is gone, an admin is left. The envelope lets a new supervisor in, also after a rotation."""
    closed, case_id = north.waiting(), north.waiting()
    north.supervisor.act(closed, "claim")
    north.supervisor.act(closed, "close", {"outcome": "helped"})
    assert north.supervisor.http.post("/v1/people/rotation").status_code == 204
    admin = join(north.installation.url, invite(north.supervisor, "admin@north.invalid", "admin"))
    assert admin.http.post(f"/v1/people/{north.supervisor.id}/leave").status_code == 409, "not by somebody's act"
    assert admin.http.post(f"/v1/people/{north.supervisor.id}/lost-password").status_code == 201
    assert Thief(north.store).try_all([admin.http.cookies["faro_staff"]]).keys() <= session_keys(north)
    new = north.recover(north.recovery, "second@north.invalid")
    assert new.act(case_id, "claim").json()["story"] == "kanarie-story"
    assert new.case(closed)["story"] == "kanarie-story"
    assert new.http.post("/v1/people/rotation").status_code == 204
    north.supervisor = new


def session_keys(north: North) -> set[tuple[str, str, int]]:
    return {("staff_session", "wrapped_key", row) for (row,) in north.store.rows("select rowid from staff_session")}


def test_a_supervisor_who_lost_the_password_comes_back_with_the_key(north: North) -> None:
    case_id = north.waiting()
    back = north.recover(north.recovery, north.supervisor.email)
    assert back.id == north.supervisor.id
    assert back.act(case_id, "claim").status_code == 200
    north.supervisor = back


def test_a_wrong_key_and_a_slip_change_nothing_and_the_wrong_key_is_written_down(north: North) -> None:
    slip = ("B" if north.recovery[0] != "B" else "C") + north.recovery[1:]
    for typed, told in ((slip, "A sign is wrong"), ("", "A sign is wrong"), (spell(b"k" * 32), "not the recovery key")):
        done = operator(north.installation, "recover", "--email", "third@north.invalid", typed=f"{typed}\n")
        assert done.returncode == 1
        assert told in done.stderr
    assert north.store.rows("select 1 from invite where email = 'third@north.invalid'") == []
    assert north.store.one("select count(*) from audit_entry where action = 'recovery.refused'") == 1


def test_the_recovery_key_is_nowhere_on_the_disk(north: North) -> None:
    private = read_spelled(north.recovery)
    assert private is not None
    for part in north.installation.folder.iterdir():
        content = part.read_bytes() if part.is_file() else b""
        assert private not in content and north.recovery.encode() not in content


def test_the_recovery_key_opens_the_cases_and_is_good_for_nothing_without_the_database(north: North) -> None:
    """The control of the drill: what it opens are the team's keys, and by them what was passed on."""
    private = read_spelled(north.recovery)
    assert private is not None
    north.waiting()
    thief = Thief(north.store)
    thief.try_all([private])
    assert {("team_key", "recovery"), ("case_grant", "sealed"), ("case", "card")} <= thief.places()


def test_another_envelope_works_after_the_next_rotation_and_the_older_one_until_then(north: North) -> None:
    _, older = north.waiting(), north.recovery
    made = operator(north.installation, "helpline", "recovery-key")
    newer = PRINTED.findall(made.stdout)[0]
    assert north.supervisor.http.get("/v1/people").json()["rotation_due"] is True
    assert operator(north.installation, "recover", "--email", "x@north.invalid", typed=newer).returncode == 1
    assert north.supervisor.http.post("/v1/people/rotation").status_code == 204
    assert operator(north.installation, "recover", "--email", "x@north.invalid", typed=older).returncode == 1
    case_id = north.waiting()
    assert north.recover(newer, "fourth@north.invalid").act(case_id, "claim").status_code == 200


def test_two_helplines_have_two_recovery_keys(north: North) -> None:
    south = operator(north.installation, "helpline", "add", "--name", "South line", "--supervisor-email", "first@south.invalid")
    assert south.returncode == 0
    key = PRINTED.findall(south.stdout)[0]
    assert operator(north.installation, "recover", "--email", "y@x.invalid", typed=key).returncode == 1, "which one?"
    named = ("recover", "--helpline", "North line", "--email", "y@x.invalid")
    assert operator(north.installation, *named, typed=key).returncode == 1


def test_a_key_is_typed_from_paper_in_many_ways() -> None:
    private = bytes(range(32))
    spelled = spell(private)
    assert len(spelled.split("-")) == 14
    assert read_spelled(spelled.lower().replace("-", " ")) == private
    assert read_spelled(spelled.replace("O", "0").replace("I", "1").replace("B", "8")) == private
    for n, sign in enumerate(spelled):
        if sign != "-":
            other = "A" if sign != "A" else "C"
            assert read_spelled(spelled[:n] + other + spelled[n + 1 :]) is None
