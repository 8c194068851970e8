"""`make content` finds what an editor broke and says it in plain words."""

import shutil
from pathlib import Path

import pytest

from api.editor.report import report
from api.phrasebook.translations import load_locales, load_translations
from tests.support.installation import ROOT

GREET = "content/topics/greet/any.md"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name in ("content", "locales"):
        shutil.copytree(ROOT / name, tmp_path / name)
    return tmp_path


def edit(tree: Path, name: str, old: str, new: str) -> None:
    path = tree / name
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def said(tree: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    return report(tree), capsys.readouterr().out


def test_the_content_as_it_stands_is_whole(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, words = said(tree, capsys)
    assert (status, "Broken, to mend before a child reads it: nothing" in words) == (0, True)
    assert "Hard to read, without a reason in locales/<locale>/reading.yaml: nothing" in words


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("(#greet/learn)", "(#greet/lern)", "leads nowhere"),
        ("What brings you here?", "Call 800 123 45 67.", "a number belongs into content/directory/"),
        ("What brings you here?", "Don't worry.", "Faro never says"),
        ("What brings you here?", "What is it?", "es: topics/greet/any: 1 missing or stale"),
        ("What brings you here?", "{helplin}", "there is no card {helplin}"),
        ("What brings you here?", "One.\n\nTwo.\n\nThree.\n\nFour.", "at most three a turn"),
        ("What brings you here?", "This sentence " + "goes on and " * 12 + "on.", "words in a sentence (at most"),
    ],
)
def test_what_an_editor_broke_is_said_in_plain_words(
    tree: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, words: str
) -> None:
    edit(tree, GREET, old, new)
    status, printed = said(tree, capsys)
    assert status == 1
    assert words in printed


