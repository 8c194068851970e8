"""All wiring: settings in, application out. Importing this module does nothing."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from fastapi import FastAPI

from api import problems, security
from api.audit.service import Audit, keep_heads
from api.auth import routes as auth_routes
from api.auth.rules import check_routes
from api.auth.service import SignIn
from api.cases import retention
from api.cases import routes as case_routes
from api.cases.access import reseal
from api.cases.rules import load_floors
from api.cases.service import Desk
from api.chat import routes as chat_routes
from api.chat.bot import Bot
from api.chat.handoff import Passing
from api.chat.limits import Caps
from api.chat.say import Speaker
from api.chat.service import Chat
from api.conversations.log import Log
from api.db import Database
from api.directory import routes as directory_routes
from api.directory.checks import Checks, keep_loading
from api.errors import DatabaseAway
from api.health import router as health_router
from api.live.hub import Hub
from api.logs import quiet_logs
from api.pages import paper_routes, plain, preview
from api.pages import routes as page_routes
from api.people import routes as people_routes
from api.people.keys import Cases
from api.people.service import People
from api.release import load_release
from api.settings import Settings
from api.statistics import routes as statistics_routes
from api.statistics.service import Tally, keep_storing
from api.supervision import audit_routes, break_glass_routes
from api.supervision.break_glass import Breaking
from api.vault.keys import site_key
from api.vault.sealing import Sealer


def create_app(settings: Settings | None = None) -> FastAPI:
    """The whole public process.

    Raises:
        NotWhole: no locale could be served.
        RouteWithoutRule: somebody added a route and did not say who may call it.
    """
    settings = settings or Settings()
    quiet_logs()
    app = FastAPI(
        title="Faro", version="0.1.0", docs_url=None, redoc_url=None, openapi_url=None, lifespan=_lifespan,
        description="Help for children and teenagers who meet sexualised deepfakes. Errors are RFC 9457 problem details.",
    )  # fmt: skip
    _wire(app, settings)
    problems.install(app)
    pages = (paper_routes, plain, preview, page_routes)
    watch = (audit_routes, break_glass_routes)
    for room in (chat_routes, auth_routes, people_routes, case_routes, statistics_routes, directory_routes, *watch, *pages):
        app.include_router(room.router)
    app.include_router(health_router)
    security.install(app, settings)
    check_routes(app.routes)
    return app


def _wire(app: FastAPI, settings: Settings) -> None:
    """Make each room's service once, from the lower rooms up."""
    hub, sealer = Hub(), Sealer(settings.sealed)
    content, book, directory = load_release(settings.content_root, settings.var / "release", settings.drafts)
    speaker = Speaker(book, directory)
    floors = load_floors(content)
    log = Log(sealer, hub)
    audit = Audit(site_key(settings.pepper.get_secret_value(), "faro-audit"), settings.heads)
    state = app.state
    state.settings, state.hub, state.audit, state.database = settings, hub, audit, Database(settings.database_url)
    state.bot, state.tally = Bot(settings), Tally(floors)
    state.chat = Chat(state.database, log, speaker, state.bot, floors, state.tally)
    state.passing = Passing(state.chat, sealer, hub, audit, floors, settings)
    state.desk = Desk(sealer, log, hub, audit)
    state.people = People(audit, hub, Cases(reseal, state.desk.put_back), settings.argon2_mib)
    state.breaking = Breaking(state.desk, hub, audit)
    state.checks = Checks(directory, state.database)
    state.caps, state.sign_in = Caps(settings), SignIn(settings, audit)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    state = app.state
    work = (
        retention.keep_purging(state.database), keep_storing(state.tally, state.database), keep_loading(state.checks),
        keep_heads(state.audit, state.database),
    )  # fmt: skip
    workers = [asyncio.create_task(each) for each in work]
    try:
        async with state.bot.open():
            yield
    finally:
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)
        with suppress(DatabaseAway):  # counts of the last minute, and no reason to fail
            await state.tally.store(state.database)
        await state.database.close()
