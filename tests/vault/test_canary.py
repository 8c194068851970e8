"""Nothing that anybody typed is readable outside a process, however it was typed, and the search that says so can find it."""

import base64
import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.support.canary import SCRIPTS, Mark, Marker, forms, search
from tests.support.installation import BotProcess, Installation
from tests.support.people import ChildClient, StaffClient
from tests.support.store import Store
from tests.support.typist import Typist

LOUD = {"LOGLEVEL": "DEBUG", "LOG_LEVEL": "DEBUG", "FARO_LOG_LEVEL": "debug", "PYTHONASYNCIODEBUG": "1"}


@pytest.fixture(scope="module")
def loud_bot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BotProcess]:
    process = BotProcess(tmp_path_factory.mktemp("loud")).start("--debug")
    yield process
    process.kill()


def house(folder: Path, bot: str, **more: str) -> Installation:
    """An installation that talks as much as it can, and whose temporary files stay in its folder."""
    (folder / "tmp").mkdir()
    return Installation(folder, bot, {**LOUD, "TMPDIR": str(folder / "tmp"), **more}).start()


def type_all(installation: Installation, seed: int) -> list[Mark]:
    """One round in each script, then the paths of trouble."""
    marker = Marker(random.Random(seed))
    staff = StaffClient.sign_in(installation.url, *installation.accounts()["counsellor"])
    for marker.script in SCRIPTS:
        Typist(installation, staff, marker).type_everywhere()
    child = ChildClient.start(installation.url)
    with Store(installation.folder).locked():
        assert child.post("/messages", {"text": marker.lost("while the database is locked")}).status_code == 503
    return marker.marks


@pytest.fixture(scope="module")
def typed(loud_bot: BotProcess, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Installation, list[Mark]]]:
    installation = house(tmp_path_factory.mktemp("sealed"), loud_bot.url)
    yield installation, type_all(installation, seed=1)
    installation.stop()


def test_no_typed_word_is_on_the_disk(typed: tuple[Installation, list[Mark]], loud_bot: BotProcess) -> None:
    """Database, write-ahead log, shared memory, both logs at DEBUG, temporary files: 0 hits in any form, live and at rest."""
    installation, marks = typed
    assert len(marks) > 300
    assert {"faro.db", "faro.db-wal", "faro.db-shm", "api.log"} <= {path.name for path in installation.folder.iterdir()}
    assert search(marks, installation.folder, loud_bot.folder) == {}


def test_the_loud_bot_was_talking(loud_bot: BotProcess) -> None:
    """0 hits in a log that is switched off would prove nothing: this one holds Rasa's lines of INFO, which a quiet one lacks."""
    assert "INFO" in loud_bot.log.read_text()


def test_an_unforeseen_error_leaves_no_traceback_in_the_log(typed: tuple[Installation, list[Mark]]) -> None:
    """A traceback ends with the error's own words, and those may quote a child: the log names the kind of the error only."""
    installation, _ = typed
    child = ChildClient.start(installation.url)
    broken = "update message set sealed = x'00' where conversation_id = ? and seq = 1"
    Store(installation.folder).change(broken, child.id)
    assert child.get().status_code == 503
    ChildClient.start(installation.url)  # the same event loop has finished with the one before
    assert '"event": "unforeseen"' in installation.log.read_text()
    assert "Traceback" not in installation.log.read_text()


def test_the_same_search_finds_the_words_of_an_unsealed_installation(loud_bot: BotProcess, tmp_path: Path) -> None:
    """The control: without sealing at least 99 % of what is kept is found, while it runs and when it has ended."""
    installation = house(tmp_path, loud_bot.url, FARO_SEALED="false")
    kept = [mark for mark in type_all(installation, seed=2) if mark.kept]
    live = search(kept, installation.folder)
    installation.stop()
    at_rest = search(kept, installation.folder)
    fields = {mark.field for mark in kept}
    assert len(kept) > 60
    assert max(len(fields - live.keys()), len(fields - at_rest.keys())) <= len(kept) / 100


WRITTEN: dict[str, Callable[[str], bytes]] = {
    "UTF-16": lambda word: ("x" + word).encode("utf-16-le"),
    "base64": lambda word: base64.b64encode(f"ab{word}c".encode()),
    "in an address": lambda word: quote(f"ä {word}").encode(),
    "escaped JSON": lambda word: json.dumps({"text": word}).encode(),
    "Python's repr": lambda word: repr(word.encode()).encode(),
}


@pytest.mark.parametrize("form", WRITTEN)
@pytest.mark.parametrize("script", SCRIPTS)
def test_the_search_knows_every_form(tmp_path: Path, form: str, script: str) -> None:
    marker = Marker(random.Random(3), script=script)
    marker.lost("here")
    (tmp_path / "leak").write_bytes(b"before " + WRITTEN[form](marker.marks[0].word) + b" after")
    assert list(search(marker.marks, tmp_path).values()) == [{"leak"}]


def test_no_form_is_so_short_that_it_is_found_by_chance() -> None:
    marker = Marker(random.Random(4))
    for marker.script in SCRIPTS:
        marker.lost("somewhere")
    assert min(len(form) for mark in marker.marks for form in forms(mark.word)) >= 14
