"""A demo helpline for an empty database in development, with passwords that are printed once and kept nowhere."""

from sqlalchemy import func, select

from api.auth.models import Helpline
from api.auth.rules import Role
from api.auth.service import NewStaff, create_helpline, create_staff
from api.db import Database
from api.operator.people import print_recovery_key
from api.settings import Settings
from api.vault.sealing import new_pair


class DemoInProduction(RuntimeError):
    """Production does not start on a database with demo accounts."""


async def make_if_empty(settings: Settings) -> list[NewStaff]:
    """Make the demo helpline if there is no helpline yet.

    Raises:
        DemoInProduction: production mode, and the database holds a demo helpline.
    """
    database = Database(settings.database_url)
    try:
        async with database.read() as db:
            demos = await db.scalar(select(func.count()).select_from(Helpline).where(Helpline.demo))
            helplines = await db.scalar(select(func.count()).select_from(Helpline))
        if settings.production and demos:
            raise DemoInProduction("this database holds demo accounts: start production on a fresh one")
        if settings.production or helplines:
            return []
        recovery = new_pair()
        made = await _make(database, settings, recovery.public)
    finally:
        await database.close()
    _print(made)
    print_recovery_key("the demo helpline", recovery.private)
    return made


async def _make(database: Database, settings: Settings, recovery_key: bytes) -> list[NewStaff]:
    async with database.write() as db:
        _, key, pair = await create_helpline(db, "Demo helpline", demo=True, recovery_key=recovery_key)
        return [
            await create_staff(db, settings, (key, pair), f"{role.value}@demo.invalid", f"Demo {role.value}", role)
            for role in Role
        ]


def _print(made: list[NewStaff]) -> None:
    print("\nDemo accounts, shown this once (delete var/ to make new ones):")
    for new in made:
        print(f"  {new.staff.email:26} password {new.password}   authenticator key {new.totp_secret}")
    print("  The six digits for a sign-in: your authenticator app with that key, or `make code KEY=...`\n", flush=True)
