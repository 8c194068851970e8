"""Supervisors check lines of the directory; what children are shown carries the date of the last check."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import uuid4

import structlog
from sqlalchemy import select

from api.audit.service import Audit
from api.auth.access import SignedIn
from api.db import Database, now
from api.directory.book import Directory
from api.directory.models import DirectoryCheck
from api.directory.rules import Check, Entry, How, digest_of, ways_of
from api.errors import BadRequest, Conflict, NotFound

EVERY_SECONDS = 60.0
log = structlog.get_logger()
Place = tuple[str, str, str]  # country, kind, entry


@dataclass
class Checks:
    """The last check of each entry, read from the table at the start and written through."""

    directory: Directory
    database: Database
    audit: Audit
    last: dict[Place, Check] = field(default_factory=dict)

    async def load(self) -> None:
        """Read the table; the directory shows the dates from then on.

        Raises:
            DatabaseAway: the dates of the files go on being shown.
        """
        since = max((check.at for check in self.last.values()), default=datetime.min.replace(tzinfo=UTC))
        wanted = select(DirectoryCheck).where(DirectoryCheck.at > since).order_by(DirectoryCheck.at)
        async with self.database.read() as db:
            rows = (await db.scalars(wanted)).all()
        for row in rows:
            self._show((row.country, row.kind, row.entry_id), Check(row.digest, row.how, row.at, row.staff_id))

    def of(self, country: str) -> list[tuple[Entry, Check | None]]:
        """Every entry of a country, shown to children or not, with its check if it is still the same entry.

        Raises:
            NotFound: no such country in the directory.
        """
        if country not in self.directory.countries:
            raise NotFound
        entries = self.directory.countries[country].entries
        return [(entry, self._valid((country, entry.kind, entry.id), entry)) for entry in entries]

    async def sign(self, who: SignedIn, place: Place, digest: str, how: How) -> Check:
        """Keep that a supervisor has found an entry right.

        Raises:
            NotFound: no such entry.
            Conflict: the entry has changed since it was read.
        BadRequest: an emergency number is not called to try it.
        """
        country, kind, entry_id = place
        entry = next((e for e, _ in self.of(country) if (e.kind, e.id) == (kind, entry_id)), None)
        if entry is None:
            raise NotFound
        if how not in ways_of(entry):
            raise BadRequest("how")
        if digest_of(entry) != digest:
            raise Conflict("the entry has changed")
        check, check_id = Check(digest, how, now(), who.staff.id), str(uuid4())
        async with self.database.write() as db:
            row = {"country": country, "kind": kind, "entry_id": entry_id, "digest": digest}
            db.add(DirectoryCheck(id=check_id, how=how, staff_id=who.staff.id, at=check.at, **row))
            await self.audit.record(db, who.act("directory.check", check_id, how.value))
        self._show(place, check)
        return check

    def _show(self, place: Place, check: Check) -> None:
        if place in self.last and self.last[place].at > check.at:
            return
        self.last[place] = check
        self.directory.checked[place] = (check.digest, day_of(check.at))

    def _valid(self, place: Place, entry: Entry) -> Check | None:
        check = self.last.get(place)
        return check if check is not None and check.digest == digest_of(entry) else None


async def keep_loading(checks: Checks) -> None:
    """The worker: read at the start and every minute, because another process may have written; a failure waits for the next."""
    while True:
        try:
            await checks.load()
        except Exception as error:  # whatever it is: the dates of the files go on being shown
            log.error("directory.failed", error=type(error).__name__)
        await asyncio.sleep(EVERY_SECONDS)


def day_of(moment: datetime) -> str:
    return moment.date().isoformat()
