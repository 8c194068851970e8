"""While a person is awaited and after they have gone: calm things to read, taking a request back, and what stays."""

import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from pypdf import PdfReader

from tests.support.installation import Installation
from tests.support.people import ChildClient, StaffClient
from tests.support.store import TIME, Store
from tests.support.together import at_once
from tests.support.words import keys_of, paragraphs

Children = Callable[..., ChildClient]
CARDS = ("waiting/card", "waiting/person", "waiting/reads", "waiting/leave")
SECRET = "marzipan in the words of a child"


def case_of(faro: Installation, child: ChildClient) -> str:
    query = 'select id from "case" where conversation_id = ? order by created_at desc limit 1'
    return str(Store(faro.folder).one(query, child.id))


def buttons_of(turn: dict[str, object]) -> list[str]:
    bubbles: list[dict[str, list[dict[str, str]]]] = turn["bubbles"]  # type: ignore[assignment]
    return [reply["key"] for bubble in bubbles for reply in bubble["quick_replies"]]


def post(child: ChildClient, do: str, **more: str) -> httpx.Response:
    known = {"conversation": child.id, "token": child.token, "key": "a key of a form"}
    return child.http.post("/plain", data={"do": do, **known, **more})


def test_a_calm_card_comes_with_the_yes_and_leads_to_others_and_round(child: Children) -> None:
    """Without the bot, and with the same three ways on from each."""
    someone = child()
    turn = someone.hand_over()
    assert keys_of(turn, "system")[-1] == CARDS[0]
    for following in (*CARDS[1:], CARDS[0]):
        assert buttons_of(turn) == [following, "code", "take_back"]
        turn = someone.tap(following)
        assert [b["text"] for b in turn["bubbles"] if b["by"] == "bot"] == paragraphs(following, "en")
    assert turn["state"] == "waiting"


def test_a_calm_card_does_not_go_on_with_a_guide(child: Children) -> None:
    someone = child()
    someone.tap("guide:picture")
    someone.hand_over()
    assert keys_of(someone.tap("waiting/person")) == ["waiting/person"]


def test_staff_do_not_see_what_the_child_read_while_waiting(faro: Installation, child: Children, counsellor: StaffClient) -> None:
    someone = child()
    someone.hand_over()
    someone.tap("waiting/person")
    case_id = case_of(faro, someone)
    counsellor.act(case_id, "claim")
    assert not {said["key"] for said in counsellor.case(case_id)["messages"]} & set(CARDS)


def test_in_a_language_without_the_cards_yet_nothing_else_is_said_in_their_place(child: Children) -> None:
    """A key that is not whole falls back on the way to a person, which was just taken."""
    turn = child(locale="ar").hand_over()
    assert keys_of(turn, "system")[-1] != "talk_to_human"


def test_a_request_is_taken_back_and_nothing_of_it_is_left(faro: Installation, child: Children, counsellor: StaffClient) -> None:
    someone, store = child(), Store(faro.folder)
    someone.hand_over("summary", story=SECRET)
    case_id = case_of(faro, someone)
    turn = someone.http.delete(f"{someone.path}/handoff", headers=someone.headers).json()
    assert (turn["state"], keys_of(turn, "system")) == ("bot", ["system/taken_back"])
    assert store.rows('select card, transcript, outcome from "case" where id = ?', case_id) == [(b"", None, "erased")]
    assert store.rows("select * from case_grant where case_id = ?", case_id) == []
    assert counsellor.act(case_id, "claim").status_code == 409
    assert keys_of(someone.say("what is a deepfake?"))[0] == "what_is_deepfake"
    assert someone.hand_over("summary")["state"] == "waiting"


