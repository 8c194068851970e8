"""Keeping referrals and appointments of a case, and the list of those that are due."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api.audit.service import Audit
from api.auth.access import SignedIn
from api.auth.models import Staff
from api.auth.rules import READERS
from api.cases.access import OpenCase, open_to_act
from api.cases.models import Case
from api.casework.models import Appointment, Referral
from api.casework.rules import Kept, ReferralKind, Result
from api.db import after_commit, now
from api.errors import BadRequest
from api.live.hub import Hub
from api.vault.sealing import Sealer


@dataclass
class Casework:
    """The counsellor's verbs beside the talk; each takes the session of one write."""

    sealer: Sealer
    hub: Hub
    audit: Audit

    async def keep_referral(
        self, db: AsyncSession, who: SignedIn, case_id: str, referral_id: str,
        kind: ReferralKind, at: datetime, result: Result, words: str,
    ) -> Referral:  # fmt: skip
        """Write a referral down, or what came of it. The same id is the same referral, so that a second try is safe."""
        opened = await open_to_act(db, who, case_id, for_update=True)
        referral = await db.get(Referral, (case_id, referral_id))
        if referral is None:
            referral = Referral(case_id=case_id, id=referral_id, staff_id=who.staff.id, result=result, result_at=now())
            db.add(referral)
        elif referral.result is not result:
            referral.result, referral.result_at = result, now()
        referral.kind, referral.at = kind, at
        referral.sealed = self.sealer.seal(opened.case.public_key, _place(referral), {"text": words})
        await self.audit.record(db, who.act("case.refer", case_id, f"{kind.value} {result.value}"))
        self._tell(db, opened.case)
        return referral

    def read_referral(self, opened: OpenCase, referral: Referral) -> str:
        return str(self.sealer.open(opened.private, _place(referral), referral.sealed)["text"])

    async def keep_appointment(
        self, db: AsyncSession, who: SignedIn, case_id: str, appointment_id: str, staff_id: str, at: datetime, kept: Kept
    ) -> Appointment:
        """Agree a time, move it, or say whether it was kept.

        Raises:
            BadRequest: nobody of this helpline who reads cases.
        """
        opened = await open_to_act(db, who, case_id, for_update=True)
        caller = await db.get(Staff, staff_id)
        if caller is None or caller.helpline_id != who.staff.helpline_id or caller.role not in READERS:
            raise BadRequest("staff_id")
        appointment = await db.get(Appointment, (case_id, appointment_id))
        if appointment is None:
            appointment = Appointment(case_id=case_id, id=appointment_id)
            db.add(appointment)
        appointment.staff_id, appointment.at, appointment.kept = staff_id, at, kept
        await self.audit.record(db, who.act("case.appointment", case_id, kept.value))
        self._tell(db, opened.case)
        return appointment

    def _tell(self, db: AsyncSession, case: Case) -> None:
        def publish() -> None:
            self.hub.publish(f"case:{case.id}", "said")
            self.hub.publish(f"queue:{case.helpline_id}", "changed")

        after_commit(db, publish)


async def due(db: AsyncSession, who: SignedIn, until: datetime) -> list[tuple[Appointment, Case, str]]:
    """Planned appointments of the helpline up to a moment, the earliest first, with the name of who calls."""
    query = (
        select(Appointment, Case, Staff.name)
        .join(Case, Case.id == Appointment.case_id)
        .join(Staff, Staff.id == Appointment.staff_id)
        .where(Case.helpline_id == who.staff.helpline_id, Appointment.kept == Kept.planned, Appointment.at <= until)
        .order_by(Appointment.at)
    )
    return [(appointment, case, name) for appointment, case, name in (await db.execute(query)).all()]


async def of_case(db: AsyncSession, table: Any, case_id: str) -> list[Any]:
    """All referrals, or all appointments, of a case, the earliest first."""
    return list((await db.scalars(select(table).where(table.case_id == case_id).order_by(table.at))).all())


def _place(referral: Referral) -> str:
    return f"{referral.case_id}/referral/{referral.id}"
