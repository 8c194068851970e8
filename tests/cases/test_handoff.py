"""The child's yes: what the preview shows, what the child changes, what is passed on, and that it is passed on once."""

import json
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.support.installation import Installation
from tests.support.office import Office
from tests.support.people import ChildClient, StaffClient
from tests.support.store import Store
from tests.support.together import at_once
from tests.support.words import assert_refused, keys_of

STORY = "someone made a fake nude picture of me"
ANSWERS = {
    "danger": "no", "place": "whatsapp", "person": "stranger", "threat": "yes", "seen_by": "school", "adult": "nobody",
}  # fmt: skip
OWN_WORDS = "it began in may, marzipan"


@pytest.fixture
def told(office: Office) -> ChildClient:
    """A child who told what happened and answered every question of the guide."""
    child = office.child(country="MX", band="13-15")
    child.say(f"{STORY} {OWN_WORDS}")
    child.tap("guide:picture")
    for slot, value in ANSWERS.items():
        child.tap(f"{slot}={value}")
    return child


def preview(child: ChildClient) -> dict[str, str]:
    return {line["field"]: line["value"] for line in child.get("/handoff").json()["lines"]}


def test_the_preview_shows_what_was_answered(told: ChildClient) -> None:
    assert preview(told) == {"situation": "fake_image_of_me", **ANSWERS}


def test_a_skipped_question_is_not_in_the_preview(office: Office) -> None:
    child = office.child()
    child.tap("guide:picture"), child.tap("skip"), child.tap("place=tiktok")
    assert {"place": "tiktok"}.items() <= preview(child).items()
    assert "danger" not in preview(child)


@pytest.mark.parametrize("locale", ["es", "ar"])
def test_the_preview_is_in_the_childs_words_with_what_else_fits(office: Office, locale: str) -> None:
    lines = {}
    for spoken in ("en", locale):
        child = office.child(locale=spoken)
        child.tap("guide:picture"), child.tap("danger=no")
        lines[spoken] = next(line for line in child.get("/handoff").json()["lines"] if line["field"] == "danger")
    assert {option["value"] for option in lines[locale]["options"]} == {"yes", "no", "unsure"}
    assert lines[locale]["label"] != lines["en"]["label"]


def test_the_preview_passes_nothing_on(office: Office, told: ChildClient) -> None:
    before = office.store.rows('select id from "case"')
    assert preview(told)
    assert office.store.rows('select id from "case"') == before
    assert told.get().json()["state"] == "bot"


def test_the_counsellor_reads_what_the_preview_showed(office: Office, told: ChildClient) -> None:
    shown = preview(told)
    told.hand_over("summary", story=OWN_WORDS)
    case = office.read(told)
    assert case["lines"] == shown
    assert (case["story"], case["country"], case["band"], case["locale"]) == (OWN_WORDS, "MX", "13-15", "en")


def test_a_line_can_be_changed_and_binned(office: Office, told: ChildClient) -> None:
    told.hand_over(card={"place": "discord", "threat": None})
    case = office.read(told)
    assert case["lines"] == {k: v for k, v in {**preview(told), "place": "discord"}.items() if k != "threat"}
    assert "threat" in case["skipped"]
    assert "threat.yes" not in case["reasons"]


@pytest.mark.parametrize("change", [None, "bullying"], ids=["binned", "changed"])
def test_a_situation_that_was_taken_out_leaves_no_trace_in_the_case(office: Office, told: ChildClient, change: Any) -> None:
    """Neither among the lines nor among the reasons nor among what the program showed."""
    told.hand_over("summary", card={"situation": change})
    assert "fake_image_of_me" not in json.dumps(office.read(told))


def test_a_summary_has_lines_and_story_but_no_chat(office: Office, told: ChildClient) -> None:
    told.hand_over("summary", story="my own words")
    case = office.read(told)
    assert (case["share"], bool(case["lines"]), case["story"], case["transcript"]) == ("summary", True, "my own words", [])
    assert OWN_WORDS not in json.dumps(case)


def test_a_transcript_is_the_whole_chat_as_it_was_said(office: Office, told: ChildClient) -> None:
    told.hand_over("summary")
    summary = office.read(told)
    office.counsellors[0].act(summary["id"], "close", {"outcome": "helped"})
    said = [(b["by"], b["text"]) for b in told.get().json()["bubbles"] if b["by"] in ("child", "bot")]
    told.hand_over("transcript")
    assert [(b["by"], b["text"]) for b in office.read(told)["transcript"]] == said
    assert any(OWN_WORDS in text for _, text in said)


