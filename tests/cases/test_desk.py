"""A counsellor's desk: claim, read, write, note, release, close; who reads what, and what never reaches the child."""

import json
import uuid
from collections.abc import Callable
from datetime import timedelta
from time import sleep

import httpx
import pytest

from api.auth.rules import Role
from tests.support.installation import Installation
from tests.support.office import Office
from tests.support.people import ChildClient, Hiring, StaffClient
from tests.support.store import Store
from tests.support.streams import bubble_with, listening, until, watching
from tests.support.together import at_once
from tests.support.words import keys_of, paragraphs

SECRET = "marzipan in the words of staff"
VERBS = [
    ("claim", None), ("release", None), ("messages", {"text": "hello"}), ("notes", {"text": "hello"}),
    ("close", {"outcome": "helped"}),
]  # fmt: skip


def statuses(who: StaffClient, case_id: str) -> set[int]:
    """What comes of reading a case, listening to it, and every verb."""
    reads = [who.http.get(f"/v1/cases/{case_id}"), who.http.get("/v1/cases/events", params={"case": case_id})]
    return {reply.status_code for reply in [*reads, *(who.act(case_id, verb, body) for verb, body in VERBS)]}


def test_of_twenty_counsellors_who_claim_at_once_one_has_the_case(office: Office) -> None:
    child, case_id = office.waiting()
    replies = at_once(lambda who: who.act(case_id, "claim"), office.counsellors)
    assert sorted(reply.status_code for reply in replies) == [200, *[409] * 19]
    winner = next(who for who, reply in zip(office.counsellors, replies, strict=True) if reply.status_code == 200)
    assert [who.email for who in office.counsellors if who.http.get(f"/v1/cases/{case_id}").is_success] == [winner.email]
    assert [bubble["key"] for bubble in child.get().json()["bubbles"]].count("system/joined") == 1


def test_a_lost_claim_is_a_problem_and_no_more(office: Office) -> None:
    _, case_id = office.claimed()
    reply = office.counsellors[1].act(case_id, "claim")
    assert (reply.status_code, reply.headers["content-type"]) == (409, "application/problem+json")


def test_content_opens_after_the_claim_and_only_for_who_claimed(office: Office) -> None:
    one, two = office.counsellors[:2]
    child = office.child()
    child.hand_over("summary", story=SECRET)
    case_id = office.case_of(child)
    assert [who.http.get(f"/v1/cases/{case_id}").status_code for who in (one, two)] == [403, 403]
    one.act(case_id, "claim")
    assert one.case(case_id)["story"] == SECRET
    assert two.http.get(f"/v1/cases/{case_id}").status_code == 403


def test_the_queue_shows_nothing_that_was_typed(office: Office) -> None:
    child = office.child()
    child.hand_over("summary", story=SECRET)
    row = next(row for row in office.counsellors[0].queue(state="waiting") if row["id"] == office.case_of(child))
    assert SECRET not in json.dumps(row)


def test_what_the_child_writes_while_waiting_is_there_after_the_claim(office: Office) -> None:
    child, case_id = office.waiting()
    first, *told = child.say("are you there")["bubbles"]
    keys = {bubble["key"].split("/")[0] for bubble in told}
    assert (first["by"], first["text"]) == ("child", "are you there")
    assert keys == {"system", "card"}  # that no person reads it yet, with the numbers
    office.counsellors[0].act(case_id, "claim")
    assert "are you there" in [said["text"] for said in office.counsellors[0].case(case_id)["messages"]]


def test_the_child_is_told_in_the_stream_that_a_person_is_here(office: Office) -> None:
    child, case_id = office.waiting()
    with listening(child) as stream:
        until(stream, lambda event: event.data == {"state": "waiting"})
        office.counsellors[0].act(case_id, "claim")
        events = until(stream, lambda event: event.data == {"state": "human"})
    assert [event.data["key"] for event in events if event.name == "bubble"] == ["system/joined"]
    assert paragraphs("system/joined", "en")[0] in events[0].data["text"]


def test_a_counsellors_words_reach_the_child_at_once(office: Office) -> None:
    child, case_id = office.claimed()
    with listening(child) as stream:
        office.counsellors[0].act(case_id, "messages", {"text": "I am reading what you wrote"})
        said = until(stream, bubble_with("I am reading what you wrote"))[-1].data
    assert (said["by"], said["name"]) == ("counsellor", "counsellor 0")
    assert ("counsellor", "I am reading what you wrote") in child.texts()


