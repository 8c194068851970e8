"""Alembic's entry: online only, with the application's own async engine."""

import asyncio

from alembic import context
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from api.audit import models as audit_models
from api.auth import models as auth_models
from api.cases import models as case_models
from api.casework import models as casework_models
from api.classroom import models as classroom_models
from api.conversations import models as conversation_models
from api.db import Base
from api.directory import models as directory_models
from api.outbox import models as outbox_models
from api.people import models as people_models
from api.retention import models as retention_models
from api.sso import models as sso_models
from api.statistics import models as statistics_models

TABLES_OF = (
    audit_models, auth_models, case_models, casework_models, classroom_models, conversation_models, directory_models,
    outbox_models, people_models, retention_models, sso_models, statistics_models,
)  # fmt: skip


def _run(connection: Connection) -> None:
    context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()


async def _online() -> None:
    engine = create_async_engine(context.config.get_main_option("sqlalchemy.url") or "", poolclass=NullPool, hide_parameters=True)
    async with engine.connect() as connection:
        await connection.run_sync(_run)
        await connection.commit()
    await engine.dispose()


asyncio.run(_online())
