"""The directory for supervisors: read every entry of a country, and sign the ones that were found right."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict

from api.auth.access import SignedIn, StaffOnly
from api.auth.rules import Role
from api.directory.checks import Checks
from api.directory.rules import Check, Entry, How, digest_of, may_show, ways_of

router = APIRouter(prefix="/v1/directory", tags=["directory"])
Supervisor = Annotated[SignedIn, Depends(StaffOnly(Role.supervisor))]


class Checked(BaseModel):
    """How and when an entry was last found right by a supervisor of this installation."""

    how: How
    at: datetime


class NumberLine(BaseModel):
    """One entry as it stands in the files; `shown` says whether children see it."""

    kind: str
    id: str
    name: str
    phone: str | None
    url: str | None
    whatsapp: str | None
    region: str
    hours: str
    confidence: str
    source: str
    checked_on: str
    shown: bool
    digest: str
    ways: tuple[How, ...]
    check: Checked | None


class Country(BaseModel):
    """A country of the directory, and how many of its shown entries nobody has checked here."""

    code: str
    unchecked: int


class CheckIn(BaseModel):
    """That an entry with this digest was found right, and how."""

    model_config = ConfigDict(extra="forbid")

    digest: str
    how: How


def checks_of(request: Request) -> Checks:
    checks: Checks = request.app.state.checks
    return checks


@router.get("")
async def countries(request: Request, who: Supervisor) -> list[Country]:
    """Every country, the ones with the most to check first."""
    checks = checks_of(request)
    found = [Country(code=code, unchecked=_unchecked(checks, code)) for code in checks.directory.countries]
    return sorted(found, key=lambda country: (-country.unchecked, country.code))


@router.get("/{country}")
async def country(request: Request, who: Supervisor, country: str) -> list[NumberLine]:
    """Every entry of a country, with its digest, its source and its last check."""
    return [_line(entry, check) for entry, check in checks_of(request).of(country)]


@router.post("/{country}/{kind}/{entry}/checks", status_code=201)
async def check(request: Request, who: Supervisor, country: str, kind: str, entry: str, wanted: CheckIn) -> Checked:
    """Sign an entry. 409 when it has changed since it was read."""
    made = await checks_of(request).sign(who, (country, kind, entry), wanted.digest, wanted.how)
    return Checked(how=made.how, at=made.at)


def hours_of(entry: Entry) -> str:
    return "24/7" if entry.always else ", ".join(span.text for span in entry.open)


def _unchecked(checks: Checks, code: str) -> int:
    return sum(check is None and may_show(entry) for entry, check in checks.of(code))


def _line(entry: Entry, check: Check | None) -> NumberLine:
    return NumberLine(
        kind=entry.kind, id=entry.id, name=entry.name, phone=entry.phone, url=entry.url, whatsapp=entry.whatsapp,
        region=entry.region, hours=hours_of(entry), confidence=entry.confidence, source=entry.source, checked_on=entry.checked_on,
        shown=may_show(entry), digest=digest_of(entry), ways=ways_of(entry),
        check=Checked(how=check.how, at=check.at) if check else None,
    )  # fmt: skip
