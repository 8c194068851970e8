"""The cases that are sealed to a client: listed, handed out as ciphertext, reported back on."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, case, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from api.audit.service import Audit
from api.auth.access import Connected
from api.auth.models import ClientAnswer
from api.cases.models import Case, ClientGrant
from api.concurrency import etag_of, refuse_stale
from api.conversations.models import Message
from api.db import after_commit, now
from api.errors import KeyReused, NotFound
from api.live.hub import Hub
from api.machines.schemas import Report, ReportIn

PAGE = 50
FETCHED_AGAIN = timedelta(hours=1)
LAST_SAID = select(func.max(Message.at)).where(Message.case_id == Case.id).correlate(Case).scalar_subquery()
# what is said changes no row of the case, so that a case is as new as the newer of the two
CHANGED = case((Case.updated_at < LAST_SAID, LAST_SAID), else_=Case.updated_at)


@dataclass(frozen=True)
class Shared:
    """A case with the row that makes it visible to one client, and when it last changed."""

    case: Case
    grant: ClientGrant
    changed: datetime

    @property
    def etag(self) -> str:
        return etag_of(self.case.id, self.case.version, self.changed, self.grant.version)


def _shared_with(who: Connected) -> Select[tuple[Case, ClientGrant, datetime]]:
    query = select(Case, ClientGrant, CHANGED).join(ClientGrant, ClientGrant.case_id == Case.id)
    return query.where(ClientGrant.client_id == who.client.id, Case.helpline_id == who.client.helpline_id)


async def shared_cases(
    db: AsyncSession, who: Connected, after: tuple[datetime, str] | None, changed_since: datetime | None
) -> list[Shared]:
    """In the order of their last change; one more than a page holds."""
    query = _shared_with(who)
    if after is not None:
        query = query.where(tuple_(CHANGED, Case.id) > after)
    if changed_since is not None:
        query = query.where(changed_since <= CHANGED)
    rows = await db.execute(query.order_by(CHANGED, Case.id).limit(PAGE + 1))
    return [Shared(*row) for row in rows.tuples()]


async def shared_case(db: AsyncSession, who: Connected, case_id: str, *, for_update: bool = False) -> Shared:
    """One of them.

    Raises:
        NotFound: unknown, another helpline's, or never passed on to this client: answered alike.
    """
    query = _shared_with(who).where(Case.id == case_id)
    row = (await db.execute(query.with_for_update(of=ClientGrant) if for_update else query)).tuples().one_or_none()
    if row is None:
        raise NotFound
    return Shared(*row)


async def messages_of(db: AsyncSession, shared: Shared) -> list[Message]:
    if shared.case.locked:
        return []
    return list(await db.scalars(select(Message).where(Message.case_id == shared.case.id).order_by(Message.seq)))


class Handing:
    """What a client does with a case."""

    def __init__(self, audit: Audit, hub: Hub) -> None:
        self._audit, self._hub = audit, hub

    async def keep_fetching(self, db: AsyncSession, who: Connected, case_id: str) -> None:
        """Write down that a system fetched what a child passed on, once an hour."""
        await self._audit.record_unless_lately(db, who.act("case.fetch", case_id), FETCHED_AGAIN)

    async def report(
        self, db: AsyncSession, who: Connected, case_id: str, said: ReportIn, key: str, if_match: str | None
    ) -> tuple[Report, str]:
        """Keep the receiving system's reference and state. The same key does it once and is answered alike for a day.

        Returns:
            What is kept, and the case's new entity tag.

        Raises:
            NotFound: see `shared_case`.
            NoVersion, Stale: If-Match is missing or names another version.
            KeyReused: the same key with another content.
        """
        shared = await shared_case(db, who, case_id, for_update=True)
        fingerprint = hashlib.sha256(f"{case_id} {said.model_dump_json()}".encode()).digest()
        before = await db.get(ClientAnswer, (who.client.id, key))
        if before is not None:
            if before.fingerprint != fingerprint:
                raise KeyReused
            return Report(**before.body), before.etag
        refuse_stale(if_match, shared.etag)
        report = self._keep(db, shared, said)
        await self._audit.record(db, who.act("case.report", case_id, said.state.value))
        body = report.model_dump(mode="json")
        db.add(ClientAnswer(
            client_id=who.client.id, key=key, fingerprint=fingerprint, body=body, etag=shared.etag, at=now()
        ))  # fmt: skip
        return report, shared.etag

    def _keep(self, db: AsyncSession, shared: Shared, said: ReportIn) -> Report:
        grant = shared.grant
        grant.reference, grant.reported, grant.reported_at = said.reference or grant.reference, said.state, now()
        grant.version += 1
        after_commit(db, lambda: self._hub.publish(f"case:{shared.case.id}", "changed"))
        return report_of(grant)


def report_of(grant: ClientGrant) -> Report:
    return Report(reference=grant.reference, state=grant.reported, at=grant.reported_at)
