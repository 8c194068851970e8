"""A range that was measured, or the words that nobody knows: decided without a database."""

import pytest

from api.waiting.rules import FEWEST, RANGES, Load, Outlook, Wait, outlook, quantile
from tests.support.words import paragraphs
from tests.waiting.simulation import Shift, Told

HERE = Load(0, 0.0, 1)


def waits(*minutes: float, load: float = 0.0, claimed: bool = True) -> list[Wait]:
    return [Wait(m, claimed, load) for m in minutes]


def steady(minutes: float, load: float = 0.0) -> list[Wait]:
    return waits(*[minutes] * FEWEST, load=load)


def test_under_ten_cases_nobody_knows() -> None:
    assert outlook(steady(3)[1:], HERE).code == "unknown"
    assert outlook(steady(3), HERE) == Outlook("0_5", 0, 5)


def test_only_cases_that_met_a_similar_load_tell() -> None:
    past = steady(3, load=0) + steady(45, load=4)
    assert outlook(past, Load(0, 0.0, 2)).code == "0_5"
    assert outlook(past, Load(8, 0.0, 2)).code == "20_60"
    assert outlook(past, Load(30, 0.0, 2)).code == "unknown"


def test_one_in_five_waited_less_and_one_in_five_waited_longer() -> None:
    past = waits(*range(1, 101))
    assert (quantile(past, 0.2), quantile(past, 0.8)) == (20, 80)
    assert outlook(past, HERE) == Outlook("over_0", 0, None)


def test_a_wait_without_a_claim_counts_as_at_least_so_long() -> None:
    """Left out, the five who gave up or still wait would make the promise shorter than it was."""
    answered, unanswered = waits(*[4] * 10, *[18] * 5), waits(*[16] * 5, claimed=False)
    assert quantile(answered, 0.6) == 4
    assert quantile(answered + unanswered, 0.6) == 18
    assert quantile(waits(1) + waits(*[2] * 9, claimed=False), 0.8) is None


def test_where_most_were_never_answered_the_range_has_no_end() -> None:
    past = waits(*[40] * 12) + waits(*[50] * 40, claimed=False)
    assert outlook(past, HERE) == Outlook("over_30", 30, None)


def test_nothing_shorter_is_promised_than_the_longest_wait_ahead_allows() -> None:
    assert outlook(steady(3, load=1), Load(1, 2.0, 1)).to_minutes == 5
    assert outlook(steady(3, load=1), Load(1, 18.0, 1)).to_minutes == 20
    assert outlook(steady(3, load=1), Load(1, 90.0, 1)).to_minutes is None


def test_who_waits_already_is_told_what_is_left_and_then_that_it_takes_longer() -> None:
    past = waits(*[8] * 10, *[18] * 10)
    assert outlook(past, HERE).code == "0_20"
    assert outlook(past, HERE, waited=9).code == "0_10"
    assert outlook(past, HERE, waited=19) == Outlook("longer")


def test_with_nobody_there_no_range_is_told() -> None:
    assert outlook(steady(3), Load(0, 0.0, 0)) == Outlook("nobody")


@pytest.mark.parametrize("soonest", [0.0, 3.0, 12.0, 31.0, 61.0, 500.0])
@pytest.mark.parametrize("more", [0.0, 4.0, 25.0, 90.0])
def test_rounding_never_promises_more_than_was_measured(soonest: float, more: float) -> None:
    past = waits(*[soonest] * 10, *[soonest + more] * 10)
    found = outlook(past, HERE)
    assert found.from_minutes is not None
    assert found.from_minutes <= soonest
    assert found.to_minutes is None or soonest + more <= found.to_minutes


def test_every_range_has_its_sentence() -> None:
    codes = [f"{low}_{high}" if high else f"over_{low}" for low, high in RANGES]
    for code in [*codes, "unknown", "longer", "nobody"]:
        assert paragraphs(f"system/wait_{code}", "en"), code


SHIFTS = {
    "calm": Shift(staff=4, every=10), "busy": Shift(staff=4, every=7), "swamped": Shift(staff=3, every=8.2),
    "one alone": Shift(staff=1, every=40), "many": Shift(staff=15, every=2),
}  # fmt: skip


@pytest.mark.parametrize("name", SHIFTS)
def test_a_told_range_is_kept_for_most_children(name: str) -> None:
    """Four in five at least, counted for everybody who was told one; printed by `python -m tests.bench.waiting`."""
    told = list(SHIFTS[name].run(1200))
    assert len(told) > 800
    assert share(told) >= 0.8


def share(told: list[Told]) -> float:
    return sum(one.kept for one in told) / len(told)
