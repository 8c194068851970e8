"""Learning in the chat: every card, question and turn of a story is reached, leads on, and has the same way out to help."""

import pytest

from api.phrasebook.source import BANDS, Source, load_source
from tests.support.installation import ROOT


@pytest.fixture(scope="module")
def source() -> Source:
    return load_source(ROOT / "content")


def learning(source: Source, band: str) -> dict[str, list[str]]:
    """Every section of `content/learning` in a band, with where its buttons lead."""
    return {
        key: [reply.target for reply in section.replies]
        for (key, of), section in source.sections.items()
        if of == band and section.context.startswith("learning/")
    }


@pytest.mark.parametrize("band", BANDS)
def test_everything_is_reached_from_the_first_card(source: Source, band: str) -> None:
    sections = learning(source, band)
    seen, ahead = set(), ["cards/start"]
    while ahead:
        key = ahead.pop()
        if key in sections and key not in seen:
            seen.add(key)
            ahead += sections[key]
    assert seen == set(sections) != set()


@pytest.mark.parametrize("band", BANDS)
def test_every_step_has_a_way_to_a_person(source: Source, band: str) -> None:
    assert [key for key, targets in learning(source, band).items() if "talk_to_human" not in targets] == []


@pytest.mark.parametrize("band", BANDS)
def test_no_answer_of_the_round_is_called_wrong_and_both_say_the_same_facts(source: Source, band: str) -> None:
    for number in range(1, 6):
        said = [source.find(f"truth/{number}_{answer}", band) for answer in ("true", "not")]
        first, second = (section.paragraphs for section in said if section)
        assert first[1:] == second[1:] != ()


@pytest.mark.parametrize("band", BANDS)
@pytest.mark.parametrize("story", ["story_group", "story_call"])
def test_a_story_says_that_it_is_one(source: Source, story: str, band: str) -> None:
    start = source.find(f"{story}/start", band)
    assert start and start.paragraphs[0].startswith("This is a story.")


@pytest.mark.parametrize("band", BANDS)
def test_the_first_choices_lead_to_learning(source: Source, band: str) -> None:
    choices = source.find("greet/learn", band)
    assert choices and "cards/start" in [reply.target for reply in choices.replies]
