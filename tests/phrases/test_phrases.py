"""A counsellor and a child without a common language: phrases one way, tapped answers the other."""

import uuid
from typing import Any

import httpx
import pytest

from tests.support.office import Office
from tests.support.people import ChildClient, StaffClient

IN_DANGER = "phrases/danger_now/in_danger"
CAN_CALL = "phrases/danger_now/can_you_call"
HELLO = "phrases/opening/hello"
NOT_TRANSLATED = "phrases/listening/believe"


def pick(who: StaffClient, case_id: str, phrase: str, key: str | None = None) -> httpx.Response:
    return who.act(case_id, "phrases", {"key": phrase}, key)


def said(who: StaffClient, case_id: str, phrase: str) -> int:
    reply = pick(who, case_id, phrase)
    assert reply.status_code == 201, reply.text
    return int(reply.json()["seq"])


def offered(who: StaffClient, case_id: str, **more: str) -> dict[str, Any]:
    reply = who.http.get("/v1/phrases", params={"case": case_id, **more})
    assert reply.status_code == 200, reply.text
    body: dict[str, Any] = reply.json()
    return body


def phrases(offer: dict[str, Any]) -> dict[str, Any]:
    return {phrase["key"]: phrase for situation in offer["situations"] for phrase in situation["phrases"]}


def last(child: ChildClient) -> dict[str, Any]:
    bubble: dict[str, Any] = child.get().json()["bubbles"][-1]
    return bubble


def plain_page(child: ChildClient, **fields: str) -> str:
    page = child.http.post("/plain", data={"conversation": child.id, "token": child.token, "key": uuid.uuid4().hex, **fields})
    assert page.status_code == 200, page.text
    return page.text


def claimed(office: Office, **wanted: Any) -> tuple[ChildClient, str]:
    child = office.child(**wanted)
    child.hand_over()
    case_id = office.case_of(child)
    assert office.counsellors[0].act(case_id, "claim").status_code == 200
    return child, case_id


def test_the_child_reads_a_phrase_in_their_language_and_staff_in_theirs(signed: Office) -> None:
    counsellor = signed.counsellors[0]
    child, case_id = claimed(signed, locale="es")
    said(counsellor, case_id, IN_DANGER)
    bubble = last(child)
    assert (bubble["by"], bubble["text"], bubble["lang"]) == ("counsellor", "ES: Are you hurt or in danger right now?", "es")
    assert {"key": "answer:yes", "label": "ES: Yes"} in bubble["quick_replies"]
    told = counsellor.case(case_id)["messages"][-1]
    assert (told["text"], told["meaning"]) == (bubble["text"], "Are you hurt or in danger right now?")


def test_a_counsellor_promises_no_way_back_without_a_code_and_names_what_erasing_does(office: Office) -> None:
    counsellor = office.counsellors[0]
    child, case_id = claimed(office)
    told = {}
    for phrase in ("safe_to_write/leave", "ending/come_back", "ending/clear_page"):
        said(counsellor, case_id, f"phrases/{phrase}")
        told[phrase] = last(child)["text"]
    assert "With a code you can come back" in told["safe_to_write/leave"]
    assert "for 30 days" in told["ending/come_back"]
    assert told["ending/clear_page"].index("Leave now") < told["ending/clear_page"].index("erase")
    assert "the page says what is erased" in told["ending/clear_page"]


def test_a_tapped_answer_is_read_in_both_languages_with_its_question(signed: Office) -> None:
    counsellor = signed.counsellors[0]
    child, case_id = claimed(signed, locale="es")
    said(counsellor, case_id, IN_DANGER)
    turn = child.tap("answer:cannot_write")
    assert [(b["by"], b["text"]) for b in turn["bubbles"]] == [("child", "ES: I can't write now")]
    told = counsellor.case(case_id)["messages"][-1]
    assert (told["by"], told["meaning"]) == ("child", "I can't write now")
    assert told["asked"] == "Are you hurt or in danger right now?"


def test_a_counsellor_reads_phrases_in_the_language_they_chose(signed: Office) -> None:
    counsellor = signed.counsellors[1]
    child = signed.child(locale="en")
    child.hand_over()
    case_id = signed.case_of(child)
    counsellor.act(case_id, "claim")
    assert counsellor.http.put("/v1/phrases/locale", json={"locale": "es"}).status_code == 204
    assert phrases(offered(counsellor, case_id))[HELLO]["text"].startswith("ES: Hello, I am counsellor 1.")
    said(counsellor, case_id, IN_DANGER)
    child.tap("answer:no")
    told = counsellor.case(case_id)["messages"][-1]
    assert (told["text"], told["meaning"]) == ("No", "ES: No")
    assert offered(counsellor, case_id, locale="en")["locale"] == "en"
    assert counsellor.http.put("/v1/phrases/locale", json={"locale": "tlh"}).status_code == 400


def test_what_is_not_signed_in_the_childs_language_is_not_offered_and_not_said(signed: Office) -> None:
    counsellor = signed.counsellors[0]
    child, case_id = claimed(signed, locale="es")
    offer = phrases(offered(counsellor, case_id))
    assert offer[IN_DANGER]["reviewed"] is True
    assert NOT_TRANSLATED not in offer
    before = child.texts()
    assert pick(counsellor, case_id, NOT_TRANSLATED).status_code == 400
    assert child.texts() == before


def test_a_child_who_changes_the_language_reads_the_phrase_and_its_answers_in_the_new_one(signed: Office) -> None:
    counsellor = signed.counsellors[0]
    child, case_id = claimed(signed, locale="en")
    said(counsellor, case_id, IN_DANGER)
    assert last(child)["text"] == "Are you hurt or in danger right now?"
    child.http.patch(child.path, json={"locale": "es"}, headers=child.headers)
    assert last(child)["text"] == "ES: Are you hurt or in danger right now?"
    assert child.tap("answer:yes")["bubbles"][0]["text"] == "ES: Yes"


