"""For the operator: is it alive, is it ready."""

from datetime import datetime
from typing import Any

from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy import select

from api.auth.models import Helpline
from api.auth.rules import Anyone
from api.db import now
from api.errors import FaroError
from api.retention.models import RetentionRun
from api.retention.rules import is_late
from api.retention.service import THE_RUN

router = APIRouter(tags=["operator"], dependencies=[Depends(Anyone("says nothing of anybody"))])


@router.get("/healthz")
async def alive() -> dict[str, str]:
    """The process answers."""
    return {"status": "alive"}


@router.get("/readyz")
async def ready(request: Request, response: Response) -> dict[str, Any]:
    """Database and bot answer; which locales are open, and whether drafts are served."""
    book, settings = request.app.state.chat.speaker.book, request.app.state.settings
    parts = {"database": await _database_ready(request), "bot": await request.app.state.bot.ready()}
    parts["retention"] = parts["database"] and not await _purge_is_late(request)
    response.status_code = 200 if all(parts.values()) else 503
    return {**parts, "locales": [loc.code for loc in book.open_locales()], "drafts": settings.drafts}


async def _purge_is_late(request: Request) -> bool:
    """Whether what is over its time may lie about: the worker has not gone through for more than a day."""
    try:
        async with request.app.state.database.read() as db:
            run = await db.get(RetentionRun, THE_RUN)
    except FaroError:
        return True
    started: datetime = request.app.state.started_at
    return is_late(run.at if run else started, now())


async def _database_ready(request: Request) -> bool:
    try:
        async with request.app.state.database.read() as db:
            await db.execute(select(Helpline.id).limit(1))  # a table, because SELECT 1 never opens the file
    except FaroError:
        return False
    return True
