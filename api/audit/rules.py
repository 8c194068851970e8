"""The chain: each entry carries a keyed fingerprint of itself and of the entry before it. Pure.

Canonical form: RFC 8785. Key: outside the database, so that who can only write to the tables can't make a chain that holds.
"""

import hashlib
import hmac
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import NamedTuple

import rfc8785

START = "0" * 64
SYSTEM = "system"  # the program by itself
NOBODY = "-"  # somebody who could not be known: a sign-in to an account that does not exist


@dataclass(frozen=True)
class Act:
    """Who did what to which thing. `reason` is a code, never words; `digest` fingerprints a ciphertext that was added."""

    actor: str
    action: str
    thing: str = NOBODY
    helpline_id: str | None = None
    reason: str | None = None
    digest: str | None = None


class Head(NamedTuple):
    """The last entry: its place and its fingerprint (64 hex digits)."""

    seq: int
    mac: str


@dataclass(frozen=True)
class Entry:
    """An act in its place of the chain."""

    seq: int
    at: datetime
    act: Act
    before: str
    mac: str


class Break(NamedTuple):
    """Where the chain does not hold, and why, as a code."""

    seq: int
    why: str


def fingerprint(key: bytes, seq: int, at: datetime, act: Act, before: str) -> str:
    """HMAC-SHA256 over the canonical JSON of the entry and the fingerprint of the one before it, as hex."""
    body = {"seq": seq, "at": at.isoformat(timespec="microseconds"), "before": before, **asdict(act)}
    return hmac.new(key, rfc8785.dumps(body), hashlib.sha256).hexdigest()


def breaks(
    key: bytes, entries: Iterable[Entry], heads: Mapping[int, str] | None = None, last: Head = Head(0, START)
) -> Iterator[Break]:
    """Every place where the chain does not hold: an entry that was altered, removed, added or moved, and a tail that was cut.

    Args:
        heads: place -> fingerprint, as they were written to a second place; without them a cut tail can't be seen.
        last: the entry before the first one, where only a part of the chain is looked at.
    """
    (seq, before), seen = last, {}
    for entry in entries:
        if entry.seq != seq + 1:
            yield Break(seq + 1, "missing")
        elif entry.before != before:
            yield Break(entry.seq, "unlinked")
        if not hmac.compare_digest(entry.mac, fingerprint(key, entry.seq, entry.at, entry.act, entry.before)):
            yield Break(entry.seq, "altered")
        before, seq = entry.mac, entry.seq
        seen[seq] = entry.mac
    yield from lost(heads or {}, seen, seq)


def lost(heads: Mapping[int, str], seen: Mapping[int, str], end: int) -> Iterator[Break]:
    """Every head of the second place that is not in the chain as it was kept; `end` is the place of the last entry."""
    for place, mac in sorted(heads.items()):
        if seen.get(place) != mac:
            yield Break(place, "cut" if place > end else "rewritten")
