"""An educator prepares a lesson and runs it: by keyboard, on a laptop and on a phone, from left and from right."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, Route, expect

from api.lessons.steps import GATE
from tests.e2e.conftest import OpenPage, Watched
from tests.support.classes import Class
from tests.support.installation import BotProcess, Installation

LAPTOP, PHONE = (1280, 800), (390, 844)
REST = 650  # the page takes no second press within this time
BOOSTER = "a_booster"
CAREFUL = "He says he will send my picture to everybody if I do not pay"
ORDINARY = "How does a computer make a voice?"


@pytest.fixture(scope="module")
def school(bot: BotProcess, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    installation = Installation(tmp_path_factory.mktemp("school"), bot.url).start()
    yield installation
    installation.stop()


def at_lesson(site: Installation, open_page: OpenPage, size: tuple[int, int] = LAPTOP, lesson: str = "a_booster") -> Watched:
    seen = open_page(f"{site.url}/class/teach?country=RS", *size, locale="en")
    title = next(row["title"] for row in httpx.get(f"{site.url}/v1/lessons").json()["items"] if row["id"] == lesson)
    seen.page.get_by_role("link", name=title).first.click()
    expect(seen.page.get_by_role("heading", level=1, name=title)).to_be_focused()
    return seen


def past_the_rules(page: Page) -> None:
    """From the open door to the first vote of a booster."""
    press_next(page)
    expect(page.get_by_role("heading", level=1, name="Our rules")).to_be_focused()
    press_next(page)


def press_next(page: Page) -> None:
    page.wait_for_timeout(REST)
    page.locator(".next").press("Enter")


def tab_to(page: Page, words: str, most: int = 150) -> None:
    """Reach a control as somebody without a mouse does."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("() => (document.activeElement.closest('label') ?? document.activeElement).innerText").strip() == words:
            return
    pytest.fail(f"no way by keyboard to {words!r}")


def test_the_lesson_opens_only_when_every_line_of_the_notice_is_ticked(
    school: Installation, open_page: OpenPage, shots: Path
) -> None:
    seen = at_lesson(school, open_page)
    page = seen.page
    page.get_by_role("button", name="To the notice and the start").click()
    expect(page.get_by_role("heading", name="Before you open the lesson")).to_be_focused()
    lines = page.get_by_role("group", name="Please tick every line.").get_by_role("checkbox")
    assert lines.count() == len(GATE)
    for line in lines.all()[:-1]:
        line.check()
    page.get_by_role("button", name="Open the lesson", exact=True).click()
    expect(page.get_by_role("alert").filter(has_text="Lines that are not ticked yet: 1.")).to_be_visible()
    expect(lines.last).to_be_focused()
    page.screenshot(path=shots / "gate.png")
    lines.last.check()
    page.get_by_label("How many pupils?").fill("12")
    page.get_by_label("Tell the helpline of our country").check()
    page.get_by_role("button", name="Open the lesson", exact=True).click()
    expect(page.get_by_role("heading", level=1, name="Come in")).to_be_visible()
    expect(page.get_by_text("0 of 12 are in")).to_be_visible()
    assert seen.complaints == []
    assert not [url for url in seen.requests if "host" in url.split("/v1/classroom/")[-1].partition("?")[2]]


def test_on_paper_there_is_only_the_pack_and_without_a_country_nobody_is_told(school: Installation, open_page: OpenPage) -> None:
    page = open_page(f"{school.url}/class/teach?lesson=a2_ask_first", *LAPTOP, locale="en").page
    gate = page.locator(".gate")
    expect(gate.get_by_label("Tell the helpline of our country")).to_have_count(0)
    gate.get_by_label("On paper").check()
    expect(gate.get_by_role("link", name="Print pack (PDF)")).to_have_attribute(
        "href", "/v1/lessons/a2_ask_first/pack?locale=en&format=pdf"
    )
    expect(gate.get_by_role("button", name="Open the lesson")).to_have_count(0)
    expect(page.get_by_role("link", name="Read it at home")).to_have_attribute("href", "/class/home/a2_ask_first?locale=en")


