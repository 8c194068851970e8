"""Supervisors and admins set when their helpline is open; children read it before they ask, and out of hours."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from babel.dates import format_date, format_time

from tests.support.hours import CLOSED, OPEN, daily, set_hours, try_hours
from tests.support.installation import ROOT
from tests.support.office import Office
from tests.support.people import ChildClient


def opening(office: Office, **asked: str) -> dict[str, Any]:
    reply = office.supervisor.http.get("/v1/config", params={"locale": "en", **asked})
    found: dict[str, Any] = reply.json()["opening"]
    return found


def next_opening(hours: dict[str, Any]) -> datetime:
    """When hours of every day begin next."""
    hour, minute = map(int, hours["hours"][0].split(" ")[1][:5].split(":"))
    moment = datetime.now(UTC)
    today = moment.replace(hour=hour, minute=minute, second=0, microsecond=0)
    return today if today > moment else today + timedelta(days=1)


def in_words(moment: datetime, zone: str) -> str:
    local = moment.astimezone(ZoneInfo(zone))
    return f"{format_date(local, 'EEEE', locale='en')}, {format_time(local.time(), 'short', locale='en')}"


def nobody_looks(office: Office) -> None:
    """Everybody at the console looked away an hour ago."""
    for staff in (*office.counsellors, office.supervisor):
        office.store.set_time("staff_session", "seen_at", timedelta(minutes=15), "staff_id = ?", staff.id)


def test_without_hours_the_staff_at_the_console_tell(office: Office) -> None:
    found = opening(office)
    assert (found["person_there"], found["open"], found["opens_at"]) == (True, None, None)
    assert found["text"] == "You can ask for a person of the helpline. Someone is here."
    nobody_looks(office)
    found = opening(office, country="FR")  # another address than before: what was read may be kept for a minute
    assert (found["person_there"], found["open"]) == (False, None)
    assert found["text"].startswith("No person of the helpline is here at this time.")


def test_a_closed_helpline_says_when_it_opens_by_the_clock_of_the_childs_country(office: Office) -> None:
    set_hours(office.supervisor, **CLOSED)
    found, opens = opening(office, country="AM"), next_opening(CLOSED)
    assert (found["open"], datetime.fromisoformat(found["opens_at"])) == (False, opens)
    assert found["text"].endswith(f"They open again: {in_words(opens, 'Asia/Yerevan')}.")


def test_a_country_with_several_clocks_reads_the_helplines_time_and_whose_it_is(office: Office) -> None:
    """Nobody can tell a child in Mexico which of its clocks is on the wall; the child's device can, and the page asks it."""
    hours = {**CLOSED, "zone": "America/Mexico_City"}
    set_hours(office.supervisor, **hours)
    found = opening(office, country="MX")
    assert found["text"].endswith("(Mexico (Mexico City) Time).")
    page = office.supervisor.http.get("/", params={"locale": "en", "country": "MX"}).text
    assert f'<time datetime="{found["opens_at"]}">' in page


def test_an_open_helpline_says_whether_somebody_is_there(office: Office) -> None:
    set_hours(office.supervisor, **OPEN)
    assert (opening(office)["open"], opening(office)["person_there"]) == (True, True)
    nobody_looks(office)
    found = opening(office, country="FR")
    assert (found["open"], found["person_there"]) == (True, False)


def test_a_request_out_of_hours_is_kept_and_says_when_it_will_be_read(office: Office) -> None:
    """With the country's numbers, though somebody works late; staff find it marked."""
    set_hours(office.supervisor, **CLOSED)
    child = office.child(country="GB")
    turn = child.hand_over()
    keys = [bubble["key"] for bubble in turn["bubbles"]]
    text = " ".join(bubble["text"] for bubble in turn["bubbles"])
    assert {"system/out_of_hours", "card/emergency", "card/helpline"} <= set(keys)
    assert not {"system/waiting", "system/nobody_there"} & set(keys)
    assert in_words(next_opening(CLOSED), "Europe/London") in text
    assert "Your request is kept" in text
    assert "{" not in text
    assert [row["out_of_hours"] for row in office.counsellors[0].queue()] == [True]
    waiting = child.get("/waiting").json()
    assert (waiting["from_minutes"], datetime.fromisoformat(waiting["opens_at"])) == (None, next_opening(CLOSED))


