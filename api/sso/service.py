"""A member comes by the helpline's identity provider: sent there, back with a proof, then the vault passphrase.

The provider alone opens nothing: no password of ours reaches it, so that nothing of it could derive a key. The passphrase is
the member's password here. A first sign-in links the provider's subject to the member whose address it has verified, and the
passphrase makes sure that this is that member; from then on only the pair of issuer and subject counts.
"""

import hmac
import json
import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from api.audit.rules import NOBODY, Act
from api.audit.service import Audit
from api.auth.access import SignedIn
from api.auth.models import Staff
from api.auth.service import Opened, SignIn, failed, open_session
from api.auth.throttle import Visitor, remember
from api.db import Database, now
from api.errors import NotFound, NotSignedIn
from api.sso.models import SsoLink, SsoVisit
from api.sso.provider import Attempt, Identity, Provider
from api.vault.keys import new_token, token_id, token_key, unwrap, wrap

VISIT = timedelta(minutes=10)  # there and back, and then the passphrase


class SingleSignOn:
    """Sends browsers to the provider and takes them in again."""

    def __init__(self, provider: Provider, sign_in: SignIn, audit: Audit) -> None:
        self.provider, self._sign_in, self._audit = provider, sign_in, audit

    async def depart(self, database: Database, visitor: Visitor) -> tuple[str, str]:
        """Where the browser goes, and the token of the cookie that it takes along.

        Raises:
            NotFound: this installation has no single sign-on.
            TooFast, ProviderAway: later again.
        """
        if not self.provider.on:
            raise NotFound
        await self._sign_in.throttle.visit(visitor, "sso.depart")
        attempt = Attempt(*(secrets.token_urlsafe(32) for _ in range(3)))
        address = await self.provider.door(attempt)
        async with database.write() as db:
            token = await _keep(db, vars(attempt))
        return address, token

    async def arrive(self, database: Database, token: str, answer: Mapping[str, str], visitor: Visitor) -> str:
        """The browser is back. Its cookie and the state that it brings are used up, whatever comes of it.

        Returns:
            The token of a new cookie, for somebody who is known but has not opened their keys.

        Raises:
            NotSignedIn: not sent by us, not signed in there, or nobody here.
            TooFast, ProviderAway: later again.
        """
        await self._sign_in.throttle.visit(visitor, "sso.arrive")
        async with database.write() as db:
            carried = await _take(db, token)
        try:
            identity = await self._identify(carried, answer)
            async with database.write() as db:
                staff = await _member(db, identity)
                return await _keep(db, {"staff": staff.id, "subject": identity.subject})
        except NotSignedIn:
            await self._audit.record_denial(database, Act(NOBODY, "sign_in.refused", reason="sso"))
            raise

    async def _identify(self, carried: Mapping[str, str], answer: Mapping[str, str]) -> Identity:
        state, issuer = answer.get("state", ""), answer.get("iss", self.provider.issuer)
        ours = hmac.compare_digest(state.encode(), carried.get("state", "").encode()) and issuer == self.provider.issuer
        if not carried.get("state") or not ours or "code" not in answer:
            raise NotSignedIn
        return await self.provider.identify(Attempt(**carried), answer["code"])

    async def open(self, database: Database, token: str, passphrase: str, visitor: Visitor) -> Opened:
        """Open a session for whoever is back, with the passphrase that opens their keys.

        Raises:
            TooFast, NotSignedIn: nobody is back, or the passphrase is wrong; then they may try again.
        """
        async with database.read() as db:
            carried = await _look(db, token)
            staff = await db.get(Staff, carried.get("staff", ""))
        if staff is None or not staff.active:
            raise NotSignedIn
        await self._sign_in.throttle.inside(staff.id)
        try:
            key = await self._sign_in.password_key(staff, passphrase)
        except NotSignedIn:
            await self._audit.record_denial(database, failed(staff))
            raise
        async with database.write() as db:
            await _take(db, token)
            await self._link(db, staff, carried["subject"])
            browser = await remember(db, staff, visitor)
            session = open_session(db, staff, unwrap(key, staff.wrapped_key), sso=True)
            await self._audit.record(db, Act(staff.id, "sign_in", staff.id, staff.helpline_id, "sso"))
        return Opened(session, browser)

    async def exit(self, visitor: Visitor) -> str:
        """Where the browser goes after our sign-out.

        Raises:
            TooFast, ProviderAway: the console will do.
        """
        await self._sign_in.throttle.visit(visitor, "sso.exit")
        return await self.provider.exit() if self.provider.on else "/console"

    async def unlink(self, db: AsyncSession, who: SignedIn) -> None:
        """Let another subject of the provider be linked at the next sign-in.

        Raises:
            NotFound: none is.
        """
        gone = await db.execute(delete(SsoLink).where(SsoLink.staff_id == who.staff.id))
        if gone.rowcount != 1:  # type: ignore[attr-defined]
            raise NotFound
        await self._audit.record(db, who.act("sso.unlink", who.staff.id))

    async def _link(self, db: AsyncSession, staff: Staff, subject: str) -> None:
        """Keep who this subject is, at the first sign-in."""
        link = await db.get(SsoLink, (self.provider.issuer, subject))
        if link is not None and link.staff_id == staff.id:
            return
        try:
            db.add(SsoLink(issuer=self.provider.issuer, subject=subject, staff_id=staff.id, created_at=now()))
            await db.flush()
        except IntegrityError:  # the member, or the subject, was linked otherwise meanwhile
            raise NotSignedIn from None
        await self._audit.record(db, Act(staff.id, "sso.link", staff.id, staff.helpline_id))


