"""What must hold at every question of every guide: no silence, help first, and a way back, on and out."""
from __future__ import annotations

from collections.abc import Iterator

import pytest
from components.channel import INTENTS
from components.guides import AFRESH, GUIDES, VALUES
from understanding.needs import NEEDS

from tests.talk import Chat

STEPS = [pytest.param(guide, step, id=f"{guide} at {slot}")
         for guide, slots in GUIDES.items() for step, slot in enumerate(slots)]
CRISES = [need for need in NEEDS if NEEDS[need].tier == "crisis"]


def answer_to(slot: str) -> str:
    """An answer that changes nothing in the course of the guide."""
    return f"{slot}={VALUES[slot][1]}"


def go_to(chat: Chat, guide: str, step: int) -> str:
    """Open a guide and answer up to a question; the slot that is asked then."""
    slots = GUIDES[guide]
    heard = chat.walk(f"guide:{guide}", *(answer_to(slot) for slot in slots[:step]))
    assert heard == [f"{guide}/ask_{slots[step]}"]
    return slots[step]


def where_it_goes_on(guide: str, slot: str) -> str:
    """The question that was open, or the first one where every question is asked afresh."""
    return GUIDES[guide][0] if guide in AFRESH else slot


def replies() -> Iterator[str]:
    """Every intent of the protocol as a button."""
    for intent in sorted(INTENTS):
        special = {"answer": "place=website", "more": "fake_image_of_me/next"}
        yield special.get(intent, intent.replace("guide_", "guide:"))


@pytest.mark.parametrize("key", replies())
def test_no_reply_is_met_with_silence_outside_a_guide(chat: Chat, key: str) -> None:
    assert chat.taps(key)


@pytest.mark.parametrize("guide", GUIDES)
@pytest.mark.parametrize("key", replies())
def test_no_reply_is_met_with_silence_inside_a_guide(chat: Chat, key: str, guide: str) -> None:
    chat.taps(f"guide:{guide}")
    assert chat.taps(key)


@pytest.mark.parametrize(("guide", "step"), STEPS)
def test_a_question_is_answered_and_the_open_one_is_asked_again(chat: Chat, guide: str, step: int) -> None:
    slot = go_to(chat, guide, step)
    for need in NEEDS:
        if need not in (*CRISES, "talk_to_human") and (need, slot) != ("sexual_extortion", "threat"):  # it answers that one
            assert chat.taps(need) == [need, f"{guide}/ask_{slot}"]


@pytest.mark.parametrize(("guide", "step"), STEPS)
def test_asking_for_a_person_ends_the_guide_which_can_go_on_later(chat: Chat, guide: str, step: int) -> None:
    slot = go_to(chat, guide, step)
    assert chat.taps("talk_to_human") == ["talk_to_human"]
    assert chat.taps(f"guide:{guide}") == [f"{guide}/ask_{where_it_goes_on(guide, slot)}"]


@pytest.mark.parametrize("guide", AFRESH)
def test_what_was_true_an_hour_ago_is_asked_again(chat: Chat, guide: str) -> None:
    first, second = GUIDES[guide]
    assert chat.walk(f"guide:{guide}", f"{first}=no", f"{second}=yes") == [f"{guide}/done"]
    assert chat.taps(f"guide:{guide}") == [f"{guide}/ask_{first}"]


@pytest.mark.parametrize(("guide", "answer"), [("live", "hurt_now=yes"), ("unsafe", "near=yes"), ("friend", "friend_danger=yes")])
def test_in_the_worst_case_nothing_more_is_asked(chat: Chat, guide: str, answer: str) -> None:
    assert chat.walk(f"guide:{guide}", answer) == [f"{guide}/done"]


def test_what_was_answered_before_the_worst_stays(chat: Chat) -> None:
    chat.walk("guide:friend", "friend_danger=no", "friend_knows=yes", "place=tiktok", "change=friend_danger")
    assert chat.taps("friend_danger=yes") == ["friend/done"]
    assert chat.slots["place"] == "tiktok"


