"""Typing and seen marks: they live in the moment, say nothing of what is written, and reach the other side only."""

from collections.abc import Callable, Iterator

import pytest

from tests.chat.test_waiting import case_of
from tests.support.installation import Installation
from tests.support.people import ChildClient, StaffClient
from tests.support.store import Store
from tests.support.streams import listening, until, watching

Children = Callable[..., ChildClient]


@pytest.fixture
def together(faro: Installation, child: Children, counsellor: StaffClient) -> Iterator[tuple[ChildClient, str]]:
    """A child and the counsellor in one case."""
    someone = child()
    someone.hand_over()
    case_id = case_of(faro, someone)
    assert counsellor.act(case_id, "claim").status_code == 200
    yield someone, case_id
    counsellor.act(case_id, "close", {"outcome": "helped"})


def test_each_side_hears_that_the_other_is_writing(together: tuple[ChildClient, str], counsellor: StaffClient) -> None:
    someone, case_id = together
    with watching(counsellor, case=case_id) as console, listening(someone) as page:
        assert next(console).name == "hello"
        until(page, lambda event: event.name == "state")
        assert someone.post("/typing").status_code == 204
        until(console, lambda event: event.name == "typing")
        assert counsellor.act(case_id, "typing").status_code == 204
        assert until(page, lambda event: event.name == "typing")[-1].data == {}


def test_typing_leaves_no_trace(faro: Installation, together: tuple[ChildClient, str]) -> None:
    someone, _ = together
    store = Store(faro.folder)
    before = store.rows("select * from conversation where id = ?", someone.id)
    assert someone.post("/typing").status_code == 204
    assert store.rows("select * from conversation where id = ?", someone.id) == before


def test_each_side_sees_how_far_the_other_has_read(together: tuple[ChildClient, str], counsellor: StaffClient) -> None:
    someone, case_id = together
    mine = someone.say("are you there")["bubbles"][-1]["seq"]
    with listening(someone) as page:
        until(page, lambda event: event.name == "state")
        assert counsellor.act(case_id, "seen", {"seq": mine}).status_code == 204
        assert until(page, lambda event: event.name == "seen")[-1].data == {"seq": mine}
    with watching(counsellor, case=case_id) as console:
        assert next(console).name == "hello"
        assert someone.post("/seen", {"seq": mine}).status_code == 204
        until(console, lambda event: event.name == "seen")
    assert counsellor.case(case_id)["seen"] == mine


def test_a_page_that_comes_back_is_told_what_was_seen(together: tuple[ChildClient, str], counsellor: StaffClient) -> None:
    someone, case_id = together
    mine = someone.say("are you there")["bubbles"][-1]["seq"]
    counsellor.act(case_id, "seen", {"seq": mine})
    with listening(someone) as page:
        assert until(page, lambda event: event.name == "seen")[-1].data == {"seq": mine}


def test_a_seen_mark_goes_neither_back_nor_beyond_the_end(together: tuple[ChildClient, str], counsellor: StaffClient) -> None:
    someone, case_id = together
    last = someone.say("hello")["bubbles"][-1]["seq"]
    for seq in (last, 1, last + 1000):
        assert someone.post("/seen", {"seq": seq}).status_code == 204
    assert counsellor.case(case_id)["seen"] == last


def test_a_seen_mark_does_not_make_a_message_wait(together: tuple[ChildClient, str]) -> None:
    """The row's version stays, or a message that was on its way would be refused and read again."""
    someone, _ = together
    before = someone.say("hello")["bubbles"][-1]["seq"]
    someone.post("/seen", {"seq": before})
    assert someone.say("again")["bubbles"][-1]["seq"] == before + 1


def test_nobody_shows_signs_in_a_colleagues_case(together: tuple[ChildClient, str], supervisor: StaffClient) -> None:
    _, case_id = together
    assert {supervisor.act(case_id, "typing").status_code, supervisor.act(case_id, "seen", {"seq": 1}).status_code} == {403}


def test_a_sign_of_typing_without_a_person_goes_nowhere(child: Children) -> None:
    assert child().post("/typing").status_code == 204


def test_a_trouble_that_passes_does_not_end_the_conversation(
    faro: Installation, together: tuple[ChildClient, str], counsellor: StaffClient
) -> None:
    """The stream ends without `gone`, at which a page throws its key away: it comes back and asks again."""
    someone, case_id = together
    store = Store(faro.folder)
    with listening(someone) as page:
        until(page, lambda event: event.name == "state")
        store.rows("alter table message rename to message_away")
        try:
            assert counsellor.act(case_id, "seen", {"seq": 1}).status_code == 204
            assert [event.name for event in page] == []
        finally:
            store.rows("alter table message_away rename to message")
    assert someone.get().status_code == 200
