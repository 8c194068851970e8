"""The hand-in of a case to Primero v2, sent while the counsellor waits.

Its words are sealed at rest, and only the counsellor's session opens them: nothing that a worker could send later may lie
in the database. So it is sent inside the request, with a deadline, and sent again under the same UUID when it failed.
What stands in the table is written before the words leave, so that no hand-in is without a trace.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import aiohttp
from sqlalchemy.ext.asyncio import AsyncSession

from api.audit.service import Audit
from api.auth.access import SignedIn
from api.db import Database, now
from api.errors import BadRequest
from api.outbox.guard import NO_ANSWER, Answer, Way
from api.outbox.handing_in import meaning, token_of
from api.outbox.models import PrimeroAccount, PrimeroHandIn
from api.outbox.rules import HandInState, may_call
from api.vault.keys import unwrap, wrap
from api.vault.sealing import Tampered

TRIES = 2
CALL_SECONDS, ALL_SECONDS = 5.0, 12.0  # under the console's patience of 15
SIGN_IN = "sign_in"
Check = Callable[[AsyncSession], Awaitable[None]]  # cases stand above this room, so the look at one is handed in
JSON = {"content-type": "application/json", "accept": "application/json"}


@dataclass(frozen=True)
class Login:
    """Where a helpline's Primero is and as whom Faro signs in; `agency` and `owned_by` say whose the case becomes."""

    url: str
    user_name: str
    password: str
    agency: str | None
    owned_by: str | None


class Primero:
    """Setting up and handing in.

    Args:
        key: wraps the password; it is not in the database.
        loopback: whether Primero may be on this machine (development and tests).
    """

    def __init__(self, key: bytes, audit: Audit, loopback: bool) -> None:
        self._key, self._audit, self._loopback = key, audit, loopback
        self._way = Way(CALL_SECONDS, loopback)

    async def set_up(self, db: AsyncSession, who: SignedIn, login: Login) -> None:
        """Keep how the helpline's Primero is reached.

        Raises:
            BadRequest: an address that Faro does not call.
        """
        if not may_call(login.url, self._loopback):
            raise BadRequest("an address is https://, a name and no number, port 443, without user and fragment")
        await db.merge(PrimeroAccount(
            helpline_id=who.staff.helpline_id, url=login.url.rstrip("/"), user_name=login.user_name,
            password=wrap(self._key, login.password.encode()), agency=login.agency, owned_by=login.owned_by,
        ))  # fmt: skip
        await self._audit.record(db, who.act("primero.set_up", who.staff.helpline_id))

    async def remove(self, db: AsyncSession, who: SignedIn) -> None:
        account = await db.get(PrimeroAccount, who.staff.helpline_id)
        if account is not None:
            await db.delete(account)
            await self._audit.record(db, who.act("primero.remove", who.staff.helpline_id))

    async def account_of(self, db: AsyncSession, who: SignedIn) -> PrimeroAccount | None:
        return await db.get(PrimeroAccount, who.staff.helpline_id)

    async def hand_in(
        self, database: Database, who: SignedIn, account: PrimeroAccount, data: dict[str, Any], still_there: Check
    ) -> PrimeroHandIn:
        """Hand a case in, once: what is there already is not sent again.

        Args:
            data: the case as Primero wants it (`handing_in.primero_case`); its id is the case's own.
            still_there: raises if the case must not leave any more: its child may have erased it since it was read.

        Returns:
            How it went. `refused` and `away` may be tried again.
        """
        async with database.write() as db:
            await still_there(db)
            before = await db.get(PrimeroHandIn, data["id"])
            if before is not None and before.state is HandInState.sent:
                return before
            await db.merge(PrimeroHandIn(case_id=data["id"], state=HandInState.sending, agreed_by=who.staff.id, agreed_at=now()))
            await self._audit.record(db, who.act("case.primero", data["id"]))
        answer = await self._send(account, data)
        return await self._write_down(database, who, data["id"], answer)

    async def _write_down(self, database: Database, who: SignedIn, case_id: str, answer: Answer) -> PrimeroHandIn:
        state, code = meaning(answer.status), answer.trouble or str(answer.status)
        async with database.write() as db:
            row = await db.get_one(PrimeroHandIn, case_id, with_for_update=True)
            if row.state is not HandInState.sent:  # or another browser was quicker, and it is there
                row.state, row.code = state, code
                row.sent_at = now() if state is HandInState.sent else None
            await self._audit.record(db, who.act("case.primero_answer", case_id, f"{state}_{code}"))
        return row

    async def _send(self, account: PrimeroAccount, data: dict[str, Any]) -> Answer:
        """Two tries at most, each with a token of its own: one UUID makes one case of them, and no token is kept."""
        answer = Answer(None, NO_ANSWER)
        with suppress(TimeoutError):
            async with asyncio.timeout(ALL_SECONDS), self._way.open() as session:
                for _ in range(TRIES):
                    answer = await self._try(session, account, data)
                    if answer.status != HTTPStatus.UNAUTHORIZED and meaning(answer.status) is not HandInState.away:
                        break
        return answer

    async def _try(self, session: aiohttp.ClientSession, account: PrimeroAccount, data: dict[str, Any]) -> Answer:
        try:
            password = unwrap(self._key, account.password).decode()
        except Tampered:  # another pepper than the one it was kept with: an admin enters it again
            return Answer(HTTPStatus.UNAUTHORIZED, SIGN_IN)
        login = json.dumps({"user": {"user_name": account.user_name, "password": password}})
        signed_in = await self._way.post(session, f"{account.url}/api/v2/tokens", login, JSON, keep=True)
        if meaning(signed_in.status) is not HandInState.sent:
            return signed_in._replace(trouble=signed_in.trouble or SIGN_IN)
        token = token_of(signed_in.authorization, signed_in.body)
        if token is None:
            return Answer(HTTPStatus.UNAUTHORIZED, SIGN_IN)
        headers = {**JSON, "authorization": f"Bearer {token}"}
        return await self._way.post(session, f"{account.url}/api/v2/cases", json.dumps({"data": data}), headers)
