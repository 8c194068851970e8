"""A topic's button is read from the phrasebook alone, and says what the bot would have said (ADR 7)."""

from collections.abc import Callable
from uuid import uuid4

import httpx
import pytest

from api.cases.rules import load_floors
from api.chat.rules import Turn, read_alone
from tests.support.broken_bots import NONSENSE, broken_bots
from tests.support.installation import ROOT, SECRET, BotProcess, Installation
from tests.support.people import ChildClient
from tests.support.words import keys_of

FLOORS = load_floors(ROOT / "content")
FOLLOWED_UP = {need for need, floor in FLOORS.items() if floor not in ("none", "low")}
SLOTS = {"danger": "no", "situation": "bullying"}


def asked(bot: BotProcess, intent: str, entities: dict[str, str]) -> dict[str, object]:
    """What the bot answers outside a guide, in the fields that the api keeps."""
    body = {
        "conversation": str(uuid4()), "message": str(uuid4()), "intent": intent, "entities": entities,
        "metadata": {"locale": "en"}, "resume": {"guide": None, "slots": SLOTS},
    }  # fmt: skip
    reply = httpx.post(f"{bot.url}/webhooks/faro/message", json=body, headers={"x-faro-secret": SECRET}).json()
    return {
        "messages": [{name: value for name, value in message.items() if value} for message in reply["messages"]],
        "understood": {name: reply["understood"][name] for name in ("need", "also", "risk")},
        "guide": reply["guide"], "slots": reply["slots"],
    }  # fmt: skip


@pytest.mark.parametrize(("intent", "entities"), [*((need, {}) for need in FLOORS), ("more", {"section": "privacy/kept"})])
def test_the_phrasebook_alone_answers_as_the_bot_would(bot: BotProcess, intent: str, entities: dict[str, str]) -> None:
    alone = read_alone(Turn(intent=intent, entities=entities), {"slots": SLOTS}, FLOORS)
    from_bot = asked(bot, intent, entities)
    if alone is not None:
        assert alone == from_bot
    else:
        assert intent in FOLLOWED_UP or "do" in from_bot["messages"][0]  # type: ignore[index]


@pytest.mark.parametrize("intent", sorted(FOLLOWED_UP))
def test_what_is_followed_up_is_left_to_the_bot(intent: str) -> None:
    assert read_alone(Turn(intent=intent), {}, FLOORS) is None


def test_inside_a_guide_the_open_question_is_asked_again(child: Callable[..., ChildClient]) -> None:
    guided = child(band="13-15")
    guided.tap("guide:picture")
    assert keys_of(guided.tap("privacy"))[-1] == "picture/ask_danger"


def test_a_broken_bot_is_not_asked_for_a_topic(another: Callable[..., Installation]) -> None:
    with broken_bots({"an error": NONSENSE["an error"]}) as bots:
        reader = ChildClient.start(another(bot=bots["an error"].url).url, band="13-15")
        assert set(keys_of(reader.tap("what_is_deepfake"))) == {"what_is_deepfake"}
        assert bots["an error"].asked == 0
