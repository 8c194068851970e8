"""The child's page from the yes to the end: waiting, a person, and what stays. On a narrow phone, as a child sees it."""

import re
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.conftest import OpenPage, Watched
from tests.support.installation import Installation
from tests.support.people import ChildClient, StaffClient
from tests.support.store import Store

SECONDS = 15_000


@pytest.fixture(scope="module")
def staff(site: Installation) -> StaffClient:
    email, password, key = site.accounts()["supervisor"]
    Store(site.folder).change("update staff set totp_step = 0 where email = ?", email)
    return StaffClient.sign_in(site.url, email, password, key)


def says(page: Page, text: str) -> None:
    turns = page.locator("#log li.child").count()
    page.locator("#say textarea").fill(text)
    page.locator("#send").click()
    expect(page.locator("#log li.child:not([data-state])")).to_have_count(turns + 1, timeout=SECONDS)


def opens_the_handoff(seen: Watched) -> Page:
    """Up to the sheet that shows what would be passed on."""
    page = seen.page
    says(page, "someone made a fake nude picture of me")
    page.locator("#say textarea").fill("")
    says(page, "I want to talk to a person")
    page.locator(".chips button.person").last.click()
    expect(page.locator("dialog.sheet")).to_be_visible(timeout=SECONDS)
    return page


def asks_for_a_person(seen: Watched) -> Page:
    page = opens_the_handoff(seen)
    page.locator("dialog.sheet").get_by_role("button", name="Send nothing").click()
    expect(page.locator("#state.waiting")).to_be_visible(timeout=SECONDS)
    return page


def newest_case(site: Installation) -> str:
    return str(Store(site.folder).one('select id from "case" order by created_at desc limit 1'))


def comes(site: Installation, staff: StaffClient, page: Page) -> str:
    case_id = newest_case(site)
    assert staff.act(case_id, "claim").status_code == 200
    expect(page.locator("#state.human")).to_be_visible(timeout=SECONDS)
    return case_id


def test_a_call_back_is_asked_for_with_a_warning_where_others_see_the_phone(
    site: Installation, open_page: OpenPage, staff: StaffClient, shots: Path
) -> None:
    seen = open_page(f"{site.url}/?locale=en&country=MX")
    page = opens_the_handoff(seen)
    sheet = page.locator("dialog.sheet")
    sheet.get_by_text("Should somebody call or write back").click()
    sheet.get_by_label("Call me").check()
    sheet.get_by_label("In the evening").check()
    expect(sheet.get_by_role("status")).to_be_hidden()
    sheet.get_by_label("Others too").check()
    expect(sheet.get_by_role("status")).to_contain_text("Others may then see a call")
    sheet.get_by_label("Your telephone number").fill("my number")
    page.screenshot(path=shots / "1-form.png")
    page.evaluate("document.querySelector('dialog.sheet').scrollTop = 700")
    page.screenshot(path=shots / "2-form-below.png")
    sheet.get_by_role("button", name="Send nothing").click()
    expect(sheet.get_by_role("alert")).to_contain_text("digits only")
    assert seen.violations() == []
    sheet.get_by_label("Your telephone number").fill("+52 55 1234 5678")
    sheet.get_by_role("button", name="Send nothing").click()
    expect(page.locator("#state.waiting")).to_be_visible(timeout=SECONDS)
    case_id = comes(site, staff, page)
    wish = staff.case(case_id)["callback"]
    staff.act(case_id, "close", {"outcome": "helped"})
    assert (wish["number"], wish["phone_private"], wish["times"]) == ("+525512345678", False, ["evening"])
    assert seen.complaints == []


def test_waiting_has_something_calm_to_read_and_a_way_back(site: Installation, open_page: OpenPage, shots: Path) -> None:
    seen = open_page(f"{site.url}/?locale=en&country=MX")
    page = asks_for_a_person(seen)
    page.screenshot(path=shots / "1-waiting.png")
    page.get_by_role("button", name="Read something else").click()
    expect(page.locator("#log")).to_contain_text("When a person comes, I say so here")
    expect(page.get_by_role("button", name="Read something else")).to_have_count(1)
    page.get_by_role("button", name="Get a code to come back").last.click()
    expect(page.locator("dialog.sheet")).to_contain_text("nobody else looks")
    page.screenshot(path=shots / "2-code.png")
    page.get_by_role("button", name="Close").click()
    page.get_by_role("button", name="Take my request back").last.click()
    page.screenshot(path=shots / "3-take-back.png")
    assert seen.violations() == []
    page.get_by_role("button", name="Yes, take it back").click()
    expect(page.locator("#state.bot")).to_be_visible(timeout=SECONDS)
    expect(page.locator("#log")).to_contain_text("Your request is taken back")
    page.screenshot(path=shots / "4-taken-back.png")
    assert seen.complaints == []


