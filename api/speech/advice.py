"""What is added after a finished guide, by what was answered: the most urgent first, and two at most."""

from collections.abc import Mapping
from typing import Any, NamedTuple

AT_MOST = 2  # one step is enough; a second where it matters


class Advice(NamedTuple):
    """A section of the phrasebook, and the answers to one question that call for it; no question: always."""

    section: str
    slot: str = ""
    values: frozenset[str] = frozenset()


def _if(slot: str, values: str, section: str) -> Advice:
    return Advice(section, slot, frozenset(values.split()))


DANGER_UNSURE = _if("danger", "unsure", "advice/danger_unsure")
THREAT = _if("threat", "yes unsure", "advice/threat")
FAMILY = _if("person", "family adult_known", "advice/family")
STRANGER = _if("person", "stranger", "advice/stranger")
NOBODY = _if("adult", "nobody", "advice/adult_nobody")
NOT_YET = _if("adult", "not_yet", "advice/adult_not_yet")
SCHOOL = (_if("seen_by", "school", "advice/school"), _if("place", "school_chat", "advice/school"),
          _if("person", "peer", "advice/school"))  # fmt: skip
OWN_PHONE = (_if("own_phone", "yes", "takedown/own_phone"), _if("own_phone", "no unsure skipped", "takedown/not_on_phone"))

ADVICE: dict[str, tuple[Advice, ...]] = {
    "picture": (DANGER_UNSURE, THREAT, FAMILY, NOBODY, STRANGER, NOT_YET, *SCHOOL),
    "real": (DANGER_UNSURE, THREAT, NOBODY, Advice("real/sent_myself"), *OWN_PHONE),
    "threat": (
        DANGER_UNSURE, _if("sent", "pictures money both", "threat/sent"), _if("sent", "nothing", "threat/nothing_sent"),
        _if("sent", "skipped", "advice/threat"), NOBODY, FAMILY, STRANGER, NOT_YET,
    ),
    "asked": (
        DANGER_UNSURE, _if("person", "family adult_known", "asked/known"), _if("sent", "pictures money both", "asked/sent"),
        _if("sent", "nothing skipped", "asked/nothing_sent"), NOBODY, STRANGER, NOT_YET,
    ),
    "friend": (
        _if("friend_danger", "yes", "friend/danger"), _if("friend_danger", "unsure", "friend/danger_unsure"),
        _if("friend_knows", "no unsure", "friend/does_not_know"), _if("friend_knows", "yes", "friend/knows"),
        _if("adult", "not_yet nobody", "friend/promise"),
    ),
    "received": (
        _if("whose", "me", "received/me"), _if("whose", "known", "received/known"),
        _if("whose", "unknown skipped", "received/unknown"), NOBODY, NOT_YET,
    ),
    "made": (
        _if("did", "made", "made/made"), _if("did", "passed_on", "made/passed_on"), _if("did", "kept", "made/kept"),
        _if("still_there", "yes unsure", "made/still_there"), NOBODY,
        _if("did", "made passed_on", "made/sorry"),
    ),
    "make": (
        _if("reason", "urge", "make/urge"), _if("reason", "hurt", "make/hurt"), _if("reason", "dared", "make/dared"),
        _if("reason", "joke", "make/joke"), _if("reason", "curious", "make/curious"),
    ),
    "bullying": (
        DANGER_UNSURE, _if("person", "family adult_known", "bullying/adult"), _if("person", "peer", "bullying/peer"),
        _if("place", "school_chat", "bullying/peer"), NOBODY,
        _if("person", "peer stranger unknown skipped", "bullying/reply"), NOT_YET,
    ),
    "takedown": OWN_PHONE,
    "tell": (
        _if("tell_whom", "nobody", "tell/words_nobody"), _if("tell_how", "say skipped", "tell/words_say"),
        _if("tell_how", "write", "tell/words_write"), _if("tell_how", "together", "tell/words_together"),
    ),
    "unsafe": (
        _if("near", "yes", "unsafe/near"), _if("near", "soon unsure skipped", "unsafe/soon"), _if("near", "no", "unsafe/later"),
        _if("someone_near", "yes", "unsafe/with_someone"), _if("someone_near", "no", "unsafe/alone"),
    ),
    "live": (
        _if("hurt_now", "yes", "live/hurt_now"), _if("hurt_now", "unsure skipped", "live/unsure"),
        _if("hurt_now", "no", "live/not_now"),
        _if("someone_near", "yes", "live/with_person"), _if("someone_near", "no", "live/alone"),
    ),
}  # fmt: skip


def advice_after(key: str, slots: Mapping[str, Any]) -> list[str]:
    """The sections that a finished guide adds to its closing words.

    Args:
        key: what the bot said, `<guide>/done`.
        slots: the answers, by question.
    """
    guide, _, end = key.partition("/")
    rows = ADVICE.get(guide, ()) if end == "done" else ()
    fitting = [row.section for row in rows if not row.slot or slots.get(row.slot) in row.values]
    return list(dict.fromkeys(fitting))[:AT_MOST]
