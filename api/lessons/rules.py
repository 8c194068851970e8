"""What makes a lesson unfit to be opened. Pure: a lesson in, sentences for its editor out."""

import re
from collections.abc import Iterator, Sequence

from api.lessons.shape import Lesson, Moment, Question, Tone, words_of

CARDS = frozenset({"emergency", "crisis", "helpline", "hotline", "take_down"})
CARD = re.compile(r"^\{([a-z_]+)\}$")
NUMBER = re.compile(r"\d[\d\s-]{4,}\d|https?://")
ASKS = re.compile(
    r"\b(has|have|had|did) (this|it|that|you|anyone|somebody)\b[^.!?]*\b(happen|ever|sent|shared|made)\w*\b[^.!?]*\?",
    re.IGNORECASE,
)


def unfit(lesson: Lesson) -> list[str]:
    """Everything that is wrong with a lesson, worded for whoever wrote it; empty when it may be opened."""
    return [*_twice(lesson), *_story(lesson), *_quiz(lesson), *_words(lesson)]


def _twice(lesson: Lesson) -> Iterator[str]:
    groups: list[Sequence[object]] = [lesson.moments, lesson.quiz, lesson.faq]
    groups += [moment.choices for moment in lesson.moments]
    groups += [question.options for question in lesson.quiz]
    for group in groups:
        ids = [str(getattr(each, "id", "")) for each in group]
        yield from (f"the id {one} stands twice in one list" for one in sorted({i for i in ids if ids.count(i) > 1}))
    shared = {m.id for m in lesson.moments} & {q.id for q in lesson.quiz}
    yield from (f"the id {one} is a moment and a question: give one of them another" for one in sorted(shared))


def _story(lesson: Lesson) -> Iterator[str]:
    moments = {moment.id: moment for moment in lesson.moments}
    lost = [(m.id, to) for m in lesson.moments for to in _ways(m) if to not in moments]
    yield from (f"{at} leads to {to}, which is nowhere" for at, to in lost)
    if lost:
        return
    yield from (f"{m.id} is a dead end: no choice, no next, no help" for m in lesson.moments if not _ways(m) and not m.help)
    yield from (f"{m.id} has one choice: offer two or three" for m in lesson.moments if len(m.choices) == 1)
    yield from (f"{m.id} has choices and no question" for m in lesson.moments if m.choices and m.question is None)
    reached = _reached(lesson.moments[0].id, moments)
    yield from (f"{m.id} is never reached" for m in lesson.moments if m.id not in reached)
    for moment in lesson.moments:
        if not any(moments[to].help for to in _reached(moment.id, moments)):
            yield f"from {moment.id} no way leads to help"
        for choice in moment.choices:
            if choice.tone is Tone.hurts and not any(moments[to].repair for to in _reached(choice.next, moments)):
                yield f"{moment.id}/{choice.id} hurts, and nobody can make it good afterwards"
        if moment.choices and not any(choice.tone is Tone.helps for choice in moment.choices):
            yield f"{moment.id} has no choice that helps"


def _ways(moment: Moment) -> list[str]:
    return [choice.next for choice in moment.choices] + ([moment.next] if moment.next else [])


def _reached(start: str, moments: dict[str, Moment]) -> set[str]:
    found, ahead = set[str](), [start]
    while ahead:
        at = ahead.pop()
        if at not in found:
            found.add(at)
            ahead += _ways(moments[at])
    return found


def _quiz(lesson: Lesson) -> Iterator[str]:
    for question in lesson.quiz:
        yield from _key(question)
    truth = [question.truth for question in lesson.quiz if question.truth]
    if truth.count("true") != truth.count("made"):
        yield "as many true items as made ones: prebunking with fakes alone teaches distrust (10.1037/xge0001395)"


def _key(question: Question) -> Iterator[str]:
    right = sum(option.right for option in question.options)
    if question.kind == "attitude" and right:
        yield f"{question.id} asks for an attitude, which has no right answer"
    if question.kind == "knowledge" and (right == 0 or (right > 1 and not question.several)):
        yield f"{question.id} has {right} right answers"


def _words(lesson: Lesson) -> Iterator[str]:
    for text in words_of(lesson):
        card = CARD.match(text)
        if card and card[1] not in CARDS:
            yield f"there is no card {text}"
        elif not card and "{" in text:
            yield f"a brace inside a sentence: {text!r}"
        if NUMBER.search(text):
            yield f"a number or an address belongs into content/directory/: {text!r}"
        if ASKS.search(text):
            yield f"no item asks what happened to a pupil: {text!r}"
