"""People are invited, join, lose a password, change their role, leave. Nobody ever sets a password for somebody else."""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass
from uuid import uuid4

import pyotp
from sqlalchemy import delete, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.audit.rules import NOBODY, Act
from api.audit.service import Audit
from api.auth.access import SignedIn
from api.auth.models import Helpline, KnownBrowser, Passkey, RecoveryCode, Staff, StaffSession, TeamGrant, TeamKey
from api.auth.passwords import refuse_weak
from api.auth.rules import READERS, Role
from api.auth.service import Lock, new_lock, newest_team_key
from api.db import Database, after_commit, now
from api.errors import Conflict, Forbidden, NotFound
from api.live.hub import Hub
from api.people.keys import Cases, Keys, holders_of
from api.people.models import Invite
from api.people.rules import INVITE
from api.vault.keys import new_token, token_id, token_key, unwrap, wrap
from api.vault.sealing import seal_key

Unlink = Callable[[AsyncSession, str], Awaitable[None]]  # from single sign-on, a room beside this one


@dataclass(frozen=True)
class Person:
    """Who is invited, and to what."""

    email: str
    name: str
    role: Role


@dataclass(frozen=True)
class Opened:
    """An invite in the hands of the invited, with the key for their authenticator (base32)."""

    invite: Invite
    helpline: Helpline
    secret: str


@dataclass(frozen=True)
class Everybody:
    """The people of a helpline, those who left last, and what is to be done about its key."""

    staff: list[Staff]
    holders: set[str]
    invites: list[Invite]
    rotation_due: bool
    recovery: bool


async def everybody(db: AsyncSession, helpline_id: str) -> Everybody:
    """All staff of a helpline, who holds its key, and the invites that are open."""
    staff = await db.scalars(select(Staff).where(Staff.helpline_id == helpline_id).order_by(Staff.active.desc(), Staff.name))
    invites = await db.scalars(select(Invite).where(Invite.helpline_id == helpline_id, Invite.expires_at > now()))
    due = select(TeamKey.due).where(TeamKey.helpline_id == helpline_id).order_by(TeamKey.version.desc()).limit(1)
    helpline = await db.get_one(Helpline, helpline_id)
    return Everybody(
        staff=list(staff), holders=await holders_of(db, helpline_id), invites=list(invites),
        rotation_due=bool(await db.scalar(due)), recovery=helpline.recovery_key is not None,
    )  # fmt: skip


async def make_invite(
    db: AsyncSession, helpline_id: str, person: Person, made_by: str, team: Mapping[str, bytes] | None = None
) -> tuple[Invite, str]:
    """A new invite; an older one to the same address is void.

    Args:
        team: id of a team key -> its private half (32 bytes), for whoever comes back by the recovery key.

    Returns:
        The invite and its token, which stands nowhere else.

    Raises:
        Conflict: the address has an account at another helpline of this installation.
    """
    email, token = person.email.lower(), new_token()
    staff = (await db.scalars(select(Staff).where(Staff.email == email))).one_or_none()
    if staff is not None and staff.helpline_id != helpline_id:
        raise Conflict("this address can't be invited")
    await db.execute(delete(Invite).where(Invite.email == email, Invite.helpline_id == helpline_id))
    wrapped = wrap(token_key(token), json.dumps({key: half.hex() for key, half in team.items()}).encode()) if team else None
    invite = Invite(
        id=str(uuid4()), token_hash=token_id(token), helpline_id=helpline_id, staff_id=staff.id if staff else None, email=email,
        name=person.name, role=person.role, made_by=made_by, team=wrapped, expires_at=now() + INVITE,
    )  # fmt: skip
    db.add(invite)
    return invite, token


async def member(db: AsyncSession, who: SignedIn, staff_id: str) -> Staff:
    """A colleague of the caller's helpline.

    Raises:
        NotFound: unknown, or of another helpline: answered alike.
    """
    query = select(Staff).where(Staff.id == staff_id, Staff.helpline_id == who.staff.helpline_id)
    staff = (await db.scalars(query.with_for_update(key_share=True))).one_or_none()
    if staff is None:
        raise NotFound
    return staff


