"""The API for a helpline's own systems (docs/api.md). Every answer tells how many requests are left."""

import base64
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from sqlalchemy import select

from api.auth.access import ClientOnly, Connected, SignedIn, StaffOnly
from api.auth.models import Client
from api.auth.rules import Role, Scope
from api.cases.access import open_case
from api.cases.models import ClientGrant
from api.cases.routes import keep_reader
from api.cases.rules import ABOUT_FRIEND, IMAGE_NATURE, Share
from api.concurrency import IfMatch, IfNoneMatch, is_known
from api.conversations.models import Message
from api.db import Database
from api.machines import client_routes
from api.machines.rules import DANGER, SELF_HARM, cursor_of, read_cursor
from api.machines.schemas import Report, ReportIn, SealedCase, SealedMessage, SharedCase, SharedPage, SystemReport
from api.machines.service import PAGE, Handing, Shared, messages_of, report_of, shared_case, shared_cases
from api.statistics.routes import Understanding, counts_of

machine_routes = APIRouter(tags=["machines"])
CaseReader = Annotated[Connected, Depends(ClientOnly(Scope.cases_read))]
Reporter = Annotated[Connected, Depends(ClientOnly(Scope.cases_status))]
Counter = Annotated[Connected, Depends(ClientOnly(Scope.statistics_read))]
Reader = Annotated[SignedIn, Depends(StaffOnly(Role.counsellor, Role.supervisor))]
Retry = Annotated[str, Header(alias="Idempotency-Key", min_length=8, max_length=64)]


def _database(request: Request) -> Database:
    database: Database = request.app.state.database
    return database


def _handing(request: Request) -> Handing:
    handing: Handing = request.app.state.handing
    return handing


@machine_routes.get("/v1/integrations/cases")
async def list_shared_cases(
    request: Request,
    who: CaseReader,
    after: Annotated[str | None, Query(max_length=200, description="`next` of the page before")] = None,
    updated_after: Annotated[datetime | None, Query(description="changed at or after this moment, with its zone")] = None,
) -> SharedPage:
    """Cases that are sealed to the caller, in the order of their last change, without what was typed."""
    place = read_cursor(after) if after is not None else None
    async with _database(request).read() as db:
        found = await shared_cases(db, who, place, _aware(updated_after))
    last = found[PAGE - 1] if len(found) > PAGE else None
    return SharedPage(
        items=[SharedCase(**_clear(shared)) for shared in found[:PAGE]],
        next=cursor_of(last.changed, last.case.id) if last else None,
    )


@machine_routes.get("/v1/integrations/cases/{case_id}", responses={304: {"description": "the version of If-None-Match"}})
async def fetch(
    request: Request, response: Response, case_id: str, who: CaseReader, if_none_match: IfNoneMatch = None
) -> SealedCase:
    """A case with what the child passed on, sealed: only the caller's private key opens it."""
    async with _database(request).read() as db:
        shared = await shared_case(db, who, case_id)
        messages = await messages_of(db, shared)
    response.headers["ETag"] = shared.etag
    if is_known(if_none_match, shared.etag):
        return Response(status_code=304, headers={"ETag": shared.etag})  # type: ignore[return-value]
    async with _database(request).write() as db:
        await _handing(request).keep_fetching(db, who, case_id)
    return SealedCase(**_clear(shared), **_sealed(shared, messages))


@machine_routes.patch("/v1/integrations/cases/{case_id}")
async def report(
    request: Request, response: Response, case_id: str, who: Reporter, said: ReportIn, key: Retry, if_match: IfMatch = None
) -> Report:
    """Tell the helpline where the case stands in the caller's system; `If-Match` names the version that was read."""
    async with _database(request).write() as db:
        kept, etag = await _handing(request).report(db, who, case_id, said, key, if_match)
    response.headers["ETag"] = etag
    return kept


@machine_routes.get("/v1/integrations/statistics/understanding")
async def understanding(request: Request, who: Counter) -> Understanding:
    """How typed messages were met, as a supervisor of the helpline sees it; small counts are not shown."""
    return await counts_of(_database(request), who.client.helpline_id)


@machine_routes.get("/v1/cases/{case_id}/reports")
async def reports(request: Request, case_id: str, who: Reader) -> list[SystemReport]:
    """What the helpline's own systems have reported about a case that the caller may read."""
    query = select(Client.name, ClientGrant).join(Client, Client.id == ClientGrant.client_id)
    async with _database(request).read() as db:
        case = (await open_case(db, who, case_id)).case
        rows = await db.execute(query.where(ClientGrant.case_id == case_id).order_by(Client.name))
    await keep_reader(request, who, case)
    return [SystemReport(system=name, **report_of(grant).model_dump()) for name, grant in rows.tuples()]


def _aware(moment: datetime | None) -> datetime | None:
    """A moment without a zone is taken as UTC, which is what all answers are in."""
    return moment.replace(tzinfo=UTC) if moment is not None and moment.tzinfo is None else moment


def _clear(shared: Shared) -> dict[str, Any]:
    case = shared.case
    reasons, need = ([], None) if case.locked else (case.reasons, case.need)  # to a system, erased is erased
    return {
        "id": case.id, "number": case.number, "state": case.state, "band": case.band, "locale": case.locale,
        "country": case.country, "risk": case.risk, "risk_reasons": reasons, "danger_now": not DANGER.isdisjoint(reasons),
        "self_harm_said": not SELF_HARM.isdisjoint(reasons), "situation": need, "image_nature": IMAGE_NATURE.get(need or ""),
        "about": need and ("friend" if need in ABOUT_FRIEND else "self"), "consent": _consent(shared),
        "outcome": case.outcome, "report": report_of(shared.grant), "created_at": case.created_at,
        "updated_at": shared.changed, "closed_at": case.closed_at,
    }  # fmt: skip


def _consent(shared: Shared) -> dict[str, Any]:
    """The wording so far asks for the helpline only, so that nobody else is covered by any yes."""
    case = shared.case
    return {
        "share_with_helpline": True, "share_transcript": case.share == Share.transcript, "share_with_other_orgs": False,
        "wording_id": case.consent, "at": case.created_at,
    }  # fmt: skip


def _sealed(shared: Shared, messages: list[Message]) -> dict[str, Any]:
    case = shared.case
    said = [SealedMessage(seq=m.seq, by=m.by, at=m.at, sealed=_text(m.sealed) or "") for m in messages]
    card, transcript = (None, None) if case.locked else (case.card, case.transcript)
    return {
        "conversation_id": case.conversation_id, "key": _text(shared.grant.sealed), "card": _text(card),
        "transcript": _text(transcript), "messages": said,
    }  # fmt: skip


def _text(sealed: bytes | None) -> str | None:
    return base64.b64encode(sealed).decode() if sealed else None


router = APIRouter()
router.include_router(client_routes.router)
router.include_router(machine_routes)
