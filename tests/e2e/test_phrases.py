"""A counsellor who reads English and a child who reads Arabic: phrases one way, taps the other. Two real browsers."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import OpenPage, Watched
from tests.support.installation import Installation
from tests.support.people import ChildClient, StaffClient

SECONDS = 20_000


@pytest.fixture(scope="module")
def counsellor(site: Installation) -> StaffClient:
    return StaffClient.sign_in(site.url, *site.accounts()["counsellor"])


def console(site: Installation, open_page: OpenPage, counsellor: StaffClient, case_id: str, **options: object) -> Watched:
    cookie = {"name": "faro_staff", "value": str(counsellor.http.cookies["faro_staff"]), "url": site.url}
    seen = open_page(f"{site.url}/console", 1280, 800, storage_state={"cookies": [cookie]}, **options)
    seen.page.locator(f"#row-{case_id}").click(timeout=SECONDS)
    expect(seen.page.locator("#message-box")).to_be_visible(timeout=SECONDS)
    return seen


def claimed(counsellor: StaffClient, child: ChildClient) -> str:
    number = child.hand_over(card={"situation": "immediate_danger"})["case"]["number"]
    case_id = str(counsellor.find(number)["id"])
    assert counsellor.act(case_id, "claim").status_code == 200
    return case_id


def resumed(site: Installation, open_page: OpenPage, child: ChildClient) -> Page:
    """The child's own page with a conversation that has begun."""
    page = open_page(f"{site.url}/?locale=ar&country=MA").page
    page.evaluate("([id, token]) => sessionStorage.setItem('faro', `${id} ${token}`)", [child.id, child.token])
    page.reload()
    return page


def test_without_a_common_language_a_danger_is_asked_and_answered(
    site: Installation, open_page: OpenPage, counsellor: StaffClient, shots: Path
) -> None:
    child = ChildClient.start(site.url, locale="ar", country="MA", band="under-13")
    case_id = claimed(counsellor, child)
    seen, theirs = console(site, open_page, counsellor, case_id), resumed(site, open_page, child)
    page = seen.page
    page.locator("#conversation-title").focus()
    page.keyboard.press("p")
    search = page.get_by_role("combobox", name="Search phrases")
    expect(search).to_be_focused(timeout=SECONDS)
    expect(page.locator(".phrases h3").first).to_contain_text("Danger now", timeout=SECONDS)
    expect(page.locator(".phrases h3").first).to_contain_text("fits this case")
    page.keyboard.type("çall NUMBER")  # an accent, another case, and words that do not stand together
    expect(page.locator(".pair").first).to_be_visible()
    search.fill("can you call")
    expect(page.locator(".preview")).to_contain_text("19", timeout=SECONDS)
    page.screenshot(path=shots / "1-picker.png")
    assert seen.violations() == []
    page.keyboard.press("Enter")
    expect(page.locator("#say-phrase")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_have_count(0, timeout=SECONDS)

    expect(theirs.locator("#log li.counsellor a.call")).to_have_attribute("href", "tel:19", timeout=SECONDS)
    theirs.screenshot(path=shots / "2-child.png")
    theirs.locator(".chips button").first.click()
    expect(theirs.locator(".chips")).to_have_count(0, timeout=SECONDS)
    told = page.locator("li.speech.child").last
    expect(told).to_contain_text("Yes, I call now", timeout=SECONDS)
    expect(told).to_contain_text("Asked: Can you call this number now?")
    page.screenshot(path=shots / "3-console.png")
    assert seen.complaints == []


def test_escape_closes_the_phrases_says_nothing_and_gives_the_focus_back(
    site: Installation, open_page: OpenPage, counsellor: StaffClient
) -> None:
    child = ChildClient.start(site.url, locale="en")
    seen = console(site, open_page, counsellor, claimed(counsellor, child))
    button = seen.page.get_by_role("button", name=re.compile("^Phrases"))
    button.focus()
    seen.page.keyboard.press("Enter")
    expect(seen.page.locator(".pair").first).to_be_visible(timeout=SECONDS)
    for _ in range(3):
        seen.page.keyboard.press("ArrowDown")
    expect(seen.page.locator(".pair[aria-selected=true]")).to_have_count(1)
    seen.page.keyboard.press("Escape")
    expect(seen.page.get_by_role("dialog")).to_have_count(0)
    expect(button).to_be_focused()
    assert "counsellor" not in [by for by, _ in child.texts()]


def test_a_phrase_that_is_picked_again_is_said_again(site: Installation, open_page: OpenPage, counsellor: StaffClient) -> None:
    """A second try in the open picker is the same phrase; a picker that was closed has forgotten its tries."""
    child = ChildClient.start(site.url, locale="en")
    page = console(site, open_page, counsellor, claimed(counsellor, child)).page
    for tries in (2, 1):
        page.get_by_role("button", name=re.compile("^Phrases")).click()
        for _ in range(tries):
            page.route("**/phrases", lambda route: (route.fetch(), route.abort()), times=1)  # it arrives, its answer is lost
            with page.expect_event("requestfailed", timeout=SECONDS):
                page.locator("#say-phrase").click(timeout=SECONDS)
        expect(page.get_by_role("dialog").get_by_role("alert")).to_be_visible()
        page.keyboard.press("Escape")
    assert [by for by, _ in child.texts()].count("counsellor") == 2


@pytest.mark.parametrize("width", [390, 1280])
def test_the_picker_in_the_dark_breaks_no_rule_of_access(
    site: Installation, open_page: OpenPage, counsellor: StaffClient, shots: Path, width: int
) -> None:
    child = ChildClient.start(site.url, locale="ar", country="MA")
    seen = console(site, open_page, counsellor, claimed(counsellor, child), color_scheme="dark")
    seen.page.set_viewport_size({"width": width, "height": 800})
    seen.page.get_by_role("button", name=re.compile("^Phrases")).click()
    expect(seen.page.locator(".pair").first).to_be_visible(timeout=SECONDS)
    seen.page.screenshot(path=shots / f"picker-{width}.png")
    assert seen.violations() == []
