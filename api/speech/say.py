"""From a key to bubbles: the phrasebook's sentences with the directory's cards in their places."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from babel.dates import format_date, format_skeleton, format_time, get_datetime_format, get_timezone_location

from api.conversations.log import Body
from api.db import now
from api.directory.book import Directory
from api.directory.hours import opening
from api.directory.rules import Entry
from api.helplines.rules import clock_of
from api.phrasebook.book import DEFAULT_BAND, Phrasebook, Said
from api.phrasebook.source import CARD, Reply
from api.phrasebook.translations import SOURCE_LOCALE

EXPLAINED = re.compile(r"\s*\([^)]*\)$")  # what the directory adds to a name in English
DAYS_BY_NAME = timedelta(days=6)  # a day of the week that is further away needs its date
COMMANDS = ("skip", "back", "stop", "change", "menu")


@dataclass(frozen=True)
class View:
    """For whom it is said: locale, age band, country, and the app that the child named."""

    locale: str
    band: str | None = None
    country: str | None = None
    place: str | None = None


@dataclass(frozen=True)
class Speaker:
    """Composes bubbles. Every text comes whole from the phrasebook; names and numbers come from the directory."""

    book: Phrasebook
    directory: Directory
    clock: Callable[[], datetime] = now

    def bubbles(self, key: str, view: View, buttons: Sequence[str] = (), replies: bool = True) -> list[Body]:
        """The bubbles of one key; `buttons` (reply keys of the bot) choose and order the quick replies."""
        said = self.book.say(key, view.band, view.locale)
        found: list[Body] = []
        for paragraph in said.paragraphs:
            card = CARD.match(paragraph)
            found += self.cards(card[1], view) if card else [self._bubble(said.key, paragraph, view)]
        if found and replies:
            found[-1]["quick_replies"] = self._replies(said, view, buttons)
        return found

    def sentence(self, key: str, view: View) -> str | None:
        """The words of a key as one text; None where the locale has none, because those of another key would tell nothing."""
        said = self.book.find(key, view.band or DEFAULT_BAND, view.locale)
        return " ".join(said.paragraphs) if said else None

    def is_whole(self, key: str, view: View) -> bool:
        """Whether a key can be said in this locale; one that can't is answered with the way to a person."""
        return self.book.find(key, view.band or DEFAULT_BAND, view.locale) is not None

    def moment(self, at: datetime, view: View) -> str:
        """Day and time by the clock of the child's country; where it has several, by the one of `at`, with its place."""
        language = self.book.locales[view.locale].names
        own = clock_of(view.country, at)
        local = at.astimezone(own) if own else at
        near = local - self.clock() < DAYS_BY_NAME
        day = format_date(local, "EEEE", locale=language) if near else format_skeleton("MMMMEEEEd", local, locale=language)
        time = format_time(local.time(), "short", locale=language)
        if own is None:
            time = f"{time} ({get_timezone_location(at.tzinfo, locale=language)})"
        return str(get_datetime_format("medium", locale=language)).format(time, day)

    def phrase(self, key: str, view: View, name: str) -> Body | None:
        """What a counsellor called `name` picked, as one bubble with the directory's cards beneath; None where it is not whole.

        Drafts are served in English where the locale has no words yet; `lang` says so.
        """
        locales = dict.fromkeys((view.locale, SOURCE_LOCALE) if self.book.drafts else (view.locale,))
        said = next((s for locale in locales if (s := self.book.find(key, view.band or DEFAULT_BAND, locale))), None)
        if said is None:
            return None
        cards = [bubble for p in said.paragraphs if (card := CARD.match(p)) for bubble in self.cards(card[1], view)]
        words = "\n".join(p for p in said.paragraphs if not CARD.match(p))
        spoken = replace(view, locale=said.locale)
        bubble = self._bubble(key, words.replace("{name}", self.isolated(name, spoken)), spoken)
        return {**bubble, "quick_replies": self._replies(said, view, ()), "cards": cards}

    def labels(self, key: str, view: View, buttons: Sequence[str]) -> dict[str, str]:
        return {r["key"]: r["label"] for r in self._replies(self.book.say(key, view.band, view.locale), view, buttons)}

    def cards(self, kind: str, view: View, live: bool = False) -> list[Body]:
        """The help cards of a kind for the view's country, or the worldwide way where the country has none.

        Whether a line is open is said only where the answer is of this moment (`live`): a log, a plan or a PDF is read later.
        """
        entries = self.directory.find(kind, view.country, view.place)
        if kind == "emergency" and not entries:
            return [self._bubble("card/emergency", self.book.label("cards", "emergency_unknown", view.locale), view)]
        return [bubble for entry in entries if (bubble := self.card(entry, view, live))]

    def card(self, entry: Entry, view: View, live: bool = False) -> Body | None:
        """One service as a bubble with its number, its address, its source and the date of the check."""
        text = self._card_text(entry, view, live)
        if text is None:
            return None
        bubble = self._bubble(f"card/{entry.kind}", text, view)
        if entry.phone:
            call = self._fill("call", entry, view)
            bubble["phone"] = {"number": entry.phone, "dial": entry.dial, "label": call}
        if entry.url:
            bubble["links"] = [{"label": self._fill("open", entry, view), "url": entry.url}]
        bubble["checked"], bubble["source"] = self._fill("checked", entry, view), entry.source
        return bubble

    def help(self, view: View) -> list[Body]:
        """The help line at the foot of every page and in every error: emergency number and child helpline."""
        return [*self.cards("emergency", view), *self.cards("helpline", view, live=True)]

    def country_name(self, code: str | None, locale: str) -> str:
        return str(self.book.locales[locale].names.territories.get(code, code)) if code else ""

    def _bubble(self, key: str, text: str, view: View) -> Body:
        return {
            "key": key, "text": text, "lang": view.locale, "dir": self.book.direction(view.locale),
            "quick_replies": [], "links": [],
        }  # fmt: skip

    def _card_text(self, entry: Entry, view: View, live: bool) -> str | None:
        if entry.kind == "place_route" and view.band == "under-13":  # the steps of an app name what a young child need not read
            return self.book.label("cards", "place_simple", view.locale)
        if entry.text:
            return self.book.text(f"ui/directory/{entry.id}", entry.text, view.locale)
        region = self._fill("region", entry, view) if entry.region else ""
        hours = self.book.label("cards", "always", view.locale) if entry.always else self._hours(entry, view) if live else ""
        free = self.book.label("cards", "free", view.locale) if entry.free else ""
        return " ".join(filter(None, [self._fill(_label_of(entry), entry, view), region, hours, free]))

    def _hours(self, entry: Entry, view: View) -> str:
        """Whether the line is open now, or when it opens next, where its hours are known."""
        found = opening(entry.open, entry.zone, self.clock()) if entry.open else None
        if found is None:
            return ""
        language = self.book.locales[view.locale].names
        words = {
            "time": format_time(found.at.time(), "short", locale=language),
            "day": format_date(found.at.date(), "EEEE", locale=language),
        }
        return self.book.label("cards", "open_now" if found.is_open else "open_next", view.locale).format(**words)

    def _fill(self, label: str, entry: Entry, view: View) -> str:
        name = entry.name if view.locale == SOURCE_LOCALE else EXPLAINED.sub("", entry.name)
        values: dict[str, Any] = {
            "name": name, "phone": entry.phone or "", "date": entry.checked_on, "region": entry.region,
            "country": self.country_name(view.country, view.locale),
        }  # fmt: skip
        values = {name: self.isolated(value, view) for name, value in values.items()}
        return self.book.label("cards", label, view.locale).format(**values)

    def isolated(self, value: object, view: View) -> str:
        """A Latin name or a date keeps its own order inside Arabic (UAX 9)."""
        return f"\u2068{value}\u2069" if self.book.direction(view.locale) == "rtl" else str(value)

    def _replies(self, said: Said, view: View, buttons: Sequence[str]) -> list[dict[str, str]]:
        own = {r.target: r for r in said.replies}
        if not buttons:
            return [{"key": r.target, "label": r.label} for r in said.replies]
        chosen = [own.get(b) or self._command(b, view) for b in buttons]
        return [{"key": r.target, "label": r.label} for r in chosen if r is not None]

    def _command(self, key: str, view: View) -> Reply | None:
        return Reply(self.book.label("widget", f"command_{key}", view.locale), key) if key in COMMANDS else None


def _label_of(entry: Entry) -> str:
    """Which sentence of `content/ui/cards.yaml` says what the service is for."""
    if entry.kind == "helpline":
        return {"worldwide": "helpline_finder", "children": "helpline"}.get(entry.audience, "helpline_everyone")
    return "hotline_other" if entry.kind == "hotline" and not entry.takes_addresses else entry.kind
