"""What of a count may be shown: pure, with every table that a machine can think of."""

from datetime import timedelta

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from api.cases.rules import CARD
from api.settings import ROOT
from api.statistics.rules import (
    CATEGORY,
    CHI,
    FEWEST,
    FINISHED,
    MINUTES,
    drop_off,
    folded,
    guide_steps,
    minutes_code,
    period_of,
    quantile,
    reached_after,
    situation_of,
)

TABLES = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(1, 40), max_size=8)


@given(TABLES)
def test_no_count_under_ten_is_shown_in_any_place(cells: dict[str, int]) -> None:
    shown, rest, total = folded(cells)
    assert all(count >= FEWEST for count in shown.values())
    assert rest is None or rest == 0 or rest >= FEWEST
    assert total is None or total >= FEWEST


@given(TABLES)
def test_what_is_shown_is_true_and_adds_up(cells: dict[str, int]) -> None:
    shown, rest, total = folded(cells)
    assert shown.items() <= cells.items()
    if total is None:
        assert (shown, rest) == ({}, None)
    else:
        assert (sum(shown.values()) + (rest or 0), total) == (total, sum(cells.values()))


@given(TABLES)
def test_no_set_of_shown_counts_determines_a_hidden_one(cells: dict[str, int]) -> None:
    """Every hidden count has a second value with which everything that is shown stays the same."""
    shown, rest, total = folded(cells)
    hidden = {code: count for code, count in cells.items() if code not in shown}
    if not hidden or total is None:
        return
    for code in hidden:
        others = [other for other in hidden if other != code]
        assert others, "it is the total minus what is shown"
        other = max(others, key=lambda name: hidden[name])
        moved = {**cells, code: hidden[code] + 1, other: hidden[other] - 1}
        assert (sum(moved.values()), sum(moved[name] for name in hidden)) == (total, rest)
        assert {name: moved[name] for name in shown} == shown


@given(TABLES)
def test_nothing_is_hidden_without_need(cells: dict[str, int]) -> None:
    if min(cells.values(), default=0) >= FEWEST:
        assert folded(cells).shown == cells


def test_a_single_small_count_takes_the_smallest_other_with_it() -> None:
    assert folded({"a": 30, "b": 12, "c": 3}) == ({"a": 30}, 15, 45)


def test_several_small_counts_that_are_ten_together_take_nobody_with_them() -> None:
    assert folded({"a": 30, "b": 6, "c": 4}) == ({"a": 30}, 10, 40)


def test_a_total_under_ten_is_not_shown() -> None:
    assert folded({"a": 5, "b": 4}) == ({}, None, None)


@pytest.mark.parametrize(("months", "period"), [(1, "2026-05"), (3, "2026-Q2"), (12, "2026")])
def test_a_month_lies_in_one_period(months: int, period: str) -> None:
    assert period_of("2026-05", months) == period


@given(st.lists(st.integers(0, 60 * 24 * 30), min_size=1, max_size=60), st.sampled_from([0.5, 0.9]))
def test_a_quantile_of_counted_minutes_is_the_first_end_that_so_many_lie_within(minutes: list[int], part: float) -> None:
    cells: dict[str, int] = {}
    for each in minutes:
        code = minutes_code(timedelta(minutes=each))
        cells[code] = cells.get(code, 0) + 1
    within = quantile(cells, part)
    assert sum(each <= within for each in minutes) >= part * len(minutes)
    earlier = [end for end in MINUTES if end < within]
    assert not earlier or sum(each <= earlier[-1] for each in minutes) < part * len(minutes)


def test_every_situation_of_a_card_has_a_category_of_child_helpline_international() -> None:
    assert set(CARD["situation"]) == set(CATEGORY)
    assert set(CATEGORY.values()) <= set(CHI)


def test_the_console_says_the_categories_as_child_helpline_international_does() -> None:
    labels = yaml.safe_load((ROOT / "content/ui/console.yaml").read_text("utf-8"))
    said = {code: labels.get(f"chi_{code}") for code in CHI if code != "none"}
    assert said == {code: ": ".join(CHI[code]) for code in said}


def test_the_category_that_a_counsellor_chose_counts_before_ours() -> None:
    assert situation_of("fake_image_of_me", [], None) == "fake_image_of_me/online_abuse/fake"
    assert situation_of("fake_image_of_me", ["distress", "legal"], "real") == "fake_image_of_me/distress/real"
    assert situation_of(None, [], None) == "none/none/none"


def turn(guide: tuple[str, int, int] | None, *keys: str) -> dict[str, object]:
    report = {"name": guide[0], "slot": "x", "step": guide[1], "of": guide[2]} if guide else None
    return {"guide": report, "messages": [{"key": key} for key in keys]}


def walk(*turns: dict[str, object]) -> list[tuple[str, str]]:
    """Every step that is counted of a conversation."""
    facts: dict[str, object] = {}
    counted: list[tuple[str, str]] = []
    for answer in turns:
        steps = list(guide_steps(facts, answer))
        counted += steps
        facts = {"guide": answer["guide"], "reached": reached_after(facts, steps)}
    return counted


def test_a_step_is_counted_once_however_often_a_child_goes_back() -> None:
    there_and_back = [turn(("picture", step, 3), "picture/ask_x") for step in (1, 2, 1, 2, 3)]
    assert walk(*there_and_back) == [("picture", "1"), ("picture", "2"), ("picture", "3")]


def test_a_guide_that_ends_early_has_reached_its_end() -> None:
    ended = walk(turn(("unsafe", 1, 2), "unsafe/ask_near"), turn(None, "unsafe/done"), turn(None, "menu"))
    assert ended == [("unsafe", "1"), ("unsafe", "2"), ("unsafe", FINISHED)]


def test_a_finished_guide_that_is_walked_again_counts_nothing_more() -> None:
    once = [turn(("tell", 1, 1), "tell/ask_x"), turn(None, "tell/done")]
    assert walk(*once, *once) == walk(*once)


def test_drop_off_is_what_did_not_reach_the_next_step() -> None:
    assert drop_off({"1": 30, "2": 18, "3": 18, FINISHED: 15}) == {"1": 12, "3": 3, FINISHED: 15}
