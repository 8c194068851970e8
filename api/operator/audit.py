"""The chain of the audit log, checked by whoever runs the installation."""

from api.audit.service import Audit
from api.db import Database
from api.settings import Settings
from api.vault.keys import site_key


def audit_of(settings: Settings) -> Audit:
    """The audit log of an installation, with its key from the pepper."""
    return Audit(site_key(settings.pepper.get_secret_value(), "faro-audit"), settings.heads)


async def check(settings: Settings) -> int:
    """Print where the chain does not hold; the exit status is 0 when it holds."""
    database = Database(settings.database_url)
    try:
        found = await audit_of(settings).breaks(database)
    finally:
        await database.close()
    for where, why in found:
        print(f"entry {where}: {why}")
    print("the chain does not hold" if found else "the chain holds")
    return 1 if found else 0
