"""A pupil's cheap phone through a whole lesson: no name, nothing lost, and help in the same corner."""

import json
import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import OpenPage, Watched
from tests.support.classes import Class
from tests.support.installation import Installation
from tests.support.mortal import until

ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
PERSIAN = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")


@pytest.fixture
def pupil(school: Installation, lesson: Class, open_page: OpenPage) -> Watched:
    """A seat in the class, on a phone of 320 pixels."""
    seen = open_page(f"{school.url}/class?locale=en#{lesson.code}", 320, 560)
    come_in(seen.page)
    return seen


def come_in(page: Page) -> None:
    page.get_by_role("button", name="Join").click()
    expect(page.locator(".badge")).to_be_visible()


def choose(page: Page, text: str) -> None:
    page.locator(".choice", has_text=re.compile(f"^{re.escape(text)}")).click()


def classroom_calls(seen: Watched) -> list[str]:
    return [url for url in seen.requests if "/v1/classroom" in url]


@pytest.mark.parametrize("digits", [ARABIC, PERSIAN, {}], ids=["arabic", "persian", "latin"])
def test_the_number_can_be_typed_in_any_digits(
    school: Installation, lesson: Class, open_page: OpenPage, digits: dict[int, str]
) -> None:
    seen = open_page(f"{school.url}/class?locale=en", 320, 560)
    seen.page.get_by_label("The number from your teacher").fill(f"{lesson.code[:3]} {lesson.code[3:]}".translate(digits))
    come_in(seen.page)
    assert seen.page.context.cookies() == []
    assert seen.page.evaluate("Object.keys(localStorage)") == []
    assert seen.page.evaluate("document.documentElement.scrollWidth") == 320
    assert not [url for url in seen.requests if not url.startswith(school.url) or lesson.code in url]
    assert seen.complaints == []


def test_a_wrong_number_is_answered_with_a_sentence(school: Installation, open_page: OpenPage) -> None:
    page = open_page(f"{school.url}/class?locale=en", 320, 560).page
    field = page.get_by_label("The number from your teacher")
    for typed in ("12", "0000000"):
        field.fill(typed)
        page.get_by_role("button", name="Join").click()
        expect(page.get_by_role("alert")).not_to_be_empty()
        expect(field).to_have_value(typed)


def test_a_scanned_code_is_filled_in_and_leaves_the_address(school: Installation, lesson: Class, open_page: OpenPage) -> None:
    page = open_page(f"{school.url}/class?locale=en#{lesson.code}", 320, 560).page
    expect(page.get_by_label("The number from your teacher")).to_have_value(f"{lesson.code[:3]} {lesson.code[3:]}")
    assert "#" not in page.url


def test_the_language_is_chosen_before_coming_in_and_kept(school: Installation, lesson: Class, open_page: OpenPage) -> None:
    page = open_page(f"{school.url}/class?locale=en#{lesson.code}", 320, 560).page
    page.get_by_role("button", name="العربية").click()
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    page.locator("form .main").click()
    expect(page.locator(".badge")).to_be_visible()
    page.reload()
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    page.locator(".tongue select").select_option("en")
    expect(page.locator("html")).to_have_attribute("dir", "ltr")


def test_a_refresh_keeps_the_seat(lesson: Class, pupil: Watched) -> None:
    page = pupil.page
    badge = page.locator(".badge").inner_text()
    page.reload()
    expect(page.locator(".badge")).to_have_text(badge)
    assert lesson.sheet()["seats"]["taken"] == 1


def test_an_answer_may_change_until_the_question_closes(lesson: Class, pupil: Watched) -> None:
    page = pupil.page
    lesson.come(4)
    lesson.do("steps/d1/go")
    expect(page.get_by_text("Read for now")).to_be_visible()
    lesson.do("steps/d1/open")
    choose(page, "Add them and send it.")
    choose(page, "Pass")
    choose(page, "Ask Sara.")
    expect(page.locator(".choice[aria-pressed=true]")).to_have_text("Ask Sara.")
    expect(page.get_by_text("Your answer is in. You can change it")).to_be_visible()
    lesson.all_say("d1", "a")
    lesson.do("steps/d1/close")
    step = next(row for row in lesson.sheet()["steps"] if row["key"] == "d1")
    assert {row["option"]: row["share"] for row in step["results"]["d1"]}["a"] == "nearly_all", "the last choice was counted"


def test_what_came_of_the_own_choice_stands_first_and_the_others_behind_a_tap(lesson: Class, pupil: Watched) -> None:
    page = pupil.page
    lesson.do("steps/d1/go")
    lesson.do("steps/d1/open")
    choose(page, "Add them and send it.")
    lesson.do("steps/d1/close")
    expect(page.locator(".outcome").first).to_contain_text("Your choice")
    expect(page.locator(".outcome").first).to_contain_text("Add them and send it.")
    expect(page.locator(".outcome", has_text="Ask Sara.")).to_be_hidden()
    page.locator("summary").click()
    expect(page.locator(".outcome", has_text="Ask Sara.")).to_be_visible()


