"""The api alone. It serves help at once; a database that is away at the start is waited for meanwhile."""

import asyncio
import os
import signal
import threading
import time
import traceback

import uvicorn

from api.db import AWAY
from api.errors import DatabaseAway
from api.operator import demo, migrate
from api.settings import Settings

AGAIN_SECONDS = 2.0


def serve() -> int:
    settings = Settings()
    if not _is_prepared(settings):
        threading.Thread(target=_prepare, args=(settings,), daemon=True).start()
    uvicorn.run(
        "api.app:create_app", factory=True, host=settings.host, port=settings.port, access_log=False, log_level="warning",
        server_header=False, timeout_graceful_shutdown=2, proxy_headers=False,
    )  # fmt: skip
    return 0


def _is_prepared(settings: Settings) -> bool:
    """Bring the database up to date, if it is there."""
    try:
        migrate.upgrade(settings)
        asyncio.run(demo.make_if_empty(settings))
    except (*AWAY, DatabaseAway):
        return False
    return True


def _prepare(settings: Settings) -> None:
    """Try until it is there. On a database that Faro must not serve from the process ends; its next start says why."""
    try:
        while not _is_prepared(settings):
            time.sleep(AGAIN_SECONDS)
    except Exception:
        traceback.print_exc()
        os.kill(os.getpid(), signal.SIGTERM)
