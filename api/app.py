"""All wiring: settings in, application out. Importing this module does nothing."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from fastapi import FastAPI

from api import problems, security
from api.account import routes as account_routes
from api.account.service import Account
from api.audit.service import Audit, keep_heads
from api.auth import routes as auth_routes
from api.auth.allowance import Allowance
from api.auth.rules import check_routes
from api.auth.service import SignIn
from api.cases import routes as case_routes
from api.cases.access import reseal
from api.cases.rules import load_floors
from api.cases.service import Desk
from api.casework import export_routes, primero_routes
from api.casework import routes as casework_routes
from api.casework.service import Casework
from api.chat import routes as chat_routes
from api.chat.bot import Bot
from api.chat.handoff import Passing
from api.chat.limits import Caps
from api.chat.presence import Presence
from api.chat.service import Chat
from api.classroom import notices as class_notices
from api.classroom import routes as classroom_routes
from api.classroom.box import Box
from api.classroom.keeping import keep_wiping
from api.classroom.limits import Limits
from api.classroom.service import Classroom
from api.console import events as console_events
from api.console import signs
from api.console.company import keep_company
from api.conversations.log import Log
from api.db import Database, now
from api.directory import routes as directory_routes
from api.directory.checks import Checks, keep_loading
from api.errors import DatabaseAway
from api.health import router as health_router
from api.helplines import routes as helpline_routes
from api.live.hub import Hub
from api.logs import quiet_logs
from api.machines import routes as machine_routes
from api.machines.clients import Clients
from api.machines.service import Handing
from api.outbox import routes as webhook_routes
from api.outbox.guard import Way
from api.outbox.primero import Primero
from api.outbox.service import Webhooks
from api.outbox.worker import TRY_SECONDS, Courier, keep_sending
from api.pack import routes as pack_routes
from api.pages import lessons, plain, preview
from api.pages import routes as page_routes
from api.papers import routes as paper_routes
from api.people import routes as people_routes
from api.people.keys import Cases
from api.people.service import People
from api.phrases import routes as phrase_routes
from api.phrases.service import Phrases
from api.release import load_release
from api.retention import routes as retention_routes
from api.retention.service import keep_purging
from api.settings import Settings
from api.speech.say import Speaker
from api.sso import routes as sso_routes
from api.sso.provider import Provider
from api.sso.service import SingleSignOn, forget_links
from api.statistics import routes as statistics_routes
from api.statistics.service import Tally, count_case, keep_storing
from api.supervision import audit_routes, break_glass_routes, care_routes
from api.supervision.break_glass import Breaking
from api.teaching import routes as teaching_routes
from api.teaching.shelf import Shelf
from api.vault.keys import site_key
from api.vault.sealing import Sealer

# a word in the place of a case's id is not an id: console_events and signs come before case_routes
ROOMS = (
    chat_routes, auth_routes, account_routes, sso_routes, console_events, signs, case_routes, phrase_routes,
    casework_routes, primero_routes, export_routes, retention_routes, statistics_routes, directory_routes, helpline_routes,
    machine_routes, webhook_routes, audit_routes, care_routes, people_routes,
    break_glass_routes, teaching_routes, class_notices, classroom_routes,
)  # fmt: skip


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
    pages = (paper_routes, pack_routes, lessons, plain, preview, page_routes)
    for room in (*ROOMS, *pages):
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
    state.chat = Chat(state.database, log, speaker, state.bot, floors, state.tally, hub)
    state.presence = Presence(state.database, speaker)
    state.passing = Passing(state.chat, sealer, hub, audit, floors, settings)
    state.desk = Desk(sealer, log, hub, audit, count_case)
    state.people = People(audit, hub, Cases(reseal, state.desk.put_back), settings.argon2_mib, forget_links)
    state.breaking = Breaking(state.desk, hub, audit)
    state.casework = Casework(sealer, hub, audit)
    state.phrases = Phrases(speaker, state.desk, audit)
    state.checks = Checks(directory, state.database, state.audit)
    _wire_outbox(app, settings)
    _wire_classroom(app, settings, sealer)
    state.started_at = now()
    state.caps, state.sign_in = Caps(settings), SignIn(settings, audit)
    state.allowance, state.clients, state.handing = Allowance(settings.requests_per_client), Clients(audit), Handing(audit, hub)
    state.account = Account(state.sign_in, audit)
    state.sso = SingleSignOn(Provider(settings), state.sign_in, audit)


def _wire_outbox(app: FastAPI, settings: Settings) -> None:
    state, loopback = app.state, settings.outbox_loopback
    key = site_key(settings.pepper.get_secret_value(), "faro-webhook")
    state.webhooks = Webhooks(key, state.audit, loopback)
    state.primero = Primero(site_key(settings.pepper.get_secret_value(), "faro-primero"), state.audit, loopback)
    state.courier = Courier(state.database, key, state.audit, Way(TRY_SECONDS, loopback))


def _wire_classroom(app: FastAPI, settings: Settings, sealer: Sealer) -> None:
    state = app.state
    state.shelf, state.press = Shelf(state.chat.speaker), pack_routes.Press()
    seat_key = site_key(settings.pepper.get_secret_value(), "faro-seat")
    state.classroom = Classroom(state.database, state.shelf, state.hub, seat_key, Limits(settings.classes_per_source))
    state.box = Box(state.database, sealer, state.hub, state.bot.worries)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    state = app.state
    work = (
        keep_purging(state.database, state.audit), keep_storing(state.tally, state.database), keep_loading(state.checks),
        keep_heads(state.audit, state.database), keep_sending(state.courier), keep_company(state.desk, state.database),
        keep_wiping(state.classroom),
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