def test_taking_back_twice_or_too_late_changes_nothing(faro: Installation, child: Children, counsellor: StaffClient) -> None:
    """Whoever was quicker stays: the answer says that a person is there."""
    someone = child()
    someone.hand_over("summary", story=SECRET)
    counsellor.act(case_of(faro, someone), "claim")
    reply = someone.http.delete(f"{someone.path}/handoff", headers=someone.headers)
    assert reply.json() == {"state": "human", "bubbles": []}
    assert counsellor.case(case_of(faro, someone))["story"] == SECRET


def test_a_claim_and_a_taking_back_at_once_never_both_win(faro: Installation, child: Children, counsellor: StaffClient) -> None:
    for _ in range(5):
        someone = child()
        someone.hand_over("summary")
        case_id = case_of(faro, someone)
        acts: list[Callable[[], httpx.Response]] = [
            lambda case_id=case_id: counsellor.act(case_id, "claim"),  # type: ignore[misc]
            lambda someone=someone: someone.http.delete(f"{someone.path}/handoff", headers=someone.headers),  # type: ignore[misc]
        ]
        claimed, taken = at_once(lambda act: act(), acts)
        assert (claimed.status_code, taken.json()["state"]) in [(200, "human"), (409, "bot")]


def test_a_code_brings_back_the_state_and_all_that_was_said(faro: Installation, child: Children, counsellor: StaffClient) -> None:
    someone = child()
    someone.say("hello")
    someone.hand_over()
    made = someone.post("/code").json()
    assert "nobody else looks" in made["text"]
    counsellor.act(case_of(faro, someone), "claim")
    counsellor.act(case_of(faro, someone), "messages", {"text": "I am here"})
    said = someone.texts()
    back = someone.http.post("/v1/conversations/resume", json={"code": made["code"]}).json()
    assert (back["state"], [(b["by"], b["text"]) for b in back["bubbles"]]) == ("human", said)


SHARES = {"summary": "the lines you passed on", "transcript": "all you passed on", "nothing": "since you asked for a person"}


@pytest.mark.parametrize("share", SHARES)
def test_a_child_is_told_who_came_and_what_they_can_read(
    faro: Installation, child: Children, counsellor: StaffClient, share: str
) -> None:
    someone = child()
    someone.hand_over(share)
    counsellor.act(case_of(faro, someone), "claim")
    mark = someone.get().json()["bubbles"][-1]
    assert mark["key"] == "system/joined"
    assert "Demo counsellor from Demo helpline" in mark["text"]
    assert SHARES[share] in mark["text"]


def test_a_mark_is_read_in_the_language_of_the_moment(faro: Installation, child: Children, counsellor: StaffClient) -> None:
    """Where its newer sentences have no translation yet, the older ones still say that a person is there."""
    someone = child(locale="es")
    someone.hand_over()
    counsellor.act(case_of(faro, someone), "claim")
    assert paragraphs("system/joined", "es")[0] in someone.get().json()["bubbles"][-1]["text"]


def test_who_types_while_waiting_hears_once_that_nobody_answers_and_who_would(
    faro: Installation, child: Children, counsellor: StaffClient
) -> None:
    """Once in each wait: after a person was there and had to go, it is said again."""
    someone = child(country="MX")
    someone.hand_over()
    case_id = case_of(faro, someone)
    for _ in range(2):
        turn = someone.say(SECRET)
        assert {"system/still_bot", "card/emergency", "card/crisis"} <= set(keys_of(turn, "system"))
        assert {"911"} < {bubble["phone"]["number"] for bubble in turn["bubbles"] if bubble["phone"]}
        assert "I do not answer it" in str(turn)
        assert [bubble["by"] for bubble in someone.say("are you there")["bubbles"]] == ["child"]
        counsellor.act(case_id, "claim")
        assert [bubble["by"] for bubble in someone.say("hello")["bubbles"]] == ["child"]
        counsellor.act(case_id, "release")
    counsellor.act(case_id, "claim")
    assert [said["text"] for said in counsellor.case(case_id)["messages"]].count(SECRET) == 2


