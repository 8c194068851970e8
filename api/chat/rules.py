"""Pure decisions of the child's chat: what a text or a button means before the bot sees it, and what is kept of its answer."""

import re
import unicodedata
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from api.cases.rules import Risk, assess, card_of
from api.conversations.rules import BANDS, MAX_CHARACTERS, By
from api.errors import BadRequest, Empty, NoNumber, NoPictures, TooLong
from api.speech.papers import PAPERS

COMMANDS = ("skip", "back", "stop", "change", "menu")
HERE = ("handoff", "handoff_now", "take_back", "erase", "code", *PAPERS)  # the page does something; nothing is said
ACTS = ("talk_to_human", "delete_my_data", "change_language")  # the bot has the page open something (`do`)
ONLY_READ = ("none", "low")  # floors of the needs that are explained and not followed up
REPLY_KEY = re.compile(r"^[a-z0-9_-]+([:/=][a-z0-9_-]+)?$")
DATA_ADDRESS = re.compile(r"data:(image|video|audio|application)/", re.IGNORECASE)
ENCODED = re.compile(r"[A-Za-z0-9+/]{200,}")
ENCODED_HAS = (re.compile("[a-z]"), re.compile("[A-Z]"), re.compile("[0-9]"))
MOST_SIGNS = 4 * MAX_CHARACTERS  # a letter and its accents may be several; to put a longer run in order takes its square
KEEP_FORMAT = {"\u200c", "\u200d"}  # joiners carry meaning in Urdu, Persian and emoji
SLOTS_IN_A_GUIDE = frozenset(
    [
        "danger",
        "place",
        "person",
        "threat",
        "seen_by",
        "adult",
        "own_phone",
        "tell_whom",
        "tell_how",
        "sent",
        "friend_danger",
        "friend_knows",
        "whose",
        "did",
        "still_there",
        "reason",
        "near",
        "someone_near",
        "hurt_now",
    ]
)
MANY_SHOWN = 60
CALM = "waiting/"  # cards to read while a person is awaited
BETWEEN_DIGITS = " ()-./\u00a0\u2010\u2011\u2013"
PHONE = re.compile(r"\+?[0-9]{3,15}")


@dataclass(frozen=True)
class Turn:
    """What goes to the bot: a text, or an intent with entities (a button needs no understanding)."""

    text: str | None = None
    intent: str | None = None
    entities: dict[str, str] = field(default_factory=dict)


def clean(text: str) -> str:
    """A child's text without what cannot be seen: control, zero-width and direction-override characters.

    Raises:
        Empty: nothing is left.
        TooLong: more than 1,000 characters.
        NoPictures: a picture or file pasted as text.
    """
    kept = "".join(c for c in _no_surrogates(text) if _visible(c)).strip()
    if not kept.strip("".join(KEEP_FORMAT)):  # joiners alone are nothing to read
        raise Empty
    if is_file(kept):
        raise NoPictures
    if len(kept) <= MOST_SIGNS:
        kept = unicodedata.normalize("NFC", kept)
    if len(kept) > MAX_CHARACTERS:
        raise TooLong
    return kept


def is_file(text: str) -> bool:
    """A data address, or a run of base64 that no child types: 200 signs without a space, of all three kinds."""
    runs = ENCODED.findall("".join(line.strip() for line in text.split("\n")))  # encoded files come in lines
    return bool(DATA_ADDRESS.search(text)) or any(all(kind.search(run) for kind in ENCODED_HAS) for run in runs)


def phone_number(typed: str) -> str:
    """The digits of a telephone number, with its plus; what people write between them is dropped, in every script.

    Raises:
        NoNumber: anything else in it, or not 3 to 15 digits (ITU-T E.164; short numbers of a country have three).
    """
    kept = "".join(str(unicodedata.digit(c, c)) for c in typed if c not in BETWEEN_DIGITS and _visible(c))
    if not PHONE.fullmatch(kept):
        raise NoNumber
    return kept


def _no_surrogates(text: str) -> str:
    return text.encode("utf-8", "ignore").decode("utf-8")


def _visible(c: str) -> bool:
    return c in KEEP_FORMAT or c == "\n" or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Cn")


def read_reply(key: str, needs: Container[str], sections: frozenset[str], offered: frozenset[str]) -> Turn:
    """The bot's intent and entities for a reply key (grammar: content/README.md).

    Raises:
        BadRequest: no such key.
    """
    if not REPLY_KEY.match(key):
        raise BadRequest("reply")
    if key in needs or key in COMMANDS:
        return Turn(intent=key)
    if key.startswith("guide:") and key in offered:
        return Turn(intent=f"guide_{key[6:]}")
    slot, is_answer, value = key.partition("=")
    if is_answer and slot == "change" and value in SLOTS_IN_A_GUIDE:
        return Turn(intent="change", entities={"change": value})
    if is_answer and slot in SLOTS_IN_A_GUIDE and key in offered:
        return Turn(intent="answer", entities={slot: value})
    if "/" in key and key in sections:
        return Turn(intent="more", entities={"section": key})
    raise BadRequest("reply")


