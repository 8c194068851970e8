"""An admin connects a system of the helpline in the console, a supervisor gives it the open cases, staff read what it reports."""

import base64
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from nacl.public import PrivateKey
from playwright.sync_api import expect

from tests.e2e.conftest import OpenPage, Watched
from tests.support.installation import Installation
from tests.support.office import Office
from tests.support.people import StaffClient
from tests.support.systems import SystemClient, token_form


@pytest.fixture
def office(another: Callable[..., Installation]) -> Office:
    """The demo helpline with its three accounts signed in."""
    site = another()
    accounts = site.accounts()
    counsellor, supervisor, admin = (
        StaffClient.sign_in(site.url, *accounts[role]) for role in ("counsellor", "supervisor", "admin")
    )
    return Office(site, [counsellor], supervisor, admin)


@pytest.fixture
def console(office: Office, open_page: OpenPage) -> Callable[..., Watched]:
    """The console of a member who is signed in."""

    def open_(who: StaffClient, **options: object) -> Watched:
        cookie = {"name": "faro_staff", "value": who.http.cookies["faro_staff"], "url": office.installation.url}
        return open_page(f"{office.installation.url}/console", 1280, 900, storage_state={"cookies": [cookie]}, **options)

    return open_


def test_a_system_is_connected_given_cases_and_disabled(office: Office, console: Callable[..., Watched], shots: Path) -> None:
    """With the keyboard where a form is filled; the secret is shown once and works."""
    _, case_id = office.claimed()
    key = PrivateKey.generate()
    seen = console(office.admin)
    seen.page.get_by_role("button", name="Connected systems").click()
    expect(seen.page.get_by_text("No system is connected yet.")).to_be_visible()
    form = seen.page.locator("form.sheet")
    form.get_by_label("Name").fill("Case book")
    form.get_by_label("Its public key").fill("not a key")
    form.get_by_role("button", name="Connect").click()
    expect(seen.page.get_by_role("alert")).to_contain_text("no public key")
    form.get_by_label("Its public key").fill(base64.b64encode(bytes(key.public_key)).decode())
    form.get_by_label("Its public key").press("Enter")
    secret = seen.page.get_by_role("region", name="The secret of Case book")
    expect(secret.get_by_role("heading")).to_be_focused()
    client_id, shown = secret.locator("code").all_inner_texts()
    seen.page.screenshot(path=shots / "secret.png", full_page=True)
    assert seen.violations() == []
    secret.get_by_role("button", name="I have put it away").click()
    expect(seen.page.get_by_text(shown)).to_have_count(0)

    system = SystemClient(httpx.Client(base_url=office.installation.url), client_id, shown, key)
    system.token = system.http.post("/v1/oauth/token", data=token_form(client_id, shown)).json()["access_token"]
    assert system.ids() == []
    other = console(office.supervisor)
    other.page.get_by_role("button", name="Office").click()
    other.page.get_by_role("button", name="Connected systems").click()
    expect(other.page.get_by_text(base64.b64encode(bytes(key.public_key)).decode())).to_be_visible()
    other.page.screenshot(path=shots / "waits.png", full_page=True)
    assert other.violations() == []
    other.page.get_by_role("button", name="Seal new cases to it: Case book").click()
    other.page.get_by_role("button", name="Give it the open cases: Case book").click()
    expect(other.page.get_by_role("status").get_by_text("1 open case is now sealed to Case book.")).to_be_visible()
    assert system.ids() == [case_id]
    assert other.violations() == []

    seen.page.get_by_role("button", name="Disable: Case book").click()
    seen.page.screenshot(path=shots / "disable.png", full_page=True)
    assert seen.violations() == []
    seen.page.get_by_role("button", name="Disable", exact=True).click()
    expect(seen.page.get_by_text("Disabled for good")).to_be_visible()
    assert system.get().status_code == 401
    assert [line for line in seen.complaints if "Failed to load resource" not in line] == []  # an admin has no queue
    assert other.complaints == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_is_whole_in_both_schemes_and_on_a_telephone(
    office: Office, console: Callable[..., Watched], shots: Path, scheme: str
) -> None:
    SystemClient.connect(office.admin, "cases.read", name="Case book")
    seen = console(office.admin, color_scheme=scheme)
    seen.page.get_by_role("button", name="Connected systems").click()
    expect(seen.page.get_by_text("Case book")).to_be_visible()
    assert seen.violations() == []
    seen.page.screenshot(path=shots / f"{scheme}.png", full_page=True)
    seen.page.set_viewport_size({"width": 360, "height": 700})
    seen.page.screenshot(path=shots / f"{scheme}-narrow.png", full_page=True)
    assert seen.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_counsellor_reads_where_the_case_stands_elsewhere(office: Office, console: Callable[..., Watched], shots: Path) -> None:
    """It comes by itself, while the case is open."""
    system = SystemClient.connect(office.admin, "cases.read", "cases.status", name="Case book", agreed=office.supervisor)
    _, case_id = office.claimed()
    seen = console(office.counsellors[0])
    seen.page.locator(".row .look").first.click()
    expect(seen.page.get_by_role("heading", name="What the child passed on")).to_be_visible()
    assert system.report(case_id, {"reference": "CRM-17", "state": "in_progress"}).status_code == 200
    heading = seen.page.get_by_role("heading", name="In the helpline's own systems")
    expect(heading).to_be_visible()
    expect(seen.page.locator(".card")).to_contain_text("in progress CRM-17")
    heading.scroll_into_view_if_needed()
    seen.page.screenshot(path=shots / "report.png")
    assert (seen.violations(), seen.complaints) == ([], [])