def test_with_nothing_passed_on_it_says_what_is_seen_and_not_that_it_can_be_read(faro: Installation, child: Children) -> None:
    """And the case holds no age, which the sentence does not name."""
    someone = child(band="13-15", country="MX")
    turn = someone.hand_over("nothing")
    assert [key for key in keys_of(turn, "system") if "handoff" in key] == ["system/handoff_asked"]
    assert "They see your language and country, and nothing of our talk." in turn["bubbles"][0]["text"]
    assert Store(faro.folder).rows('select band, country, locale from "case" where id = ?', case_of(faro, someone)) == [
        (None, "MX", "en")
    ]
    other = child(band="13-15")
    assert "can read it now" not in str(other.hand_over())
    assert Store(faro.folder).one('select band from "case" where id = ?', case_of(faro, other)) == "13-15"


def test_whoever_is_left_gets_the_numbers(faro: Installation, child: Children, counsellor: StaffClient) -> None:
    someone = child(country="MX")
    someone.hand_over()
    counsellor.act(case_of(faro, someone), "claim")
    counsellor.act(case_of(faro, someone), "release")
    mark = someone.get().json()["bubbles"][-1]
    assert paragraphs("system/waiting", "en")[0] in mark["text"]
    assert "If you need help now" in mark["text"]
    assert "911" in [card["phone"]["number"] for card in mark["cards"] if card["phone"]]
    assert {reply["key"] for reply in mark["quick_replies"]} == {"waiting/card", "code", "take_back"}
    assert "911" in post(someone, "look").text


@pytest.fixture
def ended(faro: Installation, child: Children, counsellor: StaffClient) -> ChildClient:
    """A child whose case was closed after a talk with a person."""
    someone = child()
    someone.say(SECRET)
    someone.hand_over()
    case_id = case_of(faro, someone)
    counsellor.act(case_id, "claim")
    counsellor.act(case_id, "messages", {"text": "you did well to tell"})
    assert counsellor.act(case_id, "close", {"outcome": "helped"}).status_code == 200
    return someone


def test_after_the_end_the_child_is_asked_whether_to_keep_the_chat(faro: Installation, ended: ChildClient) -> None:
    mark = ended.get().json()["bubbles"][-1]
    day = Store(faro.folder).one("select expires_at from conversation where id = ?", ended.id)[8:10].lstrip("0")
    assert f"until {day}" in mark["text"] or f" {day}, " in mark["text"]
    assert [reply["key"] for reply in mark["quick_replies"]] == ["system/kept", "erase", "transcript"]
    assert keys_of(ended.tap("system/kept")) == ["system/kept"]


def test_the_chat_can_be_taken_along_with_ones_own_words(ended: ChildClient) -> None:
    paper = ended.get("/papers/transcript").json()
    said = [(part["heading"], b["text"]) for part in paper["parts"] for b in part["bubbles"]]
    assert [text for _, text in said] == [text for _, text in ended.texts()]
    assert ("You", SECRET) in said
    assert ("Demo counsellor · A person of the helpline", "you did well to tell") in said
    pdf = PdfReader(io.BytesIO(ended.get("/papers/transcript/pdf").content))
    assert SECRET in " ".join(" ".join(page.extract_text() for page in pdf.pages).split())
    assert SECRET in post(ended, "transcript").text


def test_words_that_were_typed_for_a_person_who_just_left_are_kept_and_answered(
    faro: Installation, child: Children, counsellor: StaffClient
) -> None:
    """Twenty times a message and the end of the case at once: it is there once, in its order, and never unanswered."""
    for n in range(8):
        someone = child()
        someone.hand_over()
        case_id = case_of(faro, someone)
        counsellor.act(case_id, "claim")
        text = f"one more thing {n}"
        acts: list[Callable[[], object]] = [
            lambda someone=someone, text=text: someone.say(text),  # type: ignore[misc]
            lambda case_id=case_id: counsellor.act(case_id, "close", {"outcome": "helped"}),  # type: ignore[misc]
        ]
        at_once(lambda act: act(), acts)
        after = someone.get().json()
        assert [b["text"] for b in after["bubbles"]].count(text) == 1
        assert [b["seq"] for b in after["bubbles"]] == sorted({b["seq"] for b in after["bubbles"]})
        assert after["bubbles"][-1]["by"] in ("system", "bot")
        if "system/too_late" in [bubble["key"] for bubble in after["bubbles"]]:
            assert "card/emergency" in [bubble["key"] for bubble in after["bubbles"]]


