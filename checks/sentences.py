"""The sentences that teach and measure understanding: none nearly the same in two splits, enough, of all lengths, fit to print.

A sentence that stands under two needs teaches nothing; one that stands in training and test makes the report a lie.
Run with `bot` on the path: the same folding decides here and in the model what counts as the same sentence.
"""

import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from statistics import quantiles
from typing import NamedTuple

import yaml

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "bot"))

from understanding.needs import NEEDS  # noqa: E402  (after the path)
from understanding.text import MAX_CHARACTERS, fold  # noqa: E402

DATA = ROOT / "bot" / "data"
LOCALES = tuple(row["code"] for row in yaml.safe_load((ROOT / "locales" / "languages.yaml").read_text("utf-8")))
AT_LEAST = {"crisis": 40, "disclosure": 40, "help": 25, "learn": 25, "meta": 25}
AT_LEAST_HELD_OUT = 5
HELD_OUT = ("dev", "test", "hard", "letters")
# the scripts that children of a locale write in; Latin is everywhere, other languages stand under change_language
SCRIPTS = {"ar": "\u0600-\u06ff", "ur": "\u0600-\u06ff", "hy": "\u0530-\u058f", "sr": "\u0400-\u04ff", "mk": "\u0400-\u04ff"}
FOREIGN = {"change_language", "out_of_scope"}
# phone numbers, addresses of mail or pages, and Rasa's own signs for entities, which would be read as such
FORBIDDEN = (re.compile(r"\+?\d[\d ()-]{8,}\d"), re.compile(r"\S+@\S+\.\w+"), re.compile(r"https?://"), re.compile(r"\]\(|\]\{"))
NUMBERS_ALLOWED = {"out_of_scope", "case_status"}
FORBIDDEN_WORDS = yaml.safe_load((DATA / "forbidden.yaml").read_text("utf-8"))
WORDS_ALLOWED = {"out_of_scope", "insult"}
NEAR = 5  # words of a sentence from which on one word more, less or other makes it no new sentence
SPREAD = 2  # the longest tenth of a need's sentences against its shortest tenth, in words


class Line(NamedTuple):
    """One sentence and where it stands."""

    split: str
    locale: str
    need: str
    kind: str
    text: str

    def __str__(self) -> str:
        return f"{self.split}/{self.locale} {self.need}: {self.text[:60]}"


def read(split: str, path: Path, locale: str) -> Iterator[Line]:
    for block in yaml.safe_load(path.read_text("utf-8"))["nlu"]:
        kind = str((block.get("metadata") or {}).get("kind", ""))
        for line in block["examples"].splitlines():
            yield Line(split, locale, block["intent"], kind, line.strip().removeprefix("- ").strip())


def all_lines() -> list[Line]:
    training = [line for path in sorted((DATA / "nlu").glob("*/*.yml")) for line in read("nlu", path, path.parent.name)]
    held_out = [line for split in HELD_OUT for path in sorted((DATA / split).glob("*.yml"))
                for line in read(split, path, path.stem)]  # fmt: skip
    return training + held_out


def repeated(lines: list[Line]) -> Iterator[str]:
    """The same sentence, spelling aside, under two needs of a locale or in two splits."""
    by_sentence: dict[tuple[str, str], list[Line]] = defaultdict(list)
    for line in lines:
        by_sentence[line.locale, fold(line.text) or line.text].append(line)
    for same in by_sentence.values():
        needs, splits = {line.need for line in same}, {line.split for line in same}
        # a yes and a greeting are too short to be anybody's own words
        short = len(same[0].text.split()) <= 2
        if len(needs) > 1 and not (short and len(splits) > 1):
            yield f"under two needs: {' | '.join(map(str, same))}"
        elif len(splits) > 1 and not short:
            yield f"in two splits: {' | '.join(map(str, same))}"


def nearly_repeated(lines: list[Line]) -> Iterator[str]:
    """A sentence that is measured by and differs in one word from one that is learnt."""
    learnt: dict[tuple[str, str], Line] = {}
    for line in lines:
        shapes = {(line.locale, shape) for shape in one_word_less(line)}
        if line.split == "nlu":
            learnt.update(dict.fromkeys(shapes, line))
        elif found := next((learnt[shape] for shape in shapes if shape in learnt), None):
            yield f"nearly the same in two splits: {found} | {line}"


def one_word_less(line: Line) -> Iterator[str]:
    """The folded sentence, and all that are left when one word is taken away."""
    words = fold(line.text).split()
    if len(words) >= NEAR:
        yield " ".join(words)
        yield from (" ".join(words[:at] + words[at + 1 :]) for at in range(len(words)))


def too_even(lines: list[Line]) -> Iterator[str]:
    """Children write short and long; sentences of one length would teach a length."""
    lengths: dict[tuple[str, str], list[int]] = defaultdict(list)
    for line in lines:
        if line.split == "nlu":
            lengths[line.locale, line.need].append(len(line.text.split()))
    for (locale, need), words in lengths.items():
        short, *_, long = quantiles(words, n=10)
        if long < SPREAD * short:
            yield f"{locale} {need}: all of a length, {short:.0f} to {long:.0f} words"


def coarse(line: Line) -> bool:
    """Whether it names what it must not."""
    folded = f" {fold(line.text)} "
    return any(f" {fold(word)} " in folded for word in FORBIDDEN_WORDS[line.locale])


def too_few(lines: list[Line]) -> Iterator[str]:
    counts: dict[tuple[str, str, str], int] = defaultdict(int)
    for line in lines:
        counts[line.split, line.locale, line.need] += 1
    for locale in LOCALES:
        for need, about in NEEDS.items():
            for split, least in (("nlu", AT_LEAST[about.tier]), ("dev", AT_LEAST_HELD_OUT), ("test", AT_LEAST_HELD_OUT)):
                if counts[split, locale, need] < least:
                    yield f"{split}/{locale} {need}: {counts[split, locale, need]} sentences, at least {least}"


def unfit(line: Line) -> Iterator[str]:
    if not line.text or len(line.text) > MAX_CHARACTERS:
        yield f"empty or too long: {line}"
    if line.need not in NUMBERS_ALLOWED and any(pattern.search(line.text) for pattern in FORBIDDEN):
        yield f"a number, an address or a sign that Rasa reads: {line}"
    if line.split == "nlu" and line.need not in WORDS_ALLOWED and coarse(line):
        yield f"a word that no sentence carries (bot/data/forbidden.yaml): {line}"
    own = SCRIPTS.get(line.locale, "")
    if line.need not in FOREIGN and re.search(rf"[^\W\d_\u0000-\u024f\u1e00-\u1eff{own}]", line.text):
        yield f"a script that {line.locale} does not use: {line}"


def main() -> int:
    lines = all_lines()
    wrong = [
        *repeated(lines),
        *nearly_repeated(lines),
        *too_few(lines),
        *too_even(lines),
        *(problem for line in lines for problem in unfit(line)),
    ]
    by_split = {split: sum(line.split == split for line in lines) for split in ("nlu", *HELD_OUT)}
    training, *held_out = (f"{count} {split}" for split, count in by_split.items())
    print(f"sentences: {training} to learn from, {', '.join(held_out)} to measure by")
    print("\n".join(wrong[:40]))
    print(f"{len(wrong)} problems" if wrong else "no problems")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
