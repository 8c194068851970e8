"""A supervisor sets the hours in the console; children read them by their own clock, and how long a wait may be."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import OpenPage
from tests.support.hours import CLOSED, set_hours
from tests.support.installation import Installation
from tests.support.people import StaffClient


@pytest.fixture
def site(another: Callable[..., Installation]) -> Installation:
    return another()


@pytest.fixture
def supervisor(site: Installation) -> StaffClient:
    return StaffClient.sign_in(site.url, *site.accounts()["supervisor"])


def opens_next() -> datetime:
    hour, minute = map(int, CLOSED["hours"][0].split(" ")[1][:5].split(":"))
    today = datetime.now(UTC).replace(hour=hour, minute=minute, second=0, microsecond=0)
    return today if today > datetime.now(UTC) else today + timedelta(days=1)


def test_a_supervisor_sets_the_week_a_holiday_and_whom_the_helpline_serves(
    site: Installation, supervisor: StaffClient, open_page: OpenPage, shots: Path
) -> None:
    state = {"cookies": [{"name": "faro_staff", "value": supervisor.http.cookies["faro_staff"], "url": site.url}]}
    seen = open_page(f"{site.url}/console", 1280, 900, storage_state=state, color_scheme="dark")
    page = seen.page
    page.get_by_role("button", name="Office").click()
    page.get_by_role("button", name="Hours").click()
    expect(page.get_by_text("No hours are set.")).to_be_visible()
    page.get_by_label("Time zone").fill("Europe/Berlin")
    page.get_by_label("Open each week").fill("Mon-Fri 9-17")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("Line 1 of the week")
    page.get_by_label("Open each week").fill("Mon-Sun 00:00-00:00")
    page.get_by_role("button", name="Add a day").click()
    page.get_by_label("Date 1").fill("2030-12-25")
    page.get_by_label("Open 1").fill("10:00-14:00, 18:00-20:00")
    page.get_by_label("Armenia", exact=True).check()
    page.get_by_label("Albanian").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Open now, until")).to_be_visible()
    assert seen.violations() == []
    page.screenshot(path=shots / "hours.png", full_page=True)
    page.set_viewport_size({"width": 360, "height": 740})
    page.screenshot(path=shots / "hours-narrow.png", full_page=True)
    kept = supervisor.http.get("/v1/helpline/hours").json()
    assert (kept["countries"], kept["locales"]) == (["AM"], ["sq"])
    assert kept["days"] == [{"date": "2030-12-25", "open": ["10:00-14:00", "18:00-20:00"], "reason": "holiday"}]


def test_a_child_reads_the_next_opening_by_the_devices_own_clock(
    site: Installation, supervisor: StaffClient, open_page: OpenPage, shots: Path
) -> None:
    """A device in Tijuana shows another hour than the helpline's; without JavaScript the helpline's is shown and named."""
    set_hours(supervisor, **{**CLOSED, "zone": "UTC"})
    address = f"{site.url}/?locale=en&country=MX"
    seen = open_page(address, timezone_id="America/Tijuana", locale="en")
    here = opens_next().astimezone(ZoneInfo("America/Tijuana"))
    expect(seen.page.locator("#when time")).to_contain_text(f"{here:%A}")
    expect(seen.page.locator("#when time")).to_contain_text(f"{here:%M} {here:%p}")
    assert seen.violations() == []
    seen.page.screenshot(path=shots / "closed.png")
    plain = open_page(address, java_script_enabled=False).page
    expect(plain.locator("#when")).to_contain_text(f"{opens_next():%A}")


def test_a_waiting_child_reads_how_long_it_may_take_and_nothing_once_a_person_is_there(
    site: Installation, supervisor: StaffClient, open_page: OpenPage, shots: Path
) -> None:
    seen = open_page(f"{site.url}/?locale=en")
    page = seen.page
    expect(page.locator("#when")).to_contain_text("Someone is here.")
    ask_for_a_person(page)
    page.get_by_role("button", name="Send nothing, only call a person").click()
    expect(page.locator("#when")).to_contain_text("Nobody knows yet how long it will take.")
    page.screenshot(path=shots / "waiting.png")
    assert seen.violations() == []
    assert seen.complaints == []
    page.reload()
    expect(page.locator("#when")).to_contain_text("Nobody knows yet how long it will take.")
    (case,) = supervisor.queue()
    assert supervisor.act(case["id"], "claim").status_code == 200
    expect(page.locator("#state.human")).to_be_visible()
    expect(page.locator("#when")).to_be_empty()


def test_a_child_who_can_not_be_taken_is_not_told_to_try_again(
    site: Installation, supervisor: StaffClient, open_page: OpenPage, shots: Path
) -> None:
    set_hours(supervisor, countries=["MX"])
    page = open_page(f"{site.url}/?locale=en&country=GB").page
    expect(page.locator("#when")).to_contain_text("does not take chats from your country")
    ask_for_a_person(page)
    notice = page.locator("#log .notice")
    expect(notice).to_contain_text("Nothing was passed on.")
    expect(notice).to_contain_text("Childline")
    expect(notice.get_by_role("button", name="Try again")).to_have_count(0)
    page.screenshot(path=shots / "not-served.png")


def ask_for_a_person(page: Page) -> None:
    page.locator("#say textarea").fill("I want to talk to a person")
    page.locator("#send").click()
    page.get_by_role("button", name="Show me what they would read").click()
