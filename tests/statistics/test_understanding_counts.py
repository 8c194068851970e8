"""How children were heard is counted by month, locale and need: no word, nothing small enough to point at one child."""

from collections.abc import Callable
from typing import Any

import pytest

from api.statistics.rules import FEWEST, Ended, bucket, heard
from tests.support.installation import Installation
from tests.support.people import ChildClient, StaffClient
from tests.support.store import Store

TEXT = "what is a deepfake exactly"
NEEDS = {"what_is_deepfake"}


@pytest.fixture
def counted(another: Callable[..., Installation]) -> Installation:
    return another()


def rows(installation: Installation) -> list[dict[str, Any]]:
    """What the supervisor sees after the counts were stored, which a stop does at once."""
    accounts = installation.accounts()
    installation.stop()
    installation.start()
    supervisor = StaffClient.sign_in(installation.url, *accounts["supervisor"])
    found: list[dict[str, Any]] = supervisor.http.get("/v1/statistics/understanding").json()["rows"]
    return found


def test_typed_messages_are_counted_and_small_counts_are_hidden(counted: Installation) -> None:
    child = ChildClient.start(counted.url, band="13-15")
    for _ in range(FEWEST):
        child.say(TEXT)
    child.say("how do i report a video on tiktok")
    by_need = {row["need"]: row for row in rows(counted)}
    assert by_need["what_is_deepfake"]["count"] == FEWEST
    assert by_need["report_to_platform"]["count"] is None
    assert {row["ended"] for row in by_need.values()} == {"served"}


def test_the_counts_hold_no_word_and_lead_to_no_conversation(counted: Installation) -> None:
    child = ChildClient.start(counted.url, band="13-15")
    child.say(TEXT)
    rows(counted)
    cells = [str(cell) for row in Store(counted.folder).rows("select * from heard_count") for cell in row]
    assert cells
    assert not any("deepfake exactly" in cell or child.id in cell for cell in cells)


def test_a_pressed_button_is_no_message(counted: Installation) -> None:
    ChildClient.start(counted.url, band="13-15").tap("what_is_deepfake")
    assert rows(counted) == []


def test_the_button_after_asking_back_is_counted_as_a_correction(counted: Installation) -> None:
    child = ChildClient.start(counted.url, band="13-15")
    for vague in ("the photo thing", "about the pics", "what he did with the picture", "it was him"):
        turn = child.say(vague)
        if turn["bubbles"][-1]["key"] == "out_of_scope/ask_back":
            break
    chosen = next(reply["key"] for reply in turn["bubbles"][-1]["quick_replies"] if reply["key"] != "talk_to_human")
    child.tap(chosen)
    assert (chosen, "corrected") in {(row["need"], row["ended"]) for row in rows(counted)}


@pytest.mark.parametrize("understood", [
    {}, {"need": None, "confidence": 1.0}, {"need": "a word of a child", "confidence": 1.0}, {"need": ["what_is_deepfake"]},
    {"need": "what_is_deepfake", "confidence": "high"},
])  # fmt: skip
def test_what_is_no_need_of_the_taxonomy_counts_for_nothing(understood: dict[str, Any]) -> None:
    assert heard("helpline", "2026-11", "en", understood, NEEDS) is None


@pytest.mark.parametrize(("confidence", "fifth"), [(0, 0), (0.19, 0), (0.2, 1), (0.999, 4), (1.0, 4), (7.0, 4), (-1.0, 0)])
def test_a_confidence_falls_into_its_fifth(confidence: float, fifth: int) -> None:
    assert bucket(confidence) == fifth


def test_asked_back_is_an_ending_of_its_own() -> None:
    found = heard("helpline", "2026-11", "en", {"need": "what_is_deepfake", "confidence": 0.1, "asked_back": True}, NEEDS)
    assert found is not None
    assert (found.ended, found.bucket) == (Ended.asked_back, 0)
