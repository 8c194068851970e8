"""A child in each language: a crisis, a fake, a threat, a question. Help is met first, and every word is of that language."""

from collections.abc import Callable

import pytest

from tests.support.people import ChildClient
from tests.support.stories import CRISIS, FAKE, QUESTION, THREAT
from tests.support.words import LOCALES, keys_of, paragraphs

Children = Callable[..., ChildClient]
BANDS = ("under-13", "13-15", "16-17")
HOME = {
    "en": "GB", "es": "MX", "pt-BR": "BR", "fr": "TN", "ar": "MA", "ur": "PK", "hy": "AM", "sr": "RS", "mk": "MK", "sq": "AL",
}  # fmt: skip
TOLD = [(FAKE, "fake_image_of_me"), (THREAT, "sexual_extortion"), (QUESTION, "what_is_deepfake")]


def test_all_ten_languages_are_open() -> None:
    assert set(LOCALES) == set(HOME)


@pytest.mark.parametrize("band", BANDS)
@pytest.mark.parametrize("locale", LOCALES)
def test_a_child_in_a_crisis_sees_the_number_of_the_country_first(child: Children, locale: str, band: str) -> None:
    turn = child(locale=locale, band=band, country=HOME[locale]).say(CRISIS[locale])
    assert turn["bubbles"][1]["key"] == "card/emergency"
    assert turn["bubbles"][1]["phone"]["number"]
    texts = [bubble["text"] for bubble in turn["bubbles"]]
    assert all(sentence in texts for sentence in paragraphs("suicide_self_harm", locale, band))


@pytest.mark.parametrize(("country", "locale"), [("MX", "es"), ("ZA", "en"), ("XK", "sq"), ("JO", "ar"), ("LB", "ar")])
def test_a_line_that_stands_in_for_a_childrens_helpline_is_named_once(child: Children, country: str, locale: str) -> None:
    turn = child(locale=locale, country=country).say(CRISIS[locale])
    cards = [bubble["text"] for bubble in turn["bubbles"] if bubble["source"]]
    assert len(cards) > 1
    assert len(cards) == len(set(cards))


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize(("stories", "need"), TOLD, ids=[need for _, need in TOLD])
def test_what_is_told_is_answered_in_the_same_language(child: Children, locale: str, stories: dict[str, str], need: str) -> None:
    turn = child(locale=locale, band="13-15", country=HOME[locale]).say(stories[locale])
    assert keys_of(turn)[0] == need
    assert {bubble["lang"] for bubble in turn["bubbles"][1:]} == {locale}
    assert [bubble["text"] for bubble in turn["bubbles"] if bubble["key"] == need] == paragraphs(need, locale, "13-15")


@pytest.mark.parametrize("locale", LOCALES)
def test_help_names_itself_in_the_language_of_the_child(child: Children, locale: str) -> None:
    seen = child(locale=locale, country=HOME[locale]).get().json()
    assert {card["lang"] for card in seen["help"]} == {locale}
    assert all(card["source"] and card["checked"] for card in seen["help"])
