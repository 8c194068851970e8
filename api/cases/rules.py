"""Pure decisions about a case: its card, its risk with the reasons, its states. No database, no clock, no network."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

import yaml


class Risk(StrEnum):
    """How urgent; the order of the queue."""

    none = "none"
    low = "low"
    elevated = "elevated"
    high = "high"
    emergency = "emergency"

    @property
    def rank(self) -> int:
        return list(Risk).index(self)


class CaseState(StrEnum):
    """waiting -> claimed -> closed; release puts it back to waiting."""

    waiting = "waiting"
    claimed = "claimed"
    closed = "closed"


class Share(StrEnum):
    """What the child passes on. Nothing is an answer like the others."""

    summary = "summary"
    transcript = "transcript"
    nothing = "nothing"


class Outcome(StrEnum):
    """How a case ended."""

    helped = "helped"
    referred = "referred"
    child_left = "child_left"
    no_answer = "no_answer"
    erased = "erased"


class Category(StrEnum):
    """What a case is filed under: terms of Child Helpline International's data framework, by short codes.

    It has no term for deepfakes, so `ImageNature` stands beside it.
    """

    online_abuse = "online_abuse"  # Violence > Online child sexual abuse and exploitation
    cyberbullying = "cyberbullying"  # Violence > Cyberbullying
    sexual_violence = "sexual_violence"  # Violence > Sexual violence
    violence_other = "violence_other"  # Violence > Unspecified/Other
    suicidal = "suicidal"  # Mental Health > Suicidal thoughts and suicide attempts
    self_harm = "self_harm"  # Mental Health > Self-harming behaviour
    distress = "distress"  # Mental Health > Emotional distress
    legal = "legal"  # Access to Services > Legal services and advice


class ImageNature(StrEnum):
    """What the picture is, as far as the child or the counsellor knows."""

    fake = "fake"
    edited = "edited"
    real = "real"
    unsure = "unsure"


class Reported(StrEnum):
    """Where a case stands in the helpline's own system, as that system says."""

    received = "received"
    in_progress = "in_progress"
    referred = "referred"
    closed = "closed"
    refused = "refused"


def reaches_clients(share: str) -> bool:
    """Whether the child's yes covers the helpline's own system: whoever passed on nothing, passed nothing to it either."""
    return share != Share.nothing


class OpeningReason(StrEnum):
    """Why a counsellor had to read a colleague's case at once."""

    danger_now = "danger_now"
    colleague_away = "colleague_away"
    technical = "technical"


class Verdict(StrEnum):
    """What a supervisor says of it afterwards."""

    accepted = "accepted"
    to_discuss = "to_discuss"


BREAK_GLASS = timedelta(minutes=30)  # long enough to read and to call, too short to become a habit
SKIPPED = "skipped"
UNREAD = timedelta(minutes=20)  # a child's message that is on nobody's page for longer is read by nobody
STAFF_SEEN = timedelta(minutes=10)  # who has not looked at the console for longer is not there
# The lines of the card, in the order in which a counsellor reads them: bot slot -> values that a child may choose
# instead (design of the handed-over case: Aselo and Primero names in docs/glossary.md).
CARD: dict[str, tuple[str, ...]] = {
    "situation": (
        "suicide_self_harm", "immediate_danger", "fake_image_of_me", "real_image_shared", "sexual_extortion",
        "solicited_for_images", "sexual_abuse", "friend_affected", "saw_or_received", "made_or_shared", "wants_to_make",
        "bullying",
    ),
    "danger": ("yes", "no", "unsure"),
    "threat": ("yes", "no", "unsure"),
    "place": (
        "whatsapp", "instagram", "tiktok", "snapchat", "telegram", "facebook", "x", "discord", "youtube", "roblox",
        "school_chat", "website", "search", "elsewhere", "unknown",
    ),
    "person": ("peer", "adult_known", "family", "stranger", "unknown"),
    "seen_by": ("few", "school", "public", "unknown"),
    "adult": ("yes", "not_yet", "nobody"),
    "own_phone": ("yes", "no", "unsure"),
    "sent": ("nothing", "pictures", "money", "both"),
    "still_there": ("yes", "no", "unsure"),
    "friend_danger": ("yes", "no", "unsure"),
    "hurt_now": ("yes", "no", "unsure"),
    "near": ("yes", "soon", "no", "unsure"),
    "someone_near": ("yes", "no"),
}  # fmt: skip
IMAGE_NATURE = {"fake_image_of_me": "fake", "real_image_shared": "real", "bullying": "edited"}
ABOUT_FRIEND = {"friend_affected"}


@dataclass(frozen=True)
class Assessment:
    """A risk and the reasons for it, as codes that the console puts into words (`reason.<code>`)."""

    risk: Risk
    reasons: tuple[str, ...]


