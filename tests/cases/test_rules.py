"""The risk of a case and the reasons for it follow the card; crisis first. Pure rules, no service."""

import pytest

from api.cases.rules import CARD, Risk, assess, card_of, edited, load_floors
from tests.support.installation import ROOT

FLOORS = load_floors(ROOT / "content")
ROWS = [  # card, risk, reasons from the heaviest
    ({}, "none", []),
    ({"situation": "bullying"}, "elevated", ["bullying"]),
    ({"situation": "fake_image_of_me"}, "high", ["fake_image_of_me"]),
    ({"person": "stranger", "adult": "nobody"}, "elevated", ["person.stranger", "adult.nobody"]),
    ({"situation": "bullying", "seen_by": "public"}, "elevated", ["bullying", "seen_by.public"]),
    ({"person": "family"}, "high", ["person.family"]),
    ({"situation": "bullying", "person": "adult_known"}, "high", ["person.adult_known", "bullying"]),
    ({"danger": "unsure"}, "high", ["danger.unsure"]),
    ({"danger": "yes"}, "emergency", ["danger.yes"]),
    ({"situation": "fake_image_of_me", "danger": "yes"}, "emergency", ["danger.yes", "fake_image_of_me"]),
    ({"situation": "suicide_self_harm", "threat": "yes"}, "emergency", ["suicide_self_harm", "threat.yes"]),
    ({"danger": "no", "threat": "no", "person": "peer", "seen_by": "few", "adult": "yes"}, "none", []),
]


@pytest.mark.parametrize(("card", "risk", "reasons"), ROWS)
def test_risk_and_reasons_follow_the_card(card: dict[str, str], risk: str, reasons: list[str]) -> None:
    found = assess(card, FLOORS)
    assert (found.risk.value, list(found.reasons)) == (risk, reasons)


@pytest.mark.parametrize("crisis", ["suicide_self_harm", "immediate_danger"])
@pytest.mark.parametrize("other", [need for need, risk in FLOORS.items() if risk is not Risk.emergency])
def test_a_crisis_comes_first_whatever_else_was_said(crisis: str, other: str) -> None:
    for needs in ([crisis, other], [other, crisis]):
        card = card_of({"situation": "bullying", "threat": "yes"}, needs, FLOORS)
        found = assess(card, FLOORS)
        assert (found.risk, found.reasons[0]) == (Risk.emergency, crisis)


@pytest.mark.parametrize("field", CARD)
def test_no_answer_lowers_the_risk(field: str) -> None:
    before = assess({"situation": "bullying"}, FLOORS).risk
    answers = [value for value in CARD[field] if field != "situation"]
    assert all(assess({"situation": "bullying", field: value}, FLOORS).risk.rank >= before.rank for value in answers)


def test_every_reason_stands_on_a_line_that_the_child_saw() -> None:
    """An earlier disclosure that is on no line is not passed on by the back door."""
    card = card_of({"threat": "yes"}, ["sexual_abuse", "bullying", "thanks"], FLOORS)
    assert card == {"situation": "bullying", "threat": "yes"}
    assert set(assess(card, FLOORS).reasons) == {"bullying", "threat.yes"}


def test_every_need_has_a_floor_and_the_order_of_risk_is_fixed() -> None:
    assert len(FLOORS) == 42
    assert [risk.value for risk in sorted(Risk, key=lambda r: r.rank)] == ["none", "low", "elevated", "high", "emergency"]


def test_a_skipped_question_leaves_no_line() -> None:
    assert card_of({"danger": "skipped", "place": "whatsapp", "threat": None}, [], FLOORS) == {"place": "whatsapp"}


def test_the_last_disclosure_is_the_situation_and_small_talk_is_none() -> None:
    needs = ["greet", "fake_image_of_me", "sexual_extortion", "thanks"]
    assert card_of({}, needs, FLOORS) == {"situation": "sexual_extortion"}


def test_a_changed_line_is_changed_and_a_binned_line_is_gone() -> None:
    told = {"situation": "bullying", "place": "whatsapp", "danger": "no"}
    changed = edited(told, {"place": "discord", "danger": None, "adult": "nobody"})
    assert changed == {"situation": "bullying", "place": "discord", "adult": "nobody"}


@pytest.mark.parametrize("change", [{"name": "Ana"}, {"danger": "perhaps"}, {"danger": ""}, {"situation": "greet"}])
def test_a_line_that_the_card_does_not_have_is_refused(change: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=next(iter(change))):
        edited({}, change)
