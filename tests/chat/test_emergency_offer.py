"""In an emergency a person who is free is offered at once, one tap away; until the yes staff know that and no more."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from tests.support.hours import CLOSED
from tests.support.installation import NO_BOT, BotProcess
from tests.support.office import Office
from tests.support.people import ChildClient, StaffClient
from tests.support.streams import until, watching
from tests.support.words import keys_of

CRY = "i want to die"


@pytest.fixture(scope="module")
def small(bot: BotProcess, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A helpline with one counsellor at the console; the supervisor has not looked for an hour."""
    office = Office.open(tmp_path_factory.mktemp("small") / "faro", bot.url, counsellors=1)
    office.store.set_time("staff_session", "seen_at", timedelta(hours=1), "staff_id = ?", office.supervisor.id)
    yield office
    office.close()


@pytest.fixture
def office(small: Office) -> Iterator[Office]:
    """The same helpline with nothing to do: no case in hand, none waiting, no offer."""
    yield small
    one = small.counsellors[0]
    for row in small.store.rows("select id, state from \"case\" where state != 'closed'"):
        if row[1] == "waiting":
            one.act(row[0], "claim")
        assert one.act(row[0], "close", {"outcome": "helped"}).status_code == 200
    for (offer,) in small.store.rows("select id from emergency_offer"):
        small.store.change("delete from emergency_offer where id = ?", offer)


def offers(staff: StaffClient) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = staff.http.get("/v1/cases/emergencies").json()
    return found


def buttons(turn: dict[str, Any]) -> list[str]:
    return [reply["key"] for bubble in turn["bubbles"] for reply in bubble.get("quick_replies", [])]


def take(child: ChildClient) -> dict[str, Any]:
    return child.hand_over("nothing", urgent=True)


def test_the_number_comes_first_and_the_person_beside_it(office: Office) -> None:
    child = office.child(country="MX")
    turn = child.say(CRY)
    keys = [bubble["key"] for bubble in turn["bubbles"] if bubble["by"] == "bot"]
    assert keys[:2] == ["card/emergency", "system/person_now"]
    assert buttons(turn)[:2] == ["handoff_now", "system/not_now"]
    assert len(buttons(turn)) > 2  # what the program asks goes on below


def test_staff_see_that_there_is_such_a_child_and_since_when(office: Office) -> None:
    one = office.counsellors[0]
    with watching(one) as stream:
        assert next(stream).name == "hello"
        office.child(country="MX").say(CRY)
        until(stream, lambda event: event.name == "emergency")
    (offer,) = offers(one)
    assert (offer.keys(), offer["locale"], offer["country"]) == ({"since_seconds", "locale", "country"}, "en", "MX")


def test_nothing_in_the_table_leads_to_the_conversation(office: Office) -> None:
    child = office.child()
    child.say(CRY)
    (offer,) = office.store.rows("select id, helpline_id, locale, country from emergency_offer")
    assert child.id not in offer
    assert office.store.rows("select id from conversation where id = ?", offer[0]) == []


def test_the_times_of_an_offer_do_not_lead_to_the_conversation_either(office: Office) -> None:
    """Both end some time after the same message: to the second, one would name the other."""
    office.child().say(CRY)
    (times,) = office.store.rows("select strftime('%s', since) % 300, strftime('%s', until) % 300 from emergency_offer")
    assert times == (0, 0)
    (left,) = office.store.rows("select (julianday(until) - julianday('now')) * 1440 from emergency_offer")
    assert 14.9 <= left[0] <= 20


def test_one_tap_makes_the_first_case_of_the_queue_and_passes_nothing_on(office: Office) -> None:
    other, _ = office.waiting(situation="bullying")
    child = office.child()
    child.say(f"{CRY} marzipan")
    assert take(child)["state"] == "waiting"
    first = office.counsellors[0].queue(state="waiting")[0]
    assert (first["id"], first["risk"], first["reasons"], first["need"]) == (
        office.case_of(child), "emergency", ["offer_taken"], None,
    )  # fmt: skip
    case = office.read(child)
    assert (case["lines"], case["story"], case["transcript"]) == ({}, None, [])
    assert offers(office.counsellors[0]) == []
    assert other.get().json()["state"] == "waiting"


def test_without_an_emergency_nobody_is_put_first(office: Office) -> None:
    """A page that claims it gets the place that its card has."""
    child = office.child()
    child.say("hello")
    take(child)
    (row,) = [row for row in office.counsellors[0].queue() if row["id"] == office.case_of(child)]
    assert row["risk"] == "none"


