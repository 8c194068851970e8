"""The projector: what a class sees together, from the last row, with nothing about anybody."""

from pathlib import Path

import pytest
from playwright.sync_api import Route, expect

from tests.e2e.conftest import OpenPage, Watched
from tests.support.classes import Class
from tests.support.installation import Installation


@pytest.fixture
def projector(school: Installation, lesson: Class, open_page: OpenPage) -> Watched:
    seen = open_page(f"{school.url}/class/screen#{lesson.screen}", 1920, 1080)
    expect(seen.page.locator(".qr")).to_be_visible()
    return seen


def test_the_projector_shows_how_to_come_in_and_how_many_did(school: Installation, lesson: Class, projector: Watched) -> None:
    page = projector.page
    expect(page.locator(".code")).to_have_text(f"{lesson.code[:3]} {lesson.code[3:]}")
    expect(page.locator(".address")).to_have_text(f"{school.url.removeprefix('http://')}/class")
    lesson.come(3)
    expect(page.get_by_text("3 are in")).to_be_visible()
    assert lesson.screen not in page.url
    assert not any(lesson.screen in url for url in projector.requests)
    page.reload()
    expect(page.locator(".qr")).to_be_visible()


def test_the_number_goes_when_the_class_is_full_and_comes_back_with_the_door(school: Installation, open_page: OpenPage) -> None:
    lesson = Class.open(school.url, 1, seats=2)
    page = open_page(f"{school.url}/class/screen#{lesson.screen}", 1280, 720).page
    expect(page.locator(".qr")).to_be_visible()
    lesson.come(1)
    expect(page.locator(".qr")).to_have_count(0)
    lesson.do("unlock")
    expect(page.locator(".code")).to_have_text(f"{lesson.code[:3]} {lesson.code[3:]}")


def test_with_one_device_help_stands_below_the_rules_instead_of_a_button(
    school: Installation, open_page: OpenPage, shots: Path
) -> None:
    lesson = Class.open(school.url, pace="one", country="RS")
    lesson.do("steps/rules/go")
    page = open_page(f"{school.url}/class/screen#{lesson.screen}", 1280, 720).page
    expect(page.locator("main .card .number").first).to_be_visible()
    expect(page.get_by_text("Talk to someone")).to_have_count(0)
    page.screenshot(path=shots / "rules.png", full_page=True)


def test_the_goodbye_shows_the_help_of_that_moment_not_of_the_first(
    school: Installation, lesson: Class, open_page: OpenPage
) -> None:
    page = open_page("about:blank", 1280, 720).page

    def older(route: Route) -> None:
        reply = route.fetch()
        route.fulfill(response=reply, json={**reply.json(), "help": []})

    page.route("**/v1/lessons-frame?*", older)
    page.goto(f"{school.url}/class/screen#{lesson.screen}")
    for act, title in (("steps/close/go", "Thank you for being here"), ("end", "The lesson is over")):
        lesson.do(act)
        expect(page.get_by_role("heading", name=title)).to_be_visible()
        expect(page.locator("main .card .number").first).to_be_visible()


def test_the_projector_shows_results_in_words_only_after_closing(lesson: Class, projector: Watched) -> None:
    page = projector.page
    lesson.come(5)
    lesson.do("steps/d1/go")
    expect(page.get_by_text("Sara had her birthday")).to_be_visible()
    lesson.do("steps/d1/open")
    expect(page.get_by_text("Choose on your phone now")).to_be_visible()
    lesson.all_say("d1", "a")
    expect(page.get_by_role("table")).to_have_count(0)
    lesson.do("steps/d1/close")
    expect(page.locator("tbody", has_text="Ask Sara.").locator(".share")).to_have_text("nearly all")
    expect(page.locator("[aria-live=polite]")).to_contain_text("The question is closed")
    assert projector.complaints == []


def test_the_projector_says_when_too_few_answered(lesson: Class, projector: Watched) -> None:
    lesson.come(4)
    lesson.do("steps/d1/go")
    lesson.do("steps/d1/open")
    lesson.all_say("d1", "a")
    lesson.do("steps/d1/close")
    expect(projector.page.get_by_text("Too few answers to show")).to_be_visible()
    expect(projector.page.locator(".bar")).to_have_count(0)


def test_every_letter_on_the_projector_is_a_twentieth_of_its_height(lesson: Class, projector: Watched) -> None:
    lesson.come(5)
    for act in (
        "steps/door/go",
        "steps/rules/go",
        "steps/d1/go",
        "steps/d1/open",
        "steps/d1/close",
        "steps/exit/go",
        "steps/close/go",
        "end",
    ):
        lesson.do(act)
        projector.page.wait_for_timeout(300)
        small = projector.page.evaluate(
            "[...document.querySelectorAll('#screen *')].filter(e => e.offsetParent && !e.closest('.unseen, .track'))"
            ".filter(e => parseFloat(getComputedStyle(e).fontSize) < innerHeight / 20 - .1).map(e => e.outerHTML)"
        )
        assert small == [], act


def test_a_wrong_link_to_the_projector_says_so(school: Installation, open_page: OpenPage) -> None:
    page = open_page(f"{school.url}/class/screen#nothing", 1280, 720, locale="en").page
    expect(page.get_by_text("This link opens no class")).to_be_visible()


@pytest.mark.parametrize(("locale", "direction"), [("en", "ltr"), ("ar", "rtl"), ("ur", "rtl")])
def test_axe_finds_nothing_on_the_projector(school: Installation, open_page: OpenPage, locale: str, direction: str) -> None:
    lesson = Class.open(school.url, 5, locale=locale, country="RS")
    seen = open_page(f"{school.url}/class/screen?locale={locale}#{lesson.screen}", 1920, 1080, locale=locale)
    expect(seen.page.locator(".qr")).to_be_visible()
    expect(seen.page.locator("html")).to_have_attribute("dir", direction)
    for act in (
        "steps/rules/go",
        "steps/d1/go",
        "steps/d1/open",
        "steps/d1/close",
        "steps/q1/go",
        "steps/q1/close",
        "pause",
        "resume",
        "end",
    ):
        lesson.do(act)
        seen.page.wait_for_timeout(300)
        assert seen.violations() == [], act


def test_a_number_on_the_projector_stands_with_the_day_of_its_check_and_its_source(lesson: Class, projector: Watched) -> None:
    lesson.do("steps/close/go")
    cards = projector.page.locator("main .card", has=projector.page.locator(".number"))
    expect(cards.first).to_be_visible()
    for card in cards.all():
        expect(card.locator(".checked summary")).to_contain_text("Checked on")
        expect(card.locator(".checked bdi")).not_to_be_empty()
