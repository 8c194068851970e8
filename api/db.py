"""The database: one declarative base, and two ways in, `read` and `write`.

A write is one transaction that takes the writer's place at once (SQLite: BEGIN IMMEDIATE), so that a read that turns into
a write can never find that somebody else was quicker. What must be told to browsers is published after the commit. A browser
that goes away cancels the stream it listened to, and not what that stream has begun here: a transaction that is neither
committed nor rolled back would keep every child's message out.
"""

import asyncio
import enum
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import asyncpg
from anyio import CancelScope
from sqlalchemy import DateTime, Dialect, Enum, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

from api.errors import DatabaseAway

BUSY_SECONDS = 1.0  # twice this, in line and at the door, stays under the three seconds that a child may wait
STUCK_SECONDS = 30.0
# SQLAlchemy puts its own name on what PostgreSQL says to a statement, and not on what it says to whoever connects
AWAY = (PoolTimeout, OSError, asyncpg.PostgresError, asyncpg.InterfaceError)
AfterCommit = Callable[[], None]


class Base(DeclarativeBase):
    """The base of every table; an enum is stored as its word, so that another system can read it."""

    type_annotation_map: ClassVar[dict[Any, Any]] = {
        enum.Enum: Enum(enum.Enum, native_enum=False, create_constraint=False, length=12)
    }


class UtcTime(TypeDecorator[datetime]):
    """A moment in UTC; SQLite forgets the zone, so it is put back on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


def now() -> datetime:
    return datetime.now(UTC)


def after_commit(db: AsyncSession, act: AfterCommit) -> None:
    """Do `act` when this write is safe on disk, and not at all if it fails."""
    db.info.setdefault("after_commit", []).append(act)


class Database:
    """The engine and its sessions.

    Args:
        url: an SQLAlchemy address, `sqlite+aiosqlite:///...` or `postgresql+asyncpg://...`.
    """

    def __init__(self, url: str) -> None:
        self.sqlite = url.startswith("sqlite")
        # hide_parameters: an exception must never carry a child's words
        self.engine = create_async_engine(url, hide_parameters=True, **_pool(self.sqlite))
        if self.sqlite:
            _sqlite_events(self.engine.sync_engine)
        self._file = Path(self.engine.url.database or "") if self.sqlite else None
        self._turn = asyncio.Lock() if self.sqlite else None
        self._reads = async_sessionmaker(self.engine, expire_on_commit=False)
        self._writes = async_sessionmaker(self.engine.execution_options(faro_write=True), expire_on_commit=False)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """A session that only reads.

        Raises:
            DatabaseAway: the database does not answer.
        """
        with CancelScope(shield=True), _away():
            async with self._reads() as session:
                yield session

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncSession]:
        """One transaction: committed at the end of the block, rolled back if it raises.

        Raises:
            DatabaseAway: the database is locked, full or gone; nothing was kept.
        """
        with CancelScope(shield=True):
            async with self._my_turn():
                self._still_there()
                with _away():
                    async with self._writes() as session, session.begin():
                        yield session
        for act in session.info.pop("after_commit", []):
            act()

    def _still_there(self) -> None:
        """An open connection goes on writing to a file that was deleted; what is kept there is lost."""
        if self._file is not None and not self._file.exists():
            raise DatabaseAway("the file is gone")

    @asynccontextmanager
    async def _my_turn(self) -> AsyncIterator[None]:
        """SQLite has one writer: waiting in line here is fair, waiting in its busy handler is not."""
        if self._turn is None:
            yield
            return
        try:
            await asyncio.wait_for(self._turn.acquire(), BUSY_SECONDS)
        except TimeoutError:
            raise DatabaseAway("in line") from None
        try:
            yield
        finally:
            self._turn.release()

    async def checkpoint(self) -> None:
        """Empty SQLite's write-ahead log, where erased rows would stay readable until it wraps around."""
        if self.sqlite:
            async with self._my_turn(), self.engine.connect() as connection:
                raw = await connection.get_raw_connection()
                await raw.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # type: ignore[union-attr]

    async def close(self) -> None:
        await self.engine.dispose()


class _away:
    """Turn a driver's failure into `DatabaseAway`, without the driver's words."""

    def __enter__(self) -> None: ...

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if isinstance(error, AWAY) or (isinstance(error, DBAPIError) and not _is_rule(error)):
            raise DatabaseAway(type(error).__name__) from None


def _is_rule(error: DBAPIError) -> bool:
    """A broken constraint is the caller's to handle, not an outage."""
    return type(error).__name__ == "IntegrityError"


def _pool(sqlite: bool) -> dict[str, Any]:
    if sqlite:
        # sessions end their own transactions, so the pool needs no second rollback
        limits = {"pool_size": 8, "max_overflow": 24, "pool_timeout": BUSY_SECONDS, "pool_reset_on_return": None}
        return {"connect_args": {"timeout": BUSY_SECONDS}, **limits}
    # no statement of a page waits long for a row, and none for ever for a server that froze
    waits: dict[str, Any] = {"command_timeout": STUCK_SECONDS, "server_settings": {"lock_timeout": f"{2 * BUSY_SECONDS:.0f}s"}}
    return {"pool_pre_ping": True, "pool_timeout": BUSY_SECONDS, "connect_args": {"timeout": BUSY_SECONDS, **waits}}


def _sqlite_events(engine: Any) -> None:
    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _: Any) -> None:
        connection.isolation_level = None  # the driver must not begin transactions by itself
        cursor = connection.cursor()
        # secure_delete with a WAL that is truncated leaves no byte of what was erased
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON", "trusted_schema=OFF"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        # a read is one statement, or several that need no common moment: it runs without a transaction
        if connection.get_execution_options().get("faro_write"):
            connection.exec_driver_sql("BEGIN IMMEDIATE")
