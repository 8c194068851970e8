"""A supervisor reads the figures and takes them out; a counsellor who has had much takes a pause."""

from collections.abc import Iterator
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import expect

from api.auth.rules import Role
from tests.e2e.conftest import OpenPage, Watched
from tests.support.installation import BotProcess
from tests.support.office import Office
from tests.support.people import Hiring, StaffClient

ENDED = {"fake_image_of_me": 14, "sexual_extortion": 12, "real_image_shared": 11, "bullying": 3}


@pytest.fixture(scope="module")
def office(bot: BotProcess, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    office = Office.open(tmp_path_factory.mktemp("office") / "faro", bot.url)
    for situation, many in ENDED.items():
        for _ in range(many):
            _, case_id = office.claimed(situation=situation)
            office.counsellors[0].act(case_id, "messages", {"text": "I am here"})
            office.counsellors[0].act(case_id, "close", {"outcome": "helped"})
    yield office
    office.close()


def console(office: Office, open_page: OpenPage, who: StaffClient, width: int = 1280, **options: object) -> Watched:
    cookie = str(who.http.cookies["faro_staff"])
    url = office.installation.url
    state = {"cookies": [{"name": "faro_staff", "value": cookie, "url": url}]}
    return open_page(f"{url}/console", width, 900, storage_state=state, **options)


def visit(seen: Watched, page: str) -> None:
    seen.page.get_by_role("button", name="Office").click()
    seen.page.get_by_role("navigation").get_by_role("button", name=page, exact=True).click()


def test_a_supervisor_reads_the_figures_as_bars_and_as_a_table(office: Office, open_page: OpenPage, shots: Path) -> None:
    seen = console(office, open_page, office.supervisor)
    visit(seen, "Figures")
    table = seen.page.get_by_role("table", name="Need")
    expect(table.get_by_role("row", name="fake").get_by_role("cell", name="14")).to_be_visible()
    expect(table.get_by_role("row", name="All others together").get_by_role("cell")).to_have_text("14")  # 11 and 3
    expect(seen.page.get_by_role("img", name="Need")).to_be_visible()
    seen.page.screenshot(path=shots / "figures.png", full_page=True)
    assert seen.violations() == []
    seen.page.get_by_label("What is counted").select_option("times")
    expect(seen.page.get_by_role("table", name="Waiting for a person")).to_be_visible()
    seen.page.screenshot(path=shots / "times.png", full_page=True)
    assert seen.violations() == []
    assert seen.complaints == []


@pytest.mark.parametrize(("width", "scheme"), [(1280, "dark"), (360, "light")])
def test_figures_and_team_read_well_in_the_dark_and_on_a_telephone(
    office: Office, open_page: OpenPage, shots: Path, width: int, scheme: str
) -> None:
    seen = console(office, open_page, office.supervisor, width, color_scheme=scheme)
    visit(seen, "Figures")
    expect(seen.page.get_by_role("table", name="Need")).to_be_visible()
    seen.page.screenshot(path=shots / "figures.png", full_page=True)
    assert seen.violations() == []
    seen.page.get_by_role("button", name="Team", exact=True).click()
    expect(seen.page.get_by_role("row", name="counsellor 0")).to_be_visible()
    seen.page.screenshot(path=shots / "team.png")
    assert seen.violations() == []


def test_a_file_comes_after_a_fresh_proof(office: Office, open_page: OpenPage, shots: Path) -> None:
    hiring = Hiring(office.installation)
    ((email, password, key),) = hiring.hire(Role.supervisor)
    who = StaffClient.sign_in(office.installation.url, email, password, key)
    office.store.change_all("update staff_session set proved_at = '2026-01-01 00:00:00.000000' where staff_id = ?", who.id)
    office.store.change("update staff set totp_step = 0 where id = ?", who.id)
    seen = console(office, open_page, who)
    visit(seen, "Figures")
    seen.page.get_by_role("button", name="Table (CSV)").click()
    proof = seen.page.get_by_role("dialog", name="Is it you?")
    proof.get_by_label("Password").fill(password)
    proof.get_by_label("Six-digit code").fill(pyotp.TOTP(key).now())
    seen.page.screenshot(path=shots / "proof.png")
    assert seen.violations() == []
    with seen.page.expect_download() as taken:
        proof.get_by_role("button", name="Go on").click()
    assert taken.value.suggested_filename.startswith("figures-")
    assert seen.page.evaluate("Object.keys(localStorage).length + Object.keys(sessionStorage).length") == 0


def test_after_three_heavy_cases_a_pause_is_suggested_and_hands_over(office: Office, open_page: OpenPage, shots: Path) -> None:
    one = office.counsellors[1]
    for _ in range(3):
        office.claimed(one, situation="suicide_self_harm")
    seen = console(office, open_page, one)
    expect(seen.page.get_by_text("You have taken 3 heavy cases in this shift")).to_be_visible()
    seen.page.screenshot(path=shots / "kind.png")
    assert seen.violations() == []
    seen.page.get_by_role("button", name="Pause", exact=True).click()
    dialog = seen.page.get_by_role("dialog", name="Take a pause")
    dialog.get_by_label("Your open cases go to").select_option("counsellor 0")
    seen.page.screenshot(path=shots / "pause.png")
    assert seen.violations() == []
    dialog.get_by_role("button", name="Pause").click()
    expect(seen.page.get_by_text("You are on a pause since")).to_be_visible()
    expect(seen.page.get_by_text("You have no case.")).to_be_visible()
    assert len([row for row in office.counsellors[0].queue(state="claimed") if row["mine"]]) == 3
    seen.page.screenshot(path=shots / "paused.png")
    assert seen.violations() == []
    seen.page.get_by_role("button", name="End the pause").click()
    expect(seen.page.get_by_role("button", name="Pause", exact=True)).to_be_visible()
    assert seen.complaints == []
