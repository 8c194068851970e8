"""How hard a text is to read: mean words per sentence and LIX, scaled by language.

Limits: the readability research summed up in content/style.md (LIX bands of Danish and Swedish school readers; half or less
of the sentence length of adult prose). They find candidates; a native reader and two children of the band decide.
"""

import re
from dataclasses import dataclass

SENTENCE_END = re.compile(r"(?<=[.!?…؟۔։:])[\"”»’']*\s+")
WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


@dataclass(frozen=True)
class Limit:
    """The bar of one band: mean and longest sentence in words, LIX at which an editor must look."""

    mean: float
    longest: int
    lix: float


LIMITS = {"under-13": Limit(9, 14, 24), "13-15": Limit(11, 18, 32), "16-17": Limit(13, 22, 38), "any": Limit(11, 18, 32)}


@dataclass(frozen=True)
class Reading:
    """What was measured of one text."""

    mean: float
    longest: int
    lix: float

    def over(self, limit: Limit, factor: float) -> list[str]:
        """What goes over the limit, in plain words; `factor` is the language's words per sentence relative to English."""
        found = []
        if self.mean > limit.mean * factor:
            found.append(f"{self.mean:.1f} words a sentence (at most {limit.mean * factor:.1f})")
        if self.longest > round(limit.longest * max(factor, 1.0)):
            found.append(f"a sentence of {self.longest} words (at most {round(limit.longest * max(factor, 1.0))})")
        if self.lix > limit.lix:
            found.append(f"LIX {self.lix:.0f} (at most {limit.lix:.0f})")
        return found


def measure(texts: list[str], long: int) -> Reading:
    """Measure paragraphs; a word is long above `long` letters in its language."""
    sentences = [WORD.findall(s) for text in texts for s in SENTENCE_END.split(text)]
    sentences = [words for words in sentences if words]
    words = [word for sentence in sentences for word in sentence]
    if not words:
        return Reading(0.0, 0, 0.0)
    mean = len(words) / len(sentences)
    return Reading(mean, max(map(len, sentences)), mean + 100 * sum(len(w) > long for w in words) / len(words))
