"""The risk of a case and the reasons for it follow the card; crisis first. Pure rules, no service."""

import pytest

from api.cases.rules import CARD, Risk, assess, card_of, edited, load_floors
from tests.support.installation import ROOT

FLOORS = load_floors(ROOT / "content")
ROWS = [  # card, needs of the talk, risk, reasons from the heaviest
    ({}, [], "none", []),
    ({}, ["what_is_deepfake", "thanks"], "none", []),
    ({}, ["remove_content"], "low", []),
    ({"situation": "bullying"}, [], "elevated", ["bullying"]),
    ({"situation": "fake_image_of_me"}, [], "high", ["fake_image_of_me"]),
    ({"person": "stranger", "adult": "nobody"}, [], "elevated", ["person.stranger", "adult.nobody"]),
    ({"seen_by": "public"}, ["bullying"], "elevated", ["bullying", "seen_by.public"]),
    ({"person": "family"}, [], "high", ["person.family"]),
    ({"person": "adult_known"}, ["bullying"], "high", ["person.adult_known", "bullying"]),
    ({"danger": "unsure"}, [], "high", ["danger.unsure"]),
    ({"danger": "yes"}, [], "emergency", ["danger.yes"]),
    ({"situation": "fake_image_of_me", "danger": "yes"}, [], "emergency", ["danger.yes", "fake_image_of_me"]),
    (
        {"situation": "bullying", "threat": "yes"}, ["suicide_self_harm", "bullying"], "emergency",
        ["suicide_self_harm", "threat.yes", "bullying"],
    ),
    ({"danger": "no", "threat": "no", "person": "peer", "seen_by": "few", "adult": "yes"}, [], "none", []),
    ({}, ["a need of another version"], "none", []),
]  # fmt: skip


@pytest.mark.parametrize(("card", "needs", "risk", "reasons"), ROWS)
def test_risk_and_reasons_follow_the_card(card: dict[str, str], needs: list[str], risk: str, reasons: list[str]) -> None:
    found = assess(card, needs, FLOORS)
    assert (found.risk.value, list(found.reasons)) == (risk, reasons)


@pytest.mark.parametrize("crisis", ["suicide_self_harm", "immediate_danger"])
@pytest.mark.parametrize("other", [need for need, risk in FLOORS.items() if risk is not Risk.emergency])
def test_a_crisis_comes_first_whatever_else_was_said(crisis: str, other: str) -> None:
    for needs in ([crisis, other], [other, crisis]):
        found = assess({"threat": "yes"}, needs, FLOORS)
        assert (found.risk, found.reasons[0]) == (Risk.emergency, crisis)


@pytest.mark.parametrize("field", CARD)
def test_no_answer_lowers_the_risk(field: str) -> None:
    before = assess({}, ["sexual_extortion"], FLOORS).risk
    assert all(assess({field: value}, ["sexual_extortion"], FLOORS).risk.rank >= before.rank for value in CARD[field])


def test_every_need_has_a_floor_and_the_order_of_risk_is_fixed() -> None:
    assert len(FLOORS) == 42
    assert [risk.value for risk in sorted(Risk, key=lambda r: r.rank)] == ["none", "low", "elevated", "high", "emergency"]


def test_a_skipped_question_leaves_no_line() -> None:
    assert card_of({"danger": "skipped", "place": "whatsapp", "threat": None}, []) == {"place": "whatsapp"}


def test_the_last_disclosure_is_the_situation_and_small_talk_is_none() -> None:
    needs = ["greet", "fake_image_of_me", "sexual_extortion", "thanks"]
    assert card_of({}, needs) == {"situation": "sexual_extortion"}


def test_a_changed_line_is_changed_and_a_binned_line_is_gone() -> None:
    told = {"situation": "bullying", "place": "whatsapp", "danger": "no"}
    changed = edited(told, {"place": "discord", "danger": None, "adult": "nobody"})
    assert changed == {"situation": "bullying", "place": "discord", "adult": "nobody"}


@pytest.mark.parametrize("change", [{"name": "Ana"}, {"danger": "perhaps"}, {"danger": ""}, {"situation": "greet"}])
def test_a_line_that_the_card_does_not_have_is_refused(change: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=next(iter(change))):
        edited({}, change)