def test_what_was_left_out_of_hours_comes_first_in_its_class_in_the_morning(office: Office) -> None:
    set_hours(office.supervisor, **CLOSED)
    _, left = office.waiting(danger="yes")
    set_hours(office.supervisor, **OPEN)
    _, later = office.waiting(danger="yes")
    _, lighter = office.waiting()
    rows = office.counsellors[0].queue(state="waiting")
    assert [(row["id"], row["out_of_hours"]) for row in rows] == [(left, True), (later, False), (lighter, False)]


def test_with_no_hours_what_was_left_with_nobody_there_is_marked_too(office: Office) -> None:
    nobody_looks(office)
    assert "system/nobody_there" in [bubble["key"] for bubble in office.child().hand_over()["bubbles"]]
    assert office.store.one('select out_of_hours from "case"') == 1


def test_a_plain_page_says_it_on_each_reload(office: Office) -> None:
    set_hours(office.supervisor, **CLOSED)
    child = office.child(country="GB")
    assert in_words(next_opening(CLOSED), "Europe/London") in looked(child)
    set_hours(office.supervisor, **OPEN)
    assert "Someone is here." in looked(child)


def looked(child: ChildClient) -> str:
    return child.http.post("/plain", data={"do": "look", "conversation": child.id, "token": child.token}).text


@pytest.mark.parametrize("who", ["supervisor", "admin"])
def test_hours_are_kept_as_they_were_set(office: Office, who: str) -> None:
    wanted = {
        "takes_handoffs": True, "countries": ["MX", "GB"], "locales": ["es"], "zone": "America/Mexico_City",
        "hours": ["Mon-Fri 09:00-21:00", "Sat 20:00-02:00"],
        "days": [
            {"date": "2030-12-31", "open": ["09:00-12:00"], "reason": "few_staff"},
            {"date": "2030-12-25", "open": [], "reason": "holiday"},
        ],
    }  # fmt: skip
    staff = getattr(office, who)
    set_hours(staff, **wanted)
    kept = staff.http.get("/v1/helpline/hours").json()
    assert {name: kept[name] for name in wanted} == {**wanted, "days": wanted["days"][::-1]}
    assert kept["name"] == "The only helpline"
    assert kept["open"] in (True, False)
    acts = office.store.rows("select actor, thing from audit_entry where action = 'helpline.hours' order by seq")
    assert acts[-1] == (staff.id, office.first)


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"hours": ["Mon-Fri 09:00-17:00"]}, "zone"),
        ({"zone": "UTC", "hours": ["Mon-Fri 09:00-17:00", "weekends"]}, "hours 2"),
        ({**CLOSED, "days": [{"date": "2030-01-01", "open": ["late"], "reason": "other"}]}, "days 1"),
        ({**CLOSED, "days": [{"date": "2030-01-01", "open": [], "reason": "other"}] * 2}, "days"),
        ({"countries": ["ZZ"]}, "countries"),
        ({"locales": ["tlh"]}, "locales"),
    ],
)
def test_what_can_not_be_read_is_named_and_nothing_is_changed(office: Office, wrong: dict[str, Any], named: str) -> None:
    before = office.store.rows("select * from helpline")
    reply = try_hours(office.supervisor, **wrong)
    assert (reply.status_code, reply.json()["detail"]) == (400, named)
    assert office.store.rows("select * from helpline") == before


def test_a_reason_is_a_code_so_nothing_that_was_typed_is_kept(office: Office) -> None:
    days = [{"date": "2030-01-01", "open": [], "reason": "Ana is ill"}]
    assert try_hours(office.supervisor, **CLOSED, days=days).status_code == 400


def test_an_operator_lists_the_helplines(office: Office) -> None:
    set_hours(office.supervisor, **daily(timedelta(hours=-2), timedelta(hours=5)), countries=["MX"])
    environment = {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", **office.installation.settings()}
    command = [sys.executable, "-m", "api.operator", "helpline", "list"]
    said = subprocess.run(command, env=environment, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    assert said.splitlines()[0] == f"{office.first}  The only helpline: MX, any language, open"
