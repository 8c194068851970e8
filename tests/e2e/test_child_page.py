"""The child's page in a real browser: light, quiet, reachable by everybody, and left in an instant."""

from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import OpenPage
from tests.support.installation import Installation
from tests.support.store import Store
from tests.support.words import LOCALES, paragraphs

STORIES = {
    "en": "someone made a fake nude picture of me and they share it on whatsapp",
    "es": "alguien hizo fotos falsas de mi desnuda y las mandan por whatsapp",
    "ar": "شخص صنع صور مزيفة عارية لي وينشرها في واتساب",
}


def tell(page: Page, text: str) -> None:
    page.locator("#say textarea").fill(text)
    page.locator("#send").click()


def answered(page: Page) -> None:
    """Until the answer to what was said last stands in the log."""
    expect(page.locator("#log li.child ~ li.bot").first).to_be_visible(timeout=10_000)


@pytest.mark.parametrize("locale", LOCALES)
def test_the_first_screen_says_that_it_is_a_program_and_offers_four_ways(
    site: Installation, open_page: OpenPage, locale: str
) -> None:
    page = open_page(f"{site.url}/?locale={locale}", 320, 560).page
    assert page.locator("html").get_attribute("dir") == ("rtl" if locale in ("ar", "ur") else "ltr")
    expect(page.locator(".chips button")).to_have_count(4)
    expect(page.locator("#log li.bot p").first).to_have_text(paragraphs("greet", locale)[0])
    assert page.evaluate("document.documentElement.scrollWidth") == 320, "nothing sticks out at the side"


def test_the_page_asks_for_at_most_four_things_and_nothing_from_elsewhere(site: Installation, open_page: OpenPage) -> None:
    seen = open_page(f"{site.url}/?locale=ar")
    seen.page.wait_for_load_state("networkidle")
    assert len(seen.requests) <= 4
    assert all(url.startswith(site.url) for url in seen.requests)


def test_a_talk_leaves_no_cookie_no_local_storage_and_no_complaint(site: Installation, open_page: OpenPage) -> None:
    seen = open_page(f"{site.url}/?locale=es&country=MX")
    tell(seen.page, STORIES["es"])
    answered(seen.page)
    assert seen.page.context.cookies() == []
    assert seen.page.evaluate("Object.keys(localStorage)") == []
    assert seen.complaints == []
    assert all(url.startswith(site.url) for url in seen.requests)


def test_a_long_talk_scrolls_in_its_place_and_never_leaves_an_empty_screen(site: Installation, open_page: OpenPage) -> None:
    page = open_page(f"{site.url}/?locale=es&country=MX", 320, 560).page
    tell(page, STORIES["es"])
    answered(page)
    assert page.locator("#log").evaluate("log => log.scrollHeight > log.clientHeight"), "long enough to scroll"
    assert page.evaluate("document.documentElement.scrollHeight") == 560


@pytest.mark.parametrize("look", ["light", "dark", "forced"])
@pytest.mark.parametrize("locale", ["en", "ar"])
def test_axe_finds_nothing_at_320_pixels(site: Installation, open_page: OpenPage, locale: str, look: str) -> None:
    options = {"forced_colors": "active"} if look == "forced" else {"color_scheme": look}
    seen = open_page(f"{site.url}/?locale={locale}&country=MA", 320, 560, **options)
    assert seen.violations() == []
    tell(seen.page, STORIES[locale])
    answered(seen.page)
    assert seen.violations() == []