def number_of(typed: str) -> str:
    """A case number, or its beginning, as it is kept: capitals, and a hyphen after four signs."""
    signs = "".join(sign for sign in typed.upper() if sign.isalnum())
    return signs if len(signs) <= 4 else f"{signs[:4]}-{signs[4:]}"


def urgent(found: Assessment) -> Assessment:
    """A child took up the offer of a person: the case comes first, and says no more than that."""
    return Assessment(Risk.emergency, ("offer_taken", *found.reasons))


def load_floors(content: Path) -> dict[str, Risk]:
    """need -> the floor of risk that it carries (`content/taxonomy.yaml`)."""
    groups = yaml.safe_load((content / "taxonomy.yaml").read_text("utf-8"))
    return {need: Risk(row["risk"]) for group in groups.values() for need, row in group.items()}


def card_of(slots: Mapping[str, object], needs: Sequence[str], floors: Mapping[str, Risk]) -> dict[str, str]:
    """What is known, by field: the answers of the guides, and as the situation the crisis that was said or the last disclosure.

    Skipped questions leave no line. What is on no line is not passed on: the child sees all of it before the yes.
    """
    known = {field: str(slots[field]) for field in CARD if slots.get(field) not in (None, "", SKIPPED)}
    told = [need for need in needs if need in CARD["situation"]]
    crises = [need for need in told if floors[need] is Risk.emergency]
    if crises or (told and "situation" not in known):
        known["situation"] = (crises or told)[-1]
    return {field: value for field, value in known.items() if value in CARD[field]}


def edited(card: Mapping[str, str], changes: Mapping[str, str | None]) -> dict[str, str]:
    """The card after the child changed or binned lines.

    Raises:
        ValueError: a field or value that the card does not have.
    """
    for field, value in changes.items():
        if field not in CARD or (value is not None and value not in CARD[field]):
            raise ValueError(field)
    merged = {**card, **changes}
    return {field: value for field in CARD if (value := merged.get(field)) is not None}


def assess(card: Mapping[str, str], floors: Mapping[str, Risk]) -> Assessment:
    """The risk of a case: the floor of its situation, raised by what was answered; the reasons from the heaviest."""
    weights = {reason: risk for reason, risk in _weighed(card, floors) if risk.rank >= Risk.elevated.rank}
    risk = max(weights.values(), key=lambda r: r.rank, default=Risk.none)
    return Assessment(risk, tuple(sorted(weights, key=lambda reason: -weights[reason].rank)))


def about(moment: datetime) -> datetime:
    """The last five minutes of the clock: an exact time of an offer would lead to the conversation that ends by the same."""
    return moment.replace(minute=moment.minute // 5 * 5, second=0, microsecond=0)


def somebody_free(present: int, open_claims: int) -> bool:
    """Whether a person could come at once: fewer cases in hand than members of staff at their consoles."""
    return open_claims < present


def is_left_alone(seen_at: datetime | None, child_waits: bool, moment: datetime, unread_since: datetime | None = None) -> bool:
    """Whether a child sits with somebody who is gone: nobody at that console for ten minutes, and the child has no answer.

    A console that is open and that nobody looks at counts as seen, so what it has not shown for twenty minutes counts too.

    Where the person had the last word ("I call you tomorrow"), nothing is owed until the child writes again.

    Args:
        seen_at: when the person's console was last seen; None: no session is left.
        unread_since: since when a child's message waits that the person has neither answered nor had on the page.
    """
    unread = unread_since is not None and moment - unread_since > UNREAD
    return child_waits and (seen_at is None or moment - seen_at > STAFF_SEEN or unread)


def _weighed(card: Mapping[str, str], floors: Mapping[str, Risk]) -> Iterator[tuple[str, Risk]]:
    if "situation" in card:
        yield card["situation"], floors[card["situation"]]
    for (field, value), risk in RAISES.items():
        if card.get(field) == value:
            yield f"{field}.{value}", risk


RAISES: dict[tuple[str, str], Risk] = {
    ("danger", "yes"): Risk.emergency,
    ("hurt_now", "yes"): Risk.emergency,
    ("near", "yes"): Risk.emergency,
    ("near", "soon"): Risk.emergency,
    ("friend_danger", "yes"): Risk.emergency,
    ("hurt_now", "unsure"): Risk.emergency,
    ("friend_danger", "unsure"): Risk.high,
    ("near", "unsure"): Risk.high,
    ("danger", "unsure"): Risk.high,
    ("threat", "yes"): Risk.high,
    ("person", "family"): Risk.high,
    ("person", "adult_known"): Risk.high,
    ("sent", "money"): Risk.high,
    ("sent", "pictures"): Risk.high,
    ("sent", "both"): Risk.high,
    ("person", "stranger"): Risk.elevated,
    ("adult", "nobody"): Risk.elevated,
    ("seen_by", "public"): Risk.elevated,
}
