"""The second factor: six digits of an authenticator, a recovery code, or a passkey. Each of them works once."""

import hmac
import re
import secrets
import time
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

import pyotp
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from api.auth.models import Passkey, RecoveryCode, Staff, UsedChallenge
from api.auth.passkeys import Challenge, Passkeys, credential_of
from api.db import now
from api.errors import NotSignedIn
from api.vault.keys import token_id

TOTP_SECONDS = 30
RECOVERY_CODES, RECOVERY_BYTES, GROUP = 10, 16, 4  # 128 bits each, printed in groups of four


@dataclass(frozen=True)
class Given:
    """What was shown beside the password: one of the two."""

    code: str | None = None
    passkey: dict[str, Any] | None = None


class Factor(Protocol):
    """A factor that was right."""

    @property
    def kind(self) -> str:
        """Its code in the audit log."""

    async def use_up(self, db: AsyncSession) -> None:
        """Make sure that it works once, also when two browsers send it at once (ASVS 6.5.1).

        Raises:
            NotSignedIn: somebody was quicker.
        """


async def check(db: AsyncSession, passkeys: Passkeys, staff: Staff, totp_secret: str, given: Given) -> Factor:
    """The factor that was given.

    Raises:
        NotSignedIn: it is not right.
    """
    if given.passkey is not None:
        return await _passkey(db, passkeys, staff, given.passkey)
    code = re.sub(r"[\s-]", "", given.code or "").lower()
    step = step_of(totp_secret, code)
    if step is not None:
        return Step(staff.id, step)
    found = await db.get(RecoveryCode, token_id(code))
    if found is None or found.staff_id != staff.id:
        raise NotSignedIn
    return Recovery(staff.id, found.code_hash)


@dataclass(frozen=True)
class Step:
    """A time step of the authenticator (RFC 6238)."""

    staff_id: str
    step: int
    kind: str = "code"

    async def use_up(self, db: AsyncSession) -> None:
        """This code, and every earlier one, is used up."""
        used = update(Staff).where(Staff.id == self.staff_id, Staff.totp_step < self.step).values(totp_step=self.step)
        _one(await db.execute(used))


@dataclass(frozen=True)
class Recovery:
    """A recovery code, by its hash."""

    staff_id: str
    code_hash: bytes
    kind: str = "recovery_code"

    async def use_up(self, db: AsyncSession) -> None:
        mine = (RecoveryCode.code_hash == self.code_hash, RecoveryCode.staff_id == self.staff_id)
        _one(await db.execute(delete(RecoveryCode).where(*mine)))


@dataclass(frozen=True)
class Signed:
    """A challenge that a passkey has signed."""

    passkey_id: str
    sign_count: int
    challenge: Challenge
    kind: str = "passkey"

    async def use_up(self, db: AsyncSession) -> None:
        await use_challenge(db, self.challenge)
        mine = update(Passkey).where(Passkey.id == self.passkey_id)
        _one(await db.execute(mine.values(sign_count=self.sign_count, used_at=now())))


async def use_challenge(db: AsyncSession, challenge: Challenge) -> None:
    """Remember an answered challenge, and forget those that are too old to be taken anyway.

    Raises:
        NotSignedIn: it was answered before.
    """
    await db.execute(delete(UsedChallenge).where(UsedChallenge.expires_at < now()))
    try:
        await db.execute(insert(UsedChallenge).values(challenge_hash=challenge.hash, expires_at=challenge.expires_at))
    except IntegrityError:
        raise NotSignedIn from None


async def _passkey(db: AsyncSession, passkeys: Passkeys, staff: Staff, answer: dict[str, Any]) -> Signed:
    credential_id, handle = credential_of(answer)
    mine = (Passkey.credential_id == credential_id, Passkey.staff_id == staff.id)
    passkey = (await db.scalars(select(Passkey).where(*mine))).one_or_none()
    if passkey is None or handle not in (None, UUID(staff.id).bytes):
        raise NotSignedIn
    sign_count, challenge = passkeys.verify(passkey, staff.email, answer)
    return Signed(passkey.id, sign_count, challenge)


def step_of(secret: str, code: str) -> int | None:
    """The time step (RFC 6238, 30 s) that this code belongs to, one step of clock error allowed."""
    at, totp = int(time.time()), pyotp.TOTP(secret)
    for drift in (0, -1, 1):
        if hmac.compare_digest(totp.at(at, counter_offset=drift).encode(), code.encode()):
            return at // TOTP_SECONDS + drift
    return None


def new_recovery_codes() -> dict[str, bytes]:
    """Ten codes as they are printed, with what is kept of each."""
    return {_printed(code): token_id(code) for code in (secrets.token_hex(RECOVERY_BYTES) for _ in range(RECOVERY_CODES))}


def _printed(code: str) -> str:
    return "-".join(code[n : n + GROUP] for n in range(0, len(code), GROUP))


def _one(result: Any) -> None:
    if result.rowcount != 1:
        raise NotSignedIn
