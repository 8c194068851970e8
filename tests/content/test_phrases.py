"""`make content` watches over phrases and the answers under them."""

import shutil
from pathlib import Path

import pytest

from api.editor.report import report
from api.phrasebook.source import load_source
from tests.support.installation import ROOT

HELLO, DANGER, ANSWERS = "content/phrases/opening.md", "content/phrases/danger_now.md", "content/ui/answers.yaml"


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


@pytest.mark.parametrize(
    ("name", "old", "new", "words"),
    [
        (DANGER, "(#answer:yes)", "(#answer:yess)", "leads nowhere"),
        (DANGER, "[Yes](#answer:yes)", "[Yep](#answer:yes)", "which content/ui/answers.yaml calls 'Yes'"),
        (ANSWERS, "sometimes:", 'never: "Never"\nsometimes:', "content/ui/answers.yaml: never stands under no phrase"),
        (HELLO, "{name}", "{nam}", "phrases/opening/hello holds {nam}, which nobody fills"),
        (HELLO, "Hello, I am {name}.", "{emergenci}\n\nHello.", "there is no card {emergenci}"),
        (HELLO, "## phrases/opening/hello", "## phrases/closing/hello", "does not begin with phrases/opening/"),
        (HELLO, "Hello, I am {name}.", "Don't worry.", "Faro never says"),
        (HELLO, "I am here for you now.", "I am here " + "and here " * 9 + ".", "words in a sentence (at most"),
        (DANGER, "for: [", "for: [no_such_need, ", "for: no_such_need is no need and no answer"),
    ],
)  # fmt: skip
def test_what_an_editor_broke_in_a_phrase_is_said_in_plain_words(
    tree: Path, capsys: pytest.CaptureFixture[str], name: str, old: str, new: str, words: str
) -> None:
    edit(tree, name, old, new)
    status = report(tree)
    assert (status, words in capsys.readouterr().out) == (1, True)


def test_the_phrases_of_a_crisis_wait_for_a_clinician(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report(tree)
    assert "phrases/self_harm.md: 1" in capsys.readouterr().out


def test_an_update_brings_phrases_and_answers_to_the_translators(tree: Path) -> None:
    report(tree, update=True)
    folder = tree / "locales/sq/LC_MESSAGES"
    assert "Are you hurt or in danger right now?" in (folder / "phrases.po").read_text("utf-8")
    assert 'msgctxt "ui/answers/cannot_write"' in (folder / "ui.po").read_text("utf-8")
    assert "phrases/self_harm" in (tree / "content/reviews/en.csv").read_text("utf-8")


def test_an_answer_is_translated_once() -> None:
    contexts = [context for context, text in load_source(ROOT / "content").contexts() if text == "I can't write now"]
    assert contexts == ["ui/answers/cannot_write"]
