"""My account in a real browser: passkeys of a virtual authenticator, a proof on demand, codes, password, single sign-on."""

import re
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import OpenPage, Watched
from tests.support.door import Member
from tests.support.identity import IdentityProvider, identity_provider, settings_of
from tests.support.installation import Installation, without_bot
from tests.support.store import Store

GOOD = "my cat eats blue cheese"
FINGER = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True, "isUserVerified": True,
    "automaticPresenceSimulation": True,
}  # fmt: skip


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with without_bot(tmp_path_factory.mktemp("house")) as running:
        yield running


@pytest.fixture
def store(house: Installation) -> Store:
    return Store(house.folder)


@pytest.fixture
def member(house: Installation, store: Store) -> Member:
    """The demo counsellor, whose code of this half minute works again."""
    member = Member(house.url, *house.accounts()["counsellor"])
    store.change("update staff set totp_step = 0 where email = ?", member.email)
    return member


@pytest.fixture
def seen(house: Installation, open_page: OpenPage) -> Watched:
    """The console by the name that passkeys are bound to."""
    return open_page(f"http://localhost:{house.port}/console", 1280, 1500)


def sign_in(page: Page, member: Member, code: str) -> None:
    page.get_by_label("E-mail").fill(member.email)
    page.get_by_label("Password").fill(member.password)
    page.get_by_label("Six-digit code").fill(code)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", name="Queue")).to_be_visible()


def to_my_account(page: Page) -> None:
    page.get_by_role("button", name="Office").click()
    page.get_by_role("button", name="My account").click()
    expect(page.get_by_role("heading", name="My account")).to_be_visible()


def test_a_counsellor_makes_a_passkey_and_signs_in_with_it(seen: Watched, member: Member, shots: Path) -> None:
    page = seen.page
    finger = page.context.new_cdp_session(page)
    finger.send("WebAuthn.enable")
    finger.send("WebAuthn.addVirtualAuthenticator", {"options": FINGER})
    expect(page.get_by_role("button", name="Sign in with a passkey")).to_be_visible()
    page.screenshot(path=shots / "sign-in.png")
    assert seen.violations() == []
    sign_in(page, member, member.code())
    to_my_account(page)
    page.get_by_label("What you call it").fill("my laptop")
    page.get_by_role("button", name="Add a passkey").click()
    passkey = page.locator(".things li", has_text="my laptop")
    expect(passkey).to_contain_text("Not used yet")
    page.screenshot(path=shots / "account.png", full_page=True)
    assert seen.violations() == []
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    page.screenshot(path=shots / "account-dark.png", full_page=True)
    assert seen.violations() == []

    page.get_by_role("button", name="Sign out").click()
    page.get_by_label("E-mail").fill(member.email)
    page.get_by_label("Password").fill(member.password)
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("heading", name="Queue")).to_be_visible()
    to_my_account(page)
    expect(passkey).to_contain_text("Used last on")
    page.get_by_role("button", name="Remove: my laptop").click()
    expect(passkey).to_have_count(0)


def test_an_old_proof_opens_a_dialog_and_then_the_act_goes_through(
    seen: Watched, member: Member, store: Store, shots: Path
) -> None:
    """Cancelled, nothing is done; given, it is done without a second click, and the console stays connected."""
    page = seen.page
    sign_in(page, member, member.code())
    to_my_account(page)
    newest = "created_at = (select max(created_at) from staff_session)"
    store.set_time("staff_session", "proved_at", timedelta(minutes=6), newest)
    page.get_by_role("button", name="Make ten new codes").click()
    dialog = page.get_by_role("dialog", name="Is it you?")
    expect(dialog).to_be_visible()
    page.screenshot(path=shots / "proof.png")
    assert seen.violations() == []
    dialog.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("Not done: it needs a proof that it is you.")).to_be_visible()

    page.get_by_role("button", name="Make ten new codes").click()
    dialog.get_by_label("Password").fill(member.password)
    dialog.get_by_label("Six-digit code").fill("000000")
    dialog.get_by_role("button", name="Go on").click()
    expect(dialog.get_by_role("alert")).to_contain_text("That is not right")
    dialog.get_by_label("Six-digit code").fill(member.code(1))
    page.keyboard.press("Enter")
    expect(page.locator(".codes li")).to_have_count(10)
    expect(dialog).to_have_count(0)
    page.screenshot(path=shots / "codes.png", full_page=True)
    assert seen.violations() == []
    expect(page.get_by_text("Left: 10")).to_be_visible()
    expect(page.locator(".link.live")).to_be_visible(timeout=20_000)

    code = page.locator(".codes li").first.inner_text()
    page.get_by_role("button", name="Sign out").click()
    sign_in(page, member, code)


