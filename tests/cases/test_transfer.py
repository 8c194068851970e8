"""A case goes from one hand to another without a gap, a supervisor looks in, and everybody concerned knows."""

from tests.support.office import Office
from tests.support.people import ChildClient
from tests.support.streams import until, watching
from tests.support.words import keys_of

NOTE = "quince: she writes from school, call her Sam"


def offered(office: Office) -> tuple[ChildClient, str]:
    child, case_id = office.claimed()
    done = office.counsellors[0].act(case_id, "offer", {"to": office.counsellors[1].id, "note": NOTE})
    assert done.status_code == 200, done.text
    return child, case_id


def number_of(office: Office, case_id: str) -> str:
    return str(office.store.one('select number from "case" where id = ?', case_id))


def test_an_offered_case_stays_with_its_counsellor_until_the_colleague_says_yes(office: Office) -> None:
    one, two = office.counsellors[:2]
    _, case_id = offered(office)
    assert one.act(case_id, "messages", {"text": "still with you"}).status_code == 201
    assert two.act(case_id, "messages", {"text": "too early"}).status_code == 403
    taken = two.act(case_id, "accept")
    assert taken.status_code == 200
    assert (taken.json()["mine"], taken.json()["claimed_by"]) == (True, "counsellor 1")
    assert one.act(case_id, "messages", {"text": "too late"}).status_code == 403


def test_the_colleague_reads_card_talk_and_note_before_saying_yes(office: Office) -> None:
    child = office.child()
    child.hand_over("summary", story="the picture came on Monday")
    case_id = office.case_of(child)
    office.counsellors[0].act(case_id, "claim")
    office.counsellors[0].act(case_id, "messages", {"text": "tell me more"})
    two = office.counsellors[1]
    assert two.http.get(f"/v1/cases/{case_id}").status_code == 403
    office.counsellors[0].act(case_id, "offer", {"to": two.id, "note": NOTE})
    seen = two.case(case_id)
    assert (seen["story"], seen["notes"][0]["text"], seen["offered_to_me"]) == ("the picture came on Monday", NOTE, True)
    assert "tell me more" in [said["text"] for said in seen["messages"]]
    assert two.queue(number=number_of(office, case_id))[0]["offered_to_me"]


def test_the_child_is_told_who_comes_and_reads_nothing_of_the_note(office: Office) -> None:
    child, case_id = offered(office)
    assert "system/transferred" not in keys_of(child.get().json())
    office.counsellors[1].act(case_id, "accept")
    told = [b["text"] for b in child.get().json()["bubbles"] if b["key"] == "system/transferred"]
    assert len(told) == 1
    assert "counsellor 1" in told[0]
    assert "quince" not in str(child.get().json())


def test_a_declined_offer_changes_nothing_for_the_child(office: Office) -> None:
    child, case_id = offered(office)
    before = child.texts()
    assert office.counsellors[1].act(case_id, "decline").status_code == 200
    assert child.texts() == before
    assert office.counsellors[1].act(case_id, "accept").status_code == 409
    assert office.counsellors[1].http.get(f"/v1/cases/{case_id}").status_code == 403


def test_an_offer_can_be_taken_back(office: Office) -> None:
    _, case_id = offered(office)
    assert office.counsellors[0].act(case_id, "decline").json()["offered_to"] is None
    assert office.counsellors[1].act(case_id, "accept").status_code == 409


def test_a_case_is_offered_to_nobody_who_could_not_read_it(office: Office) -> None:
    _, case_id = office.claimed()
    for nobody in (office.admin.id, office.counsellors[0].id, "no such person"):
        assert office.counsellors[0].act(case_id, "offer", {"to": nobody}).status_code == 400


def test_a_supervisor_who_looks_in_is_seen_by_the_counsellor_and_told_to_the_child(office: Office) -> None:
    counsellor = office.counsellors[0]
    child, case_id = office.claimed()
    counsellor.act(case_id, "look-in", {"look_in": True})
    assert office.supervisor.queue(number=number_of(office, case_id))[0]["look_in"]
    assert counsellor.case(case_id)["watched_by"] == []
    with watching(office.supervisor, case=case_id) as events:
        until(events, lambda event: event.name != "hello")
        assert counsellor.case(case_id)["watched_by"] == ["supervisor 20"]
    assert "supervisor 20" in str(child.get().json()["bubbles"])


def test_a_lost_claim_names_who_has_the_case(office: Office) -> None:
    _, case_id = office.claimed()
    assert office.counsellors[1].act(case_id, "claim").json()["detail"] == "counsellor 0"


def test_the_next_case_is_the_most_severe_of_a_language(office: Office) -> None:
    for row in office.counsellors[3].queue(state="waiting"):
        office.counsellors[3].act(row["id"], "claim")
    office.waiting()
    _, worst = office.waiting(situation="immediate_danger")
    spanish = office.child(locale="es")
    spanish.hand_over()
    assert office.counsellors[4].http.post("/v1/cases/next", params={"locale": "es"}).json()["locale"] == "es"
    assert office.counsellors[4].http.post("/v1/cases/next").json()["id"] == worst
    assert office.counsellors[4].http.post("/v1/cases/next").status_code == 200
    assert office.counsellors[4].http.post("/v1/cases/next").status_code == 204