def opened_by_keyboard(page: Page, school: Installation) -> Class:
    """From the preparation page through the notice to the open door, where six come in."""
    tab_to(page, "To the notice and the start")
    page.keyboard.press("Enter")
    for line in page.get_by_role("group", name="Please tick every line.").locator("label").all_inner_texts():
        tab_to(page, line.strip())
        page.keyboard.press("Space")
    tab_to(page, "Open the lesson")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name="Come in")).to_be_visible()
    pupils = Class(httpx.Client(base_url=school.url), code=page.locator(".code").inner_text()).come(6)
    expect(page.get_by_text("6 of 30 are in")).to_be_visible()
    return pupils


def test_a_lesson_is_run_by_keyboard_alone_from_the_notice_to_the_end(
    school: Installation, open_page: OpenPage, shots: Path
) -> None:
    seen = at_lesson(school, open_page)
    page = seen.page
    pupils = opened_by_keyboard(page, school)
    for title in ("Our rules", "The story, part 1"):
        tab_to(page, "Next step")
        page.wait_for_timeout(REST)
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1, name=title)).to_be_focused()
    expect(page.get_by_text("The door is closed.")).to_have_count(1)
    tab_to(page, "Open the vote")
    page.wait_for_timeout(REST)
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Close and show")).to_be_focused()
    pupils.answer_all()
    expect(page.get_by_text("Answers: 6. Pupils in: 6.")).to_be_visible()
    expect(page.locator("table.results")).to_have_count(0)
    page.wait_for_timeout(REST)
    page.keyboard.press("Enter")
    expect(page.locator("table.results")).to_contain_text("nearly all")
    expect(page.locator("p[aria-live]")).to_contain_text("The vote is closed.")
    page.screenshot(path=shots / "closed.png")
    tab_to(page, "Pause for all")
    page.wait_for_timeout(REST)
    page.keyboard.press("Enter")
    expect(page.get_by_text("A break for all.").first).to_be_visible()
    page.wait_for_timeout(REST)
    page.keyboard.press("Enter")
    expect(page.locator(".paused")).to_have_count(0)
    for _ in range(40):
        if page.locator(".next").inner_text() == "To the end of the lesson":
            break
        press_next(page)
    press_next(page)
    expect(page.get_by_role("heading", name="End of the lesson")).to_be_focused()
    tab_to(page, "End the lesson")
    page.keyboard.press("Enter")
    tab_to(page, "End it now")
    page.wait_for_timeout(REST)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name="The lesson is over")).to_be_visible()
    assert seen.complaints == []


def test_fewer_than_five_answers_are_not_shown(school: Installation, open_page: OpenPage) -> None:
    pupils = Class.open(school.url, 4, lesson=BOOSTER)
    page = open_page(pupils.link, *LAPTOP, locale="en").page
    past_the_rules(page)
    press_next(page)
    expect(page.get_by_role("button", name="Close and show")).to_be_visible()
    pupils.answer_all()
    expect(page.get_by_text("Answers: 4. Pupils in: 4.")).to_be_visible()
    press_next(page)
    expect(page.get_by_text("Too few answers to show.")).to_be_visible()
    expect(page.locator("table.results")).to_have_count(0)
    page.get_by_role("button", name="Vote again").click(delay=REST)
    expect(page.get_by_text("Answers: 0. Pupils in: 4.")).to_be_visible()


