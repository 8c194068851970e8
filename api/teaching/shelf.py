"""The lessons in every language. A lesson is offered in a language only when every sentence of it may be served there."""

from dataclasses import dataclass, field

from api.conversations.log import Body
from api.errors import LessonClosed, NotFound
from api.lessons.rules import CARD
from api.lessons.shape import Lesson, Words, reworded, words_of
from api.speech.say import Speaker, View

PUPILS, STAFF = "class", "teaching"  # content/ui/<file>.yaml: what pupils read, what educators read


@dataclass
class Shelf:
    """Lessons by id and locale.

    Attributes:
        speaker: the phrasebook, and the cards of help that stand in lessons.
    """

    speaker: Speaker
    _told: dict[tuple[str, str], Lesson | None] = field(default_factory=dict)
    _why: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    _open: list[str] = field(default_factory=list)  # the locales; the words of a start do not change

    def lesson(self, lesson_id: str, locale: str) -> Lesson:
        """A lesson in a language.

        Raises:
            NotFound: no such lesson.
            LessonClosed: it is broken, or not whole in this language; `reasons` of `why_closed` say why.
        """
        if lesson_id not in self.known():
            raise NotFound
        told = self._find(lesson_id, locale)
        if told is None:
            raise LessonClosed
        return told

    def known(self) -> list[str]:
        """The ids of all lessons, those first that may be opened."""
        lessons = self.speaker.book.source.lessons
        return [*lessons.fit, *lessons.broken]

    def source(self, lesson_id: str) -> Lesson | None:
        """The English lesson, or None where it is broken."""
        return self.speaker.book.source.lessons.fit.get(lesson_id)

    def locales(self, lesson_id: str) -> list[str]:
        """The languages in which a lesson may be opened."""
        if not self._open:
            self._open = [loc.code for loc in self.speaker.book.open_locales()]
        return [code for code in self._open if self._find(lesson_id, code) is not None]

    def why_closed(self, lesson_id: str, locale: str) -> list[str]:
        """What stands in the way of opening a lesson, for the educator and the editor; nothing where nothing does."""
        place = (lesson_id, locale)
        if place not in self._why:
            self._why[place] = self._reasons(lesson_id, locale)
        return self._why[place]

    def _reasons(self, lesson_id: str, locale: str) -> list[str]:
        lesson = self.source(lesson_id)
        if lesson is None:
            return self.speaker.book.source.lessons.broken.get(lesson_id, [])
        book = self.speaker.book
        wanted = [(lesson.context, str(w)) for w in words_of(lesson) if not CARD.match(w)]
        wanted += [(f"ui/{PUPILS}/{key}", text) for (file, key), text in book.source.labels.items() if file == PUPILS]
        missing = [text for context, text in wanted if book.text(context, text, locale) is None]
        return [f"{locale}: {len(missing)} of {len(wanted)} sentences are missing, stale or unreviewed"] if missing else []

    def words(self, locale: str) -> dict[str, str]:
        """The short strings that pupils and the projector read."""
        return self.speaker.book.labels(PUPILS, locale)

    def said(self, words: tuple[Words, ...], view: View) -> list[Body]:
        """Paragraphs as bubbles, cards in their places filled for the country."""
        found: list[Body] = []
        for text in words:
            card = CARD.match(text)
            plain = {
                "key": "lesson", "text": str(text), "lang": view.locale, "dir": self.speaker.book.direction(view.locale),
                "quick_replies": [], "links": [],
            }  # fmt: skip
            found += self.speaker.cards(card[1], view) if card else [plain]
        return found

    def _find(self, lesson_id: str, locale: str) -> Lesson | None:
        place = (lesson_id, locale)
        if place not in self._told:
            self._told[place] = None if self.why_closed(lesson_id, locale) else self._reworded(lesson_id, locale)
        return self._told[place]

    def _reworded(self, lesson_id: str, locale: str) -> Lesson:
        lesson = self.speaker.book.source.lessons.fit[lesson_id]
        book = self.speaker.book
        return reworded(lesson, lambda w: w if CARD.match(w) else Words(str(book.text(lesson.context, str(w), locale))))