def test_what_the_worst_left_out_is_asked_when_it_is_taken_back(chat: Chat) -> None:
    chat.walk("guide:friend", "friend_danger=yes", "change=friend_danger")
    assert chat.taps("friend_danger=no") == ["friend/ask_friend_knows"]


def test_what_one_guide_left_out_in_the_worst_case_another_asks(chat: Chat) -> None:
    chat.walk("guide:friend", "friend_danger=yes")
    assert chat.taps("guide:takedown") == ["takedown/ask_place"]


@pytest.mark.parametrize(("guide", "step"), STEPS)
def test_a_typed_wish_for_help_is_met_at_every_question(chat: Chat, guide: str, step: int) -> None:
    slot = go_to(chat, guide, step)
    assert chat.says("I want to go to the police") == ["police_or_law", f"{guide}/ask_{slot}"]
    assert chat.says("i want to talk to a real person") == ["talk_to_human"]


@pytest.mark.parametrize(("locale", "no", "end"), [
    ("mk", "не", "сакам"), ("hy", "che", "uzum em"), ("en", "no", "please"), ("sr", "ne", "hoću"),
])
def test_whoever_repeats_a_no_is_answered_and_nobody_waits_for_it(chat: Chat, locale: str, no: str, end: str) -> None:
    """A pattern that tried every way of cutting it took longer than a minute; the text here would take years."""
    chat.taps("guide:picture")
    chat.locale = locale
    assert chat.says(" ".join([no] * 150 + [end]))


@pytest.mark.parametrize("need", CRISES)
@pytest.mark.parametrize(("guide", "step"), STEPS)
def test_a_crisis_ends_the_guide_even_when_it_carries_an_answer(chat: Chat, guide: str, step: int, need: str) -> None:
    slot = go_to(chat, guide, step)
    heard = chat.send(chat.body(intent=need, entities={slot: VALUES[slot][1]}))
    assert [message["key"] for message in heard["messages"]] == [need]
    assert heard["guide"] is None
    assert slot not in heard["slots"]
    assert heard["understood"]["risk"] == "emergency"


@pytest.mark.parametrize("text", [
    "i want to die", "whatsapp. i want to kill myself", "yes and i dont want to live anymore",
])
@pytest.mark.parametrize(("guide", "step"), STEPS)
def test_a_typed_crisis_wins_over_every_question(chat: Chat, guide: str, step: int, text: str) -> None:
    go_to(chat, guide, step)
    assert chat.says(text) == ["suicide_self_harm"]
    assert chat.guide is None


@pytest.mark.parametrize("typed", [False, True])
@pytest.mark.parametrize(("guide", "step"), STEPS)
def test_skip_leaves_the_answer_out_and_goes_on(chat: Chat, guide: str, step: int, typed: bool) -> None:
    slot = go_to(chat, guide, step)
    heard = chat.says("skip") if typed else chat.taps("skip")
    following = GUIDES[guide][step + 1 :]
    assert heard == [f"{guide}/ask_{following[0]}" if following else f"{guide}/done"]
    assert chat.slots[slot] == "skipped"


@pytest.mark.parametrize("typed", [False, True])
@pytest.mark.parametrize(("guide", "step"), STEPS)
def test_back_asks_the_question_before_and_the_first_one_again(chat: Chat, guide: str, step: int, typed: bool) -> None:
    go_to(chat, guide, step)
    before = GUIDES[guide][max(step - 1, 0)]
    assert (chat.says("go back") if typed else chat.taps("back")) == [f"{guide}/ask_{before}"]
    assert before not in chat.slots


@pytest.mark.parametrize("typed", [False, True])
@pytest.mark.parametrize(("guide", "step"), STEPS)
def test_stop_ends_the_guide_and_a_new_start_goes_on_there(chat: Chat, guide: str, step: int, typed: bool) -> None:
    slot = go_to(chat, guide, step)
    assert (chat.says("stop") if typed else chat.taps("stop")) == ["guide/stopped"]
    assert chat.guide is None
    assert chat.taps(f"guide:{guide}") == [f"{guide}/ask_{where_it_goes_on(guide, slot)}"]


