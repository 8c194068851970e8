"""What is counted, and what of a count may be shown (docs/statistics.md). Pure."""

from bisect import bisect_left
from collections.abc import Container, Iterable, Iterator, Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from api.cases.rules import IMAGE_NATURE, Category

BUCKETS = 5
FEWEST = 10  # a smaller count could point at one child (UNECE principles and guidelines on confidentiality, small cells)
NOT_SAID = "none"
FINISHED = "finished"
BEYOND = 100  # a finished guide stands beyond its last step
# Upper ends of the minutes that a time is counted in: exact times would lead back to one case.
MINUTES = (1, 2, 3, 5, 7, 10, 15, 20, 30, 45, 60, 90, 120, 180, 240, 360, 480, 720, 1440, 2880, 10080, 43200)


class Ended(StrEnum):
    """How a typed message was met."""

    served = "served"
    asked_back = "asked_back"
    corrected = "corrected"  # the button that a child pressed after having been asked back


class Heard(NamedTuple):
    """What one message adds to. `bucket` is the fifth of the confidence: 0 (under 20 %) to 4."""

    helpline_id: str
    month: str
    locale: str
    need: str
    bucket: int
    ended: Ended


class Of(StrEnum):
    """What the figures count: cases that ended, conversations in which a child said something, guides, and times of cases."""

    cases = "cases"
    contacts = "contacts"
    guides = "guides"
    waiting = "waiting"
    first_reply = "first_reply"
    handling = "handling"


TIMES = (Of.waiting, Of.first_reply, Of.handling)


class Figure(NamedTuple):
    """One count: of what, by which question (`by`), with which answer (`code`).

    Only one question at a time: a row that held need, country and hour together would be nearly a child's own.
    """

    helpline_id: str
    month: str
    of: Of
    by: str
    code: str


class Question(StrEnum):
    """The questions by which cases and contacts are shown."""

    need = "need"
    category = "category"
    image_nature = "image_nature"
    risk = "risk"
    locale = "locale"
    country = "country"
    band = "band"
    hour = "hour"
    month = "month"
    outcome = "outcome"


SITUATION = "situation"  # need, category and nature of the image: one follows from the other, so they are counted as one
PARTS = (Question.need, Question.category, Question.image_nature)
# Child Helpline International, data framework: code -> category and sub-category, in its own words. It has no term for a
# deepfake, so the nature of the image goes beside it.
CHI: dict[str, tuple[str, str]] = {
    Category.online_abuse: ("Violence", "Online child sexual abuse and exploitation"),
    Category.cyberbullying: ("Violence", "Cyberbullying"),
    Category.sexual_violence: ("Violence", "Sexual violence"),
    Category.violence_other: ("Violence", "Unspecified/Other"),
    Category.suicidal: ("Mental Health", "Suicidal thoughts and suicide attempts"),
    Category.self_harm: ("Mental Health", "Self-harming behaviour"),
    Category.distress: ("Mental Health", "Emotional distress"),
    Category.legal: ("Access to Services", "Legal services and advice"),
    NOT_SAID: ("Not said", "Not said"),
}
CATEGORY: dict[str, str] = {
    "suicide_self_harm": Category.suicidal, "immediate_danger": Category.violence_other,
    "sexual_abuse": Category.sexual_violence, "bullying": Category.cyberbullying,
    **dict.fromkeys(
        ("fake_image_of_me", "real_image_shared", "sexual_extortion", "solicited_for_images", "friend_affected",
         "saw_or_received", "made_or_shared", "wants_to_make"), Category.online_abuse,
    ),
}  # fmt: skip


def heard(helpline_id: str, month: str, locale: str, understood: Mapping[str, Any], needs: Container[str]) -> Heard | None:
    """What to count of the bot's report; a command, or a need of no taxonomy, counts for nothing."""
    need, confidence = understood.get("need"), understood.get("confidence")
    if not isinstance(need, str) or need not in needs or not isinstance(confidence, (int, float)):
        return None
    ended = Ended.asked_back if understood.get("asked_back") else Ended.served
    return Heard(helpline_id, month, locale, need, bucket(confidence), ended)


def bucket(confidence: float) -> int:
    return max(0, min(int(confidence * BUCKETS), BUCKETS - 1))


def shown(count: int) -> int | None:
    """The count, or None where it is too small to be shown."""
    return count if count >= FEWEST else None


