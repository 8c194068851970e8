"""The main job, end to end: a child talks, is understood, gets help, and is handed to a person. Two real browsers."""

import re
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import Page, Route, expect

from tests.e2e.conftest import OpenPage, Watched
from tests.support.installation import Installation
from tests.support.people import StaffClient

SECONDS = 15_000


class Child:
    """A child on a cheap phone."""

    def __init__(self, seen: Watched) -> None:
        self.seen, self.page = seen, seen.page

    def says(self, text: str) -> None:
        turns = self.page.locator("#log li.child").count()
        self.page.locator("#say textarea").fill(text)
        self.page.locator("#send").click()
        expect(self.page.locator("#log li.child:not([data-state])")).to_have_count(turns + 1, timeout=SECONDS)

    def taps(self, label: str) -> None:
        turns = self.page.locator("#log li.child").count()
        self.page.locator(".chips button", has_text=re.compile(f"^{re.escape(label)}$")).last.click()
        expect(self.page.locator("#log li.child:not([data-state])")).to_have_count(turns + 1, timeout=SECONDS)

    def hears(self, text: str) -> None:
        expect(self.page.locator("#log li", has_text=text).last).to_be_visible(timeout=SECONDS)


class Counsellor:
    """A counsellor at the console."""

    def __init__(self, seen: Watched) -> None:
        self.seen, self.page = seen, seen.page

    def says(self, text: str) -> None:
        self.page.locator("#message-box").fill(text)
        self.page.keyboard.press("Enter")
        expect(self.page.locator("#message-box")).to_have_value("", timeout=SECONDS)


@pytest.fixture(scope="module")
def cookie(site: Installation) -> str:
    """A one-time code works once in half a minute, so that the module signs in once."""
    return str(StaffClient.sign_in(site.url, *site.accounts()["counsellor"]).http.cookies["faro_staff"])


@pytest.fixture
def counsellor(site: Installation, open_page: OpenPage, cookie: str) -> Counsellor:
    state = {"cookies": [{"name": "faro_staff", "value": cookie, "url": site.url}]}
    seen = open_page(f"{site.url}/console", 1280, 800, storage_state=state)
    expect(seen.page.get_by_role("heading", name="Queue")).to_be_visible(timeout=SECONDS)
    return Counsellor(seen)


STORY = "alguien hizo fotos falsas de mi desnuda y las mandan por whatsapp"


def test_a_child_in_mexico_is_helped_in_spanish_and_handed_to_a_person(
    site: Installation, open_page: OpenPage, counsellor: Counsellor, shots: Path
) -> None:
    child = Child(open_page(f"{site.url}/?locale=es&country=MX"))
    child.page.screenshot(path=shots / "1-first-screen.png")
    child.says(STORY)
    child.hears("no es tu culpa")
    child.taps("De 13 a 15")
    child.taps("Ayúdame paso a paso")
    child.taps("No")
    child.says("un chavo de mi salón")  # the app was in the story: it is not asked again
    child.says("¿es ilegal?")
    child.taps("No")
    child.page.screenshot(path=shots / "2-guide.png")
    child.taps("Personas de mi escuela")
    child.taps("Todavía no")
    _sees_and_changes_what_is_passed_on(child.page, shots)

    row = counsellor.page.locator("li.row").first
    expect(row).to_contain_text("Fake sexual picture", timeout=SECONDS)
    counsellor.page.screenshot(path=shots / "4-queue.png")
    row.locator(".claim").click()
    expect(counsellor.page.locator("#message-box")).to_be_visible(timeout=SECONDS)
    expect(counsellor.page.locator("body")).to_contain_text("Instagram")
    expect(counsellor.page.locator("body")).to_contain_text("por favor ayúdenme")
    assert STORY not in counsellor.page.content(), "a shared summary must not carry the chat"

    expect(child.page.locator("#state.human")).to_be_visible(timeout=SECONDS)
    counsellor.says("Hola, soy Ana. Estoy aquí contigo.")
    child.hears("Hola, soy Ana. Estoy aquí contigo.")
    child.says("hola ana, gracias")
    expect(counsellor.page.get_by_text("hola ana, gracias").last).to_be_visible(timeout=SECONDS)
    counsellor.page.screenshot(path=shots / "5-console.png")
    child.page.screenshot(path=shots / "6-person.png")

    counsellor.page.get_by_role("button", name="Close the case").click()
    _closes(counsellor.page)
    expect(child.page.locator("#state.bot")).to_be_visible(timeout=SECONDS)
    child.says("gracias")
    assert child.seen.complaints == []


