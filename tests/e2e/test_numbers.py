"""A supervisor checks the numbers that children are shown, and signs them."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import expect

from tests.e2e.conftest import OpenPage, Watched
from tests.support.installation import Installation
from tests.support.people import ChildClient, StaffClient


def console(site: Installation, role: str, open_page: OpenPage) -> Watched:
    cookie = str(StaffClient.sign_in(site.url, *site.accounts()[role]).http.cookies["faro_staff"])
    state = {"cookies": [{"name": "faro_staff", "value": cookie, "url": site.url}]}
    return open_page(f"{site.url}/console", 1280, 800, storage_state=state)


def test_a_supervisor_signs_a_number_that_they_called(
    another: Callable[..., Installation], open_page: OpenPage, shots: Path
) -> None:
    site = another()
    seen = console(site, "supervisor", open_page)
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


def test_staff_see_that_a_line_serves_one_region_only(another: Callable[..., Installation], open_page: OpenPage) -> None:
    site = another()
    page = console(site, "supervisor", open_page).page
    page.get_by_role("button", name="Office").click()
    page.get_by_role("button", name="Numbers").click()
    page.get_by_label("Country").select_option("PK")
    expect(page.locator(".numbers li", has_text="Sindh Child Protection")).to_contain_text("Only for Sindh.")
    ChildClient.start(site.url, country="PK").hand_over(card={"situation": "bullying"})
    page = console(site, "counsellor", open_page).page
    page.locator("li.row .claim").click()
    page.locator(".steps summary", has_text="Other help in this country").click()
    expect(page.locator(".steps p", has_text="Sindh Child Protection")).to_contain_text("Only for Sindh.")
