"""A case goes from one counsellor to another in real browsers, a supervisor looks in, and the child knows who is there."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import OpenPage, Watched
from tests.support.installation import BotProcess
from tests.support.office import Office
from tests.support.people import ChildClient, StaffClient

SECONDS = 15_000
At = Callable[[StaffClient], Watched]


@pytest.fixture(scope="module")
def team(bot: BotProcess, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    office = Office.open(tmp_path_factory.mktemp("team") / "faro", bot.url)
    yield office
    office.close()


@pytest.fixture
def at(team: Office, open_page: OpenPage) -> At:
    """The console of a member of staff."""

    def open_(who: StaffClient) -> Watched:
        cookie = {"name": "faro_staff", "value": str(who.http.cookies["faro_staff"]), "url": team.installation.url}
        seen = open_page(f"{team.installation.url}/console", 1360, 900, storage_state={"cookies": [cookie]})
        expect(seen.page.get_by_role("heading", name="Queue")).to_be_visible(timeout=SECONDS)
        return seen

    return open_


def opened(page: Page, case_id: str) -> None:
    page.locator(f"#row-{case_id}").click()
    expect(page.locator("#message-box, .conversation > .quiet.foot")).to_be_visible(timeout=SECONDS)


def test_a_case_is_offered_taken_over_and_the_child_knows_who_came(team: Office, at: At, shots: Path) -> None:
    one, two = team.counsellors
    child, case_id = team.claimed(situation="sexual_extortion", threat="yes")
    giving, taking = at(one), at(two)
    opened(giving.page, case_id)
    giving.page.get_by_role("button", name="Offer to a colleague").click()
    giving.page.get_by_label("counsellor 1").check()
    giving.page.get_by_label("Note for them").fill("She writes from school until three.")
    giving.page.get_by_role("dialog").get_by_role("button", name="Offer to a colleague").click()
    expect(giving.page.get_by_role("button", name="Take back the offer")).to_be_visible(timeout=SECONDS)
    expect(taking.page.get_by_role("heading", name="Offered to you")).to_be_visible(timeout=SECONDS)
    taking.page.locator(f"#row-{case_id}").click()
    expect(taking.page.get_by_text("She writes from school until three.")).to_be_visible(timeout=SECONDS)
    taking.page.screenshot(path=shots / "offered.png")
    assert taking.violations() == []
    taking.page.get_by_role("button", name="Take it over").click()
    expect(taking.page.locator("#message-box")).to_be_visible(timeout=SECONDS)
    assert "counsellor 1" in str(child.get().json()["bubbles"])
    assert taking.complaints == []


def test_the_keyboard_alone_takes_the_next_case_and_finds_it_by_number(team: Office, at: At) -> None:
    _, case_id = team.waiting(situation="immediate_danger")
    number = team.supervisor.queue(state="waiting")[0]["number"]
    seen = at(team.counsellors[0])
    seen.page.keyboard.press("x")
    expect(seen.page.locator("#conversation-title")).to_contain_text(number, timeout=SECONDS)
    seen.page.keyboard.press("/")
    seen.page.keyboard.type(number[:6].lower())
    expect(seen.page.get_by_role("heading", name="Found")).to_be_visible(timeout=SECONDS)
    expect(seen.page.locator(f"#row-{case_id}")).to_be_visible()
    assert seen.violations() == []


def test_letters_after_a_key_land_in_its_box_on_a_slow_machine(team: Office, at: At) -> None:
    team.waiting()
    seen = at(team.counsellors[0])
    seen.page.evaluate("requestAnimationFrame = (draw) => setTimeout(draw, 2000); cancelAnimationFrame = clearTimeout")
    seen.page.keyboard.press("x")
    expect(seen.page.locator("#message-box")).to_be_visible(timeout=SECONDS)
    seen.page.keyboard.type("mxc?p")
    expect(seen.page.locator("#message-box")).to_have_value("xc?p")
    seen.page.keyboard.press("Escape")
    expect(seen.page.locator("#message-box")).not_to_be_focused()
    seen.page.keyboard.type("/kjx")
    expect(seen.page.locator("#search-number")).to_have_value("kjx")


def test_a_log_that_is_left_while_it_scrolls_is_no_trouble(team: Office, at: At) -> None:
    _, case_id = team.claimed()
    seen = at(team.counsellors[0])
    opened(seen.page, case_id)
    seen.page.set_viewport_size({"width": 1360, "height": 300})
    seen.page.evaluate(
        """async () => {
            const log = document.querySelector(".scroll.log");
            const heard = new Promise((done) => log.addEventListener("scroll", done, { once: true }));
            log.style.cssText = "max-height: 20px; overflow: auto";
            log.scrollTop = log.scrollTop ? 0 : 9;
            document.activeElement.blur();
            document.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape" }));
            await heard;
        }"""
    )
    expect(seen.page.locator(".scroll.log")).to_have_count(0)
    assert seen.complaints == []


def test_steps_referrals_and_categories_are_kept_in_the_card(team: Office, at: At, shots: Path) -> None:
    _, case_id = team.claimed(situation="fake_image_of_me")
    seen = at(team.counsellors[0])
    opened(seen.page, case_id)
    seen.page.get_by_role("button", name="Write a referral down").click()
    seen.page.get_by_label("Reference, who answered").fill("Ref 12")
    seen.page.get_by_role("dialog").get_by_role("button", name="Keep").click()
    expect(seen.page.locator(".referrals", has_text="Ref 12")).to_be_visible(timeout=SECONDS)
    seen.page.get_by_label("Online child sexual abuse and exploitation").check()
    expect(seen.page.locator(".filing summary")).to_contain_text("Online child", timeout=SECONDS)
    seen.page.screenshot(path=shots / "card.png")
    assert seen.violations() == []
    assert team.counsellors[0].case(case_id)["categories"] == ["online_abuse"]


def test_a_supervisor_is_asked_looks_in_and_both_sides_see_it(team: Office, at: At) -> None:
    child, case_id = team.claimed()
    counsellor, supervisor = at(team.counsellors[0]), at(team.supervisor)
    opened(counsellor.page, case_id)
    counsellor.page.get_by_role("button", name="Ask a supervisor").click()
    expect(supervisor.page.get_by_role("heading", name="A colleague asks you to look in")).to_be_visible(timeout=SECONDS)
    opened(supervisor.page, case_id)
    expect(counsellor.page.get_by_text("Also reading: supervisor 2")).to_be_visible(timeout=SECONDS)
    assert "supervisor 2" in str(child.get().json()["bubbles"])


def hears(page: Page, child: ChildClient, case_id: str) -> None:
    """The page reads the case again; of two words the first has been looked at by then."""
    for text in ("are you there", "hello"):
        with page.expect_response(lambda reply: reply.url.endswith(f"/v1/cases/{case_id}"), timeout=SECONDS):
            child.say(text)


def test_words_that_are_on_no_page_are_not_seen(team: Office, at: At) -> None:
    """In the Office, and in a column that a narrow screen hides; back at the talk they are."""
    child, case_id = team.claimed()
    seen = at(team.counsellors[0])
    page = seen.page
    with page.expect_request("**/seen", timeout=SECONDS):
        opened(page, case_id)
    page.get_by_role("button", name="Office").click()
    expect(page.locator(".office")).to_be_visible()
    seen.requests.clear()
    hears(page, child, case_id)
    assert [url for url in seen.requests if url.endswith("/seen")] == []
    with page.expect_request("**/seen", timeout=SECONDS):
        page.get_by_role("button", name="Cases").click()
    page.set_viewport_size({"width": 390, "height": 800})
    page.get_by_role("button", name="Card", exact=True).click()
    expect(page.locator(".scroll.log")).to_be_hidden()
    seen.requests.clear()
    hears(page, child, case_id)
    assert [url for url in seen.requests if url.endswith("/seen")] == []
    with page.expect_request("**/seen", timeout=SECONDS):
        page.set_viewport_size({"width": 1360, "height": 900})


def test_a_case_that_was_given_to_me_tells_when_its_child_writes(team: Office, at: At) -> None:
    one, two = team.counsellors
    child, case_id = team.claimed(one)
    page = at(two).page
    expect(page.locator(".link.live")).to_be_visible(timeout=SECONDS)
    assert one.http.post("/v1/staff/pause", json={"hand_over_to": two.id}).is_success
    row = page.locator(f"#row-{case_id}")
    expect(row).to_be_visible(timeout=SECONDS)
    expect(row).not_to_contain_text("New words")
    child.say("are you there")
    expect(row).to_contain_text("New words", timeout=SECONDS)
    assert one.http.post("/v1/staff/resume").is_success


def test_words_that_are_typed_again_are_said_again(team: Office, at: At) -> None:
    """The first try arrived though its answer was lost; whoever empties the box and types the same later says it anew."""
    child, case_id = team.claimed()
    page = at(team.counsellors[0]).page
    opened(page, case_id)
    page.route("**/messages", lambda route: (route.fetch(), route.abort()), times=1)
    box = page.locator("#message-box")
    box.fill("I am here")
    box.press("Enter")
    expect(page.get_by_role("button", name="Try again")).to_be_visible(timeout=SECONDS)
    box.fill("")
    box.fill("I am here")
    box.press("Enter")
    expect(box).to_have_value("", timeout=SECONDS)
    assert child.texts().count(("counsellor", "I am here")) == 2


def test_what_was_written_in_a_dialog_stays_until_it_went_through(team: Office, at: At) -> None:
    _, case_id = team.claimed()
    page = at(team.counsellors[0]).page
    opened(page, case_id)
    page.get_by_role("button", name="Offer to a colleague").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("counsellor 1").check()
    dialog.get_by_label("Note for them").fill("She writes from school.")
    page.route("**/offer", lambda route: (route.fetch(), route.abort()), times=1)  # it arrived, and its answer was lost
    dialog.get_by_role("button", name="Offer to a colleague").click()
    expect(dialog.get_by_role("alert")).to_be_visible(timeout=SECONDS)
    expect(dialog.get_by_label("Note for them")).to_have_value("She writes from school.")
    dialog.get_by_role("button", name="Offer to a colleague").click()
    expect(dialog).to_have_count(0, timeout=SECONDS)
    assert [note["text"] for note in team.counsellors[0].case(case_id)["notes"]] == ["She writes from school."]


def test_a_new_emergency_shows_in_the_title_without_a_word_of_it(team: Office, at: At) -> None:
    for row in team.supervisor.queue(state="waiting"):
        team.supervisor.act(row["id"], "claim")
    seen = at(team.counsellors[1])
    expect(seen.page).to_have_title("Faro")
    team.waiting(situation="suicide_self_harm")
    expect(seen.page).to_have_title("(1!) Faro", timeout=SECONDS)


def test_a_supervisor_holds_a_case_back_and_reads_when_others_go(team: Office, at: At, shots: Path) -> None:
    _, case_id = team.claimed()
    closed = team.counsellors[0].act(case_id, "close", {"outcome": "helped"}).json()
    seen = at(team.supervisor)
    seen.page.get_by_role("button", name="Office").click()
    seen.page.get_by_role("button", name="What is kept").click()
    line = seen.page.locator(".referrals li", has_text=closed["number"])
    line.get_by_text("Hold it").first.click()
    line.get_by_label("Until").fill("2027-06-01")
    line.get_by_role("button", name="Hold it").click()
    expect(line).to_contain_text("Held (court) until 2027-06-01", timeout=SECONDS)
    seen.page.screenshot(path=shots / "retention.png")
    assert seen.violations() == []
