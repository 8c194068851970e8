"""An installation's database from outside, as an operator or a thief holds it: rows, times and every byte on the disk."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Timer
from typing import Any

TIME = "%Y-%m-%d %H:%M:%S.%f"


@dataclass(frozen=True)
class Store:
    """The folder of an installation (FARO_VAR) with its SQLite file."""

    folder: Path

    @property
    def path(self) -> Path:
        return self.folder / "faro.db"

    @property
    def parts(self) -> list[Path]:
        """The database and what SQLite keeps beside it."""
        return sorted(self.folder.glob("faro.db*"))

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.path, timeout=10)) as db:
            return db.execute(query, values).fetchall()

    def one(self, query: str, *values: Any) -> Any:
        """The only column of the only row."""
        ((value,),) = self.rows(query, *values)
        return value

    def change(self, query: str, *values: Any) -> None:
        """Change exactly one row, so that a test can't go on with nothing changed."""
        with closing(sqlite3.connect(self.path, timeout=10)) as db, db:
            changed = db.execute(query, values).rowcount
        assert changed == 1, f"{changed} rows changed by {query}"

    def run(self, query: str, *values: Any) -> None:
        """Change as many rows as it may be."""
        with closing(sqlite3.connect(self.path, timeout=10)) as db, db:
            db.execute(query, values)

    def set_time(self, table: str, column: str, age: timedelta, where: str, *values: Any) -> None:
        """Make a time `age` old (negative: in the future)."""
        moment = (datetime.now(UTC) - age).strftime(TIME)
        self.change(f'update "{table}" set {column} = ? where {where}', moment, *values)

    def tables(self) -> list[str]:
        return [name for (name,) in self.rows("select name from sqlite_master where type = 'table' order by name")]

    def values(self) -> list[bytes | str]:
        """Every text and every blob of every table."""
        cells = [cell for table in self.tables() for row in self.rows(f'select * from "{table}"') for cell in row]
        return [cell for cell in cells if isinstance(cell, (bytes, str))]

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Another program holds the database: nobody else writes meanwhile."""
        with closing(sqlite3.connect(self.path, timeout=10, isolation_level=None)) as db:
            db.execute("BEGIN EXCLUSIVE")
            yield
            db.execute("ROLLBACK")

    @contextmanager
    def locked_for(self, seconds: float) -> Iterator[None]:
        """Locked at first, free again after so many seconds, whatever happens inside."""
        with closing(sqlite3.connect(self.path, isolation_level=None, check_same_thread=False)) as db:
            db.execute("BEGIN EXCLUSIVE")
            timer = Timer(seconds, db.execute, ["ROLLBACK"])
            timer.start()
            yield
            timer.join()
