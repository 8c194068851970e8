"""The lessons for whoever prepares one: the list, the words of the preparation page, the frame of the class pages."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from api.auth.rules import Anyone
from api.chat.routes import chat_of, known_country, presented
from api.lessons.rules import CARD
from api.lessons.shape import Lesson, words_of
from api.lessons.steps import GATE, cues_of, may_read_at_home, steps_of, title_of
from api.phrasebook.reviews import digest
from api.settings import Settings
from api.speech.say import View
from api.teaching.shelf import PUPILS, STAFF, Shelf

router = APIRouter(prefix="/v1", tags=["lessons"], dependencies=[Depends(Anyone("lessons are public"))])
Locale = Annotated[str | None, Query(max_length=35)]


def shelf_of(request: Request) -> Shelf:
    shelf: Shelf = request.app.state.shelf
    return shelf


def chosen(request: Request, locale: str | None) -> str:
    """The open locale that meets what was asked for."""
    return chat_of(request).speaker.book.choose_locale(locale, request.headers.get("accept-language"))


def site_of(request: Request) -> str:
    """Where this installation is found, without a slash at the end."""
    settings: Settings = request.app.state.settings
    return settings.public_url.rstrip("/") or str(request.base_url).rstrip("/")


@router.get("/lessons")
async def lessons(request: Request, locale: Locale = None) -> dict[str, Any]:
    """Every lesson; one that can't be opened says why."""
    shelf, code = shelf_of(request), chosen(request, locale)
    return {"locale": code, "items": [_row(shelf, lesson_id, code) for lesson_id in shelf.known()]}


def _row(shelf: Shelf, lesson_id: str, locale: str) -> dict[str, Any]:
    reasons = shelf.why_closed(lesson_id, locale)
    source = shelf.source(lesson_id)
    if source is None:
        return {"id": lesson_id, "title": lesson_id, "reasons": reasons, "locales": []}
    told = source if reasons else shelf.lesson(lesson_id, locale)
    return {
        "id": lesson_id, "band": told.band, "sensitivity": told.sensitivity.value, "minutes": told.minutes, "title": told.title,
        "goal": told.goal, "booster": told.booster, "at_home": may_read_at_home(told) and not reasons, "reasons": reasons,
        "locales": shelf.locales(lesson_id), "reviewed": not reasons and _is_signed(shelf, told, locale),
        "drawing": {"name": told.drawing.name, "alt": told.drawing.alt},
    }  # fmt: skip


def _is_signed(shelf: Shelf, told: Lesson, locale: str) -> bool:
    """Whether somebody other than its writer has signed every sentence of a lesson in this language."""
    signed = shelf.speaker.book.signed.get(locale, set())
    return all((told.context, digest(str(words))) in signed for words in words_of(told) if not CARD.match(words))


@router.get("/lessons/{lesson_id}")
async def lesson(request: Request, lesson_id: str, locale: Locale = None, country: str | None = None) -> dict[str, Any]:
    """What the preparation page shows of a lesson, the plan with its minutes (and that of a class with one device), and the
    lines of the safeguarding notice."""
    shelf, code = shelf_of(request), chosen(request, locale)
    told, staff = shelf.lesson(lesson_id, code), shelf.speaker.book.labels(STAFF, code)
    words = shelf.words(code)
    view = View(code, told.band, known_country(chat_of(request), country))
    gate = [{"key": key, "text": staff[f"gate_{key}"]} for key in GATE]
    return {
        **_row(shelf, lesson_id, code), "locale": code, "outcomes": told.outcomes, "will_say": told.will_say,
        "will_not_say": told.will_not_say, "words": [w.model_dump() for w in told.words], "prompts": told.prompts,
        "faq": [f.model_dump() for f in told.faq], "game": told.game, "practise": told.practise, "home": told.home,
        "maps_to": told.maps_to, "sources": told.sources, "gate": gate,
        "plan": _plan(told, staff, words, phones=True), "plan_one": _plan(told, staff, words, phones=False),
        "help": presented(shelf.speaker.help(view), "help"),
    }  # fmt: skip


def _plan(told: Lesson, staff: dict[str, str], words: dict[str, str], phones: bool) -> list[dict[str, Any]]:
    steps = steps_of(told, phones)
    return [
        {
            "key": step.key, "kind": step.kind.value, "minutes": step.minutes, "title": title_of(step, steps, words),
            **cues_of(step, staff, phones),
        }
        for step in steps
    ]  # fmt: skip


@router.get("/lessons-frame")
async def frame(request: Request, response: Response, locale: Locale = None, country: str | None = None) -> dict[str, Any]:
    """The short words of the class pages, the languages, the countries, and the way to help."""
    response.headers["Cache-Control"] = "public, max-age=60"
    speaker, code = chat_of(request).speaker, chosen(request, locale)
    countries = [{"code": c, "name": speaker.country_name(c, code)} for c in speaker.directory.countries]
    view = View(code, country=known_country(chat_of(request), country))
    return {
        "locale": code, "dir": speaker.book.direction(code), "country": view.country, "pupils": speaker.book.labels(PUPILS, code),
        "staff": speaker.book.labels(STAFF, code), "help": presented(speaker.help(view), "help"),
        "locales": [{"code": x.code, "name": x.name, "dir": x.dir} for x in speaker.book.open_locales()],
        "countries": sorted(countries, key=lambda row: row["name"]),
    }  # fmt: skip
