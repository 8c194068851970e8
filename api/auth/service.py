"""Helplines and staff are made, staff sign in and out."""

import asyncio
import hmac
import secrets
from dataclasses import asdict, dataclass
from uuid import uuid4

import pyotp
from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from api.audit.rules import NOBODY, Act
from api.audit.service import Audit
from api.auth.access import SignedIn
from api.auth.factors import Factor, Given, check
from api.auth.models import Helpline, Staff, StaffSession, TeamGrant, TeamKey
from api.auth.passkeys import Passkeys
from api.auth.rules import ABSOLUTE, READERS, Role
from api.auth.throttle import Throttle, Visitor, is_known, remember
from api.db import Database, now
from api.errors import Forbidden, NotSignedIn
from api.settings import Settings
from api.vault.keys import new_token, password_keys, token_id, token_key, unwrap, wrap
from api.vault.sealing import Pair, new_pair, seal_key


@dataclass(frozen=True)
class NewStaff:
    """What a new member of staff needs to sign in; shown once, kept nowhere."""

    staff: Staff
    password: str
    totp_secret: str


@dataclass(frozen=True)
class Lock:
    """What the table of staff keeps of a password: how it is verified, and what it alone opens."""

    salt: bytes
    verifier: bytes
    public_key: bytes
    wrapped_key: bytes
    totp: bytes


async def new_lock(password: str, totp_secret: str, mib: int) -> Lock:
    """A new key pair and the authenticator's secret (base32), both behind a password (Argon2id with `mib` MiB)."""
    salt, own = secrets.token_bytes(16), new_pair()
    verifier, key = await asyncio.to_thread(password_keys, password, salt, mib)
    return Lock(salt, verifier, own.public, wrap(key, own.private), wrap(key, totp_secret.encode()))


async def create_helpline(
    db: AsyncSession, name: str, demo: bool = False, recovery_key: bytes | None = None
) -> tuple[Helpline, TeamKey, Pair]:
    """Make a helpline with its first team key; the private half is for the first grants and then forgotten.

    Args:
        recovery_key: the public half of its recovery key; whoever made the pair hands the private half to people.
    """
    helpline = Helpline(id=str(uuid4()), name=name, demo=demo, recovery_key=recovery_key, created_at=now())
    db.add(helpline)
    await db.flush()
    key, pair = await create_team_key(db, helpline, 1)
    return helpline, key, pair


async def create_team_key(db: AsyncSession, helpline: Helpline, version: int) -> tuple[TeamKey, Pair]:
    """Make a key pair for the team, sealed to the helpline's recovery key if it has one."""
    pair = new_pair()
    recovery = seal_key(helpline.recovery_key, pair.private) if helpline.recovery_key else None
    key = TeamKey(id=str(uuid4()), helpline_id=helpline.id, version=version, public_key=pair.public, recovery=recovery)
    db.add(key)
    await db.flush()
    return key, pair


async def newest_team_key(db: AsyncSession, helpline_id: str) -> TeamKey | None:
    """The key that a helpline seals to. It is held until the commit, so that no write can miss a rotation.

    It is taken before the audit log, and without its id: every new entry of that log points at it.
    """
    await db.get(Helpline, helpline_id, with_for_update={"key_share": True})
    query = select(TeamKey).where(TeamKey.helpline_id == helpline_id).order_by(TeamKey.version.desc()).limit(1)
    return (await db.scalars(query)).one_or_none()


async def create_staff(
    db: AsyncSession, settings: Settings, team: tuple[TeamKey, Pair], email: str, name: str, role: Role
) -> NewStaff:
    """Make a member of staff with a generated password; counsellors and supervisors are granted the team key."""
    key, pair = team
    password, totp_secret = secrets.token_urlsafe(15), pyotp.random_base32()
    lock = await new_lock(password, totp_secret, settings.argon2_mib)
    staff = Staff(
        id=str(uuid4()), helpline_id=key.helpline_id, email=email.lower(), name=name, role=role, **asdict(lock)
    )  # fmt: skip
    db.add(staff)
    await db.flush()
    if role in READERS:
        db.add(TeamGrant(team_key_id=key.id, staff_id=staff.id, sealed=seal_key(lock.public_key, pair.private)))
    return NewStaff(staff, password, totp_secret)


@dataclass(frozen=True)
class Opened:
    """What a sign-in puts into the browser: the token of the session, and the one that it is known by next time."""

    token: str
    browser: str


