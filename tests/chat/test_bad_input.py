"""Whatever is sent: a kind refusal in the child's language with help in it, nothing echoed, nothing kept, nobody disturbed."""

import time
import uuid
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from tests.support.bad_inputs import ALL, REPLIES, Bad, body, send
from tests.support.installation import NO_BOT, BotProcess, Installation
from tests.support.people import ChildClient
from tests.support.together import at_once
from tests.support.words import LOCALES, assert_refused, keys_of

Children = Callable[..., ChildClient]
STORY = "someone made a fake nude picture of me"
DEADLINE_SECONDS = 3
each_bad = pytest.mark.parametrize("bad", ALL.values(), ids=ALL.keys())


def kept(someone: ChildClient) -> dict[str, Any]:
    """All that the conversation holds, its settings and what would be handed over too."""
    return {"log": someone.get().json(), "card": someone.get("/handoff").json()["lines"]}


def test_the_same_way_of_sending_is_fine_with_good_words(child: Children) -> None:
    """So that none of the refusals below comes from the way of sending."""
    reply = send(child(), body(200, "", {"text": "hello"}))
    assert reply.status_code == 200
    assert reply.json()["bubbles"][0]["text"] == "hello"


@each_bad
@pytest.mark.parametrize("locale", LOCALES)
def test_it_is_refused_in_the_language_of_the_conversation_with_help(child: Children, bad: Bad, locale: str) -> None:
    assert_refused(send(child(locale=locale), bad, locale=locale), bad.status, bad.name, locale)


@each_bad
def test_without_a_word_of_the_page_it_is_refused_in_the_language_of_the_browser(child: Children, bad: Bad) -> None:
    assert_refused(send(child(), bad, locale="es-MX,es", header="accept-language"), bad.status, bad.name, "es")


@each_bad
def test_nothing_of_it_is_kept_and_the_child_goes_on(child: Children, bad: Bad) -> None:
    someone = child()
    before = kept(someone)
    assert send(someone, bad).is_client_error
    assert kept(someone) == before
    assert keys_of(someone.say(STORY))[0] == "fake_image_of_me"


def test_nothing_of_any_is_echoed_or_logged(faro: Installation, bot: BotProcess, child: Children) -> None:
    someone, mark = child(), f"marzipan{uuid.uuid4().hex}"
    answers = {name: send(someone, bad, mark).text for name, bad in ALL.items()}
    assert [name for name, answer in answers.items() if mark in answer] == []
    assert mark not in faro.log.read_text()
    assert mark not in bot.log.read_text()


@pytest.mark.parametrize("place", ["-1", "one", "9" * 30])
@pytest.mark.parametrize("path", ["", "/bubbles", "/events"])
def test_a_place_in_the_log_that_cannot_be_is_refused(child: Children, path: str, place: str) -> None:
    someone = child()
    assert_refused(someone.get(path, after=place), 400, "bad_request")


@pytest.mark.parametrize("place", ["-1", "one", "9" * 30])
def test_a_last_event_that_cannot_be_is_refused(child: Children, place: str) -> None:
    someone = child()
    headers = {**someone.headers, "last-event-id": place}
    assert_refused(someone.http.get(f"{someone.path}/events", headers=headers), 400, "bad_request")


def disturb(someone: ChildClient, badly: dict[str, Bad]) -> list[int]:
    return [send(someone, bad).status_code for bad in badly.values()]


def ask(someone: ChildClient, times: int) -> list[str]:
    return [keys_of(someone.say(f"{STORY} {n}"))[0] for n in range(times)]


def _do(act: Callable[[], Any]) -> Any:
    return act()


def test_while_everything_bad_is_sent_another_child_is_answered(another: Callable[..., Installation]) -> None:
    """By the real bot, each time; on an installation of its own, whose breaker may open."""
    faro = another()
    quiet, *loud = [ChildClient.start(faro.url) for _ in range(4)]
    acts: list[Callable[[], Any]] = [partial(ask, quiet, 20), *(partial(disturb, someone, ALL) for someone in loud)]
    answers, *statuses = at_once(_do, acts)
    assert answers == ["fake_image_of_me"] * 20
    assert all(400 <= status < 500 for each in statuses for status in each)


def test_unknown_buttons_of_one_child_do_not_take_the_bot_from_another(another: Callable[..., Installation]) -> None:
    """The breaker is for a bot that is away, not for what a child's page sends."""
    faro = another()
    quiet, loud = ChildClient.start(faro.url), ChildClient.start(faro.url)
    for _ in range(3):  # more than the breaker bears
        disturb(loud, REPLIES)
    assert ask(quiet, 1) == ["fake_image_of_me"]


def test_a_long_text_costs_nobody_time(another: Callable[..., Installation]) -> None:
    """On an installation of its own, or what is slow here would be slow for every test after it."""
    faro = another()
    loud, quiet = ChildClient.start(faro.url), ChildClient.start(faro.url)
    for letters in ("a", "aB", "a1", "a ", "\u200d"):
        long = body(422, "", {"text": (letters * 20_000)[:20_000]})
        began = time.monotonic()
        acts: list[Callable[[], Any]] = [partial(send, loud, long), partial(quiet.say, "hello")]
        at_once(_do, acts)
        assert time.monotonic() - began < DEADLINE_SECONDS, letters


@pytest.mark.parametrize("filler", [" ", "\u0300\u0327"], ids=["spaces", "accents"])
@pytest.mark.parametrize("path", ["/messages", "/handoff"])
def test_a_long_run_of_one_sign_costs_nobody_time(another: Callable[..., Installation], path: str, filler: str) -> None:
    """Eight at once: when a run cost the square of its length, each held everybody up for a second or three."""
    someone = ChildClient.start(another(bot=NO_BOT).url)

    def took(piece: str) -> float:
        words = f"a{piece * (60_000 // len(piece.encode()))}b"
        wanted = {"text": words} if path == "/messages" else {"share": "summary", "story": words}
        began = time.monotonic()
        replies = at_once(lambda _: someone.post(path, wanted), range(8))
        seconds = time.monotonic() - began
        for reply in replies:
            assert_refused(reply, 422, "too_long")
        return seconds

    plain = took("words ")  # what as many letters cost on this machine at this moment
    assert took(filler) < 1 + 4 * plain


def test_a_yes_has_a_cap_of_its_own(another: Callable[..., Installation]) -> None:
    """Messages that were too many do not keep a child from a person."""
    someone = ChildClient.start(another(bot=NO_BOT, messages_per_conversation="2/hour").url)
    for _ in range(3):
        last = someone.post("/messages", {"reply": "menu"})
    assert last.status_code == 429
    assert someone.post("/handoff", {"share": "summary", "story": "a" * 1001}).status_code == 422
    assert someone.post("/handoff", {"share": "summary"}).status_code == 201
    assert someone.post("/handoff", {"share": "summary"}).status_code == 429
