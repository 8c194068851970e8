"""Helplines and staff are made, staff sign in and out."""

import asyncio
import hmac
import secrets
import time
from dataclasses import asdict, dataclass
from uuid import uuid4

import pyotp
from limits import parse
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import FixedWindowRateLimiter
from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from api.audit.rules import NOBODY, Act
from api.audit.service import Audit
from api.auth.access import SignedIn
from api.auth.models import Helpline, Staff, StaffSession, TeamGrant, TeamKey
from api.auth.rules import READERS, Role
from api.db import Database, now
from api.errors import Forbidden, NotSignedIn, TooFast
from api.settings import Settings
from api.vault.keys import new_token, password_keys, token_id, token_key, unwrap, wrap
from api.vault.sealing import Pair, new_pair, seal_key

TOTP_SECONDS = 30


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
    """The key that a helpline seals to. It is held until the commit, so that no write can miss a rotation."""
    await db.get(Helpline, helpline_id, with_for_update=True)
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


class SignIn:
    """Password and code together in one answer, so that neither tells which of the two was wrong (ASVS 6.3.8)."""

    def __init__(self, settings: Settings, audit: Audit) -> None:
        self._settings, self._audit = settings, audit
        self._limit = parse(settings.sign_ins_per_account)
        self._counter = FixedWindowRateLimiter(MemoryStorage())
        self._nobody = secrets.token_bytes(16)

    async def sign_in(self, database: Database, email: str, password: str, code: str) -> str:
        """Open a session.

        Returns:
            The session's token, for the cookie.

        Raises:
            TooFast: too many tries at this account (counted before they are checked).
            NotSignedIn: the account, the password or the code is wrong.
        """
        if not await self._counter.hit(self._limit, email.lower()):
            raise TooFast
        async with database.read() as db:
            staff = (await db.scalars(select(Staff).where(Staff.email == email.lower(), Staff.active))).one_or_none()
        try:
            step, private = await self._prove(staff, password, code)
            return await self._open(database, staff, step, private)  # type: ignore[arg-type]
        except NotSignedIn:
            await self._audit.record_denial(database, _failed(staff))
            raise

    async def prove_again(self, database: Database, who: SignedIn, password: str, code: str) -> None:
        """Renew the proof of an open session (step-up).

        Raises:
            TooFast, Forbidden: as at the sign-in; the session stays as it was.
        """
        if not await self._counter.hit(self._limit, who.staff.email):
            raise TooFast
        try:
            step, _ = await self._prove(who.staff, password, code)
        except NotSignedIn:
            raise Forbidden("proof") from None
        async with database.write() as db:
            await _use(db, who.staff, step)
            mine = update(StaffSession).where(StaffSession.token_hash == token_id(who.token))
            await db.execute(mine.values(proved_at=now()))
            await self._audit.record(db, who.act("sign_in.proof", who.staff.id))

    async def _prove(self, staff: Staff | None, password: str, code: str) -> tuple[int, bytes]:
        """The time step of the code, and the private key that the password opens.

        Raises:
            NotSignedIn: one of the three is wrong.
        """
        salt = staff.salt if staff else self._nobody
        verifier, key = await asyncio.to_thread(password_keys, password, salt, self._settings.argon2_mib)
        if staff is None or not hmac.compare_digest(verifier, staff.verifier):
            raise NotSignedIn
        step = _step_of(unwrap(key, staff.totp).decode(), code)
        if step is None:
            raise NotSignedIn
        return step, unwrap(key, staff.wrapped_key)

    async def _open(self, database: Database, staff: Staff, step: int, private: bytes) -> str:
        token = new_token()
        async with database.write() as db:
            await _use(db, staff, step)
            wrapped = wrap(token_key(token), private)
            moment = now()
            db.add(StaffSession(
                token_hash=token_id(token), staff_id=staff.id, wrapped_key=wrapped, created_at=moment, seen_at=moment,
                proved_at=moment,
            ))  # fmt: skip
            await self._audit.record(db, Act(staff.id, "sign_in", staff.id, staff.helpline_id))
        return token


async def _use(db: AsyncSession, staff: Staff, step: int) -> None:
    """Use a code up: one conditional UPDATE, so it works once, also when two browsers send it at once (ASVS 6.5.1).

    Raises:
        NotSignedIn: this code, or a later one, was used before.
    """
    used = update(Staff).where(Staff.id == staff.id, Staff.totp_step < step).values(totp_step=step, seen_on=now().date())
    if (await db.execute(used)).rowcount != 1:  # type: ignore[attr-defined]
        raise NotSignedIn


def _failed(staff: Staff | None) -> Act:
    """A sign-in that was refused; an address that nobody has is not kept."""
    if staff is None:
        return Act(NOBODY, "sign_in.refused")
    return Act(staff.id, "sign_in.refused", staff.id, staff.helpline_id)


def _step_of(secret: str, code: str) -> int | None:
    """The time step (RFC 6238, 30 s) that this code belongs to, one step of clock error allowed."""
    at, totp = int(time.time()), pyotp.TOTP(secret)
    for drift in (0, -1, 1):
        if hmac.compare_digest(totp.at(at, counter_offset=drift), code.strip()):
            return at // TOTP_SECONDS + drift
    return None


async def sign_out(db: AsyncSession, token: str) -> None:
    await db.execute(delete(StaffSession).where(StaffSession.token_hash == token_id(token)))
