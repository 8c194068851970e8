"""Counting in memory and storing once a minute, so that a turn costs no statement more and a row names no moment."""

import asyncio
from collections import Counter
from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from typing import Any

import structlog
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from api.db import Database, now
from api.statistics.models import HeardCount
from api.statistics.rules import BUCKETS, Ended, Heard, heard

EVERY_SECONDS = 60.0
log = structlog.get_logger()


@dataclass
class Tally:
    """What was heard since the last storing; a crash loses a minute of counts and nothing else."""

    needs: Container[str]
    counts: Counter[Heard] = field(default_factory=Counter)

    def heard(self, helpline_id: str, locale: str, understood: Mapping[str, Any]) -> None:
        """Count a typed message by what the bot reported of it."""
        found = heard(helpline_id, f"{now():%Y-%m}", locale, understood, self.needs)
        if found is not None:
            self.counts[found] += 1

    def corrected(self, helpline_id: str, locale: str, need: str) -> None:
        """Count the button by which a child answered "did you mean"."""
        self.counts[Heard(helpline_id, f"{now():%Y-%m}", locale, need, BUCKETS - 1, Ended.corrected)] += 1

    async def store(self, database: Database) -> None:
        """Add the counts to the table; when that fails they are kept for the next time.

        Raises:
            DatabaseAway: nothing was stored.
        """
        taken, self.counts = self.counts, Counter()
        if not taken:
            return
        try:
            async with database.write() as db:
                for row, count in taken.items():
                    await _add(db, row, count)
        except BaseException:
            self.counts.update(taken)
            raise


async def _add(db: AsyncSession, row: Heard, count: int) -> None:
    same = [getattr(HeardCount, name) == value for name, value in row._asdict().items()]
    if await db.scalar(select(HeardCount.count).where(*same)) is None:
        db.add(HeardCount(**row._asdict(), count=count))
    else:
        await db.execute(update(HeardCount).where(*same).values(count=HeardCount.count + count))


async def keep_storing(tally: Tally, database: Database) -> None:
    """The worker: store, wait, again; a failure is logged by its class and tried again later."""
    while True:
        await asyncio.sleep(EVERY_SECONDS)
        try:
            await tally.store(database)
        except Exception as error:  # whatever it is: the worker tries again
            log.error("statistics.failed", error=type(error).__name__)
