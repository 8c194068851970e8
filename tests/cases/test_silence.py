"""One speaker at a time: from the yes until the end of the case, the program asks and says nothing."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.support.office import Office
from tests.support.standin import PATIENCE_SECONDS, StandIn, stand_in
from tests.support.words import assert_refused

CRY = "i want to die"


@pytest.fixture
def quiet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Office, StandIn]]:
    """An installation whose bot notes what it is asked."""
    with stand_in() as bot:
        office = Office.open(tmp_path_factory.mktemp("quiet") / "faro", bot.url, FARO_BOT_DEADLINE_SECONDS="10")
        yield office, bot
        office.close()


def test_words_for_a_person_never_reach_the_bot(quiet: tuple[Office, StandIn]) -> None:
    office, bot = quiet
    child = office.child()
    child.say("hello")
    assert len(bot.asked) == 1  # the control: before the yes it is asked
    child.hand_over()
    child.say(CRY)
    office.counsellors[0].act(office.case_of(child), "claim")
    child.say(CRY)
    assert len(bot.asked) == 1


def test_while_a_person_is_in_the_program_says_nothing(office: Office) -> None:
    child, case_id = office.claimed()
    joined = child.get().json()["bubbles"][-1]["seq"]
    office.counsellors[0].act(case_id, "messages", {"text": "hello"})
    assert [bubble["by"] for bubble in child.say(CRY)["bubbles"]] == ["child"]
    assert_refused(child.post("/messages", {"reply": "menu"}), 400, "bad_request")
    assert {bubble["by"] for bubble in child.get(after=joined).json()["bubbles"]} == {"child", "counsellor"}


def test_an_answer_that_was_on_its_way_when_the_person_came_is_not_said(quiet: tuple[Office, StandIn]) -> None:
    """The bot was slow, and a counsellor was quicker."""
    office, bot = quiet
    child, case_id = office.waiting()
    bot.free.clear()
    with ThreadPoolExecutor(1) as pool:
        tap = pool.submit(child.post, "/messages", {"reply": "fake_image_of_me"})
        assert bot.busy.wait(PATIENCE_SECONDS)
        assert office.counsellors[0].act(case_id, "claim").status_code == 200
        joined = child.get().json()["bubbles"][-1]
        bot.free.set()
        tap.result()
    assert joined["key"] == "system/joined"
    assert [bubble["by"] for bubble in child.get(after=joined["seq"]).json()["bubbles"] if bubble["by"] == "bot"] == []
