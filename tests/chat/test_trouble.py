"""The bot is dead, hangs, or talks nonsense: a child is still answered in time, with reviewed words and a number to call."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

import pytest

from tests.support.broken_bots import NONSENSE, Broken, broken_bots, drip, hang, place_of
from tests.support.installation import BotProcess, Installation
from tests.support.people import ChildClient
from tests.support.together import at_once
from tests.support.trouble import (
    DEADLINE_SECONDS,
    TALKS,
    assert_helped,
    child_of,
    childs_words,
    new_key,
    next_child,
    say,
)
from tests.support.words import keys_of

WAYS = {**NONSENSE, "hanging": hang, "dripping": drip}
QUICK_SECONDS = 0.7
FAILURES, REST_SECONDS = 3, 5.0  # the breaker's


@dataclass
class Ward:
    """One installation whose bots are all broken, each in its way."""

    installation: Installation
    bots: dict[str, Broken]

    def child(self, way: str) -> ChildClient:
        """A child whose conversation is in the hands of that bot."""
        wanted, child = list(self.bots).index(way), child_of(self.installation.url)
        while place_of(child.id, len(self.bots)) != wanted:
            child = next_child(child.http)
        return child


@pytest.fixture(scope="module")
def ward(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ward]:
    with broken_bots(WAYS) as bots:
        addresses = ", ".join(f'"{bot.url}"' for bot in bots.values())
        settings = {"FARO_BOTS": f"[{addresses}]"}
        installation = Installation(tmp_path_factory.mktemp("ward"), "", settings).start()
        yield Ward(installation, bots)
        installation.stop()


@pytest.mark.parametrize("way", WAYS)
def test_a_child_is_helped_whatever_the_bot_does(ward: Ward, way: str) -> None:
    """The bot was really asked, and the child has words and a number in time, by JSON and on the plain page."""
    child, asked = ward.child(way), ward.bots[way].asked
    for talk in TALKS.values():
        assert_helped(talk(child, new_key()))
    assert ward.bots[way].asked > asked


@pytest.mark.parametrize("way", NONSENSE)
def test_a_bot_that_talks_nonsense_never_costs_the_child_what_they_wrote(ward: Ward, way: str) -> None:
    """The words are in the log once, answered from the static menu, and nothing that the bot made up is spoken."""
    child, key = ward.child(way), new_key()
    reply = say(child, key)
    assert reply.status_code == 200
    assert say(child, key).json() == reply.json()
    assert childs_words(child) == ["somebody made a fake nude of me"]
    assert "Send me the picture" not in reply.text


def test_a_button_that_opens_a_section_works_without_the_bot(ward: Ward) -> None:
    """What needs no understanding needs no bot: the topic itself, not an excuse."""
    turn = ward.child("an error").tap("fake_image_of_me/next")
    assert keys_of(turn) == ["fake_image_of_me/next"]


def test_after_three_failures_nobody_waits_for_that_bot(ward: Ward) -> None:
    """The first three wait for the deadline, the fourth does not, and the bot is not asked."""
    children = [ward.child("hanging") for _ in range(FAILURES + 2)]
    for child in children[:FAILURES]:
        assert_helped(say(child, new_key()))
    asked, rested = ward.bots["hanging"].asked, [say(child, new_key()) for child in children[FAILURES:]]
    assert max(reply.elapsed.total_seconds() for reply in rested) < QUICK_SECONDS
    assert ward.bots["hanging"].asked == asked
    for reply in rested:
        assert_helped(reply)


def test_a_bot_that_is_well_again_is_asked_again(another: Callable[..., Installation]) -> None:
    """The rest ends by itself: after it the child is understood, without a restart of anything."""
    with broken_bots({"an error": NONSENSE["an error"]}) as bots:
        bot = bots["an error"]
        child = child_of(another(bot=bot.url).url)
        for _ in range(FAILURES):
            say(child, new_key())
        bot.well.set()
        asked, end = bot.asked, monotonic() + 3 * REST_SECONDS
        while bot.asked == asked and monotonic() < end:
            last = say(child, new_key())
        assert keys_of(last.json()) == ["menu"]
        assert bot.asked == asked + 1


@pytest.fixture
def own_bot(tmp_path: Path) -> Iterator[BotProcess]:
    """A real bot that may be killed."""
    process = BotProcess(tmp_path).start()
    yield process
    process.kill()


def test_a_dead_bot_is_noticed_and_its_return_too(another: Callable[..., Installation], own_bot: BotProcess) -> None:
    """Killed in the middle of a guide: help at once; started again it knows the guide from what the api tells it."""
    child = child_of(another(bot=own_bot.url).url)
    child.tap("guide:picture")
    assert keys_of(child.tap("danger=no")) == ["picture/ask_place"]
    own_bot.kill()
    assert_helped(say(child, new_key()))
    own_bot.start()
    assert keys_of(child.tap("place=instagram")) == ["picture/ask_person"]
    lines = {line["field"]: line["value"] for line in child.get("/handoff").json()["lines"]}
    assert lines == {"danger": "no", "place": "instagram"}


def test_one_hanging_bot_does_not_hold_up_the_children_of_another(ward: Ward) -> None:
    """While three children wait for the hanging bot, a fourth with another bot is answered at once."""
    waiting, other = [ward.child("hanging") for _ in range(3)], ward.child("an error")
    *_, quick = at_once(lambda child: say(child, new_key()), [*waiting, other])
    assert quick.elapsed.total_seconds() < DEADLINE_SECONDS / 2
