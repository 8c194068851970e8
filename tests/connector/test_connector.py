"""The connector against the real API, and against one that is slow, broken or lying."""

import subprocess
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from faro_connector import CannotOpen, Connector, Refused
from nacl.public import PrivateKey

from tests.connector.conftest import Run, text_of
from tests.support.office import Office
from tests.support.systems import SystemClient

Answer = Callable[[httpx.Request], httpx.Response]


class Line(httpx.BaseTransport):
    """The way to the real API, with what goes wrong on it: `faults` are used up one a request."""

    def __init__(self) -> None:
        self.real = httpx.HTTPTransport()
        self.faults: list[httpx.Response | Exception | None] = []
        self.alter: Callable[[httpx.Request, httpx.Response], httpx.Response] = lambda _, reply: reply
        self.sent: list[httpx.Request] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.sent.append(request)
        fault = self.faults.pop(0) if self.faults else None
        if isinstance(fault, Exception):
            self.real.handle_request(request).read()  # it got through; only the answer was lost
            raise fault
        if fault is not None:
            return fault
        reply = self.real.handle_request(request)
        reply.read()
        return self.alter(request, reply)


@pytest.fixture
def line() -> Line:
    return Line()


@pytest.fixture
def waits() -> list[float]:
    return []


@pytest.fixture
def faro(given: dict[str, str], line: Line, waits: list[float]) -> Iterator[Connector]:
    with Connector(*given.values(), http=httpx.Client(transport=line), sleep=waits.append) as connector:
        yield connector


@pytest.fixture
def told(office: Office, faro: Connector) -> str:
    """A case with everything in it."""
    child = office.child(country="MX", band="13-15")
    child.say("somebody made a fake nude of me")
    callback = {"when": "at five", "channel": "phone", "phone_private": True}
    child.hand_over("transcript", story="it began in May", callback=callback, card={"threat": "yes"})
    case_id = office.case_of(child)
    office.counsellors[0].act(case_id, "claim")
    office.counsellors[0].act(case_id, "messages", {"text": "I am here"})
    return case_id


def test_a_case_comes_whole(faro: Connector, told: str) -> None:
    case = next(case for case in faro.cases() if case.id == told)
    assert (case.situation, case.image_nature, case.about, case.risk) == ("fake_image_of_me", "fake", "self", "high")
    assert case.lines == {"situation": "fake_image_of_me", "threat": "yes"} and "danger" in case.skipped
    assert case.summary == "it began in May" and case.callback and case.callback.when == "at five" and case.callback.phone_private
    assert ("child", "somebody made a fake nude of me") in [(said.by, said.text) for said in case.transcript]
    assert ("counsellor", "I am here", "counsellor 0") in [(said.by, said.text, said.name) for said in case.messages]
    assert case.consent.share_transcript and not case.consent.share_with_other_orgs
    assert case.updated_at.utcoffset() is not None and not case.erased


def test_a_case_that_changes_while_it_is_read_leads_past_no_other(office: Office, faro: Connector, line: Line, told: str) -> None:
    """Who is interrupted begins again at the time of the last case that came."""
    since = faro.case(told).updated_at
    _, next_one = office.waiting()

    def say_more(request: httpx.Request, reply: httpx.Response) -> httpx.Response:
        if request.url.path.endswith("/cases"):
            office.counsellors[0].act(told, "messages", {"text": "still here"})
        return reply

    line.alter = say_more
    last = next(faro.cases(after=since))
    assert last.id == told
    assert next_one in [case.id for case in faro.cases(after=last.updated_at)]


def test_what_has_not_changed_is_not_sent_again(office: Office, faro: Connector, told: str) -> None:
    case = faro.case(told)
    assert faro.changed(case) is None
    faro.report(told, state="received", reference="CRM-1")
    after = faro.changed(case)
    assert after is not None and (after.report.state, after.report.reference) == ("received", "CRM-1")


def test_a_report_whose_answer_was_lost_is_kept_once(office: Office, faro: Connector, line: Line, told: str) -> None:
    """The first try got through, the second says the same with the same key, and the API knows it."""
    faro.case(told)
    line.faults, line.sent = [None, httpx.ReadError("lost")], []
    assert faro.report(told, state="received").state == "received"
    first, second = (request.headers for request in line.sent if request.method == "PATCH")
    assert first["idempotency-key"] == second["idempotency-key"]
    assert office.store.one("select count(*) from audit_entry where thing = ? and action = 'case.report'", told) == 1


def test_a_report_on_a_case_that_changed_meanwhile_reads_it_again(office: Office, faro: Connector, line: Line, told: str) -> None:
    def change(request: httpx.Request, reply: httpx.Response) -> httpx.Response:
        line.alter = lambda _, same: same
        office.counsellors[0].act(told, "messages", {"text": "between reading and reporting"})
        return reply

    faro.case(told)
    line.alter = change
    assert faro.report(told, state="in_progress").state == "in_progress"
    patches = [request for request in line.sent if request.method == "PATCH"]
    assert len(patches) == 2 and patches[0].headers["if-match"] != patches[1].headers["if-match"]