def test_a_child_sees_that_a_person_writes_and_has_read_and_keeps_what_was_said(
    site: Installation, open_page: OpenPage, staff: StaffClient, shots: Path
) -> None:
    seen = open_page(f"{site.url}/?locale=en&country=MX")
    page = asks_for_a_person(seen)
    case_id = comes(site, staff, page)
    expect(page.locator("#log")).to_contain_text("Demo supervisor from Demo helpline")
    expect(page.locator(".chips")).to_have_count(0)
    says(page, "are you a real person")
    staff.act(case_id, "seen", {"seq": staff.case(case_id)["messages"][-1]["seq"]})
    expect(page.locator("li.child[data-seen=Seen]")).to_have_count(1, timeout=SECONDS)
    staff.act(case_id, "typing")
    sign = page.locator("#state span")
    expect(sign).to_be_visible(timeout=SECONDS)
    assert sign.get_attribute("aria-hidden") == "true"
    page.screenshot(path=shots / "1-writing.png")
    staff.act(case_id, "messages", {"text": "Yes, I am. I am here with you."})
    expect(page.locator("#log li.counsellor")).to_contain_text("I am here with you")
    expect(sign).to_be_hidden()
    last = staff.case(case_id)["messages"][-1]["seq"]
    page.wait_for_timeout(3500)
    assert staff.case(case_id)["seen"] == last
    assert seen.violations() == []
    staff.act(case_id, "close", {"outcome": "helped"})
    expect(page.locator("#state.bot")).to_be_visible(timeout=SECONDS)
    keep, erase = (page.get_by_role("button", name=name, exact=True) for name in ("Keep it", "Erase it now"))
    assert keep.bounding_box()["width"] == erase.bounding_box()["width"]  # type: ignore[index]
    page.screenshot(path=shots / "2-ended.png")
    page.get_by_role("button", name="Take the chat along").click()
    paper = page.get_by_role("dialog", name="This chat")
    expect(paper).to_contain_text("are you a real person")
    page.screenshot(path=shots / "3-transcript.png")
    with page.expect_download() as download:
        paper.get_by_role("button", name="Save as a text file").click()
    assert "Yes, I am. I am here with you." in Path(download.value.path()).read_text("utf-8")
    paper.get_by_role("button", name="Back to the chat").click()
    erase.click()
    page.get_by_role("button", name="Yes, erase").click()
    expect(page.locator("#log li.child")).to_have_count(0, timeout=SECONDS)
    assert seen.complaints == []


def test_an_emergency_is_offered_a_person_in_one_tap(
    another: Callable[..., Installation], open_page: OpenPage, shots: Path
) -> None:
    """The supervisor is at the console, and in no case."""
    site = another()
    StaffClient.sign_in(site.url, *site.accounts()["supervisor"])
    seen = open_page(f"{site.url}/?locale=en&country=MX")
    page = seen.page
    says(page, "i want to die")
    offer = page.get_by_role("button", name="Yes, a person please")
    page.screenshot(path=shots / "1-offer.png")
    assert seen.violations() == []
    offer.click()
    expect(page.locator("#state.waiting")).to_be_visible(timeout=SECONDS)
    expect(page.locator("dialog")).to_have_count(0)
    assert seen.complaints == []


def token_of(context: BrowserContext, page: Page) -> None:
    kept = page.evaluate("sessionStorage.getItem('faro')")
    context.add_init_script(f"sessionStorage.setItem('faro', '{kept}')")


def another_tab(site: Installation, page: Page) -> ChildClient:
    """The same child, by the API."""
    mine, token = page.evaluate("sessionStorage.getItem('faro')").split(" ")
    return ChildClient(httpx.Client(base_url=site.url, timeout=15), mine, token, {})


def test_two_tabs_and_a_lost_network_lose_nothing_and_double_nothing(
    site: Installation, open_page: OpenPage, staff: StaffClient
) -> None:
    """Both tabs write, one is offline for a while, the person writes meanwhile: the same log in both, in one order."""
    first = asks_for_a_person(open_page(f"{site.url}/?locale=en&country=MX"))
    case_id = comes(site, staff, first)
    token_of(first.context, first)
    second = first.context.new_page()
    second.goto(first.url)
    expect(second.locator("#state.human")).to_be_visible(timeout=SECONDS)
    says(first, "from the first tab")
    expect(second.locator("#log li", has_text="from the first tab")).to_have_count(1, timeout=SECONDS)
    says(second, "from the second tab")
    second.context.set_offline(True)
    second.locator("#say textarea").fill("written without a network")
    second.locator("#send").click()
    expect(second.locator(".notice")).to_contain_text("Your words are still here", timeout=SECONDS)
    staff.act(case_id, "messages", {"text": "said meanwhile"})
    second.context.set_offline(False)
    second.locator(".notice button").click()
    for page in (first, second):
        for text in ("from the first tab", "from the second tab", "said meanwhile", "written without a network"):
            expect(page.locator("#log li", has_text=text)).to_have_count(1, timeout=40_000)
    spoken = "all => all.map(e => Number(e.id.slice(1)))"
    places = [page.locator("#log li.child, #log li.counsellor").evaluate_all(spoken) for page in (first, second)]
    assert places[0] == places[1] == sorted(set(places[0]))
    staff.act(case_id, "close", {"outcome": "helped"})


