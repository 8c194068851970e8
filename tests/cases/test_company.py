"""When a person counts as free, and when a child counts as left alone. Pure rules, no service."""

from datetime import UTC, datetime, timedelta

import pytest

from api.cases.rules import Assessment, Risk, is_left_alone, somebody_free, urgent

NOW = datetime(2026, 3, 1, 23, 55, tzinfo=UTC)
TEN = timedelta(minutes=10)


@pytest.mark.parametrize(
    ("seen_at", "child_waits", "alone"),
    [
        (NOW, True, False), (NOW - TEN, True, False), (NOW - TEN - timedelta(seconds=1), True, True), (None, True, True),
        (NOW - 5 * TEN, False, False), (None, False, False),
    ],
)  # fmt: skip
def test_a_child_is_left_alone_after_ten_minutes_without_an_answer(seen_at: datetime, child_waits: bool, alone: bool) -> None:
    """Where the person had the last word, nothing is owed."""
    assert is_left_alone(seen_at, child_waits, NOW) is alone


@pytest.mark.parametrize(
    ("unread", "waits", "alone"), [(None, True, False), (2 * TEN, True, False), (3 * TEN, True, True), (3 * TEN, False, False)]
)
def test_an_open_console_that_nobody_looks_at_keeps_no_child(unread: timedelta | None, waits: bool, alone: bool) -> None:
    assert is_left_alone(NOW, waits, NOW, NOW - unread if unread else None) is alone


@pytest.mark.parametrize(("present", "claims", "free"), [(0, 0, False), (1, 0, True), (1, 1, False), (3, 2, True), (2, 5, False)])
def test_somebody_is_free_while_there_are_fewer_cases_than_people(present: int, claims: int, free: bool) -> None:
    assert somebody_free(present, claims) is free


def test_an_offer_that_is_taken_puts_the_case_first_whatever_else_was_passed_on() -> None:
    found = urgent(Assessment(Risk.elevated, ("bullying",)))
    assert (found.risk, found.reasons) == (Risk.emergency, ("offer_taken", "bullying"))
