"""What an operator does for a helpline's people: make one, give it a recovery key, and bring it back by that key.

A recovery key is printed once and never taken from the command line, which other users of the machine can read.
"""

import sys

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from api.audit.rules import NOBODY, Act
from api.auth.models import Helpline, TeamKey
from api.auth.rules import Role
from api.auth.service import create_helpline
from api.db import Database
from api.errors import Conflict
from api.operator.audit import audit_of
from api.people.rules import link_of
from api.people.service import Person, make_invite
from api.settings import Settings
from api.vault.keys import read_spelled, spell
from api.vault.sealing import Tampered, new_pair, open_key

OPERATOR = "operator"
ENVELOPES = "Write it on two sheets, close each in an envelope, and keep them in two places."


class WhichHelpline(Exception):
    """No helpline has this name, several have, or there is none at all."""


async def add_helpline(settings: Settings, name: str, email: str, supervisor: str) -> int:
    """Make a helpline, print its recovery key and the link for its first supervisor."""
    recovery, database = new_pair(), Database(settings.database_url)
    try:
        async with database.write() as db:
            helpline, key, pair = await create_helpline(db, name, recovery_key=recovery.public)
            person = Person(email, supervisor, Role.supervisor)
            _, token = await make_invite(db, helpline.id, person, OPERATOR, {key.id: pair.private})
            await audit_of(settings).record(db, Act(OPERATOR, "helpline.add", helpline.id, helpline.id))
    except Conflict:
        print("This address has an account at another helpline: nothing was made.", file=sys.stderr)
        return 1
    finally:
        await database.close()
    print_recovery_key(name, recovery.private)
    _print_link(email, token)
    return 0


async def renew_recovery_key(settings: Settings, name: str | None) -> int:
    """Give a helpline another recovery key. The next rotation seals the team's keys to it, so that one is due now."""
    recovery, database = new_pair(), Database(settings.database_url)
    try:
        async with database.write() as db:
            helpline = await _helpline(db, name)
            helpline.recovery_key = recovery.public
            await db.execute(update(TeamKey).where(TeamKey.helpline_id == helpline.id).values(due=True))
            await audit_of(settings).record(db, Act(OPERATOR, "recovery.renew", helpline.id, helpline.id))
    finally:
        await database.close()
    print_recovery_key(helpline.name, recovery.private)
    print("It works as soon as a supervisor has replaced the team key (Office, People); until then the older one does.")
    return 0


async def recover(settings: Settings, name: str | None, email: str, supervisor: str) -> int:
    """Make an invite for a supervisor who gets the team key, by the recovery key typed on standard input."""
    print("Type the recovery key from its envelope, then Enter:", file=sys.stderr, flush=True)
    private = read_spelled(sys.stdin.readline())
    if private is None:
        print("A sign is wrong or missing: fourteen groups of four signs. Nothing was changed.", file=sys.stderr)
        return 1
    database = Database(settings.database_url)
    try:
        async with database.read() as db:
            helpline = await _helpline(db, name)
            team = await _team(db, helpline, private)
        async with database.write() as db:
            _, token = await make_invite(db, helpline.id, Person(email, supervisor, Role.supervisor), OPERATOR, team)
            await audit_of(settings).record(db, Act(OPERATOR, "recovery.use", helpline.id, helpline.id))
    except (Tampered, Conflict) as error:
        await audit_of(settings).record_denial(database, Act(OPERATOR, "recovery.refused", NOBODY, helpline.id))
        why = "This is not the recovery key of" if isinstance(error, Tampered) else "The address belongs to another helpline than"
        print(f"{why} {helpline.name}. Nothing was changed.", file=sys.stderr)
        return 1
    finally:
        await database.close()
    _print_link(email, token)
    print(f"Afterwards: `helpline recovery-key` for a new envelope, because this one was read. {ENVELOPES}")
    return 0


async def _team(db: AsyncSession, helpline: Helpline, private: bytes) -> dict[str, bytes]:
    """Every team key of the helpline.

    Raises:
        Tampered: the recovery key does not open them.
    """
    query = select(TeamKey).where(TeamKey.helpline_id == helpline.id)
    return {key.id: open_key(private, key.recovery or b"") for key in (await db.scalars(query)).all()}


async def _helpline(db: AsyncSession, name: str | None) -> Helpline:
    """The helpline of this name or id; without one, the only one there is.

    Raises:
        WhichHelpline: none or several.
    """
    every = (await db.scalars(select(Helpline))).all()
    found = [one for one in every if not name or name in (one.name, one.id)]
    if not every:
        raise WhichHelpline("there is no helpline in this database")
    if len(found) != 1:
        raise WhichHelpline("name one helpline: --helpline, by its name or id")
    return found[0]


def print_recovery_key(helpline: str, private: bytes) -> None:
    """Show it once, in groups that can be typed."""
    print(f"\nThe recovery key of {helpline}, shown this once and kept nowhere:\n\n  {spell(private)}\n\n{ENVELOPES}")
    print("When nobody of the helpline holds its team key any more, only this key opens the cases. Without it they are lost.")


def _print_link(email: str, token: str) -> None:
    print(f"\nFor {email}, three days, this once, at the address of your console:\n  {link_of(token)}\n", flush=True)
