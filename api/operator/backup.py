"""A copy of the database while Faro runs, and no copy that keeps for long what a child has erased."""

import os
import sqlite3
import sys
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from api.settings import Settings

KEEP = timedelta(days=28)  # children are told 30: a copy outlives this by a day until the next night, and by one that fails
STAMP = "faro-%Y%m%d-%H%M%S.db"


def backup(settings: Settings, folder: Path) -> int:
    """Delete the copies in `folder` that are over their time, then copy the SQLite database there and check the copy.

    What a child was told comes first: the old ones go whatever becomes of the new one, the last sound one too.

    Returns:
        0, or 1 with a line on stderr: not SQLite, no database, a copy that is not sound, a folder that cannot be written.
    """
    now, source = datetime.now(UTC), settings.var / "faro.db"
    try:
        _forget(folder, now - KEEP)
    except OSError as error:
        return _refused(f"a copy that is over its time could not be deleted: {error}")
    if settings.database:
        return _refused(f"FARO_DATABASE names a server: use its own tool, for PostgreSQL pg_dump; delete after {KEEP.days} days")
    if not source.is_file():
        return _refused(f"there is no database at {source}")
    copy = folder / now.strftime(STAMP)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _copy(source, copy)
    except (OSError, sqlite3.Error) as error:
        with suppress(OSError):
            copy.unlink()
        return _refused(f"{copy} could not be written: {error}")
    print(f"{copy} is written and sound")
    return 0


def _forget(folder: Path, before: datetime) -> None:
    gone = [old for old in sorted(folder.glob("faro-*.db")) if (made := _made(old)) and made < before]
    for old in gone:
        old.unlink()
    if gone:
        print(f"{len(gone)} copies older than {KEEP.days} days deleted")


def _copy(source: Path, copy: Path) -> None:
    """SQLite's own online backup: whole at one moment, though others write meanwhile."""
    os.close(os.open(copy, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    with closing(sqlite3.connect(source, timeout=10)) as live, closing(sqlite3.connect(copy)) as kept:
        live.backup(kept)
        if kept.execute("pragma integrity_check").fetchone() != ("ok",):
            raise sqlite3.DatabaseError("the copy is not sound")


def _made(copy: Path) -> datetime | None:
    """When a copy was made, by its name; another program's file has no such name and is left alone."""
    try:
        return datetime.strptime(copy.name, STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None


def _refused(why: str) -> int:
    print(why, file=sys.stderr)
    return 1
