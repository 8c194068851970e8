"""The phrasebook: key + age band + locale -> sentences that were written and reviewed beforehand."""

from dataclasses import dataclass, field
from pathlib import Path

from api.phrasebook.reviews import digest, load_reviews, reviewed
from api.phrasebook.source import ANSWER, ANY, BANDS, CARD, PHRASES, Reply, Source, load_source
from api.phrasebook.translations import SOURCE_LOCALE, Locale, load_locales, load_translations

DEFAULT_BAND = "13-15"
FALLBACK = "talk_to_human"
EMERGENCY = ("suicide_self_harm", "immediate_danger", "live", "unsafe")  # two topics and the guides that go on from them


@dataclass(frozen=True)
class Said:
    """What a key says in one band and locale. A paragraph is a sentence group or a card such as `{helpline}`."""

    key: str
    locale: str
    paragraphs: tuple[str, ...]
    replies: tuple[Reply, ...]


class NotWhole(Exception):
    """A locale without its emergency topics does not open."""


@dataclass
class Phrasebook:
    """Loaded once at the start; asking it is a few look-ups.

    Attributes:
        drafts: whether unreviewed sentences are served (development, or an explicit choice).
    """

    source: Source
    locales: dict[str, Locale]
    translations: dict[str, dict[tuple[str, str], str]]
    signed: dict[str, set[tuple[str, str]]]
    drafts: bool
    _cache: dict[tuple[str, str, str], Said | None] = field(default_factory=dict)

    @classmethod
    def load(cls, content: Path, locales: Path, drafts: bool) -> "Phrasebook":
        known = load_locales(locales)
        opened = {code: loc for code, loc in known.items() if loc.open}
        return cls(
            source=load_source(content),
            locales=known,
            translations={c: load_translations(locales, loc) for c, loc in opened.items() if c != SOURCE_LOCALE},
            signed={c: reviewed(load_reviews(content, c)) for c in opened},
            drafts=drafts,
        )

    def open_locales(self) -> list[Locale]:
        """The locales whose emergency topics are whole in every band."""
        return [loc for loc in self.locales.values() if loc.open and self._emergencies_whole(loc.code)]

    def _emergencies_whole(self, locale: str) -> bool:
        needed = [FALLBACK, "system/trouble", *(key for key in self.source.keys if key.split("/")[0] in EMERGENCY)]
        return all(self.find(key, band, locale) for key in needed for band in BANDS)

    def say(self, key: str, band: str | None, locale: str) -> Said:
        """The sentences of a key, or of the way to a person where this key is not whole in the locale.

        Raises:
            NotWhole: not even that is there: the locale should not have opened.
        """
        band = band or DEFAULT_BAND
        said = self.find(key, band, locale) or self.find(FALLBACK, band, locale)
        if said is None:
            raise NotWhole(locale)
        return said

    def find(self, key: str, band: str, locale: str) -> Said | None:
        """The sentences of a key, or None if one of them is missing, stale or (in production) unreviewed."""
        place = (key, band, locale)
        if place not in self._cache:
            self._cache[place] = self._compose(*place)
        return self._cache[place]

    def _compose(self, key: str, band: str, locale: str) -> Said | None:
        section = self.source.find(key, band)
        if section is None:
            return None
        paragraphs = [p if CARD.match(p) else self.text(section.context, p, locale) for p in section.paragraphs]
        labels = [self.text(section.context_of(r), r.label, locale) for r in section.replies]
        if None in paragraphs or None in labels:
            return None
        replies = tuple(Reply(str(text), r.target) for text, r in zip(labels, section.replies, strict=True))
        return Said(key, locale, tuple(str(p) for p in paragraphs), replies)

    def text(self, context: str, english: str, locale: str) -> str | None:
        """One sentence group in a locale, if it may be served."""
        text = english if locale == SOURCE_LOCALE else self.translations.get(locale, {}).get((context, english))
        if text is None or not (self.drafts or (context, digest(text)) in self.signed.get(locale, set())):
            return None
        return text

    def meaning(self, key: str | None, locale: str) -> str | None:
        """What a phrase or a tapped answer says, for staff who pick or read it; None for every other key.

        Unreviewed words are good enough to be understood by, and English is where there are none.
        """
        if key is None or not key.startswith((PHRASES, ANSWER)):
            return None
        code = key.removeprefix(ANSWER)
        if code != key:
            return self.label("answers", code, locale) if ("answers", code) in self.source.labels else None
        section, known = self.source.find(key, ANY), self.translations.get(locale, {})
        return "\n".join(known.get((section.context, words), words) for words in section.words) if section else None

    def is_reviewed(self, key: str, locale: str) -> bool:
        """Whether somebody other than its writer has signed all that a phrase says in a locale, its answers too."""
        section, signed = self.source.sections[(key, ANY)], self.signed.get(locale, set())
        texts = [(section.context, p) for p in section.words] + [(section.context_of(r), r.label) for r in section.replies]
        known = {text: text[1] for text in texts} if locale == SOURCE_LOCALE else self.translations.get(locale, {})
        return all(text in known and (text[0], digest(known[text])) in signed for text in texts)

    def label(self, file: str, key: str, locale: str) -> str:
        """A short string of the interface; English where the locale has none yet (never a sentence of help).

        Raises:
            KeyError: no such label in `content/ui/<file>.yaml`.
        """
        english = self.source.labels[(file, key)]
        if locale == SOURCE_LOCALE:
            return english
        return self.translations.get(locale, {}).get((f"ui/{file}/{key}", english), english)

    def labels(self, file: str, locale: str) -> dict[str, str]:
        return {key: self.label(file, key, locale) for (name, key) in self.source.labels if name == file}

    def titles(self) -> dict[str, str]:
        """need -> the title that its editors gave to the topic."""
        topics = [
            (context.split("/")[1], front) for context, front in self.source.fronts.items() if context.startswith("topics/")
        ]
        return {need: str(front["title"]) for need, front in topics}

    def direction(self, locale: str) -> str:
        return self.locales[locale].dir if locale in self.locales else "ltr"

    def choose_locale(self, *wanted: str | None) -> str:
        """The first open locale among what was wanted (`es-MX` is met by `es`), else English, else any that is open."""
        opened = {tag.lower(): loc.code for loc in self.open_locales() for tag in (loc.code, *loc.also)}
        for tag in wanted:
            for part in (tag or "").lower().split(","):
                code = part.split(";")[0].strip().replace("_", "-")
                for candidate in (code, code.split("-")[0]):
                    if candidate in opened:
                        return opened[candidate]
        return SOURCE_LOCALE if SOURCE_LOCALE in opened.values() else next(iter(opened.values()), SOURCE_LOCALE)
