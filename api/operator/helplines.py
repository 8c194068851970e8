"""The helplines of an installation, for whoever runs it."""

from sqlalchemy import select

from api.auth.models import Helpline
from api.db import Database, now
from api.helplines.rules import is_open
from api.helplines.service import as_reach
from api.settings import Settings

STATES = {True: "open", False: "closed", None: "no hours set"}


async def print_all(settings: Settings) -> int:
    """Print one line a helpline: id, name, countries, languages, and whether it is open now."""
    database = Database(settings.database_url)
    try:
        async with database.read() as db:
            rows = (await db.scalars(select(Helpline).order_by(Helpline.created_at))).all()
    finally:
        await database.close()
    for row in rows:
        state = STATES[is_open(as_reach(row).hours, now())] if row.takes_handoffs else "takes no children"
        countries, locales = " ".join(row.countries) or "every country", " ".join(row.locales) or "any language"
        print(f"{row.id}  {row.name}: {countries}, {locales}, {state}")
    return 0
