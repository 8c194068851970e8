"""How hard a text is to read: mean words per sentence and LIX, scaled by language.

Limits: the readability research summed up in content/style.md (LIX bands of Danish and Swedish school readers; half or less
of the sentence length of adult prose). They find candidates; a native reader and two children of the band decide.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from api.files import BrokenFile, read_yaml

SENTENCE_END = re.compile(r"(?<=[.!?…؟۔։:])[\"“”»’']*\s+")
WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
IN_A_WORD = re.compile("[\u064b-\u0652\u0670\u055b\u055c\u055e]")  # Arabic vowels and Armenian accents: no letters, no borders


@dataclass(frozen=True)
class Limit:
    """The bar of one band: mean and longest sentence in words, LIX at which an editor must look."""

    mean: float
    longest: int
    lix: float


LIMITS = {"under-13": Limit(9, 14, 24), "13-15": Limit(11, 18, 32), "16-17": Limit(13, 22, 38), "any": Limit(11, 18, 32)}


MEASURES = {"mean": "words a sentence", "longest": "words in a sentence", "lix": "LIX"}


@dataclass(frozen=True)
class Over:
    """One limit that a text goes over."""

    what: str  # a key of MEASURES
    value: float
    limit: float

    def __str__(self) -> str:
        shown = ".1f" if self.what == "mean" else ".0f"
        return f"{self.value:{shown}} {MEASURES[self.what]} (at most {self.limit:{shown}})"


@dataclass(frozen=True)
class Reason:
    """Why translations stay over a limit: the texts (a pattern like `topics/*/13-15`), how far, and what an editor says to it."""

    text: str
    what: str
    up_to: float
    reason: str

    def covers(self, context: str, over: Over) -> bool:
        return self.what == over.what and over.value <= self.up_to and fnmatch(context, self.text)


def load_reasons(locale_folder: Path) -> list[Reason]:
    """The reasons of one locale, `locales/<locale>/reading.yaml`; a locale without the file has none.

    Raises:
        BrokenFile: a row is not whole, or names no measure.
    """
    path = locale_folder / "reading.yaml"
    if not path.exists():
        return []
    rows = read_yaml(path) or []
    for row in rows if isinstance(rows, list) else [rows]:
        if not _is_whole(row):
            remedy = f"A row has text, what ({', '.join(MEASURES)}), up_to (a number) and reason."
            raise BrokenFile(path, None, f"this reason is not whole: {row}", remedy)
    return [Reason(**row) for row in rows]


def _is_whole(row: object) -> bool:
    match row:
        case {"text": str(), "what": str(what), "up_to": int() | float(), "reason": str(reason), **more}:
            return what in MEASURES and bool(reason.strip()) and not more
    return False


@dataclass(frozen=True)
class Reading:
    """What was measured of one text."""

    mean: float
    longest: int
    lix: float

    def over(self, limit: Limit, factor: float) -> Iterator[Over]:
        """What goes over the limit; `factor` is the language's words per sentence relative to English."""
        limits = {"mean": limit.mean * factor, "longest": round(limit.longest * max(factor, 1.0)), "lix": limit.lix}
        for what, most in limits.items():
            value = float(getattr(self, what))
            if value > most:
                yield Over(what, value, most)


def measure(texts: list[str], long: int) -> Reading:
    """Measure paragraphs; a word is long above `long` letters in its language."""
    sentences = [WORD.findall(s) for text in texts for s in SENTENCE_END.split(IN_A_WORD.sub("", text))]
    sentences = [words for words in sentences if words]
    words = [word for sentence in sentences for word in sentence]
    if not words:
        return Reading(0.0, 0, 0.0)
    mean = len(words) / len(sentences)
    return Reading(mean, max(map(len, sentences)), mean + 100 * sum(len(w) > long for w in words) / len(words))
