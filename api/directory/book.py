"""The directory of one installation: what a child in a country can call, write to, or report to."""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

from babel import Locale as Cldr

from api.directory.hours import read_span
from api.directory.rules import WORLDWIDE, Entry, digest_of, may_show, read_entry
from api.files import BrokenFile, check_date, line_of, read_yaml

# where a country has no child helpline, the people who answer its crisis line are nearer than a list of the world's
STAND_INS = {"helpline": ("helpline", "crisis"), "crisis": ("crisis", "helpline")}
CONFIDENCE = ("high", "medium", "low", "none")
MANY = 2  # a frightened child reads two services, not seven


@dataclass(frozen=True)
class Country:
    """What is known for one country (ISO 3166-1 alpha-2 `code`), shown or not.

    `hotline_fallback`: no place here is known to take a web address, so the worldwide ones are shown first.
    """

    code: str
    name: str
    entries: tuple[Entry, ...]
    hotline_fallback: bool = False

    def shown(self, kind: str) -> list[Entry]:
        return [e for e in self.entries if e.kind == kind and may_show(e)]

    def best(self, kind: str) -> list[Entry]:
        """What to show a child; lines of one region last, and all of them: a child reads one of the country and their own."""
        found = [e for e in self.shown(kind) if e.audience != "parents"]
        regional = [e for e in found if e.region]
        return [e for e in found if not e.region][: 1 if regional else MANY] + regional


@dataclass(frozen=True)
class Directory:
    """Countries, the worldwide fallback, platforms by `place`, and removal services."""

    countries: dict[str, Country]
    worldwide: Country
    platforms: dict[str, Entry]
    removal: tuple[Entry, ...]
    checked: dict[tuple[str, str, str], tuple[str, str]] = field(default_factory=dict)
    """(country, kind, entry) -> digest and day of a check here, kept by `checks.py`."""

    @classmethod
    def load(cls, folder: Path) -> "Directory":
        """Read every file of the directory.

        Raises:
            BrokenFile: with file, line and remedy.
        """
        countries = [_country(_read(path)) for path in sorted((folder / "countries").glob("*.yaml"))]
        platforms = _read(folder / "platforms.yaml")
        removal = _read(folder / "removal.yaml")
        return cls(
            countries={c.code: c for c in countries},
            worldwide=_worldwide(_read(folder / "global.yaml")),
            platforms={e.id: e for e in _entries("place_route", platforms, "platforms")},
            removal=tuple(_entries("take_down", removal, "services")),
        )

    def find(self, kind: str, country: str | None, place: str | None = None) -> list[Entry]:
        """The entries to show for a card, best first; the worldwide ones where the country has none."""
        if kind == "take_down":
            return self._removal(country)
        if kind == "place_route":
            known = [self.platforms[p] for p in (place, "elsewhere") if p in self.platforms]
            return [e for e in known if may_show(e)][:1]
        worldwide = self.worldwide.shown("helpline" if kind == "crisis" else kind)[:MANY]
        home = self.countries.get(country or "", self.worldwide)
        best = next(filter(None, (home.best(k) for k in STAND_INS.get(kind, (kind,)))), [])
        own = [self._dated(entry, home.code) for entry in best]
        return worldwide + own if kind == "hotline" and home.hotline_fallback else own or worldwide

    def _dated(self, entry: Entry, country: str) -> Entry:
        """The entry with the day on which somebody here has checked it, if it is still the same."""
        digest, day = self.checked.get((country, entry.kind, entry.id), ("", ""))
        return replace(entry, checked_on=max(day, entry.checked_on)) if digest and digest == digest_of(entry) else entry

    def _removal(self, country: str | None) -> list[Entry]:
        """The country's own service first, then the one for the whole world."""
        shown = [e for e in self.removal if may_show(e) and (not e.countries or country in e.countries)]
        return sorted(shown, key=lambda e: not e.countries)[:MANY]


def _read(path: Path) -> dict[str, Any]:
    """One file of the directory, with what must hold of it checked before a child could see it."""
    loaded: dict[str, Any] = read_yaml(path)
    if missing := [name for name in ("code", "name", "emergency") if path.parent.name == "countries" and not loaded.get(name)]:
        raise BrokenFile(path, None, f"{missing[0]}: is missing", "Put it back; another country's file shows how.")
    check_date(path, loaded.get("checked_on"))
    if path.parent.name == "countries" and (code := str(loaded.get("code"))) not in Cldr("en").territories:
        raise BrokenFile(path, line_of(path, "code:"), f"{code} is no country", "Write its two letters as in ISO 3166, quoted.")
    for row in _rows(loaded):
        if str(row.get("confidence", "none")) not in CONFIDENCE:
            raise BrokenFile(
                path, line_of(path, f"confidence: {row['confidence']}"), f"{row['confidence']} is no confidence",
                f"Write one of {', '.join(CONFIDENCE)}.",
            )  # fmt: skip
        if "checked_on" in row:
            check_date(path, row["checked_on"])
        _check_hours(path, loaded, row)
    return loaded


def _check_hours(path: Path, file: dict[str, Any], row: dict[str, Any]) -> None:
    hours = row.get("hours") if isinstance(row.get("hours"), dict) else {}
    for text in hours.get("open") or () if hours else ():
        try:
            read_span(str(text))
        except ValueError:
            raise BrokenFile(
                path, line_of(path, str(text)), f"{text} are no hours", "Write them as Mon-Fri 09:00-17:00."
            ) from None
        if str(file.get("zone")) not in available_timezones():
            raise BrokenFile(path, line_of(path, "zone:"), "hours without a time zone", "Add a line zone: Europe/Berlin.")


def _rows(file: dict[str, Any]) -> list[dict[str, Any]]:
    groups = [value if isinstance(value, list) else [value] for value in file.values()]
    return [row for rows in groups for row in rows if isinstance(row, dict)]


def _entries(kind: str, file: dict[str, Any], key: str) -> list[Entry]:
    rows = file.get(key) or []
    rows = [{"id": name, **row} for name, row in rows.items()] if isinstance(rows, dict) else rows
    return [read_entry(kind, row, str(file.get("checked_on") or ""), str(file.get("zone") or "")) for row in rows]


def _country(file: dict[str, Any]) -> Country:
    emergency = {"emergency": [{**file["emergency"], "id": "emergency"}], "checked_on": file.get("checked_on")}
    entries = _entries("emergency", emergency, "emergency")
    for kind, key in (("helpline", "helplines"), ("hotline", "hotlines"), ("crisis", "crisis")):
        entries += _entries(kind, file, key)
    return Country(file["code"], file["name"], tuple(entries), bool(file.get("hotline_fallback")))


def _worldwide(file: dict[str, Any]) -> Country:
    entries = _entries("helpline", file, "helplines") + _entries("hotline", file, "hotlines")
    return Country("", "", tuple(replace(e, audience=WORLDWIDE) for e in entries))