def test_a_token_that_has_ended_is_renewed_by_itself(office: Office, faro: Connector, system: SystemClient, told: str) -> None:
    faro.case(told)
    for (token,) in office.store.rows("select token_hash from client_token where client_id = ?", system.id):
        office.store.set_time("client_token", "expires_at", timedelta(seconds=1), "token_hash = ?", token)
    assert faro.case(told).id == told


def test_it_waits_as_long_as_it_is_asked_to_and_no_shorter(faro: Connector, line: Line, waits: list[float], told: str) -> None:
    faro.case(told)
    line.faults = [httpx.Response(429, headers={"retry-after": "7"}), httpx.Response(503), httpx.Response(502)]
    assert faro.case(told).id == told
    assert waits == [7.0, 1.0, 2.0]


def test_it_gives_up_after_five_tries(faro: Connector, line: Line, waits: list[float], told: str) -> None:
    faro.case(told)
    line.faults = [httpx.Response(503)] * 5
    with pytest.raises(Refused, match="503"):
        faro.case(told)
    line.faults = [httpx.ConnectError("away")] * 5
    with pytest.raises(httpx.ConnectError):
        faro.case(told)
    assert len(waits) == 8


def test_a_disabled_system_is_told_so(office: Office, faro: Connector, system: SystemClient, told: str) -> None:
    faro.case(told)
    office.prove_again()
    office.admin.http.post(f"/v1/clients/{system.id}/disable")
    with pytest.raises(Refused, match="401 invalid_client"):
        faro.case(told)


def test_another_key_opens_nothing_and_says_so_without_a_word(given: dict[str, str], told: str) -> None:
    stranger = Connector(*{**given, "FARO_PRIVATE_KEY": text_of(PrivateKey.generate())}.values())
    with stranger, pytest.raises(CannotOpen, match=f"^{told}/key$"):
        stranger.case(told)


def _swap(body: dict[str, Any]) -> None:
    first, second = body["messages"][:2]
    first["sealed"], second["sealed"] = second["sealed"], first["sealed"]


LIES: dict[str, Callable[[dict[str, Any]], None]] = {
    "messages changed places": _swap,
    "another speaker": lambda body: body["messages"][0].update(by="counsellor"),
    "another conversation": lambda body: body.update(conversation_id="x"),
    "the transcript as card": lambda body: body.update(card=body["transcript"]),
    "an altered byte": lambda body: body.update(card="AAAA" + body["card"][4:]),
    "no base64": lambda body: body.update(card="?"),
}


@pytest.mark.parametrize("lie", LIES)
def test_what_was_moved_or_altered_is_not_believed(faro: Connector, line: Line, told: str, lie: str) -> None:
    def altered(request: httpx.Request, reply: httpx.Response) -> httpx.Response:
        if not request.url.path.endswith(told):
            return reply
        body = reply.json()
        LIES[lie](body)
        return httpx.Response(200, json=body, headers={"etag": reply.headers["etag"]})

    assert faro.case(told)
    line.alter = altered
    with pytest.raises(CannotOpen):
        faro.case(told)


@pytest.mark.parametrize("url", ["http://faro.example.org", "http://10.0.0.1", "ftp://faro.example.org", "faro.example.org"])
def test_the_secret_never_travels_in_the_clear(given: dict[str, str], url: str) -> None:
    with pytest.raises(ValueError, match="https"):
        Connector(*{**given, "FARO_URL": url}.values())


def test_the_command_says_what_is_missing_and_prints_no_secret(run: Run, given: dict[str, str]) -> None:
    wrong = run(["bash", "-c", "FARO_CLIENT_SECRET=wrong python -m faro_connector pull"])
    assert (wrong.returncode, wrong.stdout, wrong.stderr.strip()) == (1, "", "Refused: 401 invalid_client")
    missing = run(["bash", "-c", "FARO_PRIVATE_KEY= python -m faro_connector pull"])
    assert (missing.returncode, missing.stderr.strip()) == (2, "set FARO_PRIVATE_KEY")
    assert given["FARO_CLIENT_SECRET"] not in wrong.stderr + missing.stderr


def test_it_needs_httpx_and_pynacl_and_nothing_of_faro(run: Run) -> None:
    """No import of `api`: a helpline installs the folder alone."""
    script = (
        "import faro_connector, sys; print(sorted(m for m in sys.modules if m.split('.')[0] in ('api', 'fastapi', 'pydantic')))"
    )
    done: subprocess.CompletedProcess[str] = run(["python", "-c", script])
    assert done.stdout.strip() == "[]", done.stderr
