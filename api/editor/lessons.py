"""What `make content` says about the lessons of classroom mode."""

import re
from collections.abc import Iterator

from api.lessons.load import Lessons
from api.lessons.rules import CARD
from api.lessons.shape import Lesson, words_of
from api.phrasebook.reading import LIMITS, Over, measure
from api.phrasebook.translations import Locale

OWN = "lessons/"
QUOTED = "ui/teaching/phrases_not"  # what a teacher should not say is quoted there, to be known by it

Known = dict[tuple[str, str], str]


def broken(lessons: Lessons, never: re.Pattern[str]) -> list[str]:
    """What keeps a lesson from being opened in English, and words that Faro never says."""
    said = [
        f"{lesson.context}.yaml: Faro never says {hit[0]!r}"
        for lesson in lessons.fit.values()
        for text in words_of(lesson)
        if (hit := never.search(text))
    ]
    hard = [f"{context}: {over}" for lesson in lessons.fit.values() for context, over in _over(lesson, None, 1.0, 6)]
    return [*(line for lines in lessons.broken.values() for line in lines), *said, *hard]


def missing(lessons: Lessons, known: dict[str, Known]) -> list[str]:
    """The lessons that a language does not have whole: they are not offered there, so that nothing is broken by it."""
    found = []
    for code, sentences in known.items():
        lacking = [x.id for x in lessons.fit.values() if any((x.context, text) not in sentences for text in _texts(x))]
        if lacking:
            found.append(f"{code}: {len(lacking)} of {len(lessons.fit)} lessons, {', '.join(lacking)}")
    return found


def hard(lessons: Lessons, locale: Locale, known: Known) -> Iterator[tuple[str, Over]]:
    """Translated lessons over the limits of their band, scaled for the language."""
    for lesson in lessons.fit.values():
        yield from _over(lesson, known, locale.reading, locale.long)


def _texts(lesson: Lesson) -> Iterator[str]:
    yield from (str(text) for text in words_of(lesson) if not CARD.match(text))


def _over(lesson: Lesson, known: Known | None, factor: float, long: int) -> Iterator[tuple[str, Over]]:
    """What pupils read; the preparation page is for educators."""
    parts = (lesson.story, lesson.moments, lesson.quiz, lesson.prompts, lesson.faq, lesson.game)
    english = [str(text) for part in parts for text in words_of(part) if not CARD.match(text)]
    texts = english if known is None else [known[(lesson.context, text)] for text in english if (lesson.context, text) in known]
    yield from ((lesson.context, over) for over in measure(texts, long).over(LIMITS[lesson.band], factor))