def test_the_box_puts_a_careful_question_first_and_says_so_in_words(
    school: Installation, open_page: OpenPage, shots: Path
) -> None:
    pupils = Class.open(school.url, 1, lesson="b5_pressure_and_threats")
    pupils.do("steps/box/go")
    page = open_page(pupils.link, *PHONE, locale="en").page
    for text in (ORDINARY, CAREFUL, "How do computers make such pictures?"):
        assert pupils.pupils[0].ask(text, anyway=True).json()["held"] is False
    expect(page.get_by_text("Questions: 3")).to_be_visible()
    expect(page.get_by_text(CAREFUL)).to_be_hidden()  # a class may see this screen
    page.locator(".box > summary").click()
    first = page.locator(".box > ul > li").first
    expect(first).to_contain_text("Do not read this aloud.")
    expect(first).to_contain_text(CAREFUL)
    expect(first.get_by_role("button", name="Answer aloud now")).to_have_count(0)
    ordinary = page.locator(".box > ul > li", has_text=ORDINARY)
    expect(ordinary).not_to_contain_text("Do not read this aloud.")
    ordinary.get_by_role("button", name="Answer aloud now").click()
    expect(ordinary.get_by_role("button", name="Answer aloud now")).to_have_attribute("aria-pressed", "true")
    page.wait_for_timeout(REST)
    page.get_by_role("button", name="Keep the questions for seven days").click()
    expect(page.get_by_text("The questions are kept for seven days.")).to_be_visible()
    page.screenshot(path=shots / "box.png", full_page=True)