def test_it_is_said_once_and_stays_a_button_until_it_is_declined(office: Office) -> None:
    child = office.child()
    assert "system/person_now" in keys_of(child.say(CRY))
    again = child.say(CRY)
    assert "system/person_now" not in keys_of(again)
    assert "handoff_now" in buttons(again)
    declined = child.tap("system/not_now")
    assert keys_of(declined)[0] == "system/not_now"
    assert "handoff_now" not in buttons(declined)
    assert "handoff_now" not in buttons(child.say(CRY))
    assert offers(office.counsellors[0]) == []


def test_with_nobody_free_nobody_is_offered(office: Office) -> None:
    """The only counsellor sits with another child."""
    office.claimed()
    assert "handoff_now" not in buttons(office.child().say(CRY))
    assert offers(office.counsellors[0]) == []


def test_with_nobody_there_nobody_is_offered(office: Office) -> None:
    """A console that was last seen a quarter of an hour ago, and the same one when it is seen again."""
    for age in (timedelta(minutes=15), timedelta(0)):
        office.store.set_time("staff_session", "seen_at", age, "staff_id = ?", office.counsellors[0].id)
        assert ("handoff_now" in buttons(office.child().say(CRY))) is (not age)


REACHES = {
    "another country": {"countries": json.dumps(["MX"])},
    "closed": {"zone": CLOSED["zone"], "hours": json.dumps(CLOSED["hours"])},
    "takes nobody": {"takes_handoffs": False},
}


@pytest.mark.parametrize("why", REACHES)
def test_a_helpline_that_does_not_take_the_child_now_offers_nobody(office: Office, why: str) -> None:
    """A yes would be refused, or nobody would come."""
    for column, value in REACHES[why].items():
        office.store.change_all(f"update helpline set {column} = ?", value)
    turn = office.child(country="GB").say(CRY)
    office.store.change_all("update helpline set countries = '[]', zone = '', hours = '[]', takes_handoffs = true")
    assert "handoff_now" not in buttons(turn)
    assert offers(office.counsellors[0]) == []


def test_the_offer_names_all_that_staff_would_see(office: Office) -> None:
    child = office.child(country="MX", band="13-15")
    assert "They see your language and country, and that it is urgent. They see nothing else." in str(child.say(CRY))
    take(child)
    (row,) = [row for row in office.counsellors[0].queue() if row["id"] == office.case_of(child)]
    assert (row["locale"], row["country"], row["band"], row["risk"], row["need"]) == ("en", "MX", None, "emergency", None)


def test_below_an_emergency_nobody_is_offered(office: Office) -> None:
    assert "handoff_now" not in buttons(office.child().say("someone made a fake nude picture of me"))


def test_an_answer_in_a_guide_can_be_an_emergency(office: Office) -> None:
    """For the queue it is one as soon as it is passed on; the child hears of a free person before."""
    child = office.child()
    child.tap("guide:friend")
    assert "handoff_now" in buttons(child.tap("friend_danger=yes"))


@pytest.fixture(scope="module")
def no_bot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    office = Office.open(tmp_path_factory.mktemp("no-bot") / "faro", NO_BOT, counsellors=1)
    yield office
    office.close()


@pytest.mark.parametrize("button", ["suicide_self_harm", "danger=yes"])
def test_a_crisis_is_remembered_while_the_bot_is_away(no_bot: Office, button: str) -> None:
    child = no_bot.child(country="MX")
    assert "handoff_now" in buttons(child.tap(button))
    child.hand_over()
    (row,) = [row for row in no_bot.counsellors[0].queue() if row["id"] == no_bot.case_of(child)]
    assert row["risk"] == "emergency"


@pytest.mark.parametrize("how", ["erased", "old"])
def test_an_offer_ends_with_the_talk(office: Office, how: str) -> None:
    child = office.child()
    child.say(CRY)
    assert len(offers(office.counsellors[0])) == 1
    if how == "erased":
        child.http.delete(child.path, headers=child.headers)
    else:
        office.store.set_time("emergency_offer", "until", timedelta(seconds=1), "1 = 1")
    assert offers(office.counsellors[0]) == []


def test_a_plain_page_has_the_button_too(office: Office) -> None:
    child = office.child()
    known = {"conversation": child.id, "token": child.token}
    page = child.http.post("/plain", data={"do": "say", **known, "key": "the first key", "text": CRY})
    assert 'value="handoff_now"' in page.text
    page = child.http.post("/plain", data={"do": "say", **known, "key": "the second key", "reply": "handoff_now"})
    assert child.get().json()["state"] == "waiting"
