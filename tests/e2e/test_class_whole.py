"""A whole lesson in real browsers: one educator, one projector, thirty pupils in five languages, from preparation to export."""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import OpenPage, Watched
from tests.support.installation import Installation

LOCALES = ("en", "es", "ar", "ur", "hy")
DIGITS = {"ar": "٠١٢٣٤٥٦٧٨٩", "ur": "۰۱۲۳۴۵۶۷۸۹"}
LESSON = "a2_ask_first"
PUPILS = 30
PATIENCE = 30_000  # thirty pages share the machine
REST = 650  # the run sheet takes no second press within this time


@pytest.fixture
def pupils(browser: Browser, school: Installation) -> Iterator[list[Page]]:
    """Thirty phones, six in each language; each of its own, because a browser opens six connections to a server and no more."""
    phones = [browser.new_context(viewport={"width": 320, "height": 560}) for _ in range(PUPILS)]
    pages = [phone.new_page() for phone in phones]
    for n, page in enumerate(pages):
        page.set_default_timeout(PATIENCE)
        page.goto(f"{school.url}/class?locale={LOCALES[n % len(LOCALES)]}")
    yield pages
    for phone in phones:
        phone.close()


def come_in(pages: list[Page], code: str) -> None:
    """Each types the number on the own keyboard."""
    for n, page in enumerate(pages):
        own = DIGITS.get(LOCALES[n % len(LOCALES)], "0123456789")
        page.locator("#code").fill(code.translate(str.maketrans("0123456789", own)))
        page.locator("#code").press("Enter")
    for page in pages:
        expect(page.locator(".badge")).to_be_visible(timeout=PATIENCE)


def tap(pages: list[Page], option: int) -> None:
    """The same place in every list of choices."""
    for page in pages:
        page.locator(".choice").nth(option).click()


def prepare(page: Page, site: Installation) -> None:
    """Read the preparation page, tick the notice, choose the size, open."""
    page.goto(f"{site.url}/class/teach?locale=en&country=MX&lesson={LESSON}")
    expect(page.get_by_text("It is not your fault.").first).to_be_visible()
    for line in page.get_by_role("group", name="Please tick every line.").get_by_role("checkbox").all():
        line.check()
    page.get_by_label("How many pupils?").fill(str(PUPILS))
    page.get_by_role("button", name="Open the lesson", exact=True).click()
    expect(page.get_by_role("heading", level=1, name="Come in")).to_be_visible()


def press(page: Page, words: str) -> None:
    expect(page.locator(".next")).to_have_text(words)
    page.wait_for_timeout(REST)
    page.locator(".next").click()


def following(page: Page) -> str:
    """The one big action of the run sheet."""
    page.wait_for_timeout(REST)
    return page.locator(".next").inner_text()


def vote(educator: Page, projector: Page, pages: list[Page], split: int) -> None:
    """Open, let the first `split` pupils choose one thing and the others another, close, and see it on every screen."""
    press(educator, "Open the vote")
    if split:
        for page in pages:
            expect(page.locator(".choice").first).to_be_visible(timeout=PATIENCE)
        expect(educator.locator("table.results")).to_have_count(0)
        tap(pages[:split], 0)
        tap(pages[split:], 1)
        expect(educator.get_by_text(f"Answers: {PUPILS}.").first).to_be_visible(timeout=PATIENCE)
    press(educator, "Close and show")
    expect(educator.locator(".next")).not_to_have_text("Close and show", timeout=PATIENCE)
    if split:
        expect(educator.locator("table.results").first).to_be_visible()
        expect(projector.locator("table").first).to_be_visible(timeout=PATIENCE)


def test_a_whole_lesson(school: Installation, open_page: OpenPage, pupils: list[Page], tmp_path: Path, shots: Path) -> None:
    teaching: Watched = open_page(f"{school.url}/class/teach?locale=en", 1280, 800)
    educator = teaching.page
    prepare(educator, school)
    link = educator.get_by_role("link", name="Open the projector page").get_attribute("href")
    projector = open_page(f"{school.url}{link}", 1920, 1080).page
    come_in(pupils, educator.locator(".code").first.inner_text().replace(" ", ""))
    expect(educator.get_by_text(f"{PUPILS} of {PUPILS} are in").first).to_be_visible(timeout=PATIENCE)
    press(educator, "Next step")  # the rules: one pupil needs somebody, and nobody sees it
    pupils[0].locator("#talk, .talk").first.click()
    expect(pupils[0].locator("iframe")).to_be_visible(timeout=PATIENCE)
    pupils[0].keyboard.press("Escape")
    press(educator, "Next step")  # before
    for _ in range(3):
        tap(pupils, 2)
        pupils[-1].wait_for_timeout(300)
    votes = iter((24, 0, 0, 6, 0, 0))  # three decisions and three questions; where the number is 0, nobody answers
    while (words := following(educator)) != "To the end of the lesson":
        if words == "Open the vote":
            vote(educator, projector, pupils, next(votes))
        elif words == "Next step":
            press(educator, words)
        else:
            pytest.fail(words)
    expect(pupils[3].locator("html")).to_have_attribute("lang", "ur")
    projector.screenshot(path=shots / "projector.png")
    pupils[2].screenshot(path=shots / "pupil-ar.png")
    press(educator, "To the end of the lesson")
    educator.get_by_role("button", name="End the lesson", exact=True).click()
    educator.wait_for_timeout(REST)
    educator.get_by_role("button", name="End it now").click()
    expect(educator.get_by_role("heading", level=1, name="The lesson is over")).to_be_visible()
    with educator.expect_download() as download:
        educator.get_by_role("link", name="Table (CSV)").or_(educator.get_by_role("button", name="Table (CSV)")).click()
    download.value.save_as(tmp_path / "results.csv")
    for page in pupils:
        expect(page.locator(".choice")).to_have_count(0, timeout=PATIENCE)
        assert page.evaluate("sessionStorage.length") == 0
    rows = list(csv.reader((tmp_path / "results.csv").read_text("utf-8-sig").splitlines()))
    assert [row[3] for row in rows if row[:1] == ["What can Milo do first?"]][:2] == ["nearly all", "few"]
    assert teaching.complaints == []