def _sees_and_changes_what_is_passed_on(page: Page, shots: Path) -> None:
    page.locator(".chips button.person, .chips button", has_text="Muéstrame qué leería").last.click()
    sheet = page.locator("dialog.sheet")
    expect(sheet).to_contain_text("WhatsApp", timeout=SECONDS)
    line = sheet.locator("li", has_text="WhatsApp")
    line.locator("button").first.click()
    line.locator("select").select_option("instagram")
    sheet.locator("textarea").fill("por favor ayúdenme")
    page.screenshot(path=shots / "3-preview.png")
    sheet.get_by_role("button", name="Enviar estas líneas", exact=True).click()
    expect(page.locator("#state.waiting")).to_be_visible(timeout=SECONDS)


def _closes(page: Page) -> None:
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    dialog.get_by_role("radio").first.check()
    dialog.get_by_role("button", name=re.compile("Close the case|Close")).last.click()
    expect(page.get_by_role("dialog")).to_have_count(0, timeout=SECONDS)


def test_an_emergency_in_arabic_shows_help_first_stands_at_the_top_and_is_closed(
    site: Installation, open_page: OpenPage, counsellor: Counsellor, shots: Path
) -> None:
    child = Child(open_page(f"{site.url}/?locale=ar&country=MA", 320, 560))
    child.says("ما بغيتش نعيش، بغيت نموت")
    first = child.page.locator("#log li.child ~ li").first
    expect(first.locator("a.call")).to_have_attribute("href", "tel:19")
    child.page.screenshot(path=shots / "1-emergency.png")
    child.says("بغيت نهضر مع شي حد")
    child.page.locator(".chips button.person").last.click()
    child.page.locator("dialog.sheet .equal").first.click()
    expect(child.page.locator("#state.waiting")).to_be_visible(timeout=SECONDS)
    row = counsellor.page.locator("li.row", has=counsellor.page.locator(".claim")).first
    expect(row).to_contain_text("Emergency", timeout=SECONDS)
    row.locator(".claim").click()
    counsellor.says("أنا معك الآن")
    child.hears("أنا معك الآن")
    child.page.screenshot(path=shots / "2-person.png")
    counsellor.page.get_by_role("button", name="Close the case").click()
    _closes(counsellor.page)
    expect(child.page.locator("#state.bot")).to_be_visible(timeout=SECONDS)


def asking_for_a_person(site: Installation, open_page: OpenPage) -> Child:
    child = Child(open_page(f"{site.url}/?locale=en&country=MX"))
    child.says("I want to talk to a person")
    child.page.locator(".chips button.person").last.click()
    child.page.locator("dialog.sheet .equal").first.click()
    return child


def test_words_typed_right_after_a_claim_are_sent_however_late_the_queue_comes(
    site: Installation, open_page: OpenPage, counsellor: Counsellor
) -> None:
    child = asking_for_a_person(site, open_page)
    row = counsellor.page.locator("li.row", has=counsellor.page.locator(".claim")).last
    expect(row).to_be_visible(timeout=SECONDS)
    held = list[Route]()
    counsellor.page.route(re.compile(r"/v1/cases\?state="), lambda request: held.append(request), times=2)
    row.locator(".claim").click()
    counsellor.page.locator("#message-box").fill("I am here.")
    with counsellor.page.expect_response(re.compile(r"/v1/cases/[0-9a-f-]{36}$"), timeout=SECONDS):
        for request in held:
            request.continue_()
    expect(counsellor.page.locator("li.row.open")).to_contain_text("Claimed by you", timeout=SECONDS)
    counsellor.page.evaluate("() => new Promise((done) => setTimeout(() => requestAnimationFrame(done), 100))")
    counsellor.page.keyboard.press("Enter")
    child.hears("I am here.")
    counsellor.page.get_by_role("button", name="Close the case").click()
    _closes(counsellor.page)


