"""The staff's API for phrase pairs (docs/adr/0016)."""

from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from api.auth.access import SignedIn, StaffOnly
from api.auth.rules import Role
from api.cases.access import open_case
from api.db import Database
from api.phrases.service import Phrases

router = APIRouter(prefix="/v1", tags=["phrases"])
Reader = Annotated[SignedIn, Depends(StaffOnly(Role.counsellor, Role.supervisor))]
Retry = Annotated[str, Header(alias="Idempotency-Key", min_length=8, max_length=64)]


class In(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Pick(In):
    key: Annotated[str, Field(max_length=80, examples=["phrases/danger_now/in_danger"])]


class ReadIn(In):
    locale: Annotated[str, Field(max_length=8, examples=["fr"])]


class PhraseAnswer(BaseModel):
    """What the child can tap: as staff read it, and as the child does."""

    key: str
    text: str
    child: str | None


class AsChild(BaseModel):
    """The phrase as the child would read it. `lang` is not the child's where a draft has no words there yet."""

    text: str
    lang: str
    dir: str
    cards: list[str]


class Phrase(BaseModel):
    """A phrase in the reader's language and the child's; `reviewed`: in the child's language, by somebody not its writer."""

    key: str
    text: str
    answers: list[PhraseAnswer]
    cards: list[str]
    child: AsChild | None
    reviewed: bool | None


class Situation(BaseModel):
    name: str
    title: str
    suggested: bool
    phrases: list[Phrase]


class Language(BaseModel):
    code: str
    name: str


class Offered(BaseModel):
    locale: str
    locales: list[Language]
    child_locale: str | None
    situations: list[Situation]


def _phrases(request: Request) -> Phrases:
    phrases: Phrases = request.app.state.phrases
    return phrases


def _database(request: Request) -> Database:
    database: Database = request.app.state.database
    return database


@router.get("/phrases")
async def offered(
    request: Request,
    who: Reader,
    locale: Annotated[str | None, Query(max_length=8)] = None,
    case: Annotated[str | None, Query(max_length=36)] = None,
) -> Offered:
    """Every phrase by situation; for a case beside the child's own words, with what fits the case first."""
    phrases, view, reasons = _phrases(request), None, set[str]()
    if case is not None:
        async with _database(request).read() as db:
            opened = await open_case(db, who, case)
            view = await phrases.view_of_child(db, opened.case)
        reasons = {opened.case.need or "", *opened.case.reasons}
    opened_locales = [Language(code=loc.code, name=loc.name) for loc in phrases.speaker.book.open_locales()]
    chosen = locale if locale in {one.code for one in opened_locales} else who.staff.locale
    rows = phrases.situations(chosen, view, reasons, who.staff.name)
    return Offered(
        locale=chosen, locales=opened_locales, child_locale=view.locale if view else None,
        situations=[Situation(**row) for row in rows],
    )  # fmt: skip


@router.put("/phrases/locale", status_code=204)
async def read_in(request: Request, who: Reader, chosen: ReadIn) -> None:
    """Choose the language in which you read phrases and a child's tapped answers."""
    async with _database(request).write() as db:
        await _phrases(request).read_in(db, who, chosen.locale)


@router.post("/cases/{case_id}/phrases", status_code=201)
async def say(request: Request, case_id: str, who: Reader, pick: Pick, key: Retry) -> dict[str, int]:
    """Say a phrase to the child; the same Idempotency-Key says it once."""
    async with _database(request).write() as db:
        return {"seq": await _phrases(request).say(db, who, case_id, pick.key, key)}