def test_after_a_restart_the_talk_goes_on_where_it_was(another: Callable[..., Installation]) -> None:
    """A message that was answered before the restart is not said again, and both sides write on."""
    faro = another()
    staff = StaffClient.sign_in(faro.url, *faro.accounts()["counsellor"])
    someone = ChildClient.start(faro.url)
    someone.hand_over()
    case_id = case_of(faro, someone)
    staff.act(case_id, "claim")
    first = someone.say("before", "the same key")
    faro.stop()
    faro.start()
    assert someone.say("before", "the same key") == first
    assert staff.act(case_id, "messages", {"text": "still here"}).status_code == 201
    someone.say("after")
    assert [text for by, text in someone.texts() if by in ("child", "counsellor")] == ["before", "still here", "after"]


def test_a_child_stays_with_a_person_who_has_read_and_is_at_the_console(another: Callable[..., Installation]) -> None:
    faro = another()
    staff = StaffClient.sign_in(faro.url, *faro.accounts()["counsellor"])
    someone = ChildClient.start(faro.url)
    someone.hand_over()
    case_id, store = case_of(faro, someone), Store(faro.folder)
    staff.act(case_id, "claim")
    said = someone.say("are you there")["bubbles"][-1]["seq"]
    staff.act(case_id, "seen", {"seq": said})
    faro.stop()
    store.change_all("update message set at = ?", (datetime.now(UTC) - timedelta(minutes=21)).strftime(TIME))
    faro.start()
    someone.say("I wait")
    assert someone.get().json()["state"] == "human"


@pytest.mark.parametrize("way", ["signed out", "away", "not looking"])
def test_a_child_is_not_left_alone_with_a_person_who_is_gone(another: Callable[..., Installation], way: str) -> None:
    """The case waits again, the child is told, and the program is there."""
    faro = another()
    staff = StaffClient.sign_in(faro.url, *faro.accounts()["counsellor"])
    someone = ChildClient.start(faro.url)
    someone.hand_over()
    case_id = case_of(faro, someone)
    staff.act(case_id, "claim")
    staff.act(case_id, "messages", {"text": "one moment"})
    someone.say("are you there")
    faro.stop()
    store = Store(faro.folder)
    if way == "away":
        store.set_time("staff_session", "seen_at", timedelta(minutes=11), "staff_id = ?", staff.id)
    elif way == "not looking":  # the console is open and beats
        store.change_all("update message set at = ?", (datetime.now(UTC) - timedelta(minutes=21)).strftime(TIME))
    else:
        store.change("delete from staff_session where staff_id = ?", staff.id)
    faro.start()  # the worker looks after every child at its start
    with someone.http.stream("GET", f"{someone.path}/events", headers=someone.headers) as reply:
        next(line for line in reply.iter_lines() if '"waiting"' in line)
    after = someone.get().json()
    assert (after["state"], after["bubbles"][-1]["key"]) == ("waiting", "system/away")
    assert paragraphs("system/waiting", "en")[0] not in after["bubbles"][-1]["text"]  # nobody is there to be asked
    assert paragraphs("system/wait_nobody", "en")[0] in after["bubbles"][-1]["text"]
    assert store.one("select actor from audit_entry where action = 'case.away'") == "system"
    assert someone.tap("waiting/card")["bubbles"][-1]["by"] == "bot"
