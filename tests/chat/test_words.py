"""What a child types is words: nothing in them is a command, and what cannot be seen is left out."""

from collections.abc import Callable

import pytest

from tests.support.installation import Installation
from tests.support.people import ChildClient
from tests.support.stories import FAKE
from tests.support.words import LOCALES, keys_of

Children = Callable[..., ChildClient]
COMMANDS = ["/restart", "/session_start", '/inform{"danger":"yes"}', '/answer{"danger": "yes"}', "/stop", "/menu", "/"]


def own_words(someone: ChildClient) -> str:
    return [text for by, text in someone.texts() if by == "child"][-1]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("he\u0000l\u0007p \u001bme", "help me"),
        ("\u202ehelp\u202c \u2066me\u2069\u200f", "help me"),
        ("he\u200blp\ufeff m\u00ade\u2060", "help me"),
        ("help me\ue000\ufdd0", "help me"),
        ("  help me\n", "help me"),
        ("help\nme", "help\nme"),
        ("me\u0301", "m\u00e9"),
        ("می\u200cخواهم 👩\u200d👧", "می\u200cخواهم 👩\u200d👧"),
    ],
    ids=["control", "direction", "zero-width", "no character", "blanks", "line", "accents", "joiners that carry meaning"],
)
def test_what_cannot_be_seen_is_left_out_and_the_rest_stays(child: Children, typed: str, kept: str) -> None:
    someone = child()
    assert "system/trouble" not in keys_of(someone.say(typed))
    assert own_words(someone) == kept


@pytest.mark.parametrize("locale", LOCALES)
def test_a_thousand_characters_of_a_story_are_understood(child: Children, locale: str) -> None:
    """Written without a full stop, as children write; it is neither too long nor a picture."""
    someone, story = child(locale=locale), (f"{FAKE[locale]} " * 40)[:999] + "!"
    assert keys_of(someone.say(story))[0] == "fake_image_of_me"
    assert own_words(someone) == story


def test_a_thousand_characters_that_say_nothing_cost_nobody_the_bot(another: Callable[..., Installation]) -> None:
    """On an installation of its own, whose breaker may open."""
    faro = another()
    someone, other = ChildClient.start(faro.url), ChildClient.start(faro.url)
    turns = [someone.say((sign * 1000)[:1000].strip()) for sign in ("é", "خ", "👧", "a ")]
    assert [keys_of(turn)[0] for turn in turns if "system/trouble" in keys_of(turn)] == []
    assert keys_of(other.say(FAKE["en"]))[0] == "fake_image_of_me"


def answers(someone: ChildClient) -> dict[str, str]:
    """What the guide's questions were answered with; what the talk is about may change with any words."""
    lines = someone.get("/handoff").json()["lines"]
    return {line["field"]: line["value"] for line in lines if line["field"] != "situation"}


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_is_words_and_answers_no_question(child: Children, command: str) -> None:
    """Rasa obeys a text that begins with a slash; here it is what the child said."""
    someone = child()
    for tap in ("guide:picture", "danger=no", "stop"):
        someone.tap(tap)
    assert "system/trouble" not in keys_of(someone.say(command))
    assert own_words(someone) == command
    assert answers(someone) == {"danger": "no"}


@pytest.mark.parametrize("command", COMMANDS[:-1])
def test_a_command_in_a_guide_is_heard_as_without_its_slash(child: Children, command: str) -> None:
    """The slash makes no difference: what is heard is what is understood of the rest."""
    said = []
    for typed in (command, command.removeprefix("/")):
        someone = child()
        assert keys_of(someone.tap("guide:picture"))[-1] == "picture/ask_danger"
        said.append((keys_of(someone.say(typed)), someone.get("/handoff").json()["lines"]))
    assert said[0] == said[1]
    assert "system/trouble" not in said[0][0]


def test_the_answer_that_the_command_copies_is_heard_from_its_button(child: Children) -> None:
    """The control for the tests above: so it would look if the command were obeyed."""
    someone = child()
    someone.tap("guide:picture")
    assert "immediate_danger" in keys_of(someone.tap("danger=yes"))
    assert ("danger", "yes") in [(line["field"], line["value"]) for line in someone.get("/handoff").json()["lines"]]


@pytest.mark.parametrize("typed", ["<script>alert(1)</script>", "{{7*7}} ${7*7} %s %n", "'; drop table message; --", "&lt;b&gt;"])
def test_code_is_kept_as_it_was_typed(child: Children, typed: str) -> None:
    someone = child()
    assert "system/trouble" not in keys_of(someone.say(typed))
    assert own_words(someone) == typed