def test_a_need_without_an_answer_is_missed(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.rmtree(tree / "content/topics/privacy")
    assert "no answer to the need privacy for under-13" in said(tree, capsys)[1]


def test_a_lost_placeholder_is_missed(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(tree, "locales/es/LC_MESSAGES/ui.po", "{phone}", "")
    edit(tree, "locales/es/LC_MESSAGES/ui.po", "Llamar al {phone}", "Llamar")
    assert "the placeholders of" in said(tree, capsys)[1]


def test_a_translation_does_not_say_what_faro_never_says(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(tree, "locales/es/LC_MESSAGES/ui.po", "Gratis", "No te preocupes")
    assert "es: ui/cards/free: Faro never says 'No te preocupes'" in said(tree, capsys)[1]


def test_an_update_brings_a_changed_sentence_back_as_fuzzy_and_as_a_draft(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(tree, GREET, "What brings you here?", "What brings you to us?")
    assert report(tree, update=True) == 1
    capsys.readouterr()
    assert "What brings you to us?" in (tree / "locales/es/LC_MESSAGES/topics.po").read_text("utf-8")
    assert report(tree) == 1, "a fuzzy translation is not a translation"


@pytest.mark.parametrize(
    ("name", "old", "new", "where", "remedy"),
    [
        (GREET, "## greet/learn", "## menu", "greet/any.md, line", "Keep one of the two"),
        (GREET, "---\ntitle", "title", "greet/any.md, line 1", "title: and sources:"),
        (GREET, "What brings you here?", "What {Name brings you here?", "greet/any.md, line", "Write {name}"),
        (GREET, "](#greet/learn)", "](#greet/learn", "greet/any.md, line", "Write it as - [Label](#key)."),
        ("content/ui/cards.yaml", "free:", 'free: "Gratis"\nfree:', "ui/cards.yaml, line", "Keep one of the two."),
        ("content/ui/cards.yaml", '"Free."', '"Free.', "ui/cards.yaml, line", "a bracket, a quote"),
        ("content/directory/countries/MX.yaml", "languages: [es]", "languages: [es", "countries/MX.yaml, line", "a bracket"),
        ("content/directory/countries/MX.yaml", 'code: "MX"', 'code: "XM"', "countries/MX.yaml, line 1", "two letters"),
        ("content/directory/countries/MX.yaml", "2026-11-23", "23.11.2026", "countries/MX.yaml, line", "Write a day as"),
        ("content/directory/countries/MX.yaml", "2026-11-23", "2126-11-23", "MX.yaml, line", "day of the check"),
        ("content/directory/countries/MX.yaml", "2026-11-23", "2026-11-31", "countries/MX.yaml, line", "Write a day as"),
        ("content/directory/countries/MX.yaml", "emergency:", "emergenci:", "countries/MX.yaml", "Put it back"),
        ("content/ui/cards.yaml", "free:", "{free}: x\nfree:", "ui/cards.yaml", "Take back"),
        ("content/directory/countries/MX.yaml", "confidence: high", "confidence: sure", "countries/MX.yaml, line", "one of high"),
        ("content/alerts/en.yaml", "- kill myself", '- "kill myself', "alerts/en.yaml, line 16", "a bracket, a quote"),
        ("content/alerts/en.yaml", "immediate_danger:", "imediate_danger:", "alerts/en.yaml, line 127", "immediate_danger"),
        ("content/alerts/en.yaml", "  - kill myself", "  kill myself", "alerts/en.yaml, line 15", "one phrase a line"),
        ("content/alerts/en.yaml", "- kill myself", "- yes", "alerts/en.yaml, line 15", "Put the phrase into quotes"),
        ("locales/es/LC_MESSAGES/ui.po", "nplurals=2", "nplurals=3", "LC_MESSAGES/ui.po, line", "Write nplurals=2"),
        ("locales/es/LC_MESSAGES/ui.po", 'msgid "Free."', 'msgit "Free."', "LC_MESSAGES/ui.po, line", "take back the last"),
    ],
)  # fmt: skip
def test_a_broken_file_is_named_with_its_line_and_a_remedy(
    tree: Path, capsys: pytest.CaptureFixture[str], name: str, old: str, new: str, where: str, remedy: str
) -> None:
    edit(tree, name, old, new)
    status, printed = said(tree, capsys)
    assert status == 1
    assert where in printed
    assert remedy in printed


REASON = "- {{text: 'topics/greet/*', what: longest, up_to: {up_to}, reason: The language needs it.}}\n"


@pytest.mark.parametrize(("up_to", "excused"), [(40, True), (25, False)])
def test_a_translation_over_a_limit_is_named_unless_a_reason_covers_it(
    tree: Path, capsys: pytest.CaptureFixture[str], up_to: int, excused: bool
) -> None:
    (tree / "locales/es/reading.yaml").write_text(REASON.format(up_to=up_to), "utf-8")
    known = load_translations(tree / "locales", load_locales(tree / "locales")["es"])
    edit(
        tree, "locales/es/LC_MESSAGES/topics.po", known[("topics/greet/any", "What brings you here?")], "Esto " + "sigue y " * 15
    )
    status, words = said(tree, capsys)
    assert status == 0
    assert ("es: topics/greet/any: 31 words in a sentence" in words) != excused
    assert ("es: 1 texts: The language needs it." in words) == excused


@pytest.mark.parametrize(
    "row",
    [
        "{text: 'topics/*', what: length, up_to: 9, reason: Because.}",
        "{text: 'topics/*', what: lix, up_to: , reason: Because.}",
        "{text: 'topics/*', what: lix, up_to: 9}",
        "7",
    ],
)
def test_a_reason_that_is_not_whole_is_named_with_its_file(tree: Path, capsys: pytest.CaptureFixture[str], row: str) -> None:
    (tree / "locales/es/reading.yaml").write_text(f"- {row}\n", "utf-8")
    status, words = said(tree, capsys)
    assert status == 1
    assert "locales/es/reading.yaml: this reason is not whole" in words
