"""What production demands before it starts, and what it adds to a session's cookie."""

import os
import subprocess
import sys
from collections.abc import Iterator
from http.cookies import Morsel, SimpleCookie
from pathlib import Path

import httpx
import pytest

from api.auth.access import COOKIE, HOST_COOKIE
from api.auth.routes import BROWSER
from api.auth.rules import Role
from api.settings import Settings
from tests.support.door import ME, Member, hire
from tests.support.installation import NO_BOT, ROOT, Installation

HOST_BROWSER = f"__Host-{BROWSER}"
RANDOM = "6f1c9be27d4a8035b1e6d27f90ac43d8"
GOOD = {"FARO_MODE": "production", "FARO_PEPPER": RANDOM, "FARO_SERVE_DRAFTS": "true"}


@pytest.fixture(scope="module")
def production(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    installation = Installation(tmp_path_factory.mktemp("production"), NO_BOT, GOOD).start()
    yield installation
    installation.stop()


@pytest.fixture
def member(production: Installation) -> Member:
    return hire(production, Role.counsellor)[0]


def test_production_has_no_preview(production: Installation) -> None:
    assert httpx.get(f"{production.url}/preview").status_code == 404


def cookies_of(reply: httpx.Response) -> dict[str, Morsel[str]]:
    return {name: cookie for header in reply.headers.get_list("set-cookie") for name, cookie in SimpleCookie(header).items()}


def test_the_cookies_are_kept_from_scripts_from_other_sites_and_from_plain_http(member: Member) -> None:
    """Secure, HttpOnly, SameSite=Strict, whole site, and the __Host- prefix by which a browser enforces it (RFC 6265bis)."""
    cookies = cookies_of(member.knock())
    assert cookies.keys() == {HOST_COOKIE, HOST_BROWSER}
    for name, cookie in cookies.items():
        assert name.startswith("__Host-") and cookie["path"] == "/" and not cookie["domain"]
        assert cookie["secure"] and cookie["httponly"] and cookie["samesite"].lower() == "strict"
    assert int(cookies[HOST_COOKIE]["max-age"]) <= 12 * 3600


def test_a_cookie_without_the_prefix_is_nobodys_in_production(production: Installation, member: Member) -> None:
    """Another host of the same site can set a plain cookie, and none with the prefix."""
    token = cookies_of(member.knock())[HOST_COOKIE].value
    assert httpx.get(f"{production.url}{ME}", headers={"cookie": f"{HOST_COOKIE}={token}"}).status_code == 200
    assert httpx.get(f"{production.url}{ME}", headers={"cookie": f"{COOKIE}={token}"}).status_code == 401


def test_the_cookie_opens_the_console_and_dies_at_sign_out(production: Installation, member: Member) -> None:
    cookie = cookies_of(member.knock())[HOST_COOKIE].value
    known = {"cookie": f"{HOST_COOKIE}={cookie}", "origin": production.url}
    assert httpx.get(f"{production.url}{ME}", headers=known).status_code == 200
    left = httpx.delete(f"{production.url}{ME}", headers=known)
    assert left.status_code == 204
    assert httpx.get(f"{production.url}{ME}", headers=known).status_code == 401


def test_sign_out_takes_the_cookie_out_of_the_browser(production: Installation, member: Member) -> None:
    """A browser ignores a `__Host-` cookie without Secure, so the deletion must carry it too."""
    cookie = cookies_of(member.knock())[HOST_COOKIE].value
    known = {"cookie": f"{HOST_COOKIE}={cookie}", "origin": production.url}
    removal = cookies_of(httpx.delete(f"{production.url}{ME}", headers=known))[HOST_COOKIE]
    assert (removal["max-age"], bool(removal["secure"])) == ("0", True)


def test_production_asks_for_https_on_every_answer(production: Installation) -> None:
    sent = httpx.get(f"{production.url}/").headers["strict-transport-security"]
    assert int(sent.split(";")[0].removeprefix("max-age=")) >= 31536000


@pytest.mark.parametrize("name", ["pepper", "bot_secret"])
@pytest.mark.parametrize("value", ["", "change-me", "CHANGEME", " Secret ", "x", None])
def test_production_refuses_a_placeholder_for_a_secret(name: str, value: str | None) -> None:
    """Missing, what a template ships, or what a guess finds. With two random values the same settings stand."""
    good = {"mode": "production", "pepper": RANDOM, "bot_secret": RANDOM[::-1]}
    Settings(**good)
    with pytest.raises(ValueError, match=f"FARO_{name.upper()}"):
        Settings(**{field: given for field, given in {**good, name: value}.items() if given is not None})


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"public_url": "http://console.example"}, "FARO_PUBLIC_URL"),
        ({"oidc_issuer": "https://id.example"}, "FARO_OIDC_CLIENT_ID"),
        ({"oidc_issuer": "http://id.example", "oidc_client_id": "faro", "oidc_client_secret": RANDOM}, "FARO_OIDC_ISSUER"),
        ({"oidc_issuer": "https://id.example", "oidc_client_id": "faro", "oidc_client_secret": RANDOM}, "FARO_PUBLIC_URL"),
    ],
    ids=str,
)
def test_production_refuses_half_a_set_up_of_single_sign_on(given: dict[str, str], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        Settings(mode="production", pepper=RANDOM, bot_secret=RANDOM[::-1], **given)


def test_production_refuses_to_run_unsealed() -> None:
    with pytest.raises(ValueError, match="FARO_SEALED"):
        Settings(mode="production", pepper=RANDOM, bot_secret=RANDOM[::-1], sealed=False)


def test_the_refusal_to_start_names_the_setting_and_keeps_the_secret() -> None:
    """What the operator reads, and what a log keeps, holds no piece of the secret that was right."""
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "FARO_MODE": "production", "FARO_PEPPER": RANDOM}
    command = [sys.executable, "-m", "api.operator", "serve"]
    ended = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode != 0 and "FARO_BOT_SECRET" in ended.stderr
    pieces = [RANDOM[n : n + 8] for n in range(len(RANDOM) - 7)]
    assert [piece for piece in pieces if piece in ended.stderr + ended.stdout] == []


def test_production_does_not_start_on_a_database_with_demo_accounts(tmp_path: Path) -> None:
    """It was started in development once, and that is enough."""
    development = Installation(tmp_path, NO_BOT).start()
    development.stop()
    assert development.accounts()
    with pytest.raises(RuntimeError, match="demo accounts"):
        _start(tmp_path, GOOD)


def test_production_makes_no_account_by_itself(production: Installation) -> None:
    assert production.accounts() == {}


def test_without_signed_words_a_child_is_never_answered_with_a_bare_error(tmp_path: Path) -> None:
    """No sentence is reviewed yet: production does not start and says why, or its page has help in it all the same."""
    installation = Installation(tmp_path, NO_BOT, {**GOOD, "FARO_SERVE_DRAFTS": "false"})
    try:
        installation.start()
        page = httpx.get(f"{installation.url}/", params={"country": "MX"})
        told = f"{page.status_code} {page.text}"
    except RuntimeError as stopped:
        told = str(stopped)
    finally:
        installation.stop()
    assert (told.startswith("200 ") and "911" in told) or "FARO_SERVE_DRAFTS" in told


def _start(folder: Path, environment: dict[str, str]) -> None:
    """Start, expecting that it does not; stop it if it does."""
    installation = Installation(folder, NO_BOT, environment)
    try:
        installation.start()
    finally:
        installation.stop()
