"""A round of the worker that deletes, on demand."""

import asyncio

from api.db import Database
from api.operator.audit import audit_of
from api.retention import service as retention
from api.settings import Settings
from tests.support.installation import Installation


def purge(installation: Installation) -> None:
    """Purge, then checkpoint, as the worker does every ten minutes."""

    async def once() -> None:
        database = Database(installation.database_url)
        async with database.write() as db:
            await retention.purge(db, audit_of(Settings(var=installation.folder)))
        await database.checkpoint()
        await database.close()

    asyncio.run(once())
