"""T19: no address that an admin could type, and no name that could turn on us, makes Faro connect to a network's inside."""

import asyncio
import socket
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from api.outbox.guard import Answer, Way
from api.outbox.rules import is_public, may_call
from api.settings import Settings
from tests.outbox.conftest import NO_BOT
from tests.support.mortal import until
from tests.support.office import Office
from tests.support.receiver import Receiver

HOSTILE = [
    # loopback and this machine, in every notation that some parser takes for an address
    "https://127.0.0.1/", "https://127.1/", "https://127.0.1/", "https://2130706433/", "https://017700000001/",
    "https://0177.0.0.1/", "https://0x7f.0.0.1/", "https://0x7f000001/", "https://0x7f.1/", "https://127.0.0.1./",
    "https://0/", "https://0.0.0.0/", "https://localhost/", "https://localhost./", "https://LOCALHOST/",
    "https://[::1]/", "https://[::]/", "https://[::ffff:127.0.0.1]/", "https://[::ffff:7f00:1]/", "https://[::127.0.0.1]/",
    "https://[0:0:0:0:0:0:0:1]/", "https://[64:ff9b::7f00:1]/", "https://[2002:7f00:1::]/", "https://[fe80::1%25eth0]/",
    # other digits and dots that are read as ASCII
    "https://①②⑦.⓪.⓪.①/", "https://127。0。0。1/", "https://１２７.0.0.1/", "https://ⓛocalhost.example.org/",
    # private, shared, link-local, metadata
    "https://10.0.0.1/", "https://172.16.0.1/", "https://192.168.1.1/", "https://100.64.0.1/", "https://169.254.169.254/",
    "https://[fd00::1]/", "https://[fd00:ec2::254]/", "https://3232235777/", "https://0xa9fea9fe/",
    # another scheme, port, user, or two hosts for two parsers
    "http://receiver.example.org/", "ftp://receiver.example.org/", "file:///etc/passwd", "gopher://receiver.example.org/",
    "https://receiver.example.org:22/", "https://receiver.example.org:8443/", "https://receiver.example.org:80/",
    "https://user:word@receiver.example.org/", "https://receiver.example.org@127.0.0.1/", "https://receiver.example.org#@127.0.0.1/",
    "https://receiver.example.org\\@127.0.0.1/", "https://127.0.0.1\\.receiver.example.org/", "https://receiver.example.org /",
    "https://receiver.example.org\t/", "https://receiver.example.org/\r\nhost: 127.0.0.1", "https://receiver.example.org%00.127.0.0.1/",
    "https://%31%32%37.0.0.1/", "//receiver.example.org/", "https:receiver.example.org", "https:///receiver.example.org/",
    "https://receiver..example.org/", "https://-receiver.example.org/", "https://.example.org/", "https://", "",
    "https://receiver.example.org/" + "a" * 500,
]  # fmt: skip
INSIDE = [
    "127.0.0.1", "127.255.255.254", "0.0.0.0", "10.1.2.3", "172.31.255.255", "192.168.0.1", "169.254.169.254", "100.100.100.200",
    "192.0.2.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::1", "::", "::ffff:127.0.0.1", "::ffff:8.8.8.8",
    "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::1", "2002:7f00:1::1", "2001::1", "2001:db8::1", "fc00::1", "fd00:ec2::254",
    "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "not an address",
]  # fmt: skip
NAME = "https://receiver.example.org/hook"


class Names(AbstractResolver):
    """Answers with what it is told; each question takes the next answer."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers, self.asked = list(answers), 0

    async def resolve(self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC) -> list[ResolveResult]:
        self.asked += 1
        found = self.answers[min(self.asked, len(self.answers)) - 1]
        kind = {True: socket.AF_INET6, False: socket.AF_INET}
        return [
            ResolveResult(hostname=host, host=each, port=port, family=kind[":" in each], proto=0, flags=socket.AI_NUMERICHOST)
            for each in found
        ]

    async def close(self) -> None: ...


@pytest.fixture
def dialled(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Every address that somebody wants to connect to; nobody gets through."""
    seen: list[str] = []

    async def start(addr_infos: Any, **_: Any) -> socket.socket:
        seen.extend(info[4][0] for info in addr_infos)
        raise OSError("no network in a test")

    monkeypatch.setattr("aiohttp.connector.aiohappyeyeballs.start_connection", start)
    return seen


async def call(url: str, *answers: list[str]) -> tuple[Answer, int]:
    names = Names(*answers)
    way = Way(seconds=5, resolver=names)
    async with way.open() as session:
        return await way.post(session, url, "{}", {}), names.asked


