"""Pure decisions: what may be shown, and how an entry looks."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from api.directory.hours import Span, read_span

SHOWN = ("high", "medium")
WORLDWIDE = "worldwide"


@dataclass(frozen=True)
class Entry:
    """One service, number or route.

    Attributes:
        kind: emergency, crisis, helpline, hotline, take_down or place_route.
        always: open day and night, by its source.
        open: the hours by its source, in the time zone `zone` of its country; empty where they are not known.
        audience: children, everyone, parents, or worldwide for the fallback.
        region: the only part of the country that is served, as its name; empty where the whole country is.
        takes_addresses: a hotline that takes the web address of a picture and asks for no picture.
        checked_on: ISO date of the last comparison with the source; `checked_how` says what that comparison was.
    """

    kind: str
    id: str
    name: str
    phone: str | None = None
    e164: str | None = None
    url: str | None = None
    whatsapp: str | None = None
    always: bool = False
    open: tuple[Span, ...] = ()
    zone: str = ""
    free: bool = False
    audience: str = "everyone"
    region: str = ""
    takes_addresses: bool = False
    languages: tuple[str, ...] = ()
    text: str | None = None
    source: str = ""
    source_date: str = ""
    confidence: str = "none"
    checked_on: str = ""
    countries: tuple[str, ...] = field(default=())

    @property
    def dial(self) -> str | None:
        """The number as a telephone link dials it inside the country."""
        return "".join(c for c in self.phone if c.isdigit() or c in "+*#") if self.phone else None


class How(StrEnum):
    """How an entry was checked: by calling, by writing, or by reading the service's own page that day."""

    called = "called"
    wrote = "wrote"
    read = "read"


@dataclass(frozen=True)
class Check:
    """A supervisor's finding that an entry is right; it holds for this digest only."""

    digest: str
    how: How
    at: datetime
    staff_id: str


def ways_of(entry: Entry) -> tuple[How, ...]:
    """How an entry can be checked. Nobody calls an emergency number to try it: the line may be somebody's last."""
    return (How.wrote, How.read) if entry.kind == "emergency" or not entry.phone else tuple(How)


def digest_of(entry: Entry) -> str:
    """What a check is about: the service, the ways to reach it and its region. Another number or address is another digest."""
    ways = (entry.kind, entry.id, entry.name, entry.phone, entry.url, entry.whatsapp, entry.always, entry.open, entry.free)
    region = (entry.region,) if entry.region else ()  # checks of lines for a whole country stay as they were signed
    return hashlib.blake2b("\0".join(map(str, ways + region)).encode(), digest_size=8).hexdigest()


def may_show(entry: Entry) -> bool:
    """The rule of `content/directory/README.md`: reachable, sourced, checked, and not of low confidence."""
    reachable = bool(entry.phone or entry.url or entry.text)
    return reachable and entry.confidence in SHOWN and bool(entry.source) and bool(entry.checked_on)


def read_entry(kind: str, row: dict[str, Any], checked_on: str, zone: str = "") -> Entry:
    """Make an entry of one YAML mapping."""
    hours = row.get("hours") if isinstance(row.get("hours"), dict) else {}
    return Entry(
        kind=kind,
        id=str(row.get("id") or kind),
        name=str(row.get("name") or ""),
        phone=_text(row.get("phone")),
        e164=_text(row.get("e164")),
        url=_text(row.get("chat_url") or row.get("web_url") or row.get("url")),
        whatsapp=_text(row.get("whatsapp")),
        always=bool((hours or {}).get("always")),
        open=tuple(read_span(str(text)) for text in (hours or {}).get("open") or ()),
        zone=zone,
        free=row.get("cost") == "free",
        audience=str(row.get("for") or "everyone"),
        region=str(row.get("region") or ""),
        takes_addresses=bool(row.get("takes_addresses")),
        languages=tuple(row.get("languages") or ()),
        text=_text(row.get("route") or row.get("for_text")),
        source=str(row.get("source") or ""),
        source_date=str(row.get("source_date") or ""),
        confidence=str(row.get("confidence") or "none"),
        checked_on=str(row.get("checked_on") or checked_on),
        countries=_countries(row.get("countries")),
    )


def _text(value: Any) -> str | None:
    return str(value) if value not in (None, "") else None


def _countries(value: Any) -> tuple[str, ...]:
    return tuple(value) if isinstance(value, list) else ()
