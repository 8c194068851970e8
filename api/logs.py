"""Logs hold an event and allowlisted facts, never what somebody wrote, an address or a query string."""

import io
import logging
import sys
from collections.abc import MutableMapping
from contextlib import suppress
from typing import Any, TextIO, cast

import structlog

ALLOWED = {"event", "broken", "level", "timestamp", "error", "path", "status", "count", "mode", "locales", "drafts", "port"}


def _allow(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """An allowlist of keys: a new key shows up only when somebody has thought about it (ASVS 16.2.5)."""
    return {key: value for key, value in event.items() if key in ALLOWED}


class Unfailing(io.TextIOBase):
    """Standard output that a full disk does not turn into an error: a child's answer matters more than its log line."""

    def write(self, text: str) -> int:
        with suppress(OSError):
            sys.stdout.write(text)
        return len(text)

    def flush(self) -> None:
        with suppress(OSError):
            sys.stdout.flush()


def quiet_logs() -> None:
    """One line of JSON an event; libraries speak from WARNING up, because their DEBUG lines quote parameters."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _allow,
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.PrintLoggerFactory(cast(TextIO, Unfailing())),
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
    )
    for name in ("sqlalchemy", "aiosqlite", "aiohttp", "asyncio", "multipart", "python_multipart"):
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger("uvicorn.access").disabled = True
