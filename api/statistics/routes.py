"""What supervisors, admins and funders see of the helpline's work (design contract 3.4, /v1/statistics)."""

import asyncio
import json
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel
from sqlalchemy import select

from api.auth.access import SignedIn, StaffOnly
from api.auth.models import Helpline
from api.auth.rules import Role
from api.db import Database, now
from api.errors import BadRequest
from api.export import Format, csv_of, download
from api.phrasebook.book import Phrasebook
from api.phrasebook.translations import SOURCE_LOCALE
from api.statistics import export
from api.statistics.figures import Figures, Span, Table
from api.statistics.models import HeardCount
from api.statistics.rules import BUCKETS, FEWEST, Ended, Of, Question, shown

router = APIRouter(prefix="/v1/statistics", tags=["statistics"])
Supervisor = Annotated[SignedIn, Depends(StaffOnly(Role.supervisor))]
Watcher = Annotated[SignedIn, Depends(StaffOnly(Role.supervisor, Role.admin))]
Exporter = Annotated[SignedIn, Depends(StaffOnly(Role.supervisor, Role.admin, fresh=True))]
MONTH = r"^20\d\d-(0[1-9]|1[0-2])$"


class HeardRow(BaseModel):
    """One month, locale, need, fifth of the confidence and ending; `count` is null where it is under `fewest`."""

    month: str
    locale: str
    need: str
    confidence_from: float
    ended: Ended
    count: int | None


class Understanding(BaseModel):
    """All counts of the caller's helpline, the newest month first."""

    fewest: int
    rows: list[HeardRow]


class Answer(BaseModel):
    code: str
    count: int


class Period(BaseModel):
    """The answers that may be shown, the most frequent first; `rest` is all others together, `total` null if it is small."""

    period: str
    running: bool
    answers: list[Answer]
    rest: int | None
    total: int | None


class Counted(BaseModel):
    """Cases or contacts by one question."""

    fewest: int
    periods: list[Period]


class TimeRow(BaseModel):
    """Half of the cases, and nine of ten, within so many minutes."""

    period: str
    running: bool
    of: Of
    risk: str
    half: int
    nine_of_ten: int


class Times(BaseModel):
    fewest: int
    rows: list[TimeRow]


class Guides(BaseModel):
    """guide -> how many stopped at each step, and how many finished it."""

    fewest: int
    guides: dict[str, list[Period]]


def _span(
    request: Request,
    first: Annotated[str, Query(alias="from", pattern=MONTH)] = "",
    last: Annotated[str, Query(alias="to", pattern=MONTH)] = "",
) -> Span:
    """Months, both included; each is widened to the period that it lies in."""
    return Span(first, last, request.app.state.settings.figures_months)


Asked = Annotated[Span, Depends(_span)]


async def _figures(request: Request, who: SignedIn, span: Span) -> Figures:
    database: Database = request.app.state.database
    async with database.read() as db:
        return await Figures.read(db, who.staff.helpline_id, span)


@router.get("/understanding")
async def understanding(request: Request, who: Supervisor) -> Understanding:
    """How typed messages were met: served, asked back, or corrected by a button after having been asked back."""
    return await counts_of(request.app.state.database, who.staff.helpline_id)


async def counts_of(database: Database, helpline_id: str) -> Understanding:
    order = (HeardCount.month.desc(), HeardCount.locale, HeardCount.need, HeardCount.ended, HeardCount.bucket)
    query = select(HeardCount).where(HeardCount.helpline_id == helpline_id).order_by(*order)
    async with database.read() as db:
        rows = (await db.scalars(query)).all()
    return Understanding(fewest=FEWEST, rows=[_row(counted) for counted in rows])


def _row(counted: HeardCount) -> HeardRow:
    return HeardRow(
        month=counted.month, locale=counted.locale, need=counted.need, confidence_from=counted.bucket / BUCKETS,
        ended=counted.ended, count=shown(counted.count),
    )  # fmt: skip


@router.get("/cases")
async def cases(request: Request, who: Watcher, span: Asked, by: Question = Question.need) -> Counted:
    """Cases that ended, by one question; a case counts in the month of its end."""
    figures = await _figures(request, who, span)
    return Counted(fewest=FEWEST, periods=[_period(table) for table in figures.table(Of.cases, by)])


@router.get("/contacts")
async def contacts(request: Request, who: Watcher, span: Asked, by: Question = Question.need) -> Counted:
    """Conversations in which a child said something, by one question; by need, one counts under each that it was about.

    Raises:
        BadRequest: what only a case is asked.
    """
    if by not in export.CONTACTS_BY:
        raise BadRequest("by")
    figures = await _figures(request, who, span)
    return Counted(fewest=FEWEST, periods=[_period(table) for table in figures.table(Of.contacts, by)])


def _period(table: Table) -> Period:
    shown, rest, total = table.counts
    answers = sorted(shown.items(), key=lambda cell: (-cell[1], cell[0]))
    return Period(
        period=table.period, running=table.running, answers=[Answer(code=code, count=count) for code, count in answers],
        rest=rest, total=total,
    )  # fmt: skip


@router.get("/times")
async def times(request: Request, who: Watcher, span: Asked) -> Times:
    """Minutes until a claim, until the first reply, and from claim to close: of all cases and by risk."""
    figures = await _figures(request, who, span)
    return Times(fewest=FEWEST, rows=[TimeRow(**vars(time)) for time in figures.times()])


@router.get("/guides")
async def guides(request: Request, who: Watcher, span: Asked) -> Guides:
    """Where children stop in the guides."""
    figures = await _figures(request, who, span)
    return Guides(fewest=FEWEST, guides={name: [_period(t) for t in tables] for name, tables in figures.guides().items()})


@router.get("/export.{format}")
async def take_out(request: Request, who: Exporter, span: Asked, format: Format) -> Response:
    """All figures of the periods that are over, as a file."""
    figures, helpline = await _taken(request, who, span, "figures.export", format)
    words, today = _words(request), now().date()
    content: bytes | str
    if format is Format.json:
        content = json.dumps(export.as_json(figures, words, helpline, today), ensure_ascii=False, indent=1)
    elif format is Format.csv:
        content = csv_of(export.as_csv(figures, words))
    else:  # setting type takes a while, and children are waiting
        content = await asyncio.to_thread(export.as_pdf, figures, words, helpline, today)
    return download(content, format, f"figures-{today}")


@router.get("/chi.csv")
async def chi(request: Request, who: Exporter, span: Asked) -> Response:
    """Cases in the categories of Child Helpline International, with the nature of the image beside them."""
    figures, _ = await _taken(request, who, span, "figures.chi", Format.csv)
    return download(csv_of(export.chi(figures)), Format.csv, f"chi-{now().date()}")


async def _taken(request: Request, who: SignedIn, span: Span, action: str, form: Format) -> tuple[Figures, str]:
    """The figures to take out and whose they are, once it is written down that they are taken."""
    database: Database = request.app.state.database
    async with database.write() as db:
        await request.app.state.audit.record(db, who.act(action, reason=form))
        helpline = await db.get_one(Helpline, who.staff.helpline_id)
        figures = await Figures.read(db, helpline.id, span)
    return figures.finished(), helpline.name


def _words(request: Request) -> export.Words:
    book: Phrasebook = request.app.state.chat.speaker.book
    return export.Words(book.labels("console", SOURCE_LOCALE), book.titles())