def test_a_second_vote_begins_with_nothing_chosen(lesson: Class, pupil: Watched) -> None:
    page = pupil.page
    lesson.do("steps/d1/go")
    lesson.do("steps/d1/open")
    choose(page, "Ask Sara.")
    lesson.do("steps/d1/close")
    expect(page.locator(".outcome.own")).to_be_visible()
    lesson.do("steps/d1/again")
    expect(page.locator(".choice")).to_have_count(4)
    expect(page.locator(".choice[aria-pressed=true]")).to_have_count(0)


def test_a_quiz_says_in_words_what_is_right(lesson: Class, pupil: Watched) -> None:
    page = pupil.page
    lesson.do("steps/q1/go")
    lesson.do("steps/q1/open")
    choose(page, "Milo. It is his phone.")
    lesson.do("steps/q1/close")
    expect(page.locator(".outcome.own")).to_contain_text("Not this one")
    page.locator("summary").click()
    expect(page.locator(".outcome", has_text="Sara.").locator(".right")).to_have_text("Right")


def test_the_private_button_asks_nothing_of_the_class_and_tells_it_nothing(lesson: Class, pupil: Watched) -> None:
    page = pupil.page
    page.wait_for_timeout(500)
    before, sheet, entries = len(classroom_calls(pupil)), lesson.sheet(), page.evaluate("history.length")
    page.get_by_role("button", name="Talk to someone").click()
    layer = page.get_by_role("dialog", name="Talk to someone")
    expect(layer).to_contain_text("Your teacher cannot see this from Faro")
    expect(layer.get_by_role("button", name="Back to the lesson")).to_be_focused()
    chat = page.frame_locator("dialog iframe")
    expect(chat.locator("#say textarea")).to_be_visible()
    expect(chat.locator("#help a.call").first).to_have_attribute("href", "tel:192")
    page.keyboard.press("Escape")
    expect(layer).to_be_hidden()
    expect(page.get_by_role("button", name="Talk to someone")).to_be_focused()
    assert len(classroom_calls(pupil)) == before
    assert lesson.sheet() == sheet
    assert page.evaluate("history.length") == entries


def kept(page: Page) -> str | None:
    """What the tab keeps of a chat."""
    held: str | None = page.evaluate("sessionStorage.getItem('faro')")
    return held


def chats(page: Page) -> None:
    """Writes something in the chat, and goes back to the lesson."""
    page.get_by_role("button", name="Talk to someone").click()
    chat = page.frame_locator("dialog iframe")
    chat.locator("#say textarea").fill("are you there")
    chat.locator("#send").click()
    expect(chat.locator("#log li.child")).to_have_count(1)
    until(lambda: kept(page) is not None)
    page.get_by_role("button", name="Back to the lesson").click()


def test_the_next_pupil_on_this_device_finds_nothing_of_the_last_ones_chat(
    school: Installation, lesson: Class, open_page: OpenPage
) -> None:
    page = open_page(f"{school.url}/class?locale=en#{lesson.code}", 320, 560).page
    chats(page)
    come_in(page)
    assert kept(page) is None
    page.get_by_role("button", name="Talk to someone").click()
    expect(page.frame_locator("dialog iframe").locator("#say textarea")).to_be_visible()
    expect(page.frame_locator("dialog iframe").locator("#log li.child")).to_have_count(0)


def test_a_chat_goes_on_over_the_end_of_the_lesson_and_leaves_nothing_when_it_is_closed(lesson: Class, pupil: Watched) -> None:
    page = pupil.page
    chats(page)
    page.get_by_role("button", name="Talk to someone").click()
    expect(page.frame_locator("dialog iframe").locator("#log li.child")).to_have_count(1)
    lesson.do("end")
    expect(page.get_by_text("The lesson is over")).to_be_attached()
    assert kept(page) is not None
    page.get_by_role("button", name="Back to the lesson").click()
    until(lambda: page.evaluate("sessionStorage.length") == 0)


def test_a_class_that_was_deleted_leaves_the_screen_empty(lesson: Class, pupil: Watched) -> None:
    lesson.do("steps/d1/go")
    expect(pupil.page.get_by_text("Sara").first).to_be_visible()
    lesson.do("session", "DELETE")
    expect(pupil.page.get_by_text("The lesson is over")).to_be_visible()
    expect(pupil.page.get_by_text("Sara")).to_have_count(0)
    assert pupil.page.evaluate("sessionStorage.length") == 0


