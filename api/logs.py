"""Logs hold an event and allowlisted facts, never what somebody wrote, an address or a query string."""

import logging
from collections.abc import MutableMapping
from typing import Any

import structlog

ALLOWED = {"event", "level", "timestamp", "error", "path", "status", "count", "mode", "locales", "drafts", "port"}


def _allow(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """An allowlist of keys: a new key shows up only when somebody has thought about it (ASVS 16.2.5)."""
    return {key: value for key, value in event.items() if key in ALLOWED}


def quiet_logs() -> None:
    """One line of JSON an event; libraries speak from WARNING up, because their DEBUG lines quote parameters."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _allow,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
    )
    for name in ("sqlalchemy", "aiosqlite", "httpx", "httpcore", "asyncio", "multipart", "python_multipart"):
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger("uvicorn.access").disabled = True
