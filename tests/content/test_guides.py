"""The guides as they are written: every path of every guide ends in words that are there, and leads on to people."""

from itertools import product
from typing import Any

import pytest
import yaml

from api.phrasebook.source import BANDS, Source, load_source
from api.speech.advice import ADVICE, AT_MOST, advice_after
from tests.support.installation import ROOT

FILE: dict[str, Any] = yaml.safe_load((ROOT / "bot/guides.yml").read_text("utf-8"))
GUIDES, ANSWERS = FILE["guides"], FILE["answers"]
PEOPLE = {"talk_to_human", "handoff"}


@pytest.fixture(scope="module")
def source() -> Source:
    return load_source(ROOT / "content")


@pytest.mark.parametrize("band", BANDS)
@pytest.mark.parametrize("guide", GUIDES)
def test_every_question_has_a_button_for_every_answer(source: Source, guide: str, band: str) -> None:
    for slot in GUIDES[guide]:
        section = source.find(f"{guide}/ask_{slot}", band)
        assert section is not None, slot
        assert [r.target for r in section.replies] == [f"{slot}={value}" for value in ANSWERS[slot]]


@pytest.mark.parametrize("band", BANDS)
@pytest.mark.parametrize("guide", GUIDES)
def test_every_guide_ends_with_ways_on_and_one_of_them_to_people(source: Source, guide: str, band: str) -> None:
    end = source.find(f"{guide}/done", band)
    assert end is not None
    targets = {reply.target for reply in end.replies}
    assert targets & PEOPLE and "menu" in targets


@pytest.mark.parametrize("guide", GUIDES)
def test_every_path_of_a_guide_ends_in_words_that_are_there(source: Source, guide: str) -> None:
    choices = [[(slot, value) for value in (*ANSWERS[slot], "skipped")] for slot in GUIDES[guide]]
    said = [advice_after(f"{guide}/done", dict(path)) for path in product(*choices)]
    assert {len(sections) for sections in said} <= set(range(AT_MOST + 1))
    for section in {section for sections in said for section in sections}:
        assert all(source.find(section, band) for band in BANDS), section


@pytest.mark.parametrize("guide", GUIDES)
def test_every_piece_of_advice_is_given_on_some_path(guide: str) -> None:
    choices = [[(slot, value) for value in (*ANSWERS[slot], "skipped")] for slot in GUIDES[guide]]
    given = {section for path in product(*choices) for section in advice_after(f"{guide}/done", dict(path))}
    assert given == {row.section for row in ADVICE[guide]}


def test_a_need_that_is_named_like_a_guide_gets_no_advice() -> None:
    assert "bullying" in ADVICE
    assert advice_after("bullying", {"danger": "unsure"}) == []


@pytest.mark.parametrize("band", BANDS)
@pytest.mark.parametrize("need", ["made_or_shared", "wants_to_make"])
def test_who_made_one_is_not_led_to_the_words_of_those_it_was_done_to(source: Source, need: str, band: str) -> None:
    said = [section for (key, of), section in source.sections.items() if key.split("/")[0] == need and of == band]
    targets = {reply.target for section in said for reply in section.replies}
    assert "tell/practise" in targets and "guide:tell" not in targets
