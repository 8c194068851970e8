"""The review ledger: who read which sentence, by its digest, so that a changed word withdraws its own review."""

import csv
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

DRAFT = "draft"
FIELDS = ("context", "digest", "role", "date")


@dataclass(frozen=True)
class Review:
    """One line of `content/reviews/<locale>.csv`. `role` is the reviewer's (clinician, native reader) or `draft`."""

    context: str
    digest: str
    role: str
    date: str


def digest(text: str) -> str:
    """16 hex digits of SHA-256: enough to tell sentences apart, short enough for a spreadsheet."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def load_reviews(content: Path, locale: str) -> list[Review]:
    path = content / "reviews" / f"{locale}.csv"
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return [Review(row["context"], row["digest"], row["role"], row["date"]) for row in csv.DictReader(file)]


def reviewed(reviews: Iterable[Review]) -> set[tuple[str, str]]:
    """The (context, digest) pairs that somebody other than their writer has signed."""
    return {(r.context, r.digest) for r in reviews if r.role != DRAFT}


def update_reviews(content: Path, locale: str, sentences: Iterable[tuple[str, str]], date: str) -> None:
    """Keep the lines of sentences that still stand, and enter the new ones as drafts."""
    known = {(r.context, r.digest): r for r in load_reviews(content, locale)}
    lines = []
    for context, text in sentences:
        mark = (context, digest(text))
        lines.append(known.get(mark) or Review(*mark, DRAFT, date))
    path = content / "reviews" / f"{locale}.csv"
    path.parent.mkdir(exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(FIELDS)
        writer.writerows((r.context, r.digest, r.role, r.date) for r in dict.fromkeys(lines))
