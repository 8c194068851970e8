"""A supervisor looks at how the program heard children: counts in a table, and no word of anybody."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect

from api.statistics.rules import FEWEST
from tests.e2e.conftest import OpenPage
from tests.support.installation import Installation
from tests.support.people import ChildClient, StaffClient


def test_a_supervisor_sees_counts_and_a_counsellor_has_no_such_button(
    another: Callable[..., Installation], open_page: OpenPage, shots: Path
) -> None:
    site = another()
    accounts = site.accounts()
    child = ChildClient.start(site.url, band="13-15")
    for _ in range(FEWEST):
        child.say("what is a deepfake exactly")
    site.stop()  # stores the counts at once
    site.start()
    pages = {}
    for role in ("supervisor", "counsellor"):
        cookie = str(StaffClient.sign_in(site.url, *accounts[role]).http.cookies["faro_staff"])
        state = {"cookies": [{"name": "faro_staff", "value": cookie, "url": site.url}]}
        pages[role] = open_page(f"{site.url}/console", 1280, 800, storage_state=state)
        expect(pages[role].page.get_by_role("heading", name="Queue")).to_be_visible()
    pages["counsellor"].page.get_by_role("button", name="Office").click()
    expect(pages["counsellor"].page.get_by_role("heading", name="My account")).to_be_visible()
    expect(pages["counsellor"].page.get_by_role("button", name="How the program hears")).to_have_count(0)
    seen = pages["supervisor"]
    seen.page.get_by_role("button", name="Office").click()
    seen.page.get_by_role("button", name="How the program hears").click()
    expect(
        seen.page.get_by_role("row", name="What a deepfake is").get_by_role("cell", name=str(FEWEST), exact=True)
    ).to_be_visible()
    seen.page.screenshot(path=shots / "counts.png")
    assert seen.violations() == []
    assert seen.complaints == []