def test_nothing_is_nothing(office: Office, told: ChildClient) -> None:
    """A person is called, and of what was told not one word goes along."""
    told.hand_over("nothing", story=OWN_WORDS, card={"place": "discord"})
    case = office.read(told)
    assert (case["lines"], case["story"], case["transcript"], case["reasons"], case["need"]) == ({}, None, [], [], None)
    assert not any(word in json.dumps(case) for word in (OWN_WORDS, "discord", "whatsapp", "fake_image_of_me"))


def test_a_callback_is_passed_on_as_it_was_asked_for(office: Office, told: ChildClient) -> None:
    wish = {
        "when": "after school", "times": ["evening"], "channel": "phone", "phone_private": False, "number": "+525512345678",
        "may_say": "wrong_number",
    }  # fmt: skip
    told.hand_over("nothing", callback=wish)
    assert office.read(told)["callback"] == wish


@pytest.mark.parametrize("typed", ["+52 55 1234-5678", "+52 (55) 1234.5678", "+٥٢ ٥٥ ١٢٣٤ ٥٦٧٨", "+۵۲۵۵۱۲۳۴۵۶۷۸"])
def test_a_telephone_number_is_read_as_people_write_it(office: Office, told: ChildClient, typed: str) -> None:
    told.hand_over("nothing", callback={"channel": "phone", "number": typed})
    assert office.read(told)["callback"]["number"] == "+525512345678"


@pytest.mark.parametrize("typed", ["my mother knows it", "12", "55 1234 5678 9012 3456", "55+12345678", "call me 5512345678"])
def test_what_is_no_telephone_number_is_refused_kindly_and_nothing_is_sent(told: ChildClient, typed: str) -> None:
    refused = told.post("/handoff", {"share": "nothing", "callback": {"channel": "phone", "number": typed}})
    assert_refused(refused, 422, "bad_number")
    assert told.get().json()["state"] == "bot"


def test_without_an_answer_a_phone_is_not_taken_for_private(office: Office, told: ChildClient) -> None:
    """Nothing said about the phone is "not sure", and nothing is said to whoever answers it."""
    told.hand_over("nothing", callback={"channel": "phone", "number": "5512345678"})
    wish = office.read(told)["callback"]
    assert (wish["phone_private"], wish["may_say"]) == (None, "nothing")


def test_fifty_times_the_same_handoff_at_once_is_one_case(office: Office, told: ChildClient) -> None:
    key = str(uuid.uuid4())
    numbers = at_once(lambda _: told.hand_over("summary", key, story="once")["case"]["number"], range(50))
    assert len(set(numbers)) == 1
    assert office.store.rows('select number from "case" where conversation_id = ?', told.id) == [(numbers[0],)]
    assert len([text for _, text in told.texts() if numbers[0] in text]) == 1


def test_the_same_key_with_another_content_is_refused(office: Office, told: ChildClient) -> None:
    key = str(uuid.uuid4())
    first = told.hand_over("summary", key, story="one")["case"]
    assert_refused(told.post("/handoff", {"share": "transcript", "story": "one"}, key), 422, "conflict")
    assert told.hand_over("summary", key, story="one")["case"] == first
    assert office.read(told)["story"] == "one"


def test_a_second_handoff_waits_until_the_first_is_closed(office: Office, told: ChildClient) -> None:
    told.hand_over("summary", story="one")
    again = {"share": "summary", "story": "two"}
    assert_refused(told.post("/handoff", again), 409, "conflict")
    case = office.read(told)
    assert_refused(told.post("/handoff", again), 409, "conflict")
    office.counsellors[0].act(case["id"], "close", {"outcome": "helped"})
    assert told.post("/handoff", again).status_code == 201
    assert office.read(told)["story"] == "two"


def test_what_changed_after_the_preview_is_not_passed_on_unseen(office: Office, told: ChildClient) -> None:
    """A message that was on its way: the yes to the old lines is refused, and the yes to the new ones is taken."""
    yes = {"share": "summary", "version": told.get("/handoff").json()["version"]}
    told.tap("suicide_self_harm")
    assert_refused(told.post("/handoff", yes), 412, "bad_request")
    assert told.get().json()["state"] == "bot"
    assert told.post("/handoff", {**yes, "version": told.get("/handoff").json()["version"]}).status_code == 201


