"""A lesson that should not be opened is not, and says why to the educator; the others open as ever."""

import csv
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.classes import WISHES
from tests.support.installation import NO_BOT, ROOT, Installation

LESSON = "b3_it_reached_my_phone"
Served = Callable[..., httpx.Client]


@pytest.fixture
def words(tmp_path: Path) -> Path:
    """A copy of all words, to break."""
    for name in ("content", "locales"):
        shutil.copytree(ROOT / name, tmp_path / "words" / name)
    return tmp_path / "words"


@pytest.fixture
def served(words: Path, tmp_path: Path) -> Iterator[Served]:
    """Starts an installation with the copy, after a test has broken it."""
    started: list[Installation] = []

    def start(**settings: str) -> httpx.Client:
        started.append(Installation(tmp_path / "faro", NO_BOT, {"FARO_CONTENT_ROOT": str(words), **settings}).start())
        return httpx.Client(base_url=started[0].url, timeout=20)

    yield start
    for installation in started:
        installation.stop()


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def row(http: httpx.Client, lesson: str = LESSON, locale: str = "en") -> Any:
    return next(one for one in http.get("/v1/lessons", params={"locale": locale}).json()["items"] if one["id"] == lesson)


def opened(http: httpx.Client, lesson: str = LESSON, locale: str = "en") -> int:
    return http.post("/v1/classroom/sessions", json={**WISHES, "lesson": lesson, "locale": locale}).status_code


DEFECTS = {
    "a dead end": ("    help: true\n", "    help: false\n", "end is a dead end"),
    "a way to nowhere": ("        next: note\n", "        next: elsewhere\n", "d2 leads to elsewhere, which is nowhere"),
    "hurt that nobody mends": ("repair: true", "repair: false", None),
    "a question about the pupil": ("What can one message change", "Has this ever happened to you", "what happened to a pupil"),
    "a number in a sentence": ("It is quiet for a minute.", "Call 116 111 222 now.", "a number or an address"),
    "two right answers": ('does not count.", feedback', 'does not count.", right: true, feedback', "q1 has 2 right"),
    "a part that no lesson has": ("order: 3\n", "order: 3\ntimer: 30\n", "timer"),
    "no YAML": ("maps_to: [", "maps_to: [[", "this is not YAML"),
}  # fmt: skip


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_broken_lesson_does_not_open_and_says_why(words: Path, served: Served, defect: str) -> None:
    old, new, why = DEFECTS[defect]
    path = words / f"content/lessons/{LESSON}.yaml"
    while defect.startswith("hurt") and old in path.read_text("utf-8"):
        edit(path, old, new)
    if not defect.startswith("hurt"):
        edit(path, old, new)
    http = served()
    assert (why or "nobody can make it good") in " ".join(row(http)["reasons"])
    assert opened(http) == 409
    assert http.get(f"/v1/lessons/{LESSON}").status_code == 409
    assert (row(http, "a2_ask_first")["reasons"], opened(http, "a2_ask_first")) == ([], 201)


def test_a_lesson_is_offered_in_a_language_only_when_it_is_whole_there(words: Path, served: Served) -> None:
    """A sentence that was changed in English has no translation any more."""
    old = 'msgid "Deniz and Maja are in the same class.'
    edit(words / "locales/es/LC_MESSAGES/lessons.po", old, f"{old} So is Amina.")
    http = served()
    assert "1 of" in row(http, locale="es")["reasons"][0]
    assert (opened(http, locale="es"), opened(http)) == (409, 201)
    pack = f"/v1/lessons/{LESSON}/pack"
    assert {http.get(pack, params={"locale": "es", "format": form}).status_code for form in ("pdf", "html", "gift")} == {409}
    assert "es" not in row(http)["locales"] and "fr" in row(http)["locales"]


def sign_all(words: Path, but: str) -> None:
    """Every English sentence is signed, but those of one context."""
    path = words / "content/reviews/en.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for each in rows:
        each["role"] = "draft" if each["context"] == but else "child protection"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def test_an_unreviewed_sentence_keeps_a_lesson_closed_where_drafts_are_not_served(words: Path, served: Served) -> None:
    sign_all(words, but=f"lessons/{LESSON}")
    http = served(FARO_SERVE_DRAFTS="false")
    assert "unreviewed" in row(http)["reasons"][0]
    assert (opened(http), opened(http, "a2_ask_first")) == (409, 201)
    assert row(http, "a2_ask_first")["reviewed"]


def test_a_draft_is_called_one(served: Served) -> None:
    assert row(served())["reviewed"] is False
