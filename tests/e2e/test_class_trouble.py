"""What goes wrong in a class: a full room, a slow request, a database that is away, a restart. No tap and no answer is lost."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Route, expect

from tests.e2e.conftest import OpenPage
from tests.e2e.test_class_pupil import at_the_story, choose, come_in
from tests.support.classes import Class
from tests.support.installation import NO_BOT, Installation
from tests.support.mortal import until
from tests.support.store import Store

LAPTOP = (1280, 800)
BOOSTER = "a_booster"
REST = 650  # the page takes no second press within this time


def test_a_full_class_is_offered_to_let_somebody_in(school: Installation, open_page: OpenPage) -> None:
    pupils = Class.open(school.url, 1, lesson=BOOSTER, seats=2)
    page = open_page(pupils.link, *LAPTOP, locale="en").page
    expect(page.get_by_role("button", name="Close the door")).to_be_visible()
    pupils.come(1)
    page.get_by_role("button", name="Let somebody in").click()
    expect(page.get_by_role("button", name="Close the door")).to_be_visible()
    pupils.come(1)


def test_a_break_waits_for_what_is_under_way_and_is_never_dropped(school: Installation, open_page: OpenPage) -> None:
    page = open_page(Class.open(school.url, lesson=BOOSTER).link, *LAPTOP, locale="en").page
    held: list[Route] = []
    page.route("**/steps/rules/go", lambda route: held.append(route))
    with page.expect_request("**/steps/rules/go"):
        page.get_by_role("button", name="Next step").click()
    page.get_by_role("button", name="Pause for all").click()
    held[0].continue_()
    expect(page.get_by_role("heading", level=1, name="Our rules")).to_be_visible()
    expect(page.locator(".paused")).to_be_visible()


def test_with_the_database_away_the_page_says_that_every_screen_shows_the_break(
    school: Installation, open_page: OpenPage
) -> None:
    pupils = Class.open(school.url, lesson=BOOSTER)
    page = open_page(pupils.link, *LAPTOP, locale="en").page
    with Store(school.folder).locked():
        page.get_by_role("button", name="Pause for all").click()
        expect(page.locator(".foot .trouble")).to_contain_text("Every screen shows it.", timeout=10_000)
    expect(page.get_by_role("button", name="Go on")).to_be_visible()
    page.wait_for_timeout(REST)
    page.get_by_role("button", name="Go on").click()
    expect(page.locator(".foot .trouble")).to_have_count(0)


def test_an_end_that_was_not_stored_can_be_tried_again(school: Installation, open_page: OpenPage) -> None:
    pupils = Class.open(school.url, lesson=BOOSTER)
    page = open_page(pupils.link, *LAPTOP, locale="en").page
    page.get_by_role("button", name="End the lesson", exact=True).click()
    with Store(school.folder).locked():
        page.get_by_role("button", name="End it now").click()
        expect(page.get_by_role("alert")).to_contain_text("Every screen shows it.", timeout=10_000)
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("alert")).to_have_count(0)
    assert Store(school.folder).one("select count(*) from class_session where code = ?", pupils.code) == 0


@pytest.fixture
def mortal(tmp_path: Path) -> Iterator[Installation]:
    installation = Installation(tmp_path / "faro", NO_BOT).start()
    yield installation
    installation.stop()


def begin_again(installation: Installation) -> None:
    installation.kill()
    installation.start()


def test_after_a_restart_the_page_says_again_what_was_answered_at_the_end(mortal: Installation, open_page: OpenPage) -> None:
    lesson = Class.open(mortal.url)
    page = open_page(f"{mortal.url}/class?locale=en#{lesson.code}", 320, 560).page
    come_in(page)
    lesson.do("steps/exit/go")
    choose(page, "Mostly")
    until(lambda: lesson.answers("exit") == 1)
    begin_again(mortal)
    until(lambda: lesson.answers("exit") == 1)


@pytest.mark.parametrize("blocked", ["nothing", "**/v1/classroom/events/*"], ids=["stream", "asking"])
def test_after_a_restart_the_page_says_again_the_answers_of_every_step_at_the_own_pace(
    mortal: Installation, open_page: OpenPage, blocked: str
) -> None:
    lesson = Class.open(mortal.url, pace="own")
    page = open_page(f"{mortal.url}/class?locale=en#{lesson.code}", 320, 560).page
    page.route(blocked, lambda route: route.abort())
    come_in(page)
    at_the_story(page)
    choose(page, "Ask Sara.")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator(".outcome.own")).to_be_visible()
    page.get_by_role("button", name="Next").click()
    expect(page.locator("h2")).to_have_text("The story, part 2")
    with page.expect_response(lambda reply: reply.request.method == "PUT", timeout=60_000):
        begin_again(mortal)
    assert lesson.answers("d1") == 1


def test_a_restart_does_not_take_back_the_answer_to_a_second_vote(mortal: Installation, open_page: OpenPage) -> None:
    lesson = Class.open(mortal.url)
    page = open_page(f"{mortal.url}/class?locale=en#{lesson.code}", 320, 560).page
    come_in(page)
    lesson.do("steps/d1/go")
    lesson.do("steps/d1/open")
    choose(page, "Add them and send it.")
    expect(page.locator(".choice[aria-pressed=true]")).to_have_count(1)
    lesson.do("steps/d1/again")
    expect(page.locator(".choice[aria-pressed=true]")).to_have_count(0)
    choose(page, "Ask Sara.")
    until(lambda: lesson.answers("d1") == 1)
    begin_again(mortal)
    until(lambda: lesson.answers("d1") == 1)
    expect(page.locator(".choice[aria-pressed=true]")).to_have_text("Ask Sara.")


def test_an_answer_of_the_first_vote_is_not_said_again_in_the_second(school: Installation, open_page: OpenPage) -> None:
    """At the own pace, by a pupil who is at another step when the vote begins anew, and then loses the connection."""
    lesson = Class.open(school.url, pace="own")
    page = open_page(f"{school.url}/class?locale=en#{lesson.code}", 320, 560).page
    come_in(page)
    at_the_story(page)
    for part in ("part 1", "part 2"):
        expect(page.locator("h2")).to_have_text(f"The story, {part}")
        page.locator(".choice").first.click()
        page.get_by_role("button", name="Send", exact=True).click()
        expect(page.locator(".outcome.own")).to_be_visible()
        if part == "part 1":
            page.get_by_role("button", name="Next").click()
    with page.expect_response("**/v1/classroom/seat?*"):
        lesson.do("steps/d1/again")
    page.route("**/v1/classroom/seat?*", lambda route: route.abort())
    lesson.do("lock")  # something to look at
    expect(page.locator("#trouble")).to_contain_text("The connection is gone")
    with page.expect_response(lambda reply: reply.request.method == "PUT" and '"d2"' in (reply.request.post_data or "")):
        page.unroute("**/v1/classroom/seat?*")
    expect(page.locator("#trouble")).to_be_empty()
    assert (lesson.answers("d1"), lesson.answers("d2")) == (0, 1)


def test_a_question_whose_answer_is_slow_is_sent_once(school: Installation, open_page: OpenPage) -> None:
    lesson = Class.open(school.url)
    page = open_page(f"{school.url}/class?locale=en#{lesson.code}", 320, 560).page
    come_in(page)
    lesson.do("steps/box/go")
    page.get_by_label("Your question").fill("What does consent mean?")
    held: list[Route] = []
    page.route("**/v1/classroom/questions", lambda route: held.append(route))
    with page.expect_request("**/v1/classroom/questions"):
        page.get_by_role("button", name="Send").click()
    for _ in range(2):
        page.get_by_role("button", name="Send").click(force=True)
    assert len(held) == 1
    held[0].continue_()
    expect(page.get_by_role("group", name="This sounds important")).to_be_visible()  # without the bot every question does
    assert len(held) == 1
