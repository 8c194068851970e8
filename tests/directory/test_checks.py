"""A supervisor signs a line of the directory: children see the new date, until the number changes."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.support.installation import Installation
from tests.support.people import ChildClient, StaffClient


@pytest.fixture
def office(another: Callable[..., Installation]) -> tuple[Installation, StaffClient]:
    site = another()
    return site, StaffClient.sign_in(site.url, *site.accounts()["supervisor"])


def lines(staff: StaffClient, country: str = "MX") -> dict[tuple[str, str], dict[str, Any]]:
    return {(line["kind"], line["id"]): line for line in staff.http.get(f"/v1/directory/{country}").json()}


def sign(staff: StaffClient, line: dict[str, Any], digest: str | None = None, how: str = "read") -> int:
    path = f"/v1/directory/MX/{line['kind']}/{line['id']}/checks"
    reply = staff.http.post(path, json={"digest": digest or line["digest"], "how": how})
    return reply.status_code


def dates(site: Installation) -> dict[str, str]:
    help_ = ChildClient.start(site.url, country="MX").get().json()["help"]
    return {card["phone"]["number"]: card["checked"] for card in help_ if card.get("phone")}


def test_a_signed_line_carries_the_day_of_the_check_also_after_a_restart(office: tuple[Installation, StaffClient]) -> None:
    site, supervisor = office
    before = dates(site)
    emergency = lines(supervisor)["emergency", "emergency"]
    assert emergency["check"] is None and emergency["shown"]
    assert sign(supervisor, emergency) == 201
    day = lines(supervisor)["emergency", "emergency"]["check"]["at"][:10]
    assert before["911"].endswith(emergency["checked_on"])
    assert day in dates(site)["911"]
    site.stop()
    site.start()
    assert day in dates(site)["911"]


def test_what_has_changed_since_it_was_read_is_not_signed(office: tuple[Installation, StaffClient]) -> None:
    _, supervisor = office
    emergency = lines(supervisor)["emergency", "emergency"]
    assert sign(supervisor, emergency, digest="0" * 16) == 409
    assert lines(supervisor)["emergency", "emergency"]["check"] is None


def test_the_countries_with_the_most_to_check_come_first(office: tuple[Installation, StaffClient]) -> None:
    _, supervisor = office
    found = supervisor.http.get("/v1/directory").json()
    assert [c["unchecked"] for c in found] == sorted((c["unchecked"] for c in found), reverse=True)
    before = next(c["unchecked"] for c in found if c["code"] == "MX")
    sign(supervisor, lines(supervisor)["emergency", "emergency"])
    after = next(c["unchecked"] for c in supervisor.http.get("/v1/directory").json() if c["code"] == "MX")
    assert after == before - 1


def test_a_country_or_line_that_is_not_there_is_not_found(supervisor: StaffClient) -> None:
    assert supervisor.http.get("/v1/directory/AQ").status_code == 404
    assert sign(supervisor, {"kind": "crisis", "id": "nobody", "digest": "0" * 16}) == 404


def test_nobody_calls_an_emergency_number_to_try_it(office: tuple[Installation, StaffClient]) -> None:
    _, supervisor = office
    found = lines(supervisor)
    assert sign(supervisor, found["emergency", "emergency"], how="called") == 400
    assert sign(supervisor, found["crisis", "saptel"], how="called") == 201