def test_a_counsellor_changes_authenticator_password_and_ends_another_browser(
    seen: Watched, house: Installation, member: Member, store: Store, shots: Path
) -> None:
    other = member.enter(member.code(-1))
    page = seen.page
    sign_in(page, member, member.code())
    to_my_account(page)
    ends = page.get_by_role("button", name=re.compile("^End: Since"))
    expect(ends.first).to_be_visible()
    page.get_by_role("button", name="End all others").click()
    expect(ends).to_have_count(0)
    assert other.get("/v1/staff/sessions/current").status_code == 401

    page.get_by_role("button", name="Set up a new authenticator").click()
    secret = page.locator(".qr + p code").inner_text().replace(" ", "")
    page.screenshot(path=shots / "authenticator.png", full_page=True)
    assert seen.violations() == []
    page.get_by_label("Six digits of the new one").fill(pyotp.TOTP(secret).now())
    page.locator(".account").get_by_label("Password", exact=True).fill(member.password)
    page.get_by_role("button", name="Use the new one").click()
    expect(page.get_by_text("From now on the new authenticator counts.")).to_be_visible()

    page.get_by_label("The password until now").fill(member.password)
    page.get_by_label("The new password").fill("passwordpassword")
    page.get_by_role("button", name="Change the password").click()
    expect(page.get_by_text("made of what many people take")).to_be_visible()
    page.get_by_label("The new password").fill(GOOD)
    page.get_by_role("button", name="Change the password").click()
    expect(page.get_by_text("The password is changed.")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    store.change("update staff set totp_step = 0 where email = ?", member.email)
    sign_in(page, Member(house.url, member.email, GOOD, secret), pyotp.TOTP(secret).at(int(time.time())))


@pytest.fixture
def provider(tmp_path: Path) -> Iterator[IdentityProvider]:
    with identity_provider(tmp_path) as running:
        yield running


@pytest.fixture
def site(provider: IdentityProvider, tmp_path: Path) -> Iterator[Installation]:
    with without_bot(tmp_path / "faro", **settings_of(provider.issuer)) as running:
        yield running


def test_a_member_comes_by_the_helplines_own_sign_on(
    provider: IdentityProvider, site: Installation, open_page: OpenPage, shots: Path
) -> None:
    """To the provider's page, back, the passphrase, the desk; and out by both doors."""
    email, password, _ = site.accounts()["supervisor"]
    provider.account("sub-of-the-supervisor", email=email, email_verified=True)
    seen = open_page(f"http://localhost:{site.port}/console", 1280, 800)
    page = seen.page
    page.get_by_role("button", name="Single sign-on").click()
    page.get_by_placeholder("sub").fill("nobody of ours")
    page.get_by_role("button", name="Authorize").click()
    expect(page.get_by_text("Single sign-on did not let you in")).to_be_visible()
    assert "#" not in page.url

    page.get_by_role("button", name="Single sign-on").click()
    page.get_by_placeholder("sub").fill("sub-of-the-supervisor")
    page.get_by_role("button", name="Authorize").first.click()
    page.get_by_label("Passphrase").fill("wrong password of 15")
    page.get_by_role("button", name="Open").click()
    expect(page.get_by_text("That is not the passphrase")).to_be_visible()
    page.screenshot(path=shots / "passphrase.png")
    assert seen.violations() == []
    page.get_by_label("Passphrase").fill(password)
    page.get_by_role("button", name="Open").click()
    expect(page.get_by_role("heading", name="Queue")).to_be_visible()
    to_my_account(page)
    expect(page.get_by_text("Your helpline's sign-on is linked")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(f"{provider.issuer}/oauth2/end_session*")