def test_nobody_types_into_a_case_that_was_just_closed_however_late_the_queue_comes(
    site: Installation, open_page: OpenPage, counsellor: Counsellor
) -> None:
    child = asking_for_a_person(site, open_page)
    counsellor.page.locator("li.row", has=counsellor.page.locator(".claim")).last.locator(".claim").click()
    counsellor.says("I am here.")
    child.hears("I am here.")
    counsellor.page.route(
        re.compile(r"/v1/cases"), lambda request: request.abort() if request.request.method == "GET" else request.continue_()
    )
    counsellor.page.get_by_role("button", name="Close the case").click()
    _closes(counsellor.page)
    expect(counsellor.page.locator("#message-box")).to_have_count(0)
    expect(counsellor.page.locator(".log")).to_contain_text("I am here.")
    expect(child.page.locator("#state.bot")).to_be_visible(timeout=SECONDS)


def test_no_word_for_the_next_child_reaches_the_one_before_while_the_claim_is_under_way(
    site: Installation, open_page: OpenPage, counsellor: Counsellor
) -> None:
    for _ in range(2):
        child = asking_for_a_person(site, open_page)
        expect(child.page.locator("#state.waiting")).to_be_visible(timeout=SECONDS)
    page, held = counsellor.page, list[Route]()
    page.locator("li.row .claim").first.click()
    counsellor.says("I am here.")
    page.route(re.compile(r"/claim$"), lambda request: held.append(request))
    page.locator("li.row .claim").first.click()
    expect(page.locator("#message-box")).to_have_count(0)
    held[0].continue_()
    expect(page.locator("#message-box")).to_have_value("", timeout=SECONDS)


def test_markup_from_a_child_stays_text_in_the_console(site: Installation, open_page: OpenPage, counsellor: Counsellor) -> None:
    child = Child(open_page(f"{site.url}/?locale=en&country=MX"))
    child.says("I want to talk to a person")
    child.page.locator(".chips button.person").last.click()
    child.page.locator("dialog.sheet textarea").fill("<img src=x onerror=alert(1)> https://example.org")
    child.page.locator("dialog.sheet .equal").first.click()
    expect(child.page.locator("#state.waiting")).to_be_visible(timeout=SECONDS)
    counsellor.page.locator("li.row", has=counsellor.page.locator(".claim")).last.locator(".claim").click()
    expect(counsellor.page.get_by_text("<img src=x onerror=alert(1)>")).to_be_visible(timeout=SECONDS)
    assert counsellor.page.locator("a[href*='example.org'], img[src=x]").count() == 0


def test_a_supervisor_signs_in_by_the_form_and_a_wrong_code_is_told(site: Installation, open_page: OpenPage) -> None:
    page = open_page(f"{site.url}/console", 1280, 800).page
    email, password, key = site.accounts()["supervisor"]
    page.locator("input[name=email]").fill(email)
    page.locator("input[name=password]").fill(password)
    page.locator("input[name=code]").fill("000000")
    page.keyboard.press("Enter")
    expect(page.locator("#sign-in form >> nth=0").locator("[data-trouble=wrong]")).to_be_visible(timeout=SECONDS)
    page.locator("input[name=code]").fill(pyotp.TOTP(key).now())
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Queue")).to_be_visible(timeout=SECONDS)


@pytest.mark.parametrize("look", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing_in_the_console(site: Installation, open_page: OpenPage, cookie: str, width: int, look: str) -> None:
    state = {"cookies": [{"name": "faro_staff", "value": cookie, "url": site.url}]}
    seen = open_page(f"{site.url}/console", width, 800, color_scheme=look, storage_state=state)
    expect(seen.page.get_by_role("heading", name="Queue")).to_be_visible(timeout=SECONDS)
    assert seen.violations() == []
