"""An admin sets up a webhook and Primero in the console, and a counsellor hands a case in, all by name and by keyboard."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from standardwebhooks import Webhook

from tests.e2e.conftest import OpenPage, Watched
from tests.support.mortal import until
from tests.support.office import Office
from tests.support.people import StaffClient
from tests.support.primero import PASSWORD, USER, standing_in
from tests.support.receiver import receiver

NO_BOT = "http://127.0.0.1:9"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with ThreadPoolExecutor(1) as thread:  # the browser's own loop runs in this one
        opening = thread.submit(Office.open, tmp_path / "office", NO_BOT, 1, FARO_OUTBOX_LOOPBACK="true")
        office = opening.result()
    yield office
    office.close()


def console(office: Office, who: StaffClient, open_page: OpenPage, **options: object) -> Watched:
    url = office.installation.url
    state = {"cookies": [{"name": "faro_staff", "value": str(who.http.cookies["faro_staff"]), "url": url}]}
    return open_page(f"{url}/console", 1280, 900, storage_state=state, **options)


def in_both_schemes(seen: Watched, path: Path) -> list[str]:
    """A picture and what axe finds, in the light and in the dark scheme."""
    found = []
    for scheme in ("light", "dark"):
        seen.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        seen.page.screenshot(path=path.with_name(f"{path.stem}-{scheme}.png"), full_page=True)
        found += seen.violations()
    seen.page.emulate_media(color_scheme="light")
    return found


def press(page: Page, name: str) -> None:
    """With the keyboard, as somebody does who has no mouse."""
    button = page.get_by_role("button", name=name).first
    button.focus()
    page.keyboard.press("Enter")


def test_an_admin_adds_a_webhook_and_sends_again_what_was_parked(office: Office, open_page: OpenPage, shots: Path) -> None:
    seen = console(office, office.admin, open_page)
    page = seen.page
    with receiver() as system:
        page.get_by_role("button", name="Webhooks").click()
        page.get_by_label("Address").fill(f"{system.url}/hooks/faro")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="The secret, shown this once")).to_be_focused()
        secret = page.locator("code.long").inner_text()
        press(page, "Send a test")
        expect(page.get_by_role("row", name="test").get_by_role("cell", name="204")).to_be_visible(timeout=15_000)
        came = system.came[0]
        assert Webhook(secret).verify(came.body, came.headers)["type"] == "webhook.test"
        system.status = 500
        office.waiting()
        until(lambda: len(system.came) > 1)
        office.store.change("update webhook_delivery set state = 'parked', tries = 10 where event = 'case.created'")
        row = page.get_by_role("row", name="case made")
        expect(row.get_by_role("cell", name="parked")).to_be_visible(timeout=15_000)
        assert in_both_schemes(seen, shots / "webhooks.png") == []
        system.status = 200
        row.get_by_role("button", name="Send again").click()
        expect(row.get_by_role("cell", name="delivered")).to_be_visible(timeout=15_000)
        press(page, "New secret")
        expect(page.get_by_text("Two secrets sign until")).to_be_visible()
        assert page.locator("code.long").inner_text() != secret
        press(page, "Switch off")
        expect(page.get_by_text("Is off.")).to_be_visible()
        press(page, "Remove")
        expect(page.get_by_text("No system is told yet.")).to_be_visible()
    assert seen.complaints == []


def test_an_address_that_is_not_called_is_explained(office: Office, open_page: OpenPage) -> None:
    page = console(office, office.admin, open_page).page
    page.get_by_role("button", name="Webhooks").click()
    page.get_by_label("Address").fill("https://169.254.169.254/latest")
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_role("alert")).to_contain_text("This address is not called.")


def test_a_counsellor_hands_a_case_in_after_an_admin_has_set_primero_up(office: Office, open_page: OpenPage, shots: Path) -> None:
    with standing_in() as primero:
        admin = console(office, office.admin, open_page)
        admin.page.get_by_role("button", name="Primero").click()
        for label, value in (("Address", primero.url), ("User name of Faro", USER), ("Password of that user", PASSWORD)):
            admin.page.get_by_label(label).fill(value)
        admin.page.get_by_role("button", name="Keep").click()
        expect(admin.page.get_by_text(f"Cases can be handed in to {primero.url}.")).to_be_visible()
        assert in_both_schemes(admin, shots / "primero.png") == []
        _, case_id = office.claimed()
        seen = console(office, office.counsellors[0], open_page)
        number = office.counsellors[0].case(case_id)["number"]
        seen.page.locator(f"[id='row-{case_id}']").click()
        expect(seen.page.get_by_role("heading", name=number).first).to_be_visible()
        primero.script = [422]
        tick = seen.page.get_by_label("The child has agreed")
        tick.focus()
        seen.page.keyboard.press("Space")
        press(seen.page, "Hand in")
        expect(seen.page.get_by_role("main").get_by_text("Primero refused it (code 422)")).to_be_visible()
        seen.page.get_by_role("heading", name="Hand in to Primero").scroll_into_view_if_needed()
        assert in_both_schemes(seen, shots / "case.png") == []
        press(seen.page, "Hand in")
        expect(seen.page.get_by_role("main").get_by_text("It is in Primero since")).to_be_visible()
        assert list(primero.cases) == [case_id]
    assert admin.complaints == []
    assert seen.complaints == []