async def _find(db: AsyncSession, token: str, *, for_update: bool = False) -> Invite:
    query = select(Invite).where(Invite.token_hash == token_id(token), Invite.expires_at > now())
    invite = (await db.scalars(query.with_for_update() if for_update else query)).one_or_none()
    if invite is None:
        raise NotFound
    return invite


class People:
    """The verbs of whoever looks after people, and of the invited."""

    def __init__(self, audit: Audit, hub: Hub, cases: Cases, argon2_mib: int, unlink: Unlink) -> None:
        self._unlink = unlink
        self.keys = Keys(audit, cases)
        self._audit, self._hub, self._cases, self._mib = audit, hub, cases, argon2_mib

    async def invite(self, db: AsyncSession, who: SignedIn, person: Person) -> tuple[Invite, str]:
        """Invite somebody new.

        Raises:
            Conflict: the address has an account.
        """
        if await db.scalar(select(exists().where(Staff.email == person.email.lower()))):
            raise Conflict("this address can't be invited")
        invite, token = await make_invite(db, who.staff.helpline_id, person, who.staff.id)
        await self._audit.record(db, who.act("person.invite", invite.id, person.role.value))
        self.tell(db, who.staff.helpline_id)
        return invite, token

    async def withdraw(self, db: AsyncSession, who: SignedIn, invite_id: str) -> None:
        """Make an invite void."""
        invite = await db.get(Invite, invite_id)
        if invite is None or invite.helpline_id != who.staff.helpline_id:
            raise NotFound
        await db.delete(invite)
        await self._audit.record(db, who.act("person.withdraw", invite_id))
        self.tell(db, who.staff.helpline_id)

    async def lose_password(self, db: AsyncSession, who: SignedIn, staff_id: str) -> tuple[Invite, str]:
        """Let a member choose a new password (ASVS 6.4.6: who starts it never sets one); also how somebody comes back.

        Sessions end now, because somebody else may have the password. Keys die when the link is used.
        """
        staff = await self._colleague(db, who, staff_id)
        person = Person(staff.email, staff.name, staff.role)
        invite, token = await make_invite(db, staff.helpline_id, person, who.staff.id)
        await self._turn_out(db, staff, who.staff.id)
        await self._audit.record(db, who.act("person.lost_password", staff.id))
        self.tell(db, staff.helpline_id)
        return invite, token

    async def change_role(self, db: AsyncSession, who: SignedIn, staff_id: str, role: Role) -> Staff:
        """Give a member another role, from their next request on; an admin reads no case, so whoever becomes one has no key."""
        await newest_team_key(db, who.staff.helpline_id)
        staff = await self._colleague(db, who, staff_id)
        staff.role = role
        await self._audit.record(db, who.act("person.role", staff.id, role.value))
        if role not in READERS:
            await self._cases.put_back(db, who.staff.id, staff.id)
            await self.keys.take(db, who, staff)
        self.tell(db, staff.helpline_id)
        return staff

    async def leave(self, db: AsyncSession, who: SignedIn, staff_id: str) -> None:
        """Somebody leaves: sessions, invites and grants are gone, the team key is replaced, their cases wait again."""
        await newest_team_key(db, who.staff.helpline_id)
        staff = await self._colleague(db, who, staff_id)
        staff.active = False
        await db.execute(delete(Invite).where(or_(Invite.staff_id == staff.id, Invite.made_by == staff.id)))
        await self._turn_out(db, staff, who.staff.id)
        await self._forget_factors(db, staff)
        await self._audit.record(db, who.act("person.leave", staff.id))
        await self.keys.take(db, who, staff)
        self.tell(db, staff.helpline_id)

    async def open(self, database: Database, token: str) -> Opened:
        """Open an invite. Each opening makes a new secret for the authenticator, so that whoever made the link and looked
        does not know the one that counts.

        Raises:
            NotFound: unknown, used, withdrawn or expired: answered alike.
        """
        async with database.read() as db:
            await _find(db, token)  # a flood of wrong tokens must not keep a child's words waiting for the one writer
        secret = pyotp.random_base32()
        async with database.write() as db:
            invite = await _find(db, token, for_update=True)
            invite.totp = wrap(token_key(token), secret.encode())
            helpline = await db.get_one(Helpline, invite.helpline_id)
        return Opened(invite, helpline, secret)

    async def accept(self, database: Database, token: str, password: str, code: str) -> None:
        """Use an invite up: the invited has an account with a password that nobody else has seen.

        Raises:
            NotFound: see `open`.
            WeakPassword: the password would be guessed.
            Forbidden: the code is not the authenticator's.
        """
        async with database.read() as db:
            invite = await _find(db, token)
        refuse_weak(password, (invite.email, invite.name))
        secret = unwrap(token_key(token), invite.totp).decode() if invite.totp else ""
        if not secret or not pyotp.TOTP(secret).verify(code.strip(), valid_window=1):
            await self._audit.record_denial(database, Act(NOBODY, "person.join_refused", invite.id, invite.helpline_id))
            raise Forbidden("code")
        lock = await new_lock(password, secret, self._mib)
        async with database.write() as db:
            invite = await _find(db, token, for_update=True)
            staff = await self._join(db, invite, lock)
            self._grant_recovered(db, invite, staff, token)
            await db.delete(invite)
            await self._audit.record(db, Act(staff.id, "person.join", staff.id, staff.helpline_id))
            self.tell(db, staff.helpline_id)

    async def _join(self, db: AsyncSession, invite: Invite, lock: Lock) -> Staff:
        """A new member, or a known one with new keys: what the old pair opened is out of reach until it is granted again."""
        if invite.staff_id is None:
            if await db.scalar(select(exists().where(Staff.email == invite.email))):
                raise Conflict("this address has an account")
            staff = Staff(
                id=str(uuid4()), helpline_id=invite.helpline_id, email=invite.email, name=invite.name, role=invite.role,
                **asdict(lock),
            )  # fmt: skip
            db.add(staff)
        else:
            staff = await db.get_one(Staff, invite.staff_id, with_for_update={"key_share": True})
            await self._turn_out(db, staff, staff.id)
            await db.execute(delete(TeamGrant).where(TeamGrant.staff_id == staff.id))
            await self._forget_factors(db, staff)
            for name, value in asdict(lock).items():
                setattr(staff, name, value)
            staff.active, staff.totp_step, staff.role = True, 0, invite.role if invite.team else staff.role
        await db.flush()
        return staff

    @staticmethod
    def _grant_recovered(db: AsyncSession, invite: Invite, staff: Staff, token: str) -> None:
        if invite.team is not None:
            for key_id, half in json.loads(unwrap(token_key(token), invite.team)).items():
                sealed = seal_key(staff.public_key, bytes.fromhex(half))
                db.add(TeamGrant(team_key_id=key_id, staff_id=staff.id, sealed=sealed))

    async def _colleague(self, db: AsyncSession, who: SignedIn, staff_id: str) -> Staff:
        """Somebody else: nobody takes their own role or account away, so that somebody is always left."""
        staff = await member(db, who, staff_id)
        if staff.id == who.staff.id:
            raise Conflict("a colleague must do this")
        return staff

    async def _turn_out(self, db: AsyncSession, staff: Staff, actor: str) -> None:
        """End every session; a child who is talking with nobody goes back into the queue."""
        await db.execute(delete(StaffSession).where(StaffSession.staff_id == staff.id))
        await self._cases.put_back(db, actor, staff.id)

    async def _forget_factors(self, db: AsyncSession, staff: Staff) -> None:
        """Whatever opened the account beside the password: somebody else may hold it by now."""
        for table in (Passkey, RecoveryCode, KnownBrowser):
            await db.execute(delete(table).where(table.staff_id == staff.id))
        await self._unlink(db, staff.id)

    def tell(self, db: AsyncSession, helpline_id: str) -> None:
        """After the commit, staff of the helpline look again at what they may do."""
        after_commit(db, lambda: self._hub.publish(f"staff:{helpline_id}", "staff"))
