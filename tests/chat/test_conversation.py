"""A child talks with the real bot over HTTP: starting, being answered, looking back, changing language, and the caps."""

import uuid
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.support.installation import Installation
from tests.support.people import ChildClient
from tests.support.stories import FAKE
from tests.support.together import at_once
from tests.support.words import LOCALES, assert_refused, keys_of, paragraphs

Children = Callable[..., ChildClient]


def begin(faro: Installation, body: dict[str, Any], **headers: str) -> httpx.Response:
    return httpx.post(f"{faro.url}/v1/conversations", json=body, headers=headers)


def test_nothing_is_required_to_start(faro: Installation) -> None:
    reply = begin(faro, {})
    assert reply.status_code == 201
    started = reply.json()
    assert (started["state"], started["band"], started["country"], started["locale"]) == ("bot", None, None, "en")
    assert len(started["token"]) >= 43


@pytest.mark.parametrize(("accepts", "locale"), [("es-MX,es;q=0.9", "es"), ("xx, ar", "ar"), ("xx", "en")])
def test_an_unknown_locale_falls_back_by_accept_language(faro: Installation, accepts: str, locale: str) -> None:
    started = begin(faro, {"locale": "tlh"}, **{"accept-language": accepts}).json()
    assert started["locale"] == locale
    assert {bubble["lang"] for bubble in started["bubbles"]} == {locale}


def test_the_wanted_locale_goes_before_accept_language(faro: Installation) -> None:
    assert begin(faro, {"locale": "ar-EG"}, **{"accept-language": "es"}).json()["locale"] == "ar"


def test_band_and_country_are_kept(child: Children) -> None:
    seen = child(band="under-13", country="MX").get().json()
    assert (seen["band"], seen["country"]) == ("under-13", "MX")
    assert any(card.get("phone") for card in seen["help"])


def test_a_country_without_an_entry_is_no_country_and_help_is_still_there(child: Children) -> None:
    seen = child(country="AQ").get().json()
    assert seen["country"] is None
    assert any(card["links"] for card in seen["help"])


@pytest.mark.parametrize("locale", LOCALES)
def test_the_greeting_says_that_it_is_a_program(child: Children, locale: str) -> None:
    first = child(locale=locale).started["bubbles"][0]
    assert (first["by"], first["text"]) == ("bot", paragraphs("greet", locale)[0])


@pytest.mark.parametrize("locale", LOCALES)
def test_a_message_is_answered_in_written_words_of_the_locale(child: Children, locale: str) -> None:
    turn = child(locale=locale).say(FAKE[locale])
    own, *answer = turn["bubbles"]
    assert (own["by"], own["text"]) == ("child", FAKE[locale])
    assert keys_of(turn)[0] == "fake_image_of_me"
    assert [b["text"] for b in answer if b["key"] == "fake_image_of_me"] == paragraphs("fake_image_of_me", locale)


def test_every_button_of_the_greeting_says_what_it_names(child: Children) -> None:
    """A button needs no understanding: its key is what is answered, its label is what the child said."""
    buttons = child().started["bubbles"][-1]["quick_replies"]
    turns = [child().tap(button["key"]) for button in buttons]
    assert [keys_of(turn)[0] for turn in turns] == [button["key"] for button in buttons]
    assert [turn["bubbles"][0]["text"] for turn in turns] == [button["label"] for button in buttons]


def test_the_same_key_gets_the_same_answer_and_is_said_once(child: Children) -> None:
    someone, key = child(), str(uuid.uuid4())
    first = someone.say(FAKE["en"], key)
    said = someone.texts()
    assert someone.say(FAKE["en"], key) == first
    assert someone.texts() == said


def test_twenty_times_the_same_key_at_once_is_one_message(child: Children) -> None:
    someone, key = child(), str(uuid.uuid4())
    answers = at_once(lambda _: someone.say(FAKE["en"], key), range(20))
    assert all(answer == answers[0] for answer in answers)
    assert [text for by, text in someone.texts() if by == "child"] == [FAKE["en"]]


def test_the_same_key_with_other_words_is_refused_and_the_first_words_stay(child: Children) -> None:
    someone, key = child(), str(uuid.uuid4())
    someone.say(FAKE["en"], key)
    said = someone.texts()
    assert_refused(someone.post("/messages", {"text": "other words"}, key), 422, "conflict")
    assert_refused(someone.post("/messages", {"reply": "menu"}, key), 422, "conflict")
    assert someone.texts() == said


def test_the_same_key_of_two_children_is_two_messages(child: Children) -> None:
    key = str(uuid.uuid4())
    assert [child().say(words, key)["bubbles"][0]["text"] for words in ("hello", "bye")] == ["hello", "bye"]


def test_look_gives_what_was_said_after_a_place(child: Children) -> None:
    someone = child()
    greeted = len(someone.started["bubbles"])
    turn = someone.say(FAKE["en"])
    assert someone.get(after=greeted).json()["bubbles"] == turn["bubbles"]
    assert someone.get().json()["bubbles"] == [*someone.started["bubbles"], *turn["bubbles"]]
    assert someone.get(after=turn["bubbles"][-1]["seq"]).json()["bubbles"] == []


def change(someone: ChildClient, body: dict[str, Any], **headers: str) -> httpx.Response:
    return someone.http.patch(someone.path, json=body, headers={**someone.headers, **headers})


def test_the_language_changes_and_what_was_said_stays(child: Children) -> None:
    someone = child()
    said = someone.get().json()["bubbles"]
    assert change(someone, {"locale": "ar"}).json()["locale"] == "ar"
    turn = someone.tap("what_is_deepfake")
    assert {b["lang"] for b in turn["bubbles"] if b["by"] == "bot"} == {"ar"}
    assert someone.get().json()["bubbles"][: len(said)] == said


def test_band_and_country_change_and_the_rest_stays(child: Children) -> None:
    someone = child(locale="es")
    change(someone, {"band": "16-17", "country": "MX"})
    change(someone, {"band": None})
    seen = someone.get().json()
    assert (seen["locale"], seen["band"], seen["country"]) == ("es", None, "MX")


@pytest.mark.parametrize("header", ["faro-locale", "accept-language"])
@pytest.mark.parametrize("locale", LOCALES)
def test_an_unknown_locale_is_refused_in_the_childs_language(child: Children, locale: str, header: str) -> None:
    someone = child(locale=locale, band="13-15")
    assert_refused(change(someone, {"locale": "tlh", "band": "16-17"}, **{header: locale}), 400, "bad_request", locale)
    seen = someone.get().json()
    assert (seen["locale"], seen["band"]) == (locale, "13-15")


def test_too_many_messages_are_refused_with_help_and_only_for_the_one_who_sent_them(
    another: Callable[..., Installation],
) -> None:
    faro = another(messages_per_conversation="2/day")
    fast, other = ChildClient.start(faro.url), ChildClient.start(faro.url)
    fast.say("hello"), fast.say("hello again")
    said = fast.texts()
    assert_refused(fast.post("/messages", {"text": "and again"}), 429, "too_fast")
    assert fast.texts() == said
    assert keys_of(other.say(FAKE["en"]))[0] == "fake_image_of_me"


def test_too_many_starts_are_refused_with_help(another: Callable[..., Installation]) -> None:
    faro = another(sessions_per_source="1/day")
    assert begin(faro, {}).status_code == 201
    for locale in LOCALES:
        assert_refused(begin(faro, {}, **{"faro-locale": locale}), 429, "too_fast", locale)
