"""The same help on plain form pages: no script, the token in the body and never in an address."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import OpenPage
from tests.e2e.test_child_page import STORIES
from tests.support.installation import Installation


@pytest.fixture
def plain(site: Installation, open_page: OpenPage) -> Page:
    return open_page(f"{site.url}/?locale=es&country=MX", 320, 560, java_script_enabled=False).page


def tell(page: Page, text: str) -> None:
    page.locator("#say textarea").fill(text)
    page.locator("#send").click()


def test_a_child_is_answered_with_the_same_words(site: Installation, plain: Page, open_page: OpenPage) -> None:
    tell(plain, STORIES["es"])
    quick = open_page(f"{site.url}/?locale=es&country=MX").page
    tell(quick, STORIES["es"])
    expect(quick.locator("#log li.child ~ li.bot").first).to_be_visible()
    assert plain.locator("#log li.bot > p").all_inner_texts() == quick.locator("#log li.bot > p").all_inner_texts()


def test_the_numbers_of_the_country_are_one_tap_away(plain: Page) -> None:
    expect(plain.locator("#help a.call").first).to_have_attribute("href", "tel:911")


def test_no_token_is_ever_in_an_address(plain: Page) -> None:
    tell(plain, STORIES["es"])
    token = plain.locator("input[name=token]").first.get_attribute("value")
    assert token
    assert token not in plain.url


def test_the_guide_the_preview_and_the_yes_work_by_forms(plain: Page) -> None:
    tell(plain, STORIES["es"])
    plain.locator("button[value='guide:picture']").click()
    plain.locator("button[value='danger=no']").click()
    tell(plain, "quiero hablar con una persona")
    plain.locator("button[value=handoff]").click()
    plain.locator("select[name='card.place']").select_option("instagram")
    plain.locator("button[value=summary]").click()
    expect(plain.locator("#state.waiting")).to_be_visible()


def test_erasing_by_forms_asks_once(plain: Page) -> None:
    tell(plain, STORIES["es"])
    plain.locator("#settings summary").click()
    plain.locator("form:has(input[value=erase]) button").click()
    plain.locator("button[name=sure]").click()
    expect(plain.locator("#log li.child")).to_have_count(0)


def test_an_error_keeps_what_was_typed(plain: Page) -> None:
    tell(plain, "a" * 1001)
    expect(plain.locator(".notice")).to_contain_text("1000")
    assert plain.locator("#say textarea").input_value() == "a" * 1001
