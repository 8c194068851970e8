"""A conversation belongs to the helpline that serves the child's country and language, and a case never crosses."""

from typing import Any

from api.auth.rules import Role
from tests.support.hours import set_hours
from tests.support.office import Office
from tests.support.people import ChildClient, Hiring, StaffClient


def rival(office: Office, **wanted: Any) -> StaffClient:
    """The supervisor of another helpline of the same installation, which serves whom it says."""
    (supervisor,) = Hiring(office.installation).helpline(Role.supervisor)
    set_hours(supervisor, **wanted)
    return supervisor


def belongs_to(office: Office, child: ChildClient) -> str:
    return str(office.store.one("select helpline_id from conversation where id = ?", child.id))


def helpline_of(staff: StaffClient) -> str:
    return str(staff.http.get("/v1/staff/sessions/current").json()["helpline_id"])


def test_a_child_starts_with_the_helpline_of_the_country_and_language(office: Office) -> None:
    first = helpline_of(office.supervisor)
    mexico = helpline_of(rival(office, countries=["MX"]))
    arabic = helpline_of(rival(office, locales=["ar"]))
    wanted = {("MX", "en"): mexico, ("FR", "ar"): arabic, ("FR", "en"): first, (None, "en"): first}
    found = {(country, locale): belongs_to(office, office.child(country=country, locale=locale)) for country, locale in wanted}
    assert found == wanted


def test_a_child_who_names_a_country_later_goes_to_its_helpline(office: Office) -> None:
    mexico = rival(office, countries=["MX"])
    child = office.child()
    assert belongs_to(office, child) == helpline_of(office.supervisor)
    assert child.http.patch(child.path, json={"country": "MX"}, headers=child.headers).status_code == 200
    child.hand_over()
    assert len(mexico.queue()) == 1
    assert office.supervisor.queue() == []


def test_a_language_chosen_on_the_plain_page_counts_as_well(office: Office) -> None:
    arabic = rival(office, locales=["ar"])
    child = office.child()
    form = {"do": "settings", "conversation": child.id, "token": child.token, "locale": "ar"}
    assert child.http.post("/plain", data=form).status_code == 200
    assert belongs_to(office, child) == helpline_of(arabic)


def test_a_case_stays_where_it_is_whatever_the_child_chooses_then(office: Office) -> None:
    mexico = rival(office, countries=["MX"])
    child, case_id = office.claimed()
    assert child.http.patch(child.path, json={"country": "MX", "locale": "es"}, headers=child.headers).status_code == 200
    assert belongs_to(office, child) == helpline_of(office.supervisor)
    assert office.counsellors[0].act(case_id, "messages", {"text": "I am still here"}).status_code == 201
    assert mexico.queue() == []
    assert mexico.http.get(f"/v1/cases/{case_id}").status_code == 404


def test_after_the_case_was_closed_a_new_one_goes_to_the_same_helpline(office: Office) -> None:
    """The conversation's keys are in the hands of that helpline; another one gets a conversation of its own."""
    mexico = rival(office, countries=["MX"])
    child, case_id = office.claimed()
    assert office.counsellors[0].act(case_id, "close", {"outcome": "helped"}).status_code == 200
    assert child.http.patch(child.path, json={"country": "MX"}, headers=child.headers).status_code == 200
    child.hand_over()
    assert mexico.queue() == []
    assert [row["state"] for row in office.supervisor.queue(state="waiting")] == ["waiting"]


def test_after_a_request_was_taken_back_another_country_leads_to_its_helpline(office: Office) -> None:
    """Under new keys; the child goes on reading what was said before."""
    mexico = rival(office, countries=["MX"])
    child, first = office.waiting()
    child.say("for the first helpline alone")
    assert child.http.delete(child.path + "/handoff", headers=child.headers).json()["state"] == "bot"
    said = child.texts()
    assert child.http.patch(child.path, json={"country": "MX"}, headers=child.headers).status_code == 200
    assert belongs_to(office, child) == helpline_of(mexico)
    assert child.texts() == said
    child.hand_over()
    (row,) = mexico.queue(state="waiting")
    assert mexico.act(row["id"], "claim").status_code == 200
    assert "for the first helpline alone" not in str(mexico.case(row["id"]))
    keys = office.store.rows('select public_key from "case" where id in (?, ?)', first, row["id"])
    assert len(set(keys)) == 2


def test_an_emergency_offer_ends_where_the_child_goes_to_another_helpline(office: Office) -> None:
    mexico = rival(office, countries=["MX"])
    child = office.child()
    child.say("i want to die")
    assert office.store.rows("select helpline_id from emergency_offer") == [(helpline_of(office.supervisor),)]
    child.http.patch(child.path, json={"country": "MX"}, headers=child.headers)
    assert office.store.rows("select helpline_id from emergency_offer") == []
    child.say("i want to die")
    assert office.store.rows("select helpline_id from emergency_offer") == [(helpline_of(mexico),)]


def test_a_child_whose_country_nobody_takes_is_told_before_writing_anything(office: Office) -> None:
    """And gets the numbers of that country; nothing is passed on, and the program goes on talking."""
    set_hours(office.supervisor, countries=["MX"])
    child = office.child(country="GB")
    headers = {**child.headers, "faro-locale": "en", "faro-country": "GB"}
    for reply in (
        child.http.get(child.path + "/handoff", headers=headers),
        child.http.post(
            child.path + "/handoff", headers={**headers, "idempotency-key": "a-key-of-mine"}, json={"share": "summary"}
        ),
    ):
        assert (reply.status_code, reply.json()["type"]) == (409, "/problems/not-served")
        assert "does not take chats from your country" in reply.json()["detail"]
        assert any("Childline" in card["text"] for card in reply.json()["help"])
    assert office.store.rows('select id from "case"') == []
    assert child.say("hello")["state"] == "bot"


def test_the_page_of_such_a_country_says_so_from_the_start(office: Office) -> None:
    set_hours(office.supervisor, countries=["MX"])
    http = office.supervisor.http
    said = {
        country: http.get("/v1/config", params={"locale": "en", "country": country}).json()["opening"] for country in ("GB", "MX")
    }
    assert "does not take chats from your country" in said["GB"]["text"]
    assert said["GB"]["person_there"] is False
    assert said["MX"]["person_there"] is True
    assert "does not take chats from your country" in http.get("/", params={"locale": "en", "country": "GB"}).text


def test_a_plain_page_of_such_a_country_shows_the_same_and_the_numbers(office: Office) -> None:
    set_hours(office.supervisor, countries=["MX"])
    child = office.child(country="GB")
    reply = child.http.post("/plain", data={"do": "handoff", "conversation": child.id, "token": child.token})
    assert reply.status_code == 409
    assert "Nothing was passed on" in reply.text
    assert "Childline" in reply.text


def test_a_helpline_that_takes_nobody_is_passed_over_and_alone_it_says_so(office: Office) -> None:
    set_hours(office.supervisor, takes_handoffs=False)
    assert office.child().get("/handoff").status_code == 409
    other = rival(office)
    child = office.child()
    assert belongs_to(office, child) == helpline_of(other)
    assert child.get("/handoff").status_code == 200
