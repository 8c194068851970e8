"""Which steps a card suggests, and the words in which casework is kept. Pure.

Sources: WHO LIVES (first-line support), NSPCC guidance on disclosures, IWF Report Remove, NCMEC Take It Down; a clinician
has not yet signed the list (content/reviews).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from api.cases.rules import Risk

Card = Mapping[str, str]


class ReferralKind(StrEnum):
    """To whom a case is brought."""

    emergency = "emergency"
    crisis_line = "crisis_line"
    police = "police"
    hotline = "hotline"
    platform = "platform"
    protection = "protection"  # child protection services
    school = "school"
    helpline = "helpline"  # another helpline
    other = "other"


class Result(StrEnum):
    """What came of a referral."""

    asked = "asked"
    accepted = "accepted"
    refused = "refused"
    done = "done"
    no_answer = "no_answer"


class Kept(StrEnum):
    """Whether an appointment was kept."""

    planned = "planned"
    kept = "kept"
    missed = "missed"
    dropped = "dropped"


@dataclass(frozen=True)
class Step:
    """A next action to think of: its code, the kind of help in the directory, and the referral that it becomes."""

    code: str
    directory: str | None = None
    referral: ReferralKind | None = None


PICTURE = {"fake_image_of_me", "real_image_shared", "sexual_extortion", "friend_affected", "saw_or_received"}
NO_ROUTE_OF_ITS_OWN = {"school_chat", "search", "unknown", "website"}


def _is(field: str, *values: str) -> Callable[[Card, Risk], bool]:
    return lambda card, _: card.get(field) in values


def _any(*tests: Callable[[Card, Risk], bool]) -> Callable[[Card, Risk], bool]:
    return lambda card, risk: any(test(card, risk) for test in tests)


def _has_own_route(card: Card, _: Risk) -> bool:
    return card.get("place", "unknown") not in NO_ROUTE_OF_ITS_OWN


def _is_self_harm(card: Card, _: Risk) -> bool:
    return card.get("situation") == "suicide_self_harm" or card.get("hurt_now") in ("yes", "unsure")


def _in_emergency(_: Card, risk: Risk) -> bool:
    return risk is Risk.emergency


_threatened = _any(_is("threat", "yes"), _is("situation", "sexual_extortion"))
_at_home = _any(_is("person", "family", "adult_known"), _is("situation", "sexual_abuse"))
# from what keeps a child alive to what helps later
STEPS: tuple[tuple[Step, Callable[[Card, Risk], bool]], ...] = (
    (Step("ask_safe"), _any(_in_emergency, _is("danger", "unsure"), _is("near", "yes", "soon", "unsure"))),
    (Step("emergency", "emergency", ReferralKind.emergency), _in_emergency),
    (Step("crisis", "crisis", ReferralKind.crisis_line), _is_self_harm),
    (Step("protection", None, ReferralKind.protection), _at_home),
    (Step("no_payment"), _threatened),
    (Step("police", None, ReferralKind.police), _any(_threatened, _at_home, _is("person", "stranger"))),
    (Step("note_addresses"), _any(_threatened, lambda card, _: "place" in card)),
    (Step("report_there", "place_route", ReferralKind.platform), _has_own_route),
    (Step("take_down", "take_down", ReferralKind.hotline), _is("own_phone", "yes")),
    (Step("hotline", "hotline", ReferralKind.hotline), lambda card, _: card.get("situation") in PICTURE),
    (Step("school", None, ReferralKind.school), _any(_is("seen_by", "school"), _is("place", "school_chat"))),
    (Step("trusted_adult"), lambda card, _: card.get("adult") != "yes"),
    (Step("repair"), _is("situation", "made_or_shared", "wants_to_make")),
    (Step("helpline", "helpline", ReferralKind.helpline), lambda card, _: True),
)  # fmt: skip


def next_steps(card: Card, risk: Risk) -> Iterator[Step]:
    """What to think of next, the most urgent first, by the lines of the card."""
    return (step for step, fits in STEPS if fits(card, risk))
