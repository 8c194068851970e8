"""People who join a helpline by a link, as their browser does it, and the operator's commands about people."""

import os
import subprocess
import sys
from typing import Any

import httpx
import pyotp

from tests.support.installation import ROOT, Installation
from tests.support.people import StaffClient

PASSWORD = "nine quiet otters by the river"
NAME = "Nour Haddad"


def invite(by: StaffClient, email: str, role: str = "counsellor", name: str = NAME) -> str:
    """The token of a new invite."""
    reply = by.http.post("/v1/people/invites", json={"email": email, "name": name, "role": role})
    assert reply.status_code == 201, reply.text
    return token_of(reply)


def token_of(reply: httpx.Response) -> str:
    assert reply.status_code == 201, reply.text
    return str(reply.json()["link"]).removeprefix("/console#invite=")


def outside(url: str) -> httpx.Client:
    """A browser that nobody is signed in with."""
    return httpx.Client(base_url=url, timeout=15, headers={"origin": url})


def look(url: str, token: str) -> httpx.Response:
    return outside(url).post("/v1/people/invites/open", json={"token": token})


def accept(url: str, token: str, secret: str, **changed: str) -> httpx.Response:
    given = {"token": token, "password": PASSWORD, "code": pyotp.TOTP(secret).now(), **changed}
    return outside(url).post("/v1/people/invites/accept", json=given)


def join(url: str, token: str) -> StaffClient:
    """Open the link, choose a password, confirm the authenticator, sign in."""
    seen: dict[str, Any] = look(url, token).json()
    joined = accept(url, token, seen["secret"])
    assert joined.status_code == 204, joined.text
    return StaffClient.sign_in(url, seen["email"], PASSWORD, seen["secret"])


def people_of(by: StaffClient) -> dict[str, dict[str, Any]]:
    """id -> the person, as the page about people shows them."""
    reply = by.http.get("/v1/people")
    assert reply.status_code == 200, reply.text
    return {person["id"]: person for person in reply.json()["people"]}


def operator(installation: Installation, *arguments: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    """One command of the operator, with what is typed on its standard input."""
    environ = {**os.environ, "PYTHONPATH": str(ROOT), **installation.settings()}
    command = [sys.executable, "-m", "api.operator", *arguments]
    return subprocess.run(command, env=environ, cwd=ROOT, input=typed, capture_output=True, text=True, check=False)
