"""A child walks the guides over HTTP, with the real bot: every answer of every question, to the end."""

from collections.abc import Callable, Iterator

import pytest

from tests.content.test_guides import ANSWERS, GUIDES
from tests.support.people import ChildClient
from tests.support.words import LOCALES, paragraphs

Children = Callable[..., ChildClient]
DANGER = "danger=yes"  # no longer a matter for a guide


def walks(guide: str) -> Iterator[list[str]]:
    """As many walks as the longest question has answers, so that each answer of each question is given in one of them."""
    questions = GUIDES[guide]
    for n in range(max(len(ANSWERS[slot]) for slot in questions)):
        yield [f"{slot}={ANSWERS[slot][n % len(ANSWERS[slot])]}" for slot in questions]


def walk(child: ChildClient, guide: str, answers: list[str]) -> None:
    """Give the answers that are asked for; at every step there is a way on."""
    turn = child.tap(f"guide:{guide}")
    while buttons := {reply["key"] for reply in turn["bubbles"][-1]["quick_replies"]}:
        answer = next((a for a in answers if a in buttons), None)
        if answer is None:
            break
        turn = child.tap(answer)
        if answer == DANGER:
            assert turn["bubbles"][1]["key"] == "card/emergency"
            return
    assert "menu" in buttons, (guide, answers)
    last = paragraphs(f"{guide}/done", child.started["locale"], child.started["band"])[-1]
    assert last in [bubble["text"] for bubble in turn["bubbles"]]


@pytest.mark.parametrize("band", ["under-13", "13-15", "16-17"])
@pytest.mark.parametrize("guide", GUIDES)
def test_every_answer_leads_to_the_end_of_the_guide(child: Children, guide: str, band: str) -> None:
    for answers in walks(guide):
        walk(child(band=band, country="MX"), guide, answers)


@pytest.mark.parametrize("locale", [locale for locale in LOCALES if locale != "en"])
@pytest.mark.parametrize("guide", GUIDES)
def test_a_guide_reads_to_the_end_in_every_language(child: Children, guide: str, locale: str) -> None:
    walk(child(locale=locale, band="13-15", country="MX"), guide, next(walks(guide)))


def test_the_advice_comes_before_the_closing_words(child: Children) -> None:
    turn = child(band="13-15", country="MX")
    for reply in ("guide:live", "hurt_now=no"):
        turn.tap(reply)
    said = [bubble["key"] for bubble in turn.tap("someone_near=yes")["bubbles"]]
    assert said.index("live/not_now") < said.index("live/with_person") < said.index("live/done")


def test_a_young_child_reads_no_steps_of_an_app(child: Children) -> None:
    young = child(band="under-13", country="MX")
    for reply in ("guide:takedown", "place=instagram"):
        young.tap(reply)
    cards = [b["text"] for b in young.tap("own_phone=no")["bubbles"] if b["key"] == "card/place_route"]
    assert cards and not any("nudity" in text for text in cards)