@pytest.mark.parametrize("url", HOSTILE)
async def test_a_hostile_address_is_not_called(dialled: list[str], url: str) -> None:
    """Nor is its name looked up, for a look-up tells too."""
    assert await call(url, ["8.8.8.8"]) == (Answer(None, "address"), 0)
    assert dialled == []


def test_there_are_forty_and_more_of_them() -> None:
    assert len(set(HOSTILE)) >= 40
    assert not any(may_call(url, loopback=True) for url in HOSTILE)


@pytest.mark.parametrize("address", INSIDE)
async def test_a_good_name_that_leads_inside_is_not_called(dialled: list[str], address: str) -> None:
    assert not is_public(address)
    assert (await call(NAME, [address]))[0] == Answer(None, "address")
    assert (await call(NAME, ["8.8.8.8", address]))[0] == Answer(None, "address")  # one among good ones
    assert dialled == []


async def test_a_name_that_turns_between_check_and_use_is_dialled_as_it_was_checked(dialled: list[str]) -> None:
    """DNS rebinding: asked once, and what was checked is what is dialled."""
    answer, asked = await call(NAME, ["8.8.8.8", "2001:4860:4860::8888"], ["127.0.0.1"])
    assert (answer.trouble, asked) == ("connection", 1)
    assert set(dialled) == {"8.8.8.8", "2001:4860:4860::8888"}


async def test_a_proxy_of_the_environment_is_not_used(dialled: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    await call(NAME, ["8.8.8.8"])
    assert dialled == ["8.8.8.8"]


@pytest.fixture
def certificate(tmp_path: Path) -> ssl.SSLContext:
    """A receiver's certificate for the right name, that nobody vouches for."""
    subject = ["-subj", "/CN=receiver.example.org", "-addext", "subjectAltName=DNS:receiver.example.org"]
    files = ["-keyout", str(tmp_path / "key"), "-out", str(tmp_path / "cert")]
    make = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1"]
    subprocess.run([*make, *subject, *files], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "cert", tmp_path / "key")
    return context


@pytest.mark.parametrize(("trusted", "status"), [(False, None), (True, 200)])
async def test_the_certificate_is_checked_for_the_name(
    certificate: ssl.SSLContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trusted: bool, status: int | None
) -> None:
    """A receiver at the right address without a certificate that holds gets no byte of the event."""
    got: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        got.append(await reader.read(100))
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=certificate)
    ours = (socket.AF_INET, socket.SOCK_STREAM, 0, "", server.sockets[0].getsockname()[:2])
    start = aiohttp.connector.aiohappyeyeballs.start_connection  # type: ignore[attr-defined]

    async def to_ours(addr_infos: Any, **more: Any) -> socket.socket:
        found: socket.socket = await start([ours], **more)
        return found

    monkeypatch.setattr("aiohttp.connector.aiohappyeyeballs.start_connection", to_ours)
    if trusted:
        vouched = ssl.create_default_context(cafile=str(tmp_path / "cert"))
        monkeypatch.setattr("aiohttp.connector._SSL_CONTEXT_VERIFIED", vouched)
    answer, _ = await call(NAME, ["8.8.8.8"])
    server.close()
    assert answer.status == status
    assert bool(got) is trusted


def test_an_admin_is_told_that_an_address_is_not_allowed(office: Office) -> None:
    refused = [office.admin.http.post("/v1/webhooks", json={"url": url, "events": ["case.created"]}) for url in HOSTILE]
    assert {reply.status_code for reply in refused} == {400}
    assert office.store.rows("select * from webhook_endpoint") == []


def test_without_the_setting_this_machine_is_no_receiver(tmp_path: Path, system: Receiver) -> None:
    """Neither for a new endpoint, nor for one that stands in the table from other days."""
    office = Office.open(tmp_path / "office", NO_BOT, counsellors=1, FARO_OUTBOX_LOOPBACK="true")
    try:
        given = {"url": system.url, "events": ["case.created"]}
        assert office.admin.http.post("/v1/webhooks", json=given).status_code == 201
        office.installation.stop()
        office.installation.environment["FARO_OUTBOX_LOOPBACK"] = "false"
        office.installation.start()
        assert office.admin.http.post("/v1/webhooks", json=given).status_code == 400
        office.waiting()
        until(lambda: office.admin.http.get("/v1/webhooks/deliveries").json()[0]["trouble"] == "address")
        assert system.came == []
    finally:
        office.close()


def test_production_does_not_start_with_the_setting() -> None:
    secret = "6f1c9be27d4a8035b1e6d27f90ac43d8"
    good = {"mode": "production", "pepper": secret, "bot_secret": secret}
    assert Settings(**good).production
    with pytest.raises(ValueError, match="FARO_OUTBOX_LOOPBACK"):
        Settings(**good, outbox_loopback=True)