def test_leaving_the_chat_leads_back_to_the_lesson(lesson: Class, pupil: Watched) -> None:
    pupil.page.get_by_role("button", name="Talk to someone").click()
    pupil.page.frame_locator("dialog iframe").locator("#leave").click()
    expect(pupil.page.get_by_role("dialog")).to_be_hidden()
    expect(pupil.page.locator(".badge")).to_be_visible()


def test_where_the_chat_does_not_open_the_numbers_stand(pupil: Watched) -> None:
    pupil.page.route("**/?locale=*", lambda route: route.abort())
    pupil.page.get_by_role("button", name="Talk to someone").click()
    expect(pupil.page.locator("dialog a.call").first).to_be_visible(timeout=10_000)
    pupil.page.get_by_role("button", name="Back to the lesson").click()
    expect(pupil.page.get_by_role("dialog")).to_be_hidden()


def test_the_button_is_there_before_joining_and_after_the_end(school: Installation, lesson: Class, open_page: OpenPage) -> None:
    page = open_page(f"{school.url}/class?locale=en#{lesson.code}", 320, 560).page
    button = page.get_by_role("button", name="Talk to someone")
    place = button.bounding_box()
    come_in(page)
    lesson.do("end")
    expect(page.get_by_text("The lesson is over")).to_be_visible()
    after = button.bounding_box()
    assert place
    assert after
    assert (place["x"] + place["width"], place["y"]) == (after["x"] + after["width"], after["y"])


def test_the_end_wipes_the_screen_and_the_tab_and_keeps_the_numbers(lesson: Class, pupil: Watched) -> None:
    page = pupil.page
    lesson.do("steps/d1/go")
    lesson.do("steps/d1/open")
    choose(page, "Ask Sara.")
    lesson.do("end")
    expect(page.get_by_text("The lesson is over")).to_be_visible()
    assert page.evaluate("sessionStorage.length") == 0
    expect(page.get_by_text("Sara")).to_have_count(0)
    expect(page.locator("#badge img")).to_have_count(0)
    expect(page.locator("main a.call").first).to_be_visible()


def test_an_answer_waits_while_the_connection_is_gone(lesson: Class, pupil: Watched) -> None:
    page = pupil.page
    lesson.do("steps/d1/go")
    lesson.do("steps/d1/open")
    expect(page.locator(".choice")).to_have_count(4)
    page.context.set_offline(True)
    choose(page, "Ask Sara.")
    expect(page.locator("#trouble")).to_contain_text("The connection is gone")
    assert lesson.answers("d1") == 0
    page.context.set_offline(False)
    expect(page.locator("#trouble")).to_be_empty(timeout=15_000)
    page.wait_for_timeout(500)
    assert lesson.answers("d1") == 1


def at_the_story(page: Page) -> None:
    """Past the door, the rules and the questions before."""
    for _ in range(3):
        title = page.locator("h2").inner_text()
        page.get_by_role("button", name="Next").click()
        expect(page.locator("h2")).not_to_have_text(title)


def test_where_no_stream_gets_through_the_page_asks(school: Installation, lesson: Class, open_page: OpenPage) -> None:
    page = open_page(f"{school.url}/class?locale=en#{lesson.code}", 320, 560).page
    page.route("**/v1/classroom/events/*", lambda route: route.abort())
    come_in(page)
    page.wait_for_timeout(3000)
    expect(page.locator("#trouble")).to_be_empty()
    lesson.do("steps/rules/go")
    expect(page.get_by_text("We listen.")).to_be_visible()


def test_how_sure_one_was_stays_on_the_phone(lesson: Class, pupil: Watched) -> None:
    page, sent = pupil.page, []
    page.on("request", lambda request: sent.append(request.post_data) if request.method == "PUT" else None)
    lesson.do("steps/before/go")
    for _ in range(3):
        choose(page, "A little")
        page.wait_for_timeout(100)
    expect(page.get_by_text("Your answer is in")).to_be_visible()
    lesson.do("steps/exit/go")
    for text in ("Mostly", "A little", "Not at all", "Half", "A little", "Pass", "The one who made it", "I ask first"):
        choose(page, text)
        page.wait_for_timeout(100)
    expect(page.get_by_text("Did anything today make you sad")).to_be_visible()
    page.wait_for_timeout(300)
    found = {item: given for body in sent for item, given in json.loads(body)["answers"].items()}
    assert found == {
        "before": ["done"], "after1": ["3"], "change1": ["up"], "after2": ["1"], "change2": ["same"], "after3": ["0"],
        "change3": ["down"], "then1": ["up"], "then2": ["same"], "then3": [], "blame": ["maker"], "takeaway": ["ask_first"],
    }  # fmt: skip