def test_a_childs_words_reach_the_counsellor_at_once(office: Office) -> None:
    child, case_id = office.claimed()
    with watching(office.counsellors[0], case=case_id) as stream:
        assert next(stream).name == "hello"
        child.say("thank you for coming")
        until(stream, lambda event: event.name == "case")
    assert office.counsellors[0].case(case_id)["messages"][-1]["text"] == "thank you for coming"


def test_both_write_at_the_same_time_and_nothing_is_lost(office: Office) -> None:
    child, case_id = office.claimed()
    by_child, by_person = [f"from the child {n}" for n in range(10)], [f"from the person {n}" for n in range(50)]

    def write(text: str) -> int:
        """As the pages do: what was refused because the line was too long was not kept, and is sent again."""
        body = {"text": text}
        for _ in range(20):
            reply = child.post("/messages", body) if text in by_child else office.counsellors[0].act(case_id, "messages", body)
            if reply.status_code != httpx.codes.SERVICE_UNAVAILABLE:
                break
        return reply.status_code

    assert set(at_once(write, [*by_child, *by_person])) == {200, 201}
    assert sorted(text for by, text in child.texts() if by in ("child", "counsellor")) == sorted([*by_child, *by_person])


def test_a_new_case_wakes_the_queue(office: Office) -> None:
    with watching(office.counsellors[0]) as stream:
        assert next(stream).name == "hello"
        office.waiting()
        assert until(stream, lambda event: event.name == "queue")


def test_release_puts_the_case_back_and_the_child_is_told(office: Office) -> None:
    one, two = office.counsellors[:2]
    child, case_id = office.claimed(one)
    assert one.act(case_id, "release").json()["state"] == "waiting"
    assert child.get().json()["state"] == "waiting"
    assert child.get().json()["bubbles"][-1]["key"] == "system/released"
    assert one.http.get(f"/v1/cases/{case_id}").status_code == 403
    assert two.act(case_id, "claim").status_code == 200


def test_close_brings_the_program_back_and_it_says_so(office: Office) -> None:
    child, case_id = office.claimed()
    closed = office.counsellors[0].act(case_id, "close", {"outcome": "referred"}).json()
    assert (closed["state"], closed["outcome"]) == ("closed", "referred")
    after = child.get().json()
    assert (after["state"], after["bubbles"][-1]["key"]) == ("bot", "system/left")
    assert "program" in after["bubbles"][-1]["text"]
    assert keys_of(child.say("what is a deepfake?"))[0] == "what_is_deepfake"


def test_after_the_end_nobody_writes_into_the_case(office: Office) -> None:
    child, case_id = office.claimed()
    one = office.counsellors[0]
    assert one.act(case_id, "messages", {"text": "good bye"}).status_code == 201
    one.act(case_id, "close", {"outcome": "helped"})
    said = child.texts()
    assert one.act(case_id, "messages", {"text": "one more thing"}).status_code == 403
    assert one.act(case_id, "claim").status_code == 409
    assert child.texts() == said


@pytest.mark.parametrize(("verb", "body"), VERBS[1:])
def test_nobody_acts_in_a_colleagues_case(office: Office, verb: str, body: object) -> None:
    one, two = office.counsellors[:2]
    child, case_id = office.claimed(one)
    said = child.texts()
    assert two.act(case_id, verb, body).status_code == 403
    assert child.texts() == said
    assert one.act(case_id, verb, body).is_success


def test_notes_are_read_by_staff_and_never_by_the_child(office: Office) -> None:
    child, case_id = office.claimed()
    one = office.counsellors[0]
    one.act(case_id, "notes", {"text": SECRET})
    assert [(note["by"], note["text"]) for note in one.case(case_id)["notes"]] == [("counsellor 0", SECRET)]
    assert SECRET not in everything_of(child)
    one.act(case_id, "close", {"outcome": "helped"})
    child.hand_over("transcript")
    assert SECRET not in everything_of(child)


def everything_of(child: ChildClient) -> str:
    """The whole conversation, by every way that a child has to read it."""
    child.say("still there?")
    with listening(child) as stream:
        heard = until(stream, bubble_with("still there?"))
    ways = [child.get(), child.get("/bubbles"), child.get("/handoff"), child.http.get("/v1/config")]
    code = child.post("/code").json()["code"]
    back = child.http.post("/v1/conversations/resume", json={"code": code})
    child.token = back.json()["token"]
    return "".join([*(reply.text for reply in [*ways, back]), *(json.dumps(event.data) for event in heard)])


def test_a_supervisor_reads_what_is_claimed_and_not_what_waits(office: Office) -> None:
    child = office.child()
    child.hand_over("summary", story=SECRET)
    case_id = office.case_of(child)
    assert office.supervisor.http.get(f"/v1/cases/{case_id}").status_code == 403
    office.counsellors[0].act(case_id, "claim")
    assert office.supervisor.case(case_id)["story"] == SECRET
    assert office.supervisor.act(case_id, "messages", {"text": "hello"}).status_code == 403


