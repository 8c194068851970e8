"""For editors, in development only: any text in any band and locale, beside the English."""

from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from api.auth.rules import Anyone
from api.chat.routes import chat_of
from api.errors import NotFound
from api.pages.routes import templates
from api.phrasebook.book import DEFAULT_BAND
from api.phrasebook.source import BANDS
from api.phrasebook.translations import SOURCE_LOCALE
from api.speech.say import Speaker, View

router = APIRouter(tags=["pages"], include_in_schema=False)
EXAMPLE_COUNTRY = "GB"


@router.get("/preview", dependencies=[Depends(Anyone("texts that every child can read; development only"))])
async def preview(
    request: Request, key: str = "fake_image_of_me", band: str = DEFAULT_BAND, locale: str = SOURCE_LOCALE,
    country: str = EXAMPLE_COUNTRY,
) -> HTMLResponse:  # fmt: skip
    """One key in two languages, with its buttons as links to go on by.

    Raises:
        NotFound: in production, and for a key, band or locale that there is not.
    """
    speaker = chat_of(request).speaker
    source, locales = speaker.book.source, [loc.code for loc in speaker.book.locales.values() if loc.open]
    if request.app.state.settings.production or band not in BANDS or locale not in locales or not source.find(key, band):
        raise NotFound
    sides = [_side(speaker, key, View(code, band, country)) for code in dict.fromkeys((SOURCE_LOCALE, locale))]
    page = templates.get_template("preview.html").render(
        key=key, band=band, locale=locale, country=country, bands=BANDS, locales=locales, keys=sorted(source.keys),
        countries=sorted(speaker.directory.countries), sides=sides,
    )  # fmt: skip
    return HTMLResponse(page)


def _side(speaker: Speaker, key: str, view: View) -> dict[str, Any]:
    """One language: its bubbles and buttons, or nothing where the key is not whole in it."""
    said = speaker.book.find(key, view.band or DEFAULT_BAND, view.locale)
    bubbles = speaker.bubbles(key, view) if said else []
    known = speaker.book.source.keys
    buttons = [{"label": r.label, "target": r.target, "known": r.target in known} for r in said.replies] if said else []
    return {"locale": view.locale, "dir": speaker.book.direction(view.locale), "bubbles": bubbles, "buttons": buttons}
