"""Canary words: a random marker for every field, and a search for all of them in every form that a leak could have."""

import base64
import html
import json
import random
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, quote_plus

SCRIPTS = {
    "Latin": "bcdfghjkmnpqrstvwxyz",
    "Arabic": "بتثجحخدذرزسشصضطظعغفقكلمنهو",
    "Cyrillic": "бгджзклмнпрстфхцчшщ",
    "Armenian": "աբգդեզէըթժիլխծկհձղ",
    "Devanagari": "कखगघचछजझटठडढणतथदधन",
    "emoji": "🦊🐧🐙🦉🐝🦋🐢🐬🦔🐞🍄🌵🍀🌻🍉🥝",
}
LENGTH = 14


@dataclass(frozen=True)
class Mark:
    """One marker, where it was typed, and whether that is a place whose words are kept (sealed)."""

    word: str
    field: str
    kept: bool


@dataclass
class Marker:
    """Makes the markers of one run; seeded, so that a hit can be found again."""

    random: random.Random
    marks: list[Mark] = field(default_factory=list)
    script: str = "Latin"

    def kept(self, field: str) -> str:
        return self._make(field, True)

    def lost(self, field: str) -> str:
        """Words that must be nowhere: refused, misplaced, or erased."""
        return self._make(field, False)

    def _make(self, field: str, kept: bool) -> str:
        word = "".join(self.random.choices(SCRIPTS[self.script], k=LENGTH))
        self.marks.append(Mark(word, f"{field} ({self.script})", kept))
        return f"please help {word} thank you"


def forms(word: str) -> set[bytes]:
    """A word as bytes: plain, wide, escaped for JSON, HTML, Python and addresses, hexadecimal, base64 at each offset."""
    raw, escaped = word.encode(), json.dumps(word)[1:-1]
    written = [
        word, escaped, escaped.upper(), escaped.replace("\\", "\\\\"), word.encode("unicode_escape").decode(), quote(word),
        quote_plus(word).lower(), ascii(raw)[2:-1], raw.hex(), raw.hex().upper(), html.escape(word), word.upper(),
        word.encode("ascii", "xmlcharrefreplace").decode(),
    ]  # fmt: skip
    wide = {word.encode(name) for name in ("utf-16-le", "utf-16-be", "utf-32-le")}
    return {text.encode() for text in written} | wide | _base64(raw) | _base64(word.encode("utf-16-le"))


def _base64(raw: bytes) -> set[bytes]:
    """The part of the encoding that does not depend on what stands before and after."""
    found = set()
    for offset in range(3):
        code = base64.b64encode(bytes(offset) + raw)
        start, end = (0, 2, 3)[offset], len(code) - (len(bytes(offset) + raw) % 3 and 4)
        found |= {code[start:end], code[start:end].translate(bytes.maketrans(b"+/", b"-_"))}
    return found


def search(marks: list[Mark], *places: Path) -> dict[str, set[str]]:
    """Where each marker was found: field -> names of the files."""
    hits: dict[str, set[str]] = {}
    contents = {path.name: path.read_bytes() for place in places for path in files(place)}
    for mark in marks:
        needles = forms(mark.word)
        where = {name for name, content in contents.items() if any(needle in content for needle in needles)}
        if where:
            hits[mark.field] = where
    return hits


def files(place: Path) -> list[Path]:
    return sorted(path for path in place.rglob("*") if path.is_file()) if place.is_dir() else [place]
