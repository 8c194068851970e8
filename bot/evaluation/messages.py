"""The messages that measure: data/dev to choose by, data/test to report. Neither is ever trained on.

A block is `{intent, examples}`, and beside the needs there are three kinds (`metadata: {kind: ...}`): everyday talk and
figures of speech, which must not raise a crisis, and veiled crises, where either of the two crisis needs is right.
"""
from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import yaml
from understanding.needs import CRISES, NEEDS

DATA = Path(__file__).resolve().parents[1] / "data"
EVERYDAY, FIGURES, VEILED = "everyday", "figures", "veiled"


class Sample(NamedTuple):
    """One message with what it should be understood as; `need` is `crisis` where either crisis need is right."""

    text: str
    need: str
    locale: str
    kind: str

    @property
    def tier(self) -> str:
        """crisis, disclosure, help, learn or meta."""
        return "crisis" if self.need == "crisis" else NEEDS[self.need].tier

    def is_met(self, need: str) -> bool:
        """Whether a need is what the message asks for."""
        return need in CRISES if self.need == "crisis" else need == self.need


def lines(path: Path) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Every example of a file: text, intent, metadata."""
    for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
        for line in block["examples"].splitlines():
            yield line.strip().removeprefix("- ").strip(), block["intent"], block.get("metadata") or {}


def read_split(split: str) -> list[Sample]:
    """All samples of `dev` or `test`."""
    return [Sample(text, need, path.stem, str(about.get("kind", "")))
            for path in sorted((DATA / split).glob("*.yml")) for text, need, about in lines(path)]


class Example(NamedTuple):
    """One training sentence; `writer` numbers the people who wrote for a locale."""

    text: str
    need: str
    locale: str
    writer: int
    kind: str


def read_training() -> list[Example]:
    """All training sentences."""
    return [Example(text, need, path.parent.name, int(about.get("writer", 1)), str(about.get("kind", "")))
            for path in sorted((DATA / "nlu").glob("*/*.yml")) for text, need, about in lines(path)]