def read_alone(turn: Turn, facts: Mapping[str, Any], floors: Mapping[str, str]) -> dict[str, Any] | None:
    """The answer to a button that only opens a page of the phrasebook, in the shape of the bot's; None if the bot must decide.

    Such a button does not wait behind other children's sentences (ADR 7). A crisis or a disclosure changes what a guide
    asks next, and inside a guide the open question is asked again: those are the bot's.
    """
    calm = turn.entities.get("section", "").startswith(CALM)  # no guide goes on while a person is awaited
    page = page_of(turn, facts, floors)
    if page is None or (facts.get("guide") and not calm) or turn.intent in ACTS or page["understood"]["risk"] not in ONLY_READ:
        return None
    return {**page, "guide": None}


def page_of(turn: Turn, facts: Mapping[str, Any], floors: Mapping[str, str]) -> dict[str, Any] | None:
    """The page that a button opens, in the shape of the bot's answer; None for words and for most answers to a guide.

    A crisis ends the guide, and so does "yes" to its question about danger (as in `bot/components/guides.py`).
    """
    slots = facts.get("slots") or {}
    if turn.entities.get("danger") == "yes":
        turn, slots = Turn(intent="immediate_danger"), {**slots, **turn.entities}
    need = turn.intent if turn.intent in floors else None
    key = turn.entities["section"] if turn.intent == "more" else need
    if key is None:
        return None
    understood: dict[str, Any] = {"need": need, "also": [], "risk": floors.get(need or "", "none")}
    guide = None if understood["risk"] == Risk.emergency else facts.get("guide")
    return {"messages": [{"key": key}], "understood": understood, "guide": guide, "slots": slots}


def question_of(said: Sequence[Mapping[str, Any]], answer: str, to: int | None) -> Mapping[str, Any]:
    """The counsellor's phrase that a tapped answer belongs to: the one it stood under, or the last one that offers it.

    Args:
        said: what was said since the child spoke.
        to: the seq of the bubble that the button stood under, where the page says it. Two questions may cross a tap.

    Raises:
        BadRequest: nobody asked that.
    """
    asked = [b for b in said if b["by"] == By.counsellor and to in (None, b["seq"]) and answer in _keys(b)]
    if not asked:
        raise BadRequest("answer")
    return asked[-1]


def _keys(bubble: Mapping[str, Any]) -> list[str]:
    return [reply["key"] for reply in bubble.get("quick_replies") or ()]


def read_band(key: str) -> str | None:
    """The age band that a reply key chooses; None for "I would rather not say".

    Raises:
        BadRequest: no such band.
    """
    value = key.removeprefix("band=")
    if value not in (*BANDS, "skip"):
        raise BadRequest("band")
    return None if value == "skip" else value


def needs_of(answer: Mapping[str, Any]) -> list[str]:
    """The needs that the bot found in a message, the one that must be acted on first last."""
    understood = answer.get("understood") or {}
    return [n for n in (*(understood.get("also") or ()), understood.get("need")) if n and n != "out_of_scope"]


def remember(facts: Mapping[str, Any], answer: Mapping[str, Any], floors: Mapping[str, Risk]) -> dict[str, Any]:
    """What is kept (sealed) of the bot's answer: needs, the highest risk, the guide's answers, what was shown.

    What was answered in a guide raises the risk here as it does in a case: a child near a knife needs no handoff first.
    """
    understood, needs, slots = answer.get("understood") or {}, needs_of(answer), answer.get("slots") or {}
    answered = assess(card_of(slots, needs, floors), floors).risk
    risks = [Risk(facts.get("risk") or Risk.none), Risk(understood.get("risk") or Risk.none), answered]
    shown = [*facts.get("shown", []), *(m["key"] for m in answer.get("messages", []))]
    return {
        **facts,
        "needs": [*(n for n in facts.get("needs", []) if n not in needs), *dict.fromkeys(needs)],  # the newest last
        "risk": max(risks, key=lambda risk: risk.rank).value,
        "slots": slots,
        "guide": answer.get("guide"),
        "asked_back": bool(understood.get("asked_back")),
        "shown": list(dict.fromkeys(shown))[-MANY_SHOWN:],
    }