def on_page(child: ChildClient, **fields: str) -> httpx.Response:
    return child.http.post("/plain", data={"conversation": child.id, "token": child.token, "key": str(uuid.uuid4()), **fields})


@pytest.mark.parametrize(
    ("fields", "status"), [({"story": "a" * 1001}, 422), ({"story": "in may", "version": "of another time"}, 412)]
)
def test_on_a_plain_page_a_refused_yes_brings_the_preview_back_as_it_was_filled_in(
    told: ChildClient, fields: dict[str, str], status: int
) -> None:
    page = on_page(told, do="hand_over", share="summary", **{"card.danger": "unsure"}, **fields)
    assert page.status_code == status
    assert f">{fields['story']}</textarea>" in page.text
    assert '<option value="unsure" selected>' in page.text
    version = told.get("/handoff").json()["version"]
    assert f'name="version" value="{version}"' in page.text
    assert on_page(told, do="hand_over", share="summary", version=version, story="in may").status_code == 200
    assert told.get().json()["state"] == "waiting"


def test_an_error_page_says_who_is_speaking(told: ChildClient) -> None:
    told.hand_over()
    page = on_page(told, do="say", text="")
    assert (page.status_code, 'class="state waiting"' in page.text) == (422, True)


def test_with_nothing_passed_on_no_line_can_have_changed(told: ChildClient) -> None:
    assert told.post("/handoff", {"share": "nothing", "version": "of another time"}).status_code == 201


def test_the_child_is_shown_the_number_of_the_queue(office: Office, told: ChildClient) -> None:
    turn = told.hand_over()
    number = turn["case"]["number"]
    assert [row[0] for row in office.store.rows('select number from "case" where conversation_id = ?', told.id)] == [number]
    assert any(number in text for by, text in told.texts() if by == "system")
    assert not any("{" in text for _, text in told.texts())


@pytest.mark.parametrize(
    ("taps", "risk", "first"),
    [
        (["suicide_self_harm", "bullying"], "emergency", "suicide_self_harm"),
        (["guide:picture", "danger=yes"], "emergency", "immediate_danger"),
        (["fake_image_of_me"], "high", "fake_image_of_me"),
        (["bullying", "guide:picture", "danger=no", "place=discord", "person=stranger"], "elevated", "bullying"),
        (["remove_content"], "none", None),
        (["what_is_deepfake"], "none", None),
    ],
)
def test_what_was_tapped_sets_the_risk_and_the_reasons(office: Office, taps: list[str], risk: str, first: str | None) -> None:
    child = office.child()
    for tap in taps:
        child.tap(tap)
    child.hand_over()
    case = office.read(child)
    assert (case["risk"], next(iter(case["reasons"]), None)) == (risk, first)


def system_keys(turn: dict[str, Any]) -> list[str]:
    return keys_of(turn, "system")


def test_with_nobody_there_the_child_is_told_so_and_shown_numbers(another: Callable[..., Installation]) -> None:
    """An admin reads no case, and a counsellor who looked an hour ago is not there."""
    faro = another()
    StaffClient.sign_in(faro.url, *faro.accounts()["admin"])
    gone = StaffClient.sign_in(faro.url, *faro.accounts()["counsellor"])
    Store(faro.folder).set_time("staff_session", "seen_at", timedelta(hours=1), "staff_id = ?", gone.id)
    turn = ChildClient.start(faro.url, country="MX").hand_over()
    assert {"system/nobody_there", "card/emergency"} <= set(system_keys(turn))
    assert "system/waiting" not in system_keys(turn)
    assert len({bubble["phone"]["number"] for bubble in turn["bubbles"] if bubble["phone"]}) >= 2


@pytest.mark.parametrize("role", ["counsellor", "supervisor"])
def test_with_somebody_there_the_child_is_told_that_a_person_was_asked(another: Callable[..., Installation], role: str) -> None:
    faro = another()
    assert "system/nobody_there" in system_keys(ChildClient.start(faro.url).hand_over())
    StaffClient.sign_in(faro.url, *faro.accounts()[role])
    turn = ChildClient.start(faro.url).hand_over()
    assert "system/waiting" in system_keys(turn)
    assert "system/nobody_there" not in system_keys(turn)