def test_in_development_a_draft_without_words_is_said_in_english_and_the_answer_says_so(office: Office) -> None:
    counsellor = office.counsellors[0]
    child, case_id = claimed(office, locale="ar")
    phrase = phrases(offered(counsellor, case_id))[IN_DANGER]
    if phrase["child"]["lang"] == "en":  # until the translators have been here
        said(counsellor, case_id, IN_DANGER)
        assert last(child)["lang"] == "en"
    assert phrase["reviewed"] is False
    assert offered(counsellor, case_id)["child_locale"] == "ar"


def test_a_phrase_brings_the_numbers_of_the_childs_country(office: Office) -> None:
    child, case_id = claimed(office, country="MX")
    said(office.counsellors[0], case_id, CAN_CALL)
    assert [card["phone"]["dial"] for card in last(child)["cards"]] == ["911"]
    assert "911" in office.counsellors[0].case(case_id)["messages"][-1]["text"]


def test_a_phrase_can_say_the_counsellors_name(office: Office) -> None:
    child, case_id = claimed(office)
    said(office.counsellors[0], case_id, HELLO)
    assert last(child)["text"].startswith("Hello, I am counsellor 0.")


def test_what_fits_the_case_is_offered_first(office: Office) -> None:
    _, case_id = office.claimed(situation="sexual_extortion", threat="yes")
    offer = offered(office.counsellors[0], case_id)["situations"]
    first = [situation["name"] for situation in offer if situation["suggested"]]
    assert "threat" in first
    assert [situation["name"] for situation in offer][: len(first)] == first


def test_every_phrase_can_be_said(office: Office) -> None:
    counsellor = office.counsellors[0]
    child, case_id = claimed(office, country="MX")
    keys = list(phrases(offered(counsellor, case_id)))
    assert len(keys) > 100
    assert {pick(counsellor, case_id, key).status_code for key in keys} == {201}
    heard = [b["key"] for b in child.get().json()["bubbles"] if b["by"] == "counsellor"]
    assert heard == keys


def test_the_same_key_says_a_phrase_once_and_another_phrase_not_at_all(office: Office) -> None:
    child, case_id = claimed(office)
    key, counsellor = str(uuid.uuid4()), office.counsellors[0]
    one, two = (pick(counsellor, case_id, HELLO, key).json() for _ in range(2))
    assert one == two
    assert pick(counsellor, case_id, IN_DANGER, key).status_code == 422
    assert [by for by, _ in child.texts()].count("counsellor") == 1


@pytest.mark.parametrize("key", ["phrases/no/such", "menu", "fake_image_of_me", "system/left", "answer:yes", ""])
def test_nothing_but_a_phrase_can_be_picked(office: Office, key: str) -> None:
    child, case_id = claimed(office)
    before = child.texts()
    assert pick(office.counsellors[0], case_id, key).status_code == 400
    assert child.texts() == before


def test_a_phrase_is_in_the_audit_log_without_saying_which(office: Office) -> None:
    _, case_id = claimed(office)
    said(office.counsellors[0], case_id, IN_DANGER)
    rows = office.store.rows("select action, reason from audit_entry where thing = ? order by seq desc limit 1", case_id)
    assert rows == [("case.phrase", None)]
    assert not any(b"danger_now" in (v if isinstance(v, bytes) else v.encode()) for v in office.store.values())


@pytest.mark.parametrize("reply", ["answer:yes", "answer:nonsense", "menu", "phrases/opening/hello"])
def test_a_child_can_tap_no_answer_that_no_person_offered(office: Office, reply: str) -> None:
    child, case_id = claimed(office)
    assert child.post("/messages", {"reply": reply}).status_code == 400
    said(office.counsellors[0], case_id, "phrases/opening/help_wanted")
    assert child.post("/messages", {"reply": reply}).status_code == 400


def test_an_answer_counts_once_and_not_after_other_words(office: Office) -> None:
    child, case_id = claimed(office)
    said(office.counsellors[0], case_id, IN_DANGER)
    child.say("wait")
    assert child.post("/messages", {"reply": "answer:yes"}).status_code == 400


def test_an_answer_belongs_to_the_question_under_which_it_was_tapped(office: Office) -> None:
    """A new question may be on its way while the child taps: the "yes" must not count for it."""
    counsellor = office.counsellors[0]
    child, case_id = claimed(office)
    first = said(counsellor, case_id, IN_DANGER)
    said(counsellor, case_id, "phrases/danger_now/someone_came")
    assert child.post("/messages", {"reply": "answer:yes", "to": first}).status_code == 200
    assert counsellor.case(case_id)["messages"][-1]["asked"] == "Are you hurt or in danger right now?"


def test_after_closing_the_answers_are_gone(office: Office) -> None:
    child, case_id = claimed(office)
    said(office.counsellors[0], case_id, IN_DANGER)
    office.counsellors[0].act(case_id, "close", {"outcome": "helped"})
    assert child.post("/messages", {"reply": "answer:yes"}).status_code == 400


def test_without_javascript_the_answers_are_buttons_of_the_last_question(office: Office) -> None:
    counsellor = office.counsellors[0]
    child, case_id = claimed(office, country="MX")
    said(counsellor, case_id, IN_DANGER)
    seq = said(counsellor, case_id, CAN_CALL)
    page = plain_page(child, do="look")
    assert 'value="answer:calling"' in page and 'value="answer:cannot_write"' not in page
    assert "tel:911" in page
    plain_page(child, do="say", reply="answer:calling", to=str(seq))
    assert counsellor.case(case_id)["messages"][-1]["meaning"] == "Yes, I call now"
