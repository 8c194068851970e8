"""The example receiver runs as docs/webhooks.md says, and takes an event once."""

import base64
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from api.outbox.rules import body_of, signed
from tests.support.installation import ROOT, free_port
from tests.support.mortal import until
from tests.support.office import Office

COMMAND = "python examples/webhook_receiver.py 8080"


class Example:
    """The example with the secret of an endpoint that an admin has made for it."""

    def __init__(self, office: Office) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        made = office.admin.http.post("/v1/webhooks", json={"url": self.url, "events": ["case.created"]})
        assert made.status_code == 201, made.text
        self.id, self.secret = made.json()["id"], made.json()["secret"]
        command = [sys.executable if word == "python" else word for word in COMMAND.replace("8080", str(self.port)).split()]
        environ = {**os.environ, "FARO_WEBHOOK_SECRET": self.secret}
        self.process = subprocess.Popen(command, cwd=ROOT, env=environ, stdout=subprocess.PIPE, text=True)
        until(lambda: httpx.post(self.url, content=b"").status_code == 401)

    def stop(self) -> list[str]:
        self.process.terminate()
        out, _ = self.process.communicate(timeout=10)
        return out.splitlines()


@pytest.fixture
def example(office: Office) -> Iterator[Example]:
    example = Example(office)
    yield example
    example.stop()
    office.admin.http.delete(f"/v1/webhooks/{example.id}")


def test_the_document_says_how_it_is_run() -> None:
    assert COMMAND in (ROOT / "docs/webhooks.md").read_text("utf-8")


def test_it_prints_the_case_that_a_child_has_passed_on(office: Office, example: Example) -> None:
    _, case_id = office.waiting()
    until(lambda: [row["state"] for row in office.admin.http.get("/v1/webhooks/deliveries").json()] == ["delivered"])
    (line,) = example.stop()
    assert line.startswith("case.created ")
    assert case_id in line


def test_it_takes_an_event_once_and_refuses_what_nobody_signed(example: Example) -> None:
    key, moment = base64.b64decode(example.secret.removeprefix("whsec_")), datetime.now(UTC)
    body = body_of("case.closed", moment, {"id": "1"})
    good = signed([key], "an id", moment, body)
    old = signed([key], "another id", moment - timedelta(minutes=6), body)
    tries = [(good, body), (good, body), (good, body.replace("1", "2")), (old, body), (good | {"webhook-id": "x"}, body)]
    assert [httpx.post(example.url, content=text, headers=head).status_code for head, text in tries] == [204, 204, 401, 401, 401]
    assert len(example.stop()) == 1
