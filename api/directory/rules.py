"""Pure decisions: what may be shown, and how an entry looks."""

from dataclasses import dataclass, field
from typing import Any

SHOWN = ("high", "medium")
WORLDWIDE = "worldwide"


@dataclass(frozen=True)
class Entry:
    """One service, number or route.

    Attributes:
        kind: emergency, crisis, helpline, hotline, take_down or place_route.
        always: open day and night, by its source.
        audience: children, everyone, parents, or worldwide for the fallback.
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
    free: bool = False
    audience: str = "everyone"
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


def may_show(entry: Entry) -> bool:
    """The rule of `content/directory/README.md`: reachable, sourced, checked, and not of low confidence."""
    reachable = bool(entry.phone or entry.url or entry.text)
    return reachable and entry.confidence in SHOWN and bool(entry.source) and bool(entry.checked_on)


def read_entry(kind: str, row: dict[str, Any], checked_on: str) -> Entry:
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
        free=row.get("cost") == "free",
        audience=str(row.get("for") or "everyone"),
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