@pytest.mark.parametrize("typed", [False, True])
@pytest.mark.parametrize(("guide", "step"), STEPS)
def test_change_offers_what_was_answered(chat: Chat, guide: str, step: int, typed: bool) -> None:
    slot = go_to(chat, guide, step)
    heard = chat.says("change my answer") if typed else chat.taps("change")
    if step:
        assert heard == ["guide/ask_change"]
        assert chat.buttons() == [f"change={answered}" for answered in GUIDES[guide][:step]]
    else:
        assert heard == ["guide/nothing_to_change", f"{guide}/ask_{slot}"]


@pytest.mark.parametrize(("guide", "step"), STEPS)
def test_a_changed_answer_is_asked_and_the_guide_goes_on_where_it_was(chat: Chat, guide: str, step: int) -> None:
    slot = go_to(chat, guide, step)
    for answered in GUIDES[guide][:step]:
        assert chat.taps(f"change={answered}") == [f"{guide}/ask_{answered}"]
        assert chat.taps(answer_to(answered)) == [f"{guide}/ask_{slot}"]


@pytest.mark.parametrize("guide", GUIDES)
def test_an_answer_can_be_changed_after_the_end(chat: Chat, guide: str) -> None:
    slots = GUIDES[guide]
    chat.walk(f"guide:{guide}", *map(answer_to, slots))
    for slot in slots:
        assert chat.taps(f"change={slot}") == [f"{guide}/ask_{slot}"]
        assert chat.taps(answer_to(slot)) == [f"{guide}/done"]


@pytest.mark.parametrize(("guide", "step"), STEPS)
def test_every_button_of_a_question_is_understood(chat: Chat, guide: str, step: int) -> None:
    slot = go_to(chat, guide, step)
    offered = chat.buttons()
    assert [key for key in offered if key.startswith(f"{slot}=")] == [f"{slot}={value}" for value in VALUES[slot][:-1]]
    assert offered[-(3 if step else 2) :] == (["skip", "back", "stop"] if step else ["skip", "stop"])
    assert chat.guide == {"name": guide, "slot": slot, "step": step + 1, "of": len(GUIDES[guide])}


def test_danger_ends_the_guide_and_is_remembered(chat: Chat) -> None:
    assert chat.walk("guide:picture", "danger=yes") == ["immediate_danger"]
    assert chat.guide is None
    assert chat.slots["danger"] == "yes"
    assert chat.answer["understood"]["risk"] == "emergency"


def test_typed_danger_ends_the_guide_too(chat: Chat) -> None:
    chat.taps("guide:picture")
    assert chat.says("yes") == ["immediate_danger"]


def test_a_place_that_is_known_is_not_asked_again(chat: Chat) -> None:
    chat.walk("guide:picture", "danger=no", "place=tiktok", "stop")
    assert chat.taps("guide:takedown") == ["takedown/ask_own_phone"]


def test_the_last_disclosure_is_kept_as_the_situation(chat: Chat) -> None:
    chat.walk("fake_image_of_me", "guide:picture", "sexual_extortion", "what_is_deepfake", "stop", "thanks")
    assert chat.slots["situation"] == "sexual_extortion"


@pytest.mark.parametrize(("first", "second"), [(a, b) for a in GUIDES for b in GUIDES if a != b])
def test_a_guide_gives_way_to_another_and_can_be_taken_up_again(chat: Chat, first: str, second: str) -> None:
    asked = chat.taps(f"guide:{first}")
    assert chat.taps(f"guide:{second}")[0].startswith(f"{second}/ask_")
    assert chat.taps(f"guide:{first}") == asked


@pytest.mark.parametrize(("need", "deed"), [("talk_to_human", "offer_handoff"), ("delete_my_data", "offer_erase"),
                                            ("change_language", "offer_locale")])
def test_some_needs_ask_the_api_to_do_something(chat: Chat, need: str, deed: str) -> None:
    chat.taps(need)
    assert chat.answer["messages"][0]["do"] == deed


def test_what_is_not_understood_in_a_guide_repeats_the_question(chat: Chat) -> None:
    chat.taps("guide:tell")
    assert chat.says("hgf kjh qwpoe zzxv") [-1] == "tell/ask_tell_whom"
