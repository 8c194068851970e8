"""Counting: in memory and stored once a minute for what children do, in the transaction of its end for a case."""

import asyncio
from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import Table, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from api.auth.models import Helpline
from api.cases.models import Case
from api.conversations.models import Conversation
from api.db import Base, Database, now
from api.statistics.models import FigureCount, HeardCount
from api.statistics.rules import (
    BUCKETS,
    NOT_SAID,
    SITUATION,
    Ended,
    Figure,
    Heard,
    Of,
    Question,
    contact_of,
    guide_steps,
    heard,
    minutes_code,
    reached_after,
    situation_of,
)

EVERY_SECONDS = 60.0
AT_STORING = ""  # the month and the hour of what was counted within the last minute
INSERT: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
log = structlog.get_logger()


@dataclass
class Tally:
    """What was counted since the last storing; a crash loses a minute of counts and nothing else."""

    needs: Container[str]
    counts: Counter[Heard] = field(default_factory=Counter)
    figures: Counter[Figure] = field(default_factory=Counter)

    def heard(self, helpline_id: str, locale: str, understood: Mapping[str, Any]) -> None:
        """Count a typed message by what the bot reported of it."""
        found = heard(helpline_id, f"{now():%Y-%m}", locale, understood, self.needs)
        if found is not None:
            self.counts[found] += 1

    def corrected(self, helpline_id: str, locale: str, need: str) -> None:
        """Count the button by which a child answered "did you mean"."""
        self.counts[Heard(helpline_id, f"{now():%Y-%m}", locale, need, BUCKETS - 1, Ended.corrected)] += 1

    def turn(
        self, row: Conversation, needs: Sequence[str], facts: Mapping[str, Any], answer: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Count a conversation once as a contact, once for each need, and once for each step that it reaches in a guide.

        Returns:
            What was counted, to be remembered (sealed) with the conversation; nothing else tells it afterwards.
        """
        contact = {} if facts.get("counted") else contact_of(row.locale, row.country, row.band)
        news = {need for need in needs if need in self.needs} - {*facts.get("needs", ())}
        steps = list(guide_steps(facts, answer))
        counted = [(Of.contacts, by.value, code or NOT_SAID) for by, code in contact.items()]
        counted += [(Of.contacts, Question.need.value, need) for need in news]
        counted += [(Of.guides, guide, step) for guide, step in steps]
        self.figures.update(Figure(row.helpline_id, AT_STORING, *one) for one in counted)
        return {"counted": True, "reached": reached_after(facts, steps)}

    async def store(self, database: Database) -> None:
        """Add the counts to the tables; when that fails they are kept for the next time.

        Raises:
            DatabaseAway: nothing was stored.
        """
        heard, figures = self.counts, self.figures
        self.counts, self.figures = Counter(), Counter()
        if not heard and not figures:
            return
        try:
            async with database.write() as db:
                await add(db, HeardCount, heard)
                await add(db, FigureCount, _placed(figures, await _clocks(db)))
        except BaseException:
            self.counts.update(heard)
            self.figures.update(figures)
            raise


async def _clocks(db: AsyncSession) -> dict[str, datetime]:
    """helpline -> what its own clock shows."""
    moment = now()
    return {helpline.id: moment.astimezone(zone_of(helpline)) for helpline in await db.scalars(select(Helpline))}


def zone_of(helpline: Helpline) -> ZoneInfo:
    """The helpline's own time zone, or UTC while it has none."""
    return ZoneInfo(getattr(helpline, "zone", None) or "UTC")


def _placed(figures: Mapping[Figure, int], clocks: Mapping[str, datetime]) -> dict[Figure, int]:
    placed = {}
    for figure, count in figures.items():
        clock = clocks[figure.helpline_id]
        code = f"{clock:%H}" if figure.by == Question.hour else figure.code
        placed[figure._replace(month=f"{clock:%Y-%m}", code=code)] = count
    return placed


async def count_case(db: AsyncSession, case: Case) -> None:
    """Add a case that ends to the figures, in the transaction that ends it: nothing finer needs to be kept for them."""
    helpline = await db.get_one(Helpline, case.helpline_id)
    await add(db, FigureCount, dict.fromkeys(_figures_of(case, zone_of(helpline)), 1))


def _figures_of(case: Case, zone: ZoneInfo) -> Iterator[Figure]:
    assert case.closed_at is not None and case.outcome is not None
    month = f"{case.closed_at.astimezone(zone):%Y-%m}"
    for by, code in _answers(case, zone).items():
        yield Figure(case.helpline_id, month, Of.cases, by, code or NOT_SAID)
    ends = {Of.waiting: case.claimed_at, Of.first_reply: case.first_reply_at}
    times = {of: end - case.created_at for of, end in ends.items() if end is not None}
    if case.claimed_at is not None:
        times[Of.handling] = case.closed_at - case.claimed_at
    for of, time in times.items():
        yield Figure(case.helpline_id, month, of, case.risk, minutes_code(time))


def _answers(case: Case, zone: ZoneInfo) -> dict[str, str | None]:
    return {
        SITUATION: situation_of(case.need, case.categories, case.image_nature),
        Question.risk: case.risk, Question.locale: case.locale,
        Question.country: case.country, Question.band: case.band, Question.hour: f"{case.created_at.astimezone(zone):%H}",
        Question.outcome: case.outcome,
    }  # fmt: skip


async def add(db: AsyncSession, table: type[Base], counts: Mapping[Any, int]) -> None:
    """Add to counts, those that are not there yet included; one statement, so that two at once lose nothing."""
    if not counts:
        return
    cells = cast(Table, table.__table__)
    statement = INSERT[db.get_bind().dialect.name](cells)
    more = statement.on_conflict_do_update(
        index_elements=list(cells.primary_key), set_={"count": cells.c.count + statement.excluded.count}
    )
    await db.execute(more, [{**key._asdict(), "count": count} for key, count in counts.items()])


async def keep_storing(tally: Tally, database: Database) -> None:
    """The worker: store, wait, again; a failure is logged by its class and tried again later."""
    while True:
        await asyncio.sleep(EVERY_SECONDS)
        try:
            await tally.store(database)
        except Exception as error:  # whatever it is: the worker tries again
            log.error("statistics.failed", error=type(error).__name__)