@pytest.mark.parametrize("locale", ["en", "ar"])
def test_nothing_scrolls_sideways_at_320_pixels(site: Installation, open_page: OpenPage, locale: str) -> None:
    page = open_page(f"{site.url}/?locale={locale}&country=MX", 320, 560).page
    tell(page, STORIES[locale])
    answered(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_everything_that_is_tapped_is_48_pixels_high(site: Installation, open_page: OpenPage) -> None:
    page = open_page(f"{site.url}/?locale=en&country=MX", 320, 560).page
    tell(page, STORIES["en"])
    answered(page)
    sizes = page.evaluate(
        "[...document.querySelectorAll('button, .leave, .call, summary, select, textarea')]"
        ".filter(e => e.offsetParent).map(e => [e.textContent.trim() || e.id, e.getBoundingClientRect().height])"
    )
    assert [name for name, height in sizes if height < 48] == []


def test_leave_now_and_help_stay_on_the_screen_after_a_long_talk(site: Installation, open_page: OpenPage) -> None:
    page = open_page(f"{site.url}/?locale=en&country=MX", 320, 560).page
    for _ in range(3):
        tell(page, STORIES["en"])
        answered(page)
    expect(page.locator("#leave")).to_be_in_viewport()
    expect(page.locator("#help .call").first).to_be_in_viewport()


LEAVING = {
    "the button": lambda page: page.locator("#leave").click(),
    "Esc twice": lambda page: [page.keyboard.press("Escape") for _ in range(2)],
    "Shift three times": lambda page: [page.keyboard.press("Shift") for _ in range(3)],
}


@pytest.mark.parametrize("way", LEAVING)
def test_leaving_replaces_the_page_and_back_does_not_return(site: Installation, open_page: OpenPage, way: str) -> None:
    page = open_page(f"{site.url}/docs").page
    page.goto(f"{site.url}/?locale=en")
    tell(page, STORIES["en"])
    answered(page)
    before = page.evaluate("history.length")
    LEAVING[way](page)
    page.wait_for_url("**/healthz")
    assert page.evaluate("history.length") == before
    assert page.evaluate("sessionStorage.length") == 0
    page.go_back()
    assert page.url.endswith("/docs")


def test_a_reload_keeps_the_talk(site: Installation, open_page: OpenPage) -> None:
    page = open_page(f"{site.url}/?locale=en").page
    tell(page, STORIES["en"])
    answered(page)
    said = page.locator("#log li.bot p").all_inner_texts()
    page.reload()
    answered(page)
    assert page.locator("#log li.bot p").all_inner_texts() == said


def test_a_lost_connection_keeps_the_words_and_a_second_try_sends_them_once(site: Installation, open_page: OpenPage) -> None:
    page = open_page(f"{site.url}/?locale=en&country=MX").page
    page.route("**/messages", lambda route: route.abort())
    tell(page, STORIES["en"])
    expect(page.locator(".notice")).to_contain_text("Your words are still here")
    expect(page.locator(".notice .call").first).to_be_visible()
    page.unroute("**/messages")
    page.locator(".notice button").click()
    answered(page)
    expect(page.locator("#log li.child")).to_have_count(1)


def test_the_language_can_be_switched_in_the_middle(site: Installation, open_page: OpenPage) -> None:
    page = open_page(f"{site.url}/?locale=en").page
    tell(page, STORIES["en"])
    answered(page)
    page.locator("#settings summary").click()
    page.locator("#settings select[name=locale]").select_option("ar")
    page.locator("#settings form").first.locator("button").click()
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    expect(page.locator("#log li.child")).to_have_count(1)


def test_erasing_asks_once_and_leaves_a_fresh_page(site: Installation, open_page: OpenPage) -> None:
    page = open_page(f"{site.url}/?locale=en").page
    tell(page, STORIES["en"])
    answered(page)
    page.locator("#settings summary").click()
    page.get_by_role("button", name="Erase this chat").click()
    page.get_by_role("button", name="Yes, erase").click()
    expect(page.locator("#log li.child")).to_have_count(0)
    page.reload()
    expect(page.locator("#log li.child")).to_have_count(0)


def test_a_code_brings_the_talk_back_on_another_device(site: Installation, open_page: OpenPage) -> None:
    page = open_page(f"{site.url}/?locale=en").page
    tell(page, STORIES["en"])
    answered(page)
    page.locator("#settings summary").click()
    page.get_by_role("button", name="Get a code").click()
    code = page.locator("dialog .code").inner_text()
    other = open_page(f"{site.url}/?locale=en").page
    other.locator("#settings summary").click()
    other.locator("#settings input[name=code]").fill(code)
    other.get_by_role("button", name="Go on with my chat").click()
    expect(other.locator("#log li.child p")).to_have_text(STORIES["en"])


def test_the_country_is_asked_by_the_clock_and_confirmed_by_a_tap(site: Installation, open_page: OpenPage) -> None:
    seen = open_page(f"{site.url}/?locale=es", timezone_id="America/Mexico_City")
    row = seen.page.locator(".chips.country")
    expect(row).to_contain_text("México")
    row.get_by_role("button").first.click()
    expect(seen.page.locator("#help a.call").first).to_have_attribute("href", "tel:911")
    assert not any("America" in address for address in seen.requests), "the time zone stays on the device"


def test_no_country_is_guessed_where_the_directory_has_none(site: Installation, open_page: OpenPage) -> None:
    page = open_page(f"{site.url}/?locale=en", timezone_id="Antarctica/Troll").page
    page.wait_for_load_state("networkidle")
    expect(page.locator(".chips.country")).to_have_count(0)


def test_a_plan_opens_from_the_chat_and_leads_back_to_it(site: Installation, open_page: OpenPage, shots: Path) -> None:
    seen = open_page(f"{site.url}/?locale=en&country=GB")
    page = seen.page
    before = page.evaluate("history.length")
    page.locator("#say textarea").fill("someone threatens me with my pictures")
    page.locator("#send").click()
    page.locator(".chips button", has_text="Help me step by step").last.click()
    for taps in range(2, 7):
        expect(page.locator("#log li.child:not([data-state])")).to_have_count(taps, timeout=10_000)
        page.locator(".chips button", has_text="Skip").last.click()
    page.locator(".chips button", has_text="Show me my plan").last.click()
    plan = page.get_by_role("dialog", name="My plan")
    plan.get_by_role("checkbox").first.check()
    page.screenshot(path=shots / "plan.png", full_page=True)
    assert seen.violations() == []
    with page.expect_download() as download:
        plan.get_by_role("button", name="Save as a PDF file").click()
    assert download.value.suggested_filename == "faro-plan.pdf"
    page.route("**/papers/plan/pdf", lambda request: request.abort())
    plan.get_by_role("button", name="Save as a PDF file").click()
    expect(plan.get_by_role("status")).to_contain_text("did not go through")
    page.emulate_media(media="print")
    expect(plan.get_by_text("Checked on").first).to_be_visible()
    expect(plan.get_by_role("button", name="Print")).to_be_hidden()
    page.emulate_media(media="screen")
    plan.get_by_role("button", name="Back to the chat").click()
    expect(page.locator("#log li.child").first).to_contain_text("someone threatens me")
    assert page.evaluate("history.length") == before, "Back must not lead to a paper"
    assert not any("token" in address for address in seen.requests)


def test_what_is_refused_goes_back_into_the_box(site: Installation, open_page: OpenPage) -> None:
    page = open_page(f"{site.url}/?locale=en&country=MX").page
    tell(page, "a" * 1001)
    expect(page.locator(".notice")).to_contain_text("longer than 1,000 characters", timeout=10_000)
    expect(page.locator("#log li.child")).to_have_count(0)
    expect(page.locator(".notice button.equal")).to_have_count(0)
    assert page.locator("#say textarea").input_value() == "a" * 1001


def test_after_the_talk_has_run_out_the_next_words_begin_a_new_one(site: Installation, open_page: OpenPage) -> None:
    page = open_page(f"{site.url}/?locale=en&country=MX").page
    tell(page, STORIES["en"])
    answered(page)
    kept = "sessionStorage.getItem('faro').split(' ')[0]"
    first = page.evaluate(kept)
    Store(site.folder).set_time("conversation", "expires_at", timedelta(seconds=1), "id = ?", first)
    tell(page, "are you still there")
    again = page.locator("#log li.child:not([data-state])", has_text="are you still there")
    expect(again.locator("~ li.bot").first).to_be_visible(timeout=10_000)
    expect(page.locator(".notice")).to_have_count(0)
    assert page.evaluate(kept) != first
