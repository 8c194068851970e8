"""A supervisor invites somebody, who joins in a browser of their own, is handed the key, and takes a case."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import OpenPage, Watched
from tests.support.installation import BotProcess
from tests.support.joining import NAME, PASSWORD
from tests.support.office import Office
from tests.support.people import StaffClient

SECONDS = 30_000


@pytest.fixture(scope="module")
def office(bot: BotProcess, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder, more = tmp_path_factory.mktemp("people") / "office", {"FARO_SIGN_INS_PER_ACCOUNT": "1000/minute"}
    with ThreadPoolExecutor(1) as own_loop:  # the browser's driver holds the one of this thread
        office = own_loop.submit(Office.open, folder, bot.url, **more).result()
    yield office
    office.close()


def console(open_page: OpenPage, office: Office, who: StaffClient, **options: object) -> Watched:
    """The console of somebody who is signed in."""
    cookie = {"name": "faro_staff", "value": who.http.cookies["faro_staff"], "url": office.installation.url}
    return open_page(f"{office.installation.url}/console", 1280, 900, storage_state={"cookies": [cookie]}, **options)


def visit(seen: Watched, page: str) -> None:
    seen.page.get_by_role("button", name="Office", exact=True).click()
    seen.page.get_by_role("navigation").get_by_role("button", name=page).click()


def agree(page: Page, button: str) -> None:
    page.get_by_role("dialog").get_by_role("button", name=button, exact=True).click()
    expect(page.get_by_role("dialog")).to_have_count(0)


def fills_the_invite(seen: Watched, password: str = PASSWORD) -> None:
    secret = (seen.page.locator("[data-fill=secret]").text_content(timeout=SECONDS) or "").replace(" ", "")
    seen.page.get_by_label("New password").fill(password)
    seen.page.get_by_label("Six-digit code of the app").fill(pyotp.TOTP(secret).now())
    seen.page.get_by_role("button", name="Join").click()


def test_a_supervisor_invites_somebody_who_joins_gets_the_key_and_takes_a_case(
    office: Office, open_page: OpenPage, shots: Path
) -> None:
    boss = console(open_page, office, office.supervisor)
    visit(boss, "People and keys")
    boss.page.get_by_label("Name", exact=True).fill(NAME)
    boss.page.get_by_role("textbox", name="E-mail").fill("nour@helpline.invalid")
    boss.page.get_by_role("button", name="Make a link").click()
    link = boss.page.get_by_label("Link", exact=True).input_value(timeout=SECONDS)
    boss.page.screenshot(path=shots / "1-link.png", full_page=True)
    assert boss.violations() == []

    new = open_page(link, 1280, 900)
    expect(new.page.get_by_text("The only helpline invites Nour Haddad.")).to_be_visible(timeout=SECONDS)
    assert "invite" not in new.page.url, "the token has left the address"
    new.page.screenshot(path=shots / "2-invite.png", full_page=True)
    assert new.violations() == []
    fills_the_invite(new, "nourhaddadhelpline")
    expect(new.page.get_by_text("easy to guess")).to_be_visible(timeout=SECONDS)
    fills_the_invite(new)
    expect(new.page.locator(".notice", has_text="You wait for the key")).to_be_visible(timeout=SECONDS)
    new.page.screenshot(path=shots / "3-waits.png")
    assert new.violations() == []

    child, _ = office.waiting(situation="fake_image_of_me")
    boss.page.get_by_role("button", name=f"Hand over the key: {NAME}").click(timeout=SECONDS)
    boss.page.screenshot(path=shots / "4-grant.png")
    agree(boss.page, "Hand over the key")
    expect(boss.page.get_by_role("row", name=re.compile(NAME))).to_contain_text("holds the key", timeout=SECONDS)
    expect(new.page.locator(".notice", has_text="You wait for the key")).to_have_count(0, timeout=SECONDS)
    new.page.locator("li.row .claim").first.click(timeout=SECONDS)
    expect(new.page.locator("#message-box")).to_be_visible(timeout=SECONDS)
    assert child.get().json()["state"] == "human"
    assert [one.complaints for one in (boss,)] == [[]]


def test_a_link_that_was_used_says_so(office: Office, open_page: OpenPage) -> None:
    seen = open_page(f"{office.installation.url}/console#invite=used-up", 1280, 900)
    expect(seen.page.get_by_text("This link does not work any more")).to_be_visible(timeout=SECONDS)
    assert seen.violations() == []
    seen.page.get_by_role("button", name="To the sign-in").click()
    expect(seen.page.get_by_label("Password", exact=True)).to_be_visible(timeout=SECONDS)


def test_a_counsellor_breaks_the_glass_and_a_supervisor_reviews_it(office: Office, open_page: OpenPage, shots: Path) -> None:
    first, second = office.counsellors
    _, case_id = office.claimed(first, situation="sexual_extortion")
    number = first.case(case_id)["number"]
    boss = console(open_page, office, office.supervisor, color_scheme="dark")
    expect(boss.page.get_by_role("heading", name="Queue")).to_be_visible(timeout=SECONDS)

    seen = console(open_page, office, second)
    seen.page.get_by_role("button", name="Claimed", exact=True).click(timeout=SECONDS)
    seen.page.locator("li.row", has_text=number).locator("button").first.click(timeout=SECONDS)
    seen.page.get_by_role("button", name="Read it in an emergency").click(timeout=SECONDS)
    seen.page.get_by_label("Danger now").check()
    seen.page.get_by_label("In your own words").fill("He is at the door and Ana is at lunch.")
    seen.page.screenshot(path=shots / "1-why.png")
    assert seen.violations() == []
    agree(seen.page, "Open it")
    expect(seen.page.locator("#conversation-title")).to_contain_text("Claimed by", timeout=SECONDS)
    expect(seen.page.get_by_text("He is at the door")).to_be_visible(timeout=SECONDS)
    expect(seen.page.locator("#message-box")).to_have_count(0)
    seen.page.screenshot(path=shots / "2-read.png")

    expect(boss.page.locator(".notice", has_text="not reviewed: 1")).to_be_visible(timeout=SECONDS)
    boss.page.get_by_role("button", name="Look: Opened in an emergency").click()
    expect(boss.page.get_by_role("row", name=re.compile(number))).to_contain_text("Danger now")
    boss.page.screenshot(path=shots / "3-review.png")
    assert boss.violations() == []
    boss.page.get_by_role("button", name=f"Accept: {number}").click()
    expect(boss.page.get_by_role("row", name=re.compile(number))).to_contain_text("Accepted by supervisor", timeout=SECONDS)
    expect(boss.page.locator(".notice", has_text="not reviewed")).to_have_count(0)


def test_a_supervisor_lets_somebody_go_by_keyboard(office: Office, open_page: OpenPage, shots: Path) -> None:
    seen = console(open_page, office, office.supervisor)
    visit(seen, "People and keys")
    change = seen.page.get_by_label("Change: counsellor 1")
    change.focus(timeout=SECONDS)
    seen.page.keyboard.press("Enter")
    seen.page.screenshot(path=shots / "1-menu.png")
    assert seen.violations() == []
    leaves = seen.page.get_by_role("row", name=re.compile("counsellor 1")).get_by_role("button", name="Leaves now")
    leaves.focus()
    seen.page.keyboard.press("Enter")
    agree(seen.page, "Leaves now")
    expect(seen.page.get_by_role("row", name=re.compile("counsellor 1"))).to_contain_text("has left", timeout=SECONDS)
    assert office.counsellors[1].http.get("/v1/cases").status_code == 401
    seen.page.screenshot(path=shots / "2-gone.png", full_page=True)
