"""A supervisor checks the numbers that children are shown, and signs them."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import expect

from tests.e2e.conftest import OpenPage
from tests.support.installation import Installation
from tests.support.people import StaffClient


def test_a_supervisor_signs_a_number_that_they_called(
    another: Callable[..., Installation], open_page: OpenPage, shots: Path
) -> None:
    site = another()
    cookie = str(StaffClient.sign_in(site.url, *site.accounts()["supervisor"]).http.cookies["faro_staff"])
    state = {"cookies": [{"name": "faro_staff", "value": cookie, "url": site.url}]}
    seen = open_page(f"{site.url}/console", 1280, 800, storage_state=state)
    seen.page.get_by_role("button", name="Office").click()
    seen.page.get_by_role("button", name="Numbers").click()
    seen.page.get_by_label("Country").select_option("GB")
    line = seen.page.locator(".numbers li", has_text="Childline (NSPCC)")
    expect(line).to_contain_text("nobody has called")
    line.get_by_role("button", name="I called").click()
    expect(line).to_contain_text("Called, ")
    seen.page.screenshot(path=shots / "numbers.png")
    assert seen.violations() == []
    child = open_page(f"{site.url}/?locale=en&country=GB").page
    child.locator("#help summary").first.click()
    day = datetime.now(UTC).date().isoformat()
    expect(child.locator("#help .card", has_text="Childline").get_by_text(f"Checked on {day}")).to_be_visible()