class Folded(NamedTuple):
    """What may be shown of one question: the answers with their counts, all the others as one number, and all together."""

    shown: dict[str, int]
    rest: int | None
    total: int | None


def folded(cells: Mapping[str, int]) -> Folded:
    """Fold every small count into `rest`, and the smallest shown ones after it until `rest` is no small count itself.

    A rest of ten or more is the sum of at least two answers, since each that is folded for itself is under ten: so
    whoever subtracts what is shown from the total finds their sum and none of them. Which answers are in it is not said.
    (Complementary suppression: Hundepool et al., Statistical Disclosure Control, chapter 4.)

    Args:
        cells: answer -> count, for every answer that was given at all.
    """
    total = sum(cells.values())
    if total < FEWEST:
        return Folded({}, None, None)
    kept = {code: count for code, count in cells.items() if count >= FEWEST}
    rest = total - sum(kept.values())
    for code in sorted(kept, key=lambda code: (kept[code], code)):
        if rest == 0 or rest >= FEWEST:
            break
        rest += kept.pop(code)
    return Folded(kept, rest, total)


def period_of(month: str, months: int) -> str:
    """The period of a month (`2026-05`): itself, its quarter (`2026-Q2`) or its year."""
    year, number = month.split("-")
    return {1: month, 3: f"{year}-Q{(int(number) + 2) // 3}", 12: year}[months]


def situation_of(need: str | None, categories: Iterable[str], nature: str | None) -> str:
    """Need, category and nature of the image in one code; what a counsellor chose counts before what follows from the need."""
    category = next(iter(categories), None) or CATEGORY.get(need or "", NOT_SAID)
    return "/".join((need or NOT_SAID, category, nature or IMAGE_NATURE.get(need or "", NOT_SAID)))


def contact_of(locale: str, country: str | None, band: str | None) -> dict[Question, str | None]:
    """What is counted once of a conversation in which a child says something; the hour is put in when it is stored."""
    return {Question.locale: locale, Question.country: country, Question.band: band, Question.hour: None}


def minutes_code(time: timedelta) -> str:
    """The upper end of the minutes in which a time is counted."""
    return str(MINUTES[min(bisect_left(MINUTES, time.total_seconds() / 60), len(MINUTES) - 1)])


def quantile(times: Mapping[str, int], part: float) -> int:
    """The minutes within which so large a part of the times lies (an upper end of `MINUTES`).

    Args:
        times: code of the minutes -> count, at least one.
    """
    wanted, counted = part * sum(times.values()), 0
    for end in MINUTES:
        counted += times.get(str(end), 0)
        if counted >= wanted:
            return end
    raise ValueError("no times")


def guide_steps(facts: Mapping[str, Any], answer: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What a turn adds to the count of guides, once a conversation: (guide, step that was reached for the first time).

    A guide that ends early has its left-out steps reached too, or they would look as if children had dropped off there.
    """
    reached, now, before = facts.get("reached") or {}, answer.get("guide"), facts.get("guide")
    if now:
        yield from ((now["name"], str(step)) for step in range(reached.get(now["name"], 0) + 1, now["step"] + 1))
    ended = {message["key"].partition("/")[0] for message in answer["messages"] if message["key"].endswith("/done")}
    if before and before["name"] in ended and reached.get(before["name"], 0) <= before["of"]:
        left = range(reached.get(before["name"], 0) + 1, before["of"] + 1)
        yield from ((before["name"], code) for code in (*map(str, left), FINISHED))


def reached_after(facts: Mapping[str, Any], steps: Iterable[tuple[str, str]]) -> dict[str, int]:
    """guide -> the furthest step of this conversation; one that was finished stands beyond them all."""
    reached = dict(facts.get("reached") or {})
    for guide, code in steps:
        reached[guide] = BEYOND if code == FINISHED else int(code)
    return reached


def drop_off(reached: Mapping[str, int]) -> dict[str, int]:
    """How many stopped at each step, and how many finished, from how many reached each."""
    last = max((int(code) for code in reached if code != FINISHED), default=0)
    counts = [reached.get(str(step), 0) for step in range(1, last + 1)] + [reached.get(FINISHED, 0)]
    stopped = {str(step): max(0, counts[step - 1] - counts[step]) for step in range(1, last + 1)}
    return {code: count for code, count in {**stopped, FINISHED: counts[-1]}.items() if count}