async def forget_links(db: AsyncSession, staff_id: str) -> None:
    """The member left or lost the password; whoever comes back is linked anew."""
    await db.execute(delete(SsoLink).where(SsoLink.staff_id == staff_id))


async def is_linked(db: AsyncSession, who: SignedIn) -> bool:
    return (await db.scalars(select(SsoLink).where(SsoLink.staff_id == who.staff.id))).first() is not None


async def _member(db: AsyncSession, identity: Identity) -> Staff:
    """Whom the provider's subject stands for: by link, or at first by an address that nobody else is linked to.

    Raises:
        NotSignedIn: nobody.
    """
    link = await db.get(SsoLink, (identity.issuer, identity.subject))
    if link is not None:
        query = select(Staff).where(Staff.id == link.staff_id)
    else:
        taken = select(SsoLink.staff_id)
        query = select(Staff).where(Staff.email == (identity.email or ""), Staff.id.not_in(taken))
    staff = (await db.scalars(query.where(Staff.active))).one_or_none()
    if staff is None:
        raise NotSignedIn
    return staff


async def _keep(db: AsyncSession, carried: Mapping[str, Any]) -> str:
    """Remember a visit under a new token; those that took too long are forgotten."""
    token = new_token()
    await db.execute(delete(SsoVisit).where(SsoVisit.created_at < now() - VISIT))
    wrapped = wrap(token_key(token), json.dumps(dict(carried)).encode())
    db.add(SsoVisit(token_hash=token_id(token), wrapped=wrapped, created_at=now()))
    return token


async def _look(db: AsyncSession, token: str) -> dict[str, str]:
    """What the visit of this token carries; nothing if there is none."""
    visit = await db.get(SsoVisit, token_id(token))
    if visit is None or visit.created_at < now() - VISIT:
        return {}
    carried: dict[str, str] = json.loads(unwrap(token_key(token), visit.wrapped))
    return carried


async def _take(db: AsyncSession, token: str) -> dict[str, str]:
    """The same, and it works this once."""
    carried = await _look(db, token)
    await db.execute(delete(SsoVisit).where(SsoVisit.token_hash == token_id(token)))
    return carried
