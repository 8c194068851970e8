"""A member of staff changes their own factors, password and sessions. Each act is in the audit log; no words are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

import pyotp
import segno
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from api.audit.service import Audit
from api.auth.access import SignedIn, still_open
from api.auth.factors import new_recovery_codes, step_of, use_challenge
from api.auth.models import Passkey, RecoveryCode, Staff, StaffSession
from api.auth.passkeys import Answer
from api.auth.passwords import refuse_weak
from api.auth.service import SignIn, renew_session
from api.db import Database, now
from api.errors import Conflict, Forbidden, NotFound, NotSignedIn
from api.vault.keys import token_id, unwrap, wrap
from api.vault.sealing import Tampered, open_key, seal_key

MOST_PASSKEYS = 10


@dataclass(frozen=True)
class NamedKey:
    """A passkey as its owner sees it."""

    id: str
    name: str
    created_at: datetime
    used_at: datetime | None


@dataclass(frozen=True)
class Authenticator:
    """A new secret for an authenticator; `picture` is a QR code as the path of an SVG of `size` x `size`."""

    secret: str
    uri: str
    picture: str
    size: int


class Account:
    """What a member may do with their own account."""

    def __init__(self, sign_in: SignIn, audit: Audit) -> None:
        self._sign_in, self._audit = sign_in, audit

    async def offer_passkey(self, db: AsyncSession, who: SignedIn) -> Answer:
        """What the browser needs to make a passkey."""
        held = (await db.scalars(select(Passkey.credential_id).where(Passkey.staff_id == who.staff.id))).all()
        return self._sign_in.passkeys.offer(who.staff, list(held))

    async def add_passkey(self, database: Database, who: SignedIn, name: str, answer: Answer) -> str:
        """Keep a passkey that the browser made; its id.

        Raises:
            Forbidden: the answer is not right, or was given before.
            Conflict: that passkey, or too many of them, are here already.
        """
        try:
            new = self._sign_in.passkeys.accept(who.staff, answer)
            async with database.write() as db:
                await use_challenge(db, new.challenge)
                await _refuse_more(db, who.staff, new.credential_id)
                passkey = Passkey(
                    id=str(uuid4()), staff_id=who.staff.id, credential_id=new.credential_id, public_key=new.public_key,
                    sign_count=new.sign_count, name=seal_key(who.staff.public_key, name.encode()), created_at=now(),
                )  # fmt: skip
                db.add(passkey)
                await self._audit.record(db, who.act("passkey.add", passkey.id))
        except NotSignedIn:
            raise Forbidden("passkey") from None
        return passkey.id

    async def remove_passkey(self, db: AsyncSession, who: SignedIn, passkey_id: str) -> None:
        """Forget a passkey.

        Raises:
            NotFound: the caller has none of that id.
        """
        mine = (Passkey.id == passkey_id, Passkey.staff_id == who.staff.id)
        _found(await db.execute(delete(Passkey).where(*mine)))
        await self._audit.record(db, who.act("passkey.remove", passkey_id))

    async def make_recovery_codes(self, db: AsyncSession, who: SignedIn) -> list[str]:
        """Ten new codes, to be shown this once; older ones are dead."""
        codes = new_recovery_codes()
        await db.execute(delete(RecoveryCode).where(RecoveryCode.staff_id == who.staff.id))
        await db.execute(insert(RecoveryCode), [{"code_hash": kept, "staff_id": who.staff.id} for kept in codes.values()])
        await self._audit.record(db, who.act("recovery_codes.make", who.staff.id))
        return list(codes)

    async def offer_authenticator(self, db: AsyncSession, who: SignedIn) -> Authenticator:
        """A new authenticator secret. The one in use stays until a code of the new one confirms it."""
        secret = pyotp.random_base32()
        mine = update(StaffSession).where(StaffSession.token_hash == token_id(who.token))
        await db.execute(mine.values(offered_totp=seal_key(who.staff.public_key, secret.encode())))
        uri = pyotp.TOTP(secret).provisioning_uri(name=who.staff.email, issuer_name="Faro")
        return Authenticator(secret, uri, *_picture(uri))

    async def change_authenticator(self, database: Database, who: SignedIn, password: str, code: str) -> None:
        """Take the authenticator that was offered into use.

        Raises:
            TooFast: too many tries.
            Forbidden: the password, or the code of the new one, is wrong, or nothing was offered.
        """
        key = await self._password_key(who, password)
        async with database.write() as db:
            mine = StaffSession.token_hash == token_id(who.token)
            offered = (await db.scalars(select(StaffSession.offered_totp).where(mine))).one_or_none()
            secret = open_key(who.private, offered) if offered else b""
            step = step_of(secret.decode(), code.strip()) if secret else None
            if step is None:
                raise Forbidden("code")
            as_it_was = (Staff.id == who.staff.id, Staff.verifier == who.staff.verifier)
            _unchanged(await db.execute(update(Staff).where(*as_it_was).values(totp=wrap(key, secret), totp_step=step)))
            await db.execute(update(StaffSession).where(mine).values(offered_totp=None))
            await self._audit.record(db, who.act("authenticator.change", who.staff.id))

    async def change_password(self, database: Database, who: SignedIn, old: str, new: str) -> str:
        """Another password opens what the old one opened; every other session ends (ASVS 7.4.3), and this one is renewed.

        Returns:
            The token for the cookie.

        Raises:
            WeakPassword: the new one is short, common or made of the member's name.
            TooFast, Forbidden: the old one is not right.
        """
        refuse_weak(new, [who.staff.email, who.staff.name])
        key = await self._password_key(who, old)
        columns = await self._sign_in.new_password(new, who.private, unwrap(key, who.staff.totp))
        async with database.write() as db:
            as_it_was = (Staff.id == who.staff.id, Staff.verifier == who.staff.verifier, Staff.totp == who.staff.totp)
            _unchanged(await db.execute(update(Staff).where(*as_it_was).values(**columns)))
            await self.end_other_sessions(db, who)
            token = await renew_session(db, who)
            await self._audit.record(db, who.act("password.change", who.staff.id))
        return token

    async def end_session(self, db: AsyncSession, who: SignedIn, session_id: str) -> None:
        """End one session of one's own.

        Raises:
            NotFound: the caller has none of that id.
        """
        _found(await db.execute(delete(StaffSession).where(StaffSession.id == session_id, StaffSession.staff_id == who.staff.id)))
        await self._audit.record(db, who.act("session.end", session_id))

    async def end_other_sessions(self, db: AsyncSession, who: SignedIn) -> None:
        others = (StaffSession.staff_id == who.staff.id, StaffSession.token_hash != token_id(who.token))
        await db.execute(delete(StaffSession).where(*others))
        await self._audit.record(db, who.act("session.end_others", who.staff.id))

    async def _password_key(self, who: SignedIn, password: str) -> bytes:
        await self._sign_in.throttle.inside(who.staff.id)
        try:
            return await self._sign_in.password_key(who.staff, password)
        except NotSignedIn:
            raise Forbidden("password") from None


async def passkeys_of(db: AsyncSession, who: SignedIn) -> list[NamedKey]:
    rows = await db.scalars(select(Passkey).where(Passkey.staff_id == who.staff.id).order_by(Passkey.created_at))
    return [NamedKey(row.id, _name(who, row.name), row.created_at, row.used_at) for row in rows]


async def recovery_codes_left(db: AsyncSession, who: SignedIn) -> int:
    return await db.scalar(select(func.count()).select_from(RecoveryCode).where(RecoveryCode.staff_id == who.staff.id)) or 0


async def sessions_of(db: AsyncSession, who: SignedIn) -> Sequence[StaffSession]:
    """The caller's sessions, the newest first; those that are over are left out by their times."""
    query = select(StaffSession).where(StaffSession.staff_id == who.staff.id, *still_open(now()))
    return (await db.scalars(query.order_by(StaffSession.created_at.desc()))).all()


def _name(who: SignedIn, sealed: bytes) -> str:
    """A name that an earlier key of the member sealed can't be read any more."""
    try:
        return open_key(who.private, sealed).decode()
    except Tampered:
        return ""


async def _refuse_more(db: AsyncSession, staff: Staff, credential_id: bytes) -> None:
    mine = await db.scalar(select(func.count()).select_from(Passkey).where(Passkey.staff_id == staff.id)) or 0
    same = await db.scalar(select(func.count()).select_from(Passkey).where(Passkey.credential_id == credential_id))
    if same or mine >= MOST_PASSKEYS:
        raise Conflict("passkeys")


def _picture(text: str) -> tuple[str, int]:
    """A QR code (ISO/IEC 18004) as one SVG path, with the quiet zone of four modules, and the length of its side."""
    rows = [list(row) for row in segno.make(text, micro=False).matrix_iter(border=4)]
    return "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark), len(rows)


def _found(result: object) -> None:
    if result.rowcount != 1:  # type: ignore[attr-defined]
        raise NotFound


def _unchanged(result: object) -> None:
    """Another browser of the same member was quicker with a change of the same things."""
    if result.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict("changed meanwhile")
