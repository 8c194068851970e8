"""What a child must read: the written sentences, and the shape of every refusal."""

from functools import cache
from typing import Any

import httpx

from api.phrasebook.book import Phrasebook
from api.phrasebook.source import CARD
from api.phrasebook.translations import load_locales
from tests.support.installation import ROOT

LOCALES = tuple(code for code, locale in load_locales(ROOT / "locales").items() if locale.open)


@cache
def _book() -> Phrasebook:
    return Phrasebook.load(ROOT / "content", ROOT / "locales", drafts=True)


def paragraphs(key: str, locale: str, band: str = "13-15") -> list[str]:
    """The bubbles of a key in a locale, without its cards; it fails if the translation is not whole."""
    said = _book().find(key, band, locale)
    assert said is not None, f"{key} is not whole in {locale}"
    return [text for text in said.paragraphs if not CARD.match(text)]


def label(file: str, key: str, locale: str) -> str:
    """A label of `content/ui/` in a locale; English where it has none."""
    return _book().label(file, key, locale)


def refusal(reply: httpx.Response) -> dict[str, Any]:
    """The problem details of a refusal (RFC 9457), with the way to help."""
    assert reply.headers["content-type"] == "application/problem+json", reply.text
    body: dict[str, Any] = reply.json()
    assert body["status"] == reply.status_code
    assert body["help"] and all(card["text"] for card in body["help"])
    return body


def assert_refused(reply: httpx.Response, status: int, name: str, locale: str = "en") -> None:
    """Refused with this status, in the written words of `system/<name>` in this locale, with help in it too."""
    body = refusal(reply)
    told = (reply.status_code, body["title"], {card["lang"] for card in body["help"]})
    assert told == (status, paragraphs(f"system/{name}", locale)[0], {locale})


def keys_of(turn: dict[str, Any], by: str = "bot") -> list[str]:
    """The keys that were spoken in a turn, each once."""
    return list(dict.fromkeys(bubble["key"] for bubble in turn["bubbles"] if bubble["by"] == by))