def test_whether_something_hurt_never_leaves_the_screen(lesson: Class, pupil: Watched) -> None:
    page = pupil.page
    lesson.do("steps/exit/go")
    for _ in range(5):
        choose(page, "Pass")
        page.wait_for_timeout(100)
    page.wait_for_timeout(500)
    before, kept = len(pupil.requests), page.evaluate("JSON.stringify({...sessionStorage})")
    choose(page, "Yes")
    expect(page.locator("main .talk")).to_be_visible()
    assert len(pupil.requests) == before
    assert page.evaluate("JSON.stringify({...sessionStorage})") == kept


def test_a_question_that_sounds_heavy_is_asked_about_before_it_is_sent(lesson: Class, pupil: Watched) -> None:
    page = pupil.page
    lesson.do("steps/box/go")
    page.get_by_label("Your question").fill("Is it my fault?" + "a" * 200)
    expect(page.get_by_text("0 characters left", exact=True)).to_be_visible()
    page.get_by_label("Your question").fill("Is it my fault?")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("group", name="This sounds important").locator(".choice")).to_have_count(3)
    assert lesson.questions() == []
    choose(page, "Talk privately")
    page.keyboard.press("Escape")
    choose(page, "Send it to the teacher anyway")
    expect(page.get_by_text("You can send 2 more.")).to_be_visible()
    assert lesson.questions() == ["Is it my fault?"]


def test_a_break_stops_the_questions_and_not_the_way_to_help(lesson: Class, pupil: Watched) -> None:
    lesson.do("steps/d1/go")
    lesson.do("pause")
    expect(pupil.page.get_by_text("A short break")).to_be_visible()
    expect(pupil.page.get_by_role("button", name="Talk to someone")).to_be_visible()
    lesson.do("resume")
    expect(pupil.page.get_by_text("Read for now")).to_be_visible()


def test_at_the_own_pace_each_goes_on_alone_and_reads_at_once_what_came_of_it(school: Installation, open_page: OpenPage) -> None:
    lesson = Class.open(school.url, pace="own")
    page = open_page(f"{school.url}/class?locale=en#{lesson.code}", 320, 560).page
    come_in(page)
    at_the_story(page)
    choose(page, "Ask Sara.")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator(".outcome.own")).to_contain_text("Ask Sara.")
    page.reload()
    expect(page.locator(".outcome.own")).to_contain_text("Ask Sara.")
    page.get_by_role("button", name="Go back").click()
    expect(page.locator("h2")).to_have_text("Before we start")


def test_without_a_script_the_numbers_and_the_chat_are_there(school: Installation, open_page: OpenPage) -> None:
    page = open_page(f"{school.url}/class?locale=en&country=RS", 320, 560, java_script_enabled=False).page
    expect(page.get_by_text("The lesson needs a newer browser")).to_be_visible()
    expect(page.locator("#cards a.call").first).to_be_visible()
    page.get_by_role("link", name="Talk to someone").click()
    expect(page.locator("#say textarea")).to_be_visible()


def test_everything_that_is_tapped_is_48_pixels_high(lesson: Class, pupil: Watched) -> None:
    for step in ("door", "before", "d1", "box", "close"):
        lesson.do(f"steps/{step}/go")
        pupil.page.wait_for_timeout(300)
        small = pupil.page.evaluate(
            "[...document.querySelectorAll('button, .call, summary, select, textarea')].filter(e => e.offsetParent)"
            ".filter(e => e.getBoundingClientRect().height < 48).map(e => e.outerHTML)"
        )
        assert small == []
        assert pupil.page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("look", ["light", "dark"])
@pytest.mark.parametrize("locale", ["en", "ar", "ur"])
def test_axe_finds_nothing_on_the_phone(school: Installation, lesson: Class, open_page: OpenPage, locale: str, look: str) -> None:
    seen = open_page(f"{school.url}/class?locale={locale}#{lesson.code}", 320, 560, color_scheme=look)
    assert seen.violations() == []
    seen.page.locator("form .main").click()
    expect(seen.page.locator(".badge")).to_be_visible()
    assert seen.violations() == []
    acts = "rules/go before/go d1/go d1/open d1/close q1/go q1/open q1/close box/go exit/go close/go"
    for act in acts.split():
        lesson.do(f"steps/{act}")
        seen.page.wait_for_timeout(300)
        assert seen.violations() == [], act
    seen.page.locator("#talk").click()
    expect(seen.page.frame_locator("dialog iframe").locator("#say textarea")).to_be_visible()
    assert seen.violations() == []
    seen.page.keyboard.press("Escape")
    lesson.do("end")
    expect(seen.page.locator("main #cards")).to_be_visible()
    assert seen.violations() == []
