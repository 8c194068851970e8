"""The figures of the report mean what its text says."""
from __future__ import annotations

from typing import Any

import pytest
from evaluation.messages import EVERYDAY, FIGURES, VEILED, Sample, read_split, read_training
from evaluation.report import letters_table
from evaluation.scores import Pair, confusions, scores
from evaluation.stories import CHARACTERS, Story, stories, story_shares
from understanding.needs import NEEDS
from understanding.text import fold


def heard(need: str, as_need: str, confidence: float = 1.0, kind: str = "") -> Pair:
    """One message and what it was heard as."""
    reading: dict[str, Any] = {"need": as_need, "confidence": confidence, "also": [], "risk": "none"}
    return Sample("words", need, "en", kind), reading


def test_exact_and_group_are_shares_of_all_messages() -> None:
    found = scores([heard("greet", "greet"), heard("greet", "thanks"), heard("bullying", "greet"), heard("privacy", "privacy")])
    assert (found.exact, found.group) == (0.5, 0.75)


def test_macro_recall_weighs_every_need_alike() -> None:
    assert scores([heard("greet", "greet")] * 9 + [heard("thanks", "greet")]).macro_recall == 0.5


def test_a_veiled_crisis_counts_for_crisis_recall_and_for_nothing_else() -> None:
    veiled = [heard("crisis", "immediate_danger", kind=VEILED), heard("crisis", "greet", kind=VEILED)]
    found = scores([*veiled, heard("greet", "greet")])
    assert (found.crisis, found.exact, found.messages) == (0.5, 1.0, 3)


@pytest.mark.parametrize(("kind", "share"), [(EVERYDAY, "everyday_alarms"), (FIGURES, "figure_alarms")])
def test_a_crisis_heard_in_calm_words_is_a_false_alarm_of_its_kind(kind: str, share: str) -> None:
    pairs = [heard("out_of_scope", "suicide_self_harm", kind=kind), heard("out_of_scope", "greet", kind=kind)]
    assert getattr(scores(pairs), share) == 0.5


def test_a_disclosure_heard_as_a_crisis_is_not_missed() -> None:
    assert scores([heard("bullying", "immediate_danger"), heard("bullying", "out_of_scope")]).disclosure == 0.5


def test_confidence_that_is_right_as_often_as_it_says_has_no_error() -> None:
    right, wrong = heard("greet", "greet", 0.75), heard("greet", "thanks", 0.75)
    assert scores([right, right, right, wrong]).calibration_error == pytest.approx(0)
    assert scores([wrong, wrong]).calibration_error == pytest.approx(0.75)


def test_a_message_is_asked_back_only_where_there_is_something_to_choose_from() -> None:
    sure, (sample, reading) = heard("greet", "greet"), heard("privacy", "out_of_scope")
    unsure = [(sample, {**reading, "unsure": True, "asked_back": asked}) for asked in (True, False)]
    assert scores([sure, sure, *unsure]).asked_back == 0.25


def test_the_commonest_confusion_comes_first() -> None:
    pairs = [heard("greet", "thanks"), heard("greet", "thanks"), heard("deny", "insult"), heard("deny", "deny")]
    assert confusions(pairs).most_common() == [(("greet", "thanks"), 2), (("deny", "insult"), 1)]


@pytest.mark.parametrize("split", ["dev", "test", "hard", "letters"])
def test_no_sentence_that_measures_is_also_learnt_from(split: str) -> None:
    learnt = {(example.locale, fold(example.text)) for example in read_training()}
    measured = {(sample.locale, fold(sample.text)) for sample in read_split(split) if len(fold(sample.text).split()) > 2}
    assert len(measured) > len(NEEDS)
    assert not measured & learnt


def test_a_story_has_its_key_in_the_middle_and_no_more_than_its_length() -> None:
    calm, key = heard("out_of_scope", "", kind=EVERYDAY)[0], heard("bullying", "")[0]._replace(text="they laugh at me.")
    samples = [calm._replace(text=f"we had lesson {number} of the day") for number in range(60)]
    told = [story for story in stories([*samples, key]) if story.key]
    assert [story.key for story in told] == [key]
    before, after = told[0].text.split("they laugh at me. ")
    assert before and after
    assert len(told[0].text) <= CHARACTERS


def test_a_key_that_is_kept_beside_is_named_and_not_served() -> None:
    key = heard("bullying", "")[0]
    beside: dict[str, Any] = {"need": "greet", "confidence": 1.0, "also": ["bullying"], "risk": "none"}
    told = [(Story("words", "en", key), beside), (Story("words", "en", None), heard("", "suicide_self_harm")[1])]
    _, disclosures, _, calm = story_shares(told)
    assert (disclosures, calm) == ([1, 0.0, 1.0], [1, 1.0])


def test_a_letter_whose_need_is_kept_beside_is_named_and_not_served() -> None:
    beside: dict[str, Any] = {"need": "immediate_danger", "confidence": 1.0, "also": ["bullying"], "risk": "emergency"}
    calm = heard("out_of_scope", "greet", kind=EVERYDAY)
    last = letters_table([(heard("bullying", "")[0], beside), heard("bullying", "greet"), calm]).splitlines()[-1]
    assert last == "| **all** | 3 | – | – | 0.0 % | – | 0.0 % | 50.0 % |"
