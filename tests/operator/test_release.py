"""A broken change to the words: refused at the first start, and later the last good words go on."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.installation import ROOT, Installation
from tests.support.people import ChildClient

GREETING = "What brings you here?"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name in ("content", "locales"):
        shutil.copytree(ROOT / name, tmp_path / "words" / name)
    return tmp_path / "words"


def change(tree: Path, old: str, new: str) -> None:
    path = tree / "content/topics/greet/any.md"
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")


def greeting(faro: Installation) -> list[str]:
    return [bubble["text"] for bubble in ChildClient.start(faro.url).started["bubbles"]]


def test_a_broken_first_release_does_not_start_and_says_why(another: Callable[..., Installation], tree: Path) -> None:
    change(tree, GREETING, "What {Name brings you here?")
    with pytest.raises(RuntimeError, match=r"greet/any.md, line \d+: a brace that is no placeholder.*Write \{name\}"):
        another(content_root=str(tree))


def test_a_later_broken_release_leaves_the_last_good_words(another: Callable[..., Installation], tree: Path) -> None:
    faro = another(content_root=str(tree))
    faro.stop()
    change(tree, GREETING, "What {Name brings you here?")
    faro.start()
    assert GREETING in greeting(faro)
    assert "greet/any.md, line" in faro.log.read_text()


def test_words_that_open_no_language_leave_the_last_good_ones(another: Callable[..., Installation], tree: Path) -> None:
    faro = another(content_root=str(tree))
    faro.stop()
    for path in (tree / "content/topics/immediate_danger").glob("*.md"):
        path.unlink()
    faro.start()
    assert GREETING in greeting(faro)


def test_a_file_that_is_no_text_leaves_the_last_good_words(another: Callable[..., Installation], tree: Path) -> None:
    faro = another(content_root=str(tree))
    faro.stop()
    (tree / "content/topics/greet/any.md").write_bytes("Qué".encode("latin-1"))
    faro.start()
    assert GREETING in greeting(faro)


def test_a_good_change_is_served_at_the_next_start(another: Callable[..., Installation], tree: Path) -> None:
    faro = another(content_root=str(tree))
    faro.stop()
    change(tree, GREETING, "What would you like to tell?")
    faro.start()
    assert "What would you like to tell?" in greeting(faro)