def test_a_refresh_keeps_the_run_sheet_and_the_link_opens_it_elsewhere(school: Installation, open_page: OpenPage) -> None:
    pupils = Class.open(school.url, 2, lesson=BOOSTER)
    seen = open_page(pupils.link, *LAPTOP, locale="en")
    page = seen.page
    expect(page.get_by_role("heading", level=1, name="Come in")).to_be_visible()
    assert pupils.host not in page.url
    past_the_rules(page)
    expect(page.get_by_role("heading", level=1, name="The story, part 1")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", level=1, name="The story, part 1")).to_be_visible()
    other = open_page(pupils.link, *PHONE, locale="en").page
    expect(other.get_by_role("heading", level=1, name="The story, part 1")).to_be_visible()
    press_next(other)
    expect(page.get_by_role("button", name="Close and show")).to_be_visible()
    page.get_by_role("link", name="Faro").click()
    page.get_by_role("link", name="Back to the run sheet").click()
    expect(page.get_by_role("button", name="Close and show")).to_be_visible()
    assert not [url for url in seen.requests if pupils.host in url]


def test_a_link_that_opens_nothing_says_so(school: Installation, open_page: OpenPage) -> None:
    page = open_page(f"{school.url}/class/teach#host=nothing", *PHONE, locale="en").page
    expect(page.get_by_text("This link opens no run sheet.")).to_be_visible()
    page.get_by_role("link", name="All lessons").click()
    expect(page.get_by_role("heading", level=1, name="Lessons for your class")).to_be_visible()


def test_with_one_device_the_educator_counts_the_hands(school: Installation, open_page: OpenPage) -> None:
    group = Class.open(school.url, lesson=BOOSTER, pace="one", seats=20)
    page = open_page(group.link, *PHONE, locale="en").page
    past_the_rules(page)
    press_next(page)
    hands = page.locator(".hands input")
    expect(hands.first).to_be_focused()
    hands.nth(0).fill("30")
    press_next(page)
    expect(page.get_by_text("These are more hands than the class has. It has 20.")).to_be_visible()
    hands.nth(0).fill("9")
    hands.nth(1).fill("3")
    press_next(page)
    expect(page.locator("table.results")).to_contain_text("most")
    expect(page.locator("table.results")).to_contain_text("some")


def test_with_one_device_the_page_offers_nothing_that_needs_phones(school: Installation, open_page: OpenPage) -> None:
    page = open_page(f"{school.url}/class/teach?lesson=a2_ask_first", *LAPTOP, locale="en").page
    plan = page.locator(".plan")
    expect(plan.get_by_text("Question box")).to_have_count(1)
    page.locator(".gate").get_by_label("One device").check()
    expect(plan.get_by_text("Question box")).to_have_count(0)
    group = Class.open(school.url, pace="one")
    group.do("steps/rules/go")
    page.goto(group.link)
    expect(page.get_by_role("heading", level=1, name="Our rules")).to_be_visible()
    for words in ("Question box", "Some schools can see", "End and delete the questions"):
        expect(page.get_by_text(words)).to_have_count(0)


def test_at_the_own_pace_no_step_is_shut_by_showing_it(school: Installation, open_page: OpenPage) -> None:
    pupils = Class.open(school.url, 5, lesson=BOOSTER, pace="own")
    page = open_page(pupils.link, *LAPTOP, locale="en").page
    past_the_rules(page)
    expect(page.get_by_text("Answers: 0. Pupils in: 5.")).to_be_visible()
    page.get_by_role("button", name="Question 1").click()
    expect(page.get_by_text("You look ahead.")).to_be_visible()
    page.get_by_role("button", name="Back to the class").click()
    expect(page.get_by_role("heading", level=1, name="The story, part 1")).to_be_focused()
    page.wait_for_timeout(REST)
    page.get_by_role("button", name="Close and show").click()
    expect(page.get_by_text("Too few answers to show.")).to_be_visible()


def test_words_that_nobody_has_signed_are_called_a_draft(school: Installation, open_page: OpenPage) -> None:
    page = open_page("about:blank", *PHONE, locale="en").page
    page.goto(f"{school.url}/class/teach")
    expect(page.get_by_text("Draft - nobody has signed these words yet.")).to_be_visible()

    def signed(route: Route) -> None:
        reply = route.fetch()
        told = reply.json()
        route.fulfill(response=reply, json={**told, "items": [{**row, "reviewed": True} for row in told["items"]]})

    page.route("**/v1/lessons?*", signed)
    page.reload()
    expect(page.locator("article").first).to_be_visible()
    expect(page.get_by_text("Draft")).to_have_count(0)


def test_a_card_goes_to_the_projector_and_away_again(school: Installation, open_page: OpenPage) -> None:
    group = Class.open(school.url, lesson=BOOSTER)
    headers = {"authorization": f"Bearer {group.screen}"}
    page = open_page(group.link, *LAPTOP, locale="en").page
    page.get_by_text("Cards to talk about").click()
    page.get_by_role("button", name="Show on the projector").first.click()
    expect(page.get_by_text("A card is on the projector.")).to_be_visible()
    assert httpx.get(f"{school.url}/v1/classroom/screen", headers=headers).json()["card"]["key"] == "prompt:0"
    page.wait_for_timeout(REST)
    page.get_by_role("button", name="Take it away").first.click()
    expect(page.get_by_text("A card is on the projector.")).to_have_count(0)
    assert httpx.get(f"{school.url}/v1/classroom/screen", headers=headers).json()["card"] is None


def test_a_lost_connection_is_said_and_the_typed_hands_stay(school: Installation, open_page: OpenPage) -> None:
    page = open_page(Class.open(school.url, lesson=BOOSTER, pace="one").link, *PHONE, locale="en").page
    past_the_rules(page)
    press_next(page)
    page.locator(".hands input").first.fill("8")
    page.context.set_offline(True)
    press_next(page)
    expect(page.locator(".foot .trouble")).to_contain_text("Nothing is lost")
    expect(page.locator(".hands input").first).to_have_value("8")
    page.context.set_offline(False)
    expect(page.locator(".foot .trouble")).to_have_count(0)
    press_next(page)
    expect(page.locator("table.results")).to_be_visible()


def test_after_the_lesson_results_leave_as_a_file_and_everything_can_be_deleted(
    school: Installation, open_page: OpenPage, shots: Path
) -> None:
    pupils = Class.open(school.url, 5, lesson=BOOSTER)
    seen = open_page(pupils.link, *LAPTOP, locale="en")
    page = seen.page
    past_the_rules(page)
    press_next(page)
    expect(page.get_by_role("button", name="Close and show")).to_be_visible()
    pupils.answer_all()
    page.get_by_role("button", name="End and delete the questions").click()
    page.wait_for_timeout(REST)
    page.get_by_role("button", name="Delete the questions now").click()
    expect(page.get_by_role("heading", level=1, name="The lesson is over")).to_be_visible()
    page.get_by_text("The story, part 1").click()
    expect(page.locator("table.results").first).to_be_visible()
    for name, ending in (("Table (CSV)", "csv"), ("Spreadsheet (XLSX)", "xlsx"), ("Sheet (PDF)", "pdf")):
        with page.expect_download() as taken:
            page.get_by_role("button", name=name).click()
        assert re.fullmatch(rf"faro-a-booster-[\d-]+\.{ending}", taken.value.suggested_filename)
    page.screenshot(path=shots / "ended.png", full_page=True)
    assert seen.violations() == []
    page.get_by_role("button", name="Delete the results too").click()
    page.get_by_role("button", name="Delete everything now").click()
    expect(page.get_by_text("Everything of this lesson is deleted.")).to_be_visible()
    headers = {"authorization": f"Bearer {pupils.host}"}
    assert httpx.get(f"{school.url}/v1/classroom/host", headers=headers).status_code == 401
    assert seen.complaints == []


def test_a_lesson_that_can_not_be_opened_says_why_and_where_it_can(school: Installation, open_page: OpenPage) -> None:
    page = open_page("about:blank", *LAPTOP, locale="en").page

    def closed(route: Route) -> None:
        reply = route.fetch()
        told = reply.json()
        told["items"] = [{**told["items"][0], "reasons": ["2 of 200 sentences are missing"], "locales": ["en", "fr"]}]
        route.fulfill(response=reply, json=told)

    page.route("**/v1/lessons?*", closed)
    page.goto(f"{school.url}/class/teach")
    expect(page.get_by_text("This lesson cannot be opened in your language now.")).to_be_visible()
    page.get_by_text("Why?").click()
    expect(page.get_by_text("2 of 200 sentences are missing")).to_be_visible()
    page.get_by_role("link", name="Français").click()
    expect(page).to_have_url(re.compile(r"locale=fr&lesson="))


@pytest.mark.parametrize("size", [LAPTOP, PHONE], ids=["laptop", "phone"])
@pytest.mark.parametrize(("locale", "direction"), [("en", "ltr"), ("ar", "rtl"), ("ur", "rtl")])
def test_the_page_is_accessible_in_both_directions(
    school: Installation, open_page: OpenPage, shots: Path, locale: str, direction: str, size: tuple[int, int]
) -> None:
    seen = open_page(f"{school.url}/class/teach?locale={locale}&country=RS", *size)
    page = seen.page
    expect(page.locator("article").first).to_be_visible()
    expect(page.locator("html")).to_have_attribute("dir", direction)
    assert seen.violations() == []
    page.screenshot(path=shots / "lessons.png")
    page.goto(f"{school.url}/class/teach?locale={locale}&country=RS&lesson=b3_it_reached_my_phone")
    expect(page.locator("#gate")).to_be_visible()
    assert seen.violations() == []
    page.screenshot(path=shots / "prepare.png", full_page=True)
    pupils = Class.open(school.url, 6, lesson="b3_it_reached_my_phone", locale=locale)
    page.goto(pupils.link)
    expect(page.locator(".run")).to_be_visible()
    assert seen.violations() == []
    pupils.do("steps/d1/go")
    press_next(page)
    page.wait_for_timeout(REST)
    pupils.answer_all()
    press_next(page)
    expect(page.locator("table.results")).to_be_visible()
    page.locator(".box > summary").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    assert seen.violations() == []
    page.screenshot(path=shots / "run.png", full_page=True)
