"""An installation with a helpline that has more than one counsellor."""

import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from api.auth.rules import Role
from tests.support.installation import ROOT, Installation
from tests.support.people import ChildClient, Hiring, StaffClient
from tests.support.store import TIME, Store


@dataclass
class Office:
    """A helpline with its staff signed in, and the installation whose children it helps."""

    installation: Installation
    counsellors: list[StaffClient]
    supervisor: StaffClient
    admin: StaffClient

    @classmethod
    def open(cls, folder: Path, bot: str, counsellors: int = 2, **environment: str) -> "Office":
        """Hire before the first start: a database that already has a helpline gets no demo accounts."""
        installation = Installation(folder, bot, environment)
        folder.mkdir(parents=True)
        migrate = [sys.executable, "-m", "api.operator", "migrate"]
        environ = {**os.environ, "PYTHONPATH": str(ROOT), **installation.settings()}
        subprocess.run(migrate, env=environ, cwd=ROOT, check=True, capture_output=True)
        roles = [*[Role.counsellor] * counsellors, Role.supervisor, Role.admin]
        people = Hiring(installation).hire(*roles, name="The only helpline")
        installation.start()
        *team, supervisor, admin = [StaffClient.sign_in(installation.url, *person) for person in people]
        return cls(installation, team, supervisor, admin)

    def close(self) -> None:
        for who in (*self.counsellors, self.supervisor, self.admin):
            who.http.close()
        self.installation.stop()

    @property
    def store(self) -> Store:
        return Store(self.installation.folder)

    @property
    def first(self) -> str:
        """The id of this helpline, which was there before any other."""
        return str(self.store.one("select id from helpline order by created_at limit 1"))

    def clear(self) -> None:
        """As on the first day: no children, no cases, no hours, no other helpline that takes anybody, everybody there."""
        for table in ("case_grant", "case_note", "case", "answered", "message", "conversation"):
            self.store.change_all(f'delete from "{table}"')
        self.store.change_all("update helpline set countries = '[]', locales = '[]', zone = '', hours = '[]', days = '[]'")
        self.store.change_all("update helpline set takes_handoffs = (id = ?)", self.first)
        self.store.change_all("update staff_session set seen_at = ?", datetime.now(UTC).strftime(TIME))

    def age_proof(self, who: StaffClient, age: timedelta) -> None:
        """As if the member had shown password and code so long ago."""
        self.store.set_time("staff_session", "proved_at", age, "staff_id = ?", who.id)

    def prove_again(self) -> None:
        """As if all had shown password and code just now."""
        for who in (*self.counsellors, self.supervisor, self.admin):
            self.age_proof(who, timedelta())

    def child(self, **wanted: Any) -> ChildClient:
        return ChildClient.start(self.installation.url, **wanted)

    def waiting(self, **card: str) -> tuple[ChildClient, str]:
        """A child who has handed over a card, and the case."""
        child = self.child()
        child.hand_over(card=card)
        return child, self.case_of(child)

    def claimed(self, by: StaffClient | None = None, **card: str) -> tuple[ChildClient, str]:
        """A child whose case has been claimed, by the first counsellor unless somebody else is named."""
        child, case_id = self.waiting(**card)
        taken = (by or self.counsellors[0]).act(case_id, "claim")
        assert taken.status_code == 200, taken.text
        return child, case_id

    def case_of(self, child: ChildClient) -> str:
        """The id of the child's newest case."""
        query = 'select id from "case" where conversation_id = ? order by created_at desc limit 1'
        return str(self.store.one(query, child.id))

    def read(self, child: ChildClient) -> dict[str, Any]:
        """The child's case as the first counsellor reads it after a claim."""
        case_id = self.case_of(child)
        taken = self.counsellors[0].act(case_id, "claim")
        assert taken.status_code == 200, taken.text
        return self.counsellors[0].case(case_id)
