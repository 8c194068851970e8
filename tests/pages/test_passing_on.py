"""Passing on, calling back, taking back and keeping, by plain forms: the same as with a script."""

from collections.abc import Callable

import httpx

from tests.chat.test_waiting import case_of
from tests.support.installation import Installation
from tests.support.people import ChildClient, StaffClient
from tests.support.store import Store

Children = Callable[..., ChildClient]
WISH = {"share": "nothing", "channel": "phone", "time.evening": "yes", "seen_by": "others", "may_say": "first_name"}


def post(child: ChildClient, do: str, **more: str) -> httpx.Response:
    known = {"conversation": child.id, "token": child.token, "key": f"a key to {do}"}
    return child.http.post("/plain", data={"do": do, **known, **more})


def test_a_call_back_is_passed_on(faro: Installation, child: Children, counsellor: StaffClient) -> None:
    someone = child()
    assert "Who else sees or uses this phone?" in post(someone, "handoff").text
    assert post(someone, "hand_over", **WISH, number="55 1234 5678").status_code == 200
    counsellor.act(case_of(faro, someone), "claim")
    assert counsellor.case(case_of(faro, someone))["callback"] == {
        "when": "", "times": ["evening"], "channel": "phone", "phone_private": False, "number": "5512345678",
        "may_say": "first_name",
    }  # fmt: skip


def test_the_page_names_everybody_who_can_read_it(faro: Installation, child: Children) -> None:
    """The helpline's own system too; the case says which wording was agreed to."""
    someone = child()
    page = post(someone, "handoff").text
    assert "Only people of the helpline, and its own record system, can open it." in page
    assert "Only people of the helpline, and its own record system, can read it." in page
    assert "In serious danger they may have to tell others, to get you help." in page
    assert "A law or a complaint can keep it longer." in page
    post(someone, "hand_over", share="summary")
    assert Store(faro.folder).one('select consent from "case" where id = ?', case_of(faro, someone)) == "handoff-3"


def test_a_number_that_is_none_brings_the_form_back_as_it_was_filled_in(child: Children) -> None:
    someone = child()
    page = post(someone, "hand_over", **WISH, number="ask my sister", story="it began in May", when="after eight")
    assert page.status_code == 422
    assert "I could not read this telephone number" in page.text
    assert all(f'value="{typed}"' in page.text for typed in ("ask my sister", "after eight"))
    assert "it began in May" in page.text
    assert 'name="seen_by" value="others" checked' in page.text
    assert someone.get().json()["state"] == "bot"


def test_without_a_wish_there_is_no_call_back(faro: Installation, child: Children, counsellor: StaffClient) -> None:
    someone = child()
    post(someone, "hand_over", share="nothing", channel="", seen_by="unsure", may_say="nothing")
    counsellor.act(case_of(faro, someone), "claim")
    assert counsellor.case(case_of(faro, someone))["callback"] is None


def test_a_request_is_taken_back_after_one_question(child: Children) -> None:
    someone = child()
    waiting = post(someone, "hand_over", share="nothing").text
    assert all(f'value="{key}"' in waiting for key in ("waiting/person", "code", "take_back"))
    assert 'value="talk_to_human"' not in waiting
    asked = post(someone, "say", reply="take_back")
    assert "Do you want to take your request back?" in asked.text
    assert someone.get().json()["state"] == "waiting"
    assert "Your request is taken back" in post(someone, "take_back", sure="yes").text
    assert someone.get().json()["state"] == "bot"


def test_the_code_comes_with_where_to_keep_it(child: Children) -> None:
    assert "Keep it only where nobody else looks" in post(child(), "code").text


def test_after_the_end_the_ways_to_keep_and_to_erase_are_buttons(
    faro: Installation, child: Children, counsellor: StaffClient
) -> None:
    someone = child()
    someone.hand_over()
    counsellor.act(case_of(faro, someone), "claim")
    counsellor.act(case_of(faro, someone), "close", {"outcome": "helped"})
    page = post(someone, "look").text
    assert all(f'value="{key}"' in page for key in ("system/kept", "erase", "transcript"))
    assert "Erase everything you wrote here?" in post(someone, "say", reply="erase").text
    assert "This chat" in post(someone, "say", reply="transcript").text
