"""Writing the log in the transaction of the act, reading it, and keeping its head in a second place."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path

import structlog
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api.audit.models import AuditEntry, AuditHead
from api.audit.rules import START, Act, Break, Entry, Head, breaks, fingerprint, lost
from api.db import Database, now
from api.errors import DatabaseAway

THE_HEAD = 1
PAGE = 1000
EVERY_SECONDS = 3600.0
log = structlog.get_logger()


class Audit:
    """The log of one installation.

    Args:
        key: 32 bytes that are not in the database.
        heads: a file outside the database that the head is added to every hour.
    """

    def __init__(self, key: bytes, heads: Path) -> None:
        self._key, self._heads = key, heads
        self._checking = asyncio.Lock()  # one run at a time

    async def record(self, db: AsyncSession, act: Act) -> None:
        """Add an act to the chain; it stands if and only if the caller's transaction does."""
        head = await db.get(AuditHead, THE_HEAD, with_for_update=True)
        if head is None:
            head = AuditHead(id=THE_HEAD, seq=0, mac=START)
            db.add(head)
        moment = now()
        mac = fingerprint(self._key, head.seq + 1, moment, act, head.mac)
        db.add(AuditEntry(seq=head.seq + 1, at=moment, before=head.mac, mac=mac, **asdict(act)))
        head.seq, head.mac = head.seq + 1, mac

    async def record_unless_lately(self, db: AsyncSession, act: Act, span: timedelta) -> None:
        """Add an act unless the same actor did the same to the same thing within `span`, or a refreshing page drowns the log."""
        lately = select(AuditEntry.seq).where(
            AuditEntry.thing == act.thing, AuditEntry.action == act.action, AuditEntry.actor == act.actor,
            AuditEntry.at > now() - span,
        )  # fmt: skip
        if (await db.execute(lately.limit(1))).first() is None:
            await self.record(db, act)

    async def record_denial(self, database: Database, act: Act) -> None:
        """Add what was refused, in a transaction of its own, because the one of the act is rolled back.

        A database that is away keeps nothing, and refuses the act all the same.
        """
        with suppress(DatabaseAway):
            async with database.write() as db:
                await self.record(db, act)

    async def breaks(self, database: Database) -> list[Break]:
        """Where the chain does not hold; empty is good. Page by page and beside the loop, because children are waiting."""
        last = Head(0, START)
        found: list[Break] = []
        seen: dict[int, str] = {}
        async with self._checking, database.read() as db:
            heads = dict(self._kept())
            query = select(AuditEntry).order_by(AuditEntry.seq).limit(PAGE)
            page = (await db.scalars(query)).all()
            while page:
                found += await asyncio.to_thread(self._look, page, last)
                seen |= {row.seq: row.mac for row in page if row.seq in heads}
                last = Head(page[-1].seq, page[-1].mac)
                db.expunge_all()
                page = (await db.scalars(query.where(AuditEntry.seq > last.seq))).all()
        return [*found, *lost(heads, seen, last.seq)]

    def _look(self, page: Sequence[AuditEntry], last: Head) -> list[Break]:
        return list(breaks(self._key, map(_entry, page), last=last))

    async def keep_head(self, database: Database) -> None:
        """Write the head to the second place, if it has moved."""
        async with database.read() as db:
            head = await db.get(AuditHead, THE_HEAD)
        if head is not None and Head(head.seq, head.mac) not in list(self._kept()):
            self._heads.parent.mkdir(parents=True, exist_ok=True)
            with self._heads.open("a") as file:
                file.write(f"{head.seq} {head.mac} {now().isoformat()}\n")

    def _kept(self) -> Iterator[Head]:
        if self._heads.exists():
            for line in self._heads.read_text().splitlines():
                seq, mac, *_ = line.split()
                yield Head(int(seq), mac)


def _entry(row: AuditEntry) -> Entry:
    act = Act(row.actor, row.action, row.thing, row.helpline_id, row.reason, row.digest)
    return Entry(row.seq, row.at, act, row.before, row.mac)


async def keep_heads(audit: Audit, database: Database) -> None:
    """The worker: keep the head, wait an hour, again; a failure is logged by its class and tried again."""
    while True:
        try:
            await audit.keep_head(database)
        except Exception as error:  # whatever it is: the worker tries again
            log.error("audit.failed", error=type(error).__name__)
        await asyncio.sleep(EVERY_SECONDS)