@pytest.mark.parametrize("state", ["waiting", "claimed"])
def test_an_admin_reads_no_case_and_no_queue(office: Office, state: str) -> None:
    _, case_id = office.claimed() if state == "claimed" else office.waiting()
    assert statuses(office.admin, case_id) == {403}
    assert office.admin.http.get("/v1/cases").status_code == 403


@pytest.mark.parametrize("text", ["", "   ", "x" * 2001])
def test_an_empty_or_endless_message_of_staff_is_refused(office: Office, text: str) -> None:
    child, case_id = office.claimed()
    said = child.texts()
    assert office.counsellors[0].act(case_id, "messages", {"text": text}).is_client_error
    assert child.texts() == said


def test_a_second_try_after_a_new_sign_in_is_the_same_message(another: Callable[..., Installation]) -> None:
    faro = another()
    email, password, key = faro.accounts()["counsellor"]
    before, child = StaffClient.sign_in(faro.url, email, password, key), ChildClient.start(faro.url)
    child.hand_over()
    (row,), key_of_try = before.queue(), str(uuid.uuid4())
    before.act(row["id"], "claim")
    first = before.act(row["id"], "messages", {"text": "I am here"}, key_of_try)
    assert before.http.delete("/v1/staff/sessions/current").is_success
    Store(faro.folder).change("update staff set totp_step = 0 where email = ?", email)
    after = StaffClient.sign_in(faro.url, email, password, key)
    again = after.act(row["id"], "messages", {"text": "I am here"}, key_of_try)
    assert (again.status_code, again.json()) == (201, first.json())
    assert after.act(row["id"], "messages", {"text": "other words"}, key_of_try).status_code == 422
    assert child.texts().count(("counsellor", "I am here")) == 1


def test_the_child_finds_the_person_again_for_as_long_as_the_case_is_open(office: Office) -> None:
    """And for a month after the last words of the person, who may close it next."""
    child, case_id = office.claimed()
    code = child.post("/code").json()["code"]
    office.store.set_time("conversation", "expires_at", timedelta(days=1), "id = ?", child.id)
    assert child.get().status_code == 200
    assert child.post("/messages", {"text": "are you there"}).status_code == 200
    office.store.set_time("conversation", "expires_at", timedelta(days=1), "id = ?", child.id)
    assert office.counsellors[0].act(case_id, "messages", {"text": "yes"}).status_code == 201
    assert office.counsellors[0].act(case_id, "close", {"outcome": "helped"}).status_code == 200
    assert ("counsellor", "yes") in child.texts()
    assert child.http.post("/v1/conversations/resume", json={"code": code}).status_code == 200


def test_a_code_opens_a_talk_whose_time_is_over_while_its_case_is_open(office: Office) -> None:
    child, case_id = office.waiting()
    code = {"code": child.post("/code").json()["code"]}
    office.store.set_time("conversation", "expires_at", timedelta(days=1), "id = ?", child.id)
    opened = child.http.post("/v1/conversations/resume", json=code)
    assert opened.status_code == 200
    office.counsellors[0].act(case_id, "claim")
    office.counsellors[0].act(case_id, "close", {"outcome": "no_answer"})
    assert child.http.post("/v1/conversations/resume", json=code).status_code == 404


def test_another_helpline_sees_nothing(another: Callable[..., Installation]) -> None:
    """Neither waiting nor claimed, neither content nor that there is such a case."""
    faro = another()
    ours = StaffClient.sign_in(faro.url, *faro.accounts()["counsellor"])
    ChildClient.start(faro.url).hand_over(), ChildClient.start(faro.url).hand_over()
    waiting, claimed = (row["id"] for row in ours.queue())
    assert ours.act(claimed, "claim").status_code == 200
    counsellor, supervisor = Hiring(faro).helpline(Role.counsellor, Role.supervisor)
    assert [who.queue() for who in (counsellor, supervisor)] == [[], []]
    assert {code for who in (counsellor, supervisor) for case in (waiting, claimed) for code in statuses(who, case)} == {404}


def test_a_console_that_goes_away_while_its_stream_opens_keeps_no_child_out(office: Office) -> None:
    """A page that is loaded again drops its stream at any moment, in the middle of a write as well."""
    _, case_id = office.claimed()
    for n in range(60):
        with office.supervisor.http.stream("GET", "/v1/cases/events", params={"case": case_id}) as reply:
            next(reply.iter_lines())
            sleep(n % 12 / 1000)
        assert office.child().get().status_code == 200
