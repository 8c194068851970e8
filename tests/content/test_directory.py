"""A wrong number harms a child: what is shown has a source, a check date and confidence."""

from dataclasses import replace

import phonenumbers
import pytest
import yaml

from api.directory.book import Directory
from api.directory.rules import Entry, digest_of, may_show
from tests.support.installation import ROOT

FOLDER = ROOT / "content/directory"
KINDS = ("emergency", "helpline", "crisis", "hotline", "take_down")
GOOD = Entry("helpline", "a", "A line", phone="123", source="its own page", confidence="high", checked_on="2026-11-23")


@pytest.fixture(scope="module")
def directory() -> Directory:
    return Directory.load(FOLDER)


def test_a_sourced_and_checked_entry_is_shown() -> None:
    assert may_show(GOOD)


@pytest.mark.parametrize(
    "lack", [{"confidence": "low"}, {"confidence": "none"}, {"source": ""}, {"checked_on": ""}, {"phone": None}]
)
def test_an_entry_that_lacks_one_thing_is_not_shown(lack: dict[str, str]) -> None:
    assert not may_show(replace(GOOD, **lack))  # type: ignore[arg-type]


def test_a_line_that_turns_out_to_serve_one_region_needs_a_new_check() -> None:
    assert digest_of(replace(GOOD, region="Sindh")) not in (digest_of(GOOD), digest_of(replace(GOOD, region="Punjab")))


def test_nothing_without_source_and_date_leaves_the_directory(directory: Directory) -> None:
    shown = [entry for code in [*directory.countries, None, "ZZ"] for kind in KINDS for entry in directory.find(kind, code)]
    assert shown
    assert [e for e in shown if not (e.source and e.checked_on and e.confidence in ("high", "medium"))] == []


@pytest.mark.parametrize("kind", ["helpline", "crisis", "hotline", "take_down"])
@pytest.mark.parametrize("country", ["MX", "AM", "ZZ", None])
def test_there_is_always_somewhere_to_turn(directory: Directory, kind: str, country: str | None) -> None:
    assert directory.find(kind, country)


def test_a_line_for_parents_is_not_shown_while_children_have_their_own(directory: Directory) -> None:
    assert all(entry.audience != "parents" for code in directory.countries for entry in directory.find("helpline", code))


def test_the_removal_service_of_a_country_is_not_shown_in_another(directory: Directory) -> None:
    names = {entry.id for entry in directory.find("take_down", "MX")}
    assert names == {"take_it_down"}


def test_international_numbers_are_possible_numbers() -> None:
    rows = [
        row
        for path in (FOLDER / "countries").glob("*.yaml")
        for part in ("helplines", "hotlines", "crisis")
        for row in yaml.safe_load(path.read_text("utf-8")).get(part) or []
    ]
    numbers = [row["e164"] for row in rows if row.get("e164")]
    assert len(numbers) > 20
    assert [n for n in numbers if not phonenumbers.is_valid_number(phonenumbers.parse(n))] == []


def test_values_known_to_be_wrong_are_never_shown(directory: Directory) -> None:
    for path in (FOLDER / "countries").glob("*.yaml"):
        file = yaml.safe_load(path.read_text("utf-8"))
        wrong = {str(row["value"]).replace(" ", "") for row in file.get("do_not_use") or []}
        shown = {e.dial for kind in KINDS for e in directory.find(kind, file["code"]) if e.dial}
        assert not wrong & shown, path.name