class SignIn:
    """Password and second factor together in one answer, so that neither tells which of the two was wrong (ASVS 6.3.8)."""

    def __init__(self, settings: Settings, audit: Audit) -> None:
        self._audit, self._mib = audit, settings.argon2_mib
        self._nobody = secrets.token_bytes(16)
        self.throttle, self.passkeys = Throttle(settings), Passkeys(settings)

    async def sign_in(self, database: Database, email: str, password: str, given: Given, visitor: Visitor) -> Opened:
        """Open a session.

        Raises:
            TooFast: too many tries (counted before they are checked).
            NotSignedIn: the account, the password or the factor is wrong.
        """
        known = await is_known(database, email.lower(), visitor)
        await self.throttle.at_the_door(email.lower(), visitor, known)
        async with database.read() as db:
            staff = (await db.scalars(select(Staff).where(Staff.email == email.lower(), Staff.active))).one_or_none()
        try:
            factor, private = await self._prove(database, staff, password, given)
            return await self._open(database, staff, factor, private, visitor)  # type: ignore[arg-type]
        except NotSignedIn:
            await self._audit.record_denial(database, failed(staff))
            raise

    async def prove_again(self, database: Database, who: SignedIn, password: str, given: Given) -> str:
        """Renew the proof of an open session (step-up); it gets a new token, and the old one dies (ASVS 7.2.4).

        Raises:
            TooFast, Forbidden: as at the sign-in; the session stays as it was.
        """
        await self.throttle.inside(who.staff.id)
        try:
            factor, _ = await self._prove(database, who.staff, password, given)
            async with database.write() as db:
                await factor.use_up(db)
                token = await renew_session(db, who)
                await self._audit.record(db, who.act("sign_in.proof", who.staff.id, factor.kind))
        except NotSignedIn:
            raise Forbidden("proof") from None
        return token

    async def password_key(self, staff: Staff | None, password: str) -> bytes:
        """The key (32 bytes) that the password opens the member's own things with; nobody's takes as long.

        Raises:
            NotSignedIn: it is not the password.
        """
        salt = staff.salt if staff else self._nobody
        verifier, key = await asyncio.to_thread(password_keys, password, salt, self._mib)
        if staff is None or not hmac.compare_digest(verifier, staff.verifier):
            raise NotSignedIn
        return key

    async def new_password(self, password: str, private: bytes, totp_secret: bytes) -> dict[str, bytes]:
        """The columns of a member whose key and authenticator secret this password opens."""
        salt = secrets.token_bytes(16)
        verifier, key = await asyncio.to_thread(password_keys, password, salt, self._mib)
        return {"salt": salt, "verifier": verifier, "wrapped_key": wrap(key, private), "totp": wrap(key, totp_secret)}

    async def _prove(self, database: Database, staff: Staff | None, password: str, given: Given) -> tuple[Factor, bytes]:
        """The factor that was shown, and the private key that the password opens.

        Raises:
            NotSignedIn: one of the three is wrong.
        """
        key = await self.password_key(staff, password)
        assert staff is not None
        async with database.read() as db:
            factor = await check(db, self.passkeys, staff, unwrap(key, staff.totp).decode(), given)
        return factor, unwrap(key, staff.wrapped_key)

    async def _open(self, database: Database, staff: Staff, factor: Factor, private: bytes, visitor: Visitor) -> Opened:
        async with database.write() as db:
            await factor.use_up(db)
            browser = await remember(db, staff, visitor)
            token = open_session(db, staff, private)
            await self._audit.record(db, Act(staff.id, "sign_in", staff.id, staff.helpline_id, factor.kind))
        return Opened(token, browser)


def open_session(db: AsyncSession, staff: Staff, private: bytes, sso: bool = False) -> str:
    """A new session in which `private` opens with the token alone.

    Single sign-on is no proof of two factors: our second one was not shown, so that a highly sensitive act asks for it.

    Returns:
        The token, for the cookie.
    """
    token, moment = new_token(), now()
    db.add(StaffSession(
        token_hash=token_id(token), id=str(uuid4()), staff_id=staff.id, wrapped_key=wrap(token_key(token), private), sso=sso,
        created_at=moment, seen_at=moment, proved_at=moment - ABSOLUTE if sso else moment,
    ))  # fmt: skip
    return token


async def renew_session(db: AsyncSession, who: SignedIn) -> str:
    """The same session under a new token, proved now; its age does not change.

    Raises:
        NotSignedIn: it has ended meanwhile.
    """
    token = new_token()
    mine = update(StaffSession).where(StaffSession.token_hash == token_id(who.token))
    renewed = await db.execute(
        mine.values(token_hash=token_id(token), wrapped_key=wrap(token_key(token), who.private), proved_at=now())
    )
    if renewed.rowcount != 1:  # type: ignore[attr-defined]
        raise NotSignedIn
    return token


def failed(staff: Staff | None) -> Act:
    """A sign-in that was refused; an address that nobody has is not kept."""
    if staff is None:
        return Act(NOBODY, "sign_in.refused")
    return Act(staff.id, "sign_in.refused", staff.id, staff.helpline_id)


async def sign_out(db: AsyncSession, token: str) -> None:
    await db.execute(delete(StaffSession).where(StaffSession.token_hash == token_id(token)))