def test_an_answer_to_the_child_does_not_skip_what_a_person_said_before(
    site: Installation, open_page: OpenPage, staff: StaffClient
) -> None:
    """News does not get through for a while, what the child sends does."""
    page = asks_for_a_person(open_page(f"{site.url}/?locale=en&country=MX"))
    case_id = comes(site, staff, page)
    news = re.compile("/(events|bubbles)[?]")
    page.route(news, lambda route: route.abort())
    page.reload()
    expect(page.locator("#state.human")).to_be_visible(timeout=SECONDS)
    staff.act(case_id, "messages", {"text": "said meanwhile"})
    says(page, "are you there")
    expect(page.locator("#log li", has_text="said meanwhile")).to_have_count(0)
    page.unroute(news)
    expect(page.locator("#log li", has_text="said meanwhile")).to_have_count(1, timeout=40_000)
    staff.act(case_id, "close", {"outcome": "helped"})


def test_words_for_a_person_who_is_gone_are_not_given_to_the_program(site: Installation, open_page: OpenPage) -> None:
    """The talk was taken to another device by its code; this tab does not know yet."""
    page = asks_for_a_person(open_page(f"{site.url}/?locale=en&country=MX"))
    elsewhere = another_tab(site, page)
    code = elsewhere.post("/code").json()["code"]
    assert elsewhere.http.post("/v1/conversations/resume", json={"code": code}).status_code == 200
    page.locator("#say textarea").fill("only for you")
    page.locator("#send").click()
    expect(page.locator("#state.closed")).to_be_visible(timeout=SECONDS)
    expect(page.locator("#say textarea")).to_have_value("only for you")
    expect(page.locator("#log li.child", has_text="only for you")).to_have_count(0)


def test_lines_that_changed_after_the_preview_are_shown_again(site: Installation, open_page: OpenPage) -> None:
    """In a second tab the child says something worse meanwhile."""
    page = opens_the_handoff(open_page(f"{site.url}/?locale=en&country=MX"))
    sheet = page.locator("dialog.sheet")
    sheet.locator("textarea").fill("it began in May")
    elsewhere = another_tab(site, page)
    elsewhere.tap("suicide_self_harm")
    sheet.get_by_role("button", name="Send these lines", exact=True).click()
    expect(sheet.get_by_role("alert").first).to_contain_text("did not go through", timeout=SECONDS)
    expect(sheet.locator("textarea")).to_have_value("it began in May")
    assert elsewhere.get().json()["state"] == "bot"
    sheet.get_by_role("button", name="Send these lines", exact=True).click()
    expect(page.locator("#state.waiting")).to_be_visible(timeout=SECONDS)


@pytest.mark.parametrize("look", ["light", "dark"])
def test_in_arabic_the_page_holds_together_with_words_that_are_not_translated_yet(
    site: Installation, open_page: OpenPage, staff: StaffClient, shots: Path, look: str
) -> None:
    seen = open_page(f"{site.url}/?locale=ar&country=MA", color_scheme=look)
    page = seen.page
    says(page, "بغيت نهضر مع شي حد")
    page.locator(".chips button.person").last.click()
    sheet = page.locator("dialog.sheet")
    expect(sheet).to_be_visible(timeout=SECONDS)
    sheet.locator(".wish summary").click()
    sheet.locator("input[value=phone]").check()
    sheet.locator("input[value=others]").check()
    page.screenshot(path=shots / f"1-form-{look}.png")
    page.evaluate("document.querySelector('dialog.sheet').scrollTop = 0")  # nothing half under the title
    assert seen.violations() == []
    sheet.locator("button.equal", has_text=re.compile(".")).nth(-2).click()
    expect(page.locator("#state.waiting")).to_be_visible(timeout=SECONDS)
    case_id = comes(site, staff, page)
    says(page, "شكرا")
    page.screenshot(path=shots / f"2-person-{look}.png")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert seen.violations() == []
    staff.act(case_id, "close", {"outcome": "helped"})
