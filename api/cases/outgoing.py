"""What a helpline's own systems are told of a case: that something happened to it, and what orders a queue."""

from sqlalchemy.ext.asyncio import AsyncSession

from api.cases.models import Case
from api.outbox.service import publish


async def tell_systems(db: AsyncSession, case: Case, what: str) -> None:
    """Publish `case.<what>`. Thin on purpose: who wants to know more asks the API, and is written down there."""
    data = {
        "id": case.id, "number": case.number, "helpline_id": case.helpline_id, "state": case.state, "risk": case.risk,
        "locale": case.locale, "outcome": case.outcome, "version": case.version,
    }  # fmt: skip
    await publish(db, case.helpline_id, f"case.{what}", data)
