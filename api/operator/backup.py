"""A copy of the database while Faro runs, and no copy that keeps for long what a child has erased."""

import os
import sqlite3
import sys
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from api.settings import Settings

KEEP = timedelta(days=30)  # what a child has erased lives in a backup that long (docs/threat-model.md)
STAMP = "faro-%Y%m%d-%H%M%S.db"


def backup(settings: Settings, folder: Path) -> int:
    """Copy the SQLite database into `folder`, check the copy, and delete older copies there that are over their time.

    Returns:
        0, or 1 with a line on stderr: not SQLite, no database, a copy that is not sound, a folder that cannot be written.
    """
    source = settings.var / "faro.db"
    if settings.database:
        return _refused("FARO_DATABASE names a server: use its own tool, for PostgreSQL pg_dump, and delete after 30 days")
    if not source.is_file():
        return _refused(f"there is no database at {source}")
    now = datetime.now(UTC)
    copy = folder / now.strftime(STAMP)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _copy(source, copy)
    except (OSError, sqlite3.Error) as error:
        with suppress(OSError):
            copy.unlink()
        return _refused(f"{copy} could not be written: {error}")
    gone = [old for old in sorted(folder.glob("faro-*.db")) if (made := _made(old)) and made < now - KEEP]
    for old in gone:
        old.unlink()
    print(f"{copy} is written and sound; {len(gone)} older than {KEEP.days} days deleted")
    return 0


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
