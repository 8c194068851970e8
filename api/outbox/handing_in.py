"""A case as Primero v2 names its fields, and what its answers mean. Pure.

Field names and values: Primero's own forms and `doc/api/cases/post.md`. What Faro has no word for is left out, and never
sent are the transcript, notes, links, anything of the device, and an age that nobody said.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from typing import Any

from api.outbox.rules import HandInState

MODULE = "primeromodule-cp"  # Primero's module for child protection
AGES = {"13-15": 14, "16-17": 16}  # the middle of a narrow band, marked as estimated; "under 13" says too little
RISKS = {"emergency": "high", "high": "high", "elevated": "medium", "low": "low"}
FRIEND = "friend_affected"
SEXUAL = {"sexual_abuse": "sexual_assault"}  # lookup-cp-violence-type
EMOTIONAL = {
    "fake_image_of_me", "real_image_shared", "sexual_extortion", "solicited_for_images", "friend_affected", "bullying",
}  # fmt: skip

TOKEN = re.compile(r"[A-Za-z0-9._~+/=-]{1,4096}")


@dataclass(frozen=True)
class Passed:
    """What a child passed on and agreed to pass on further; `lines` are the codes of the card."""

    case_id: str
    day: date
    risk: str
    band: str | None
    country: str | None
    lines: Mapping[str, str]
    story: str | None
    agency: str | None
    owned_by: str | None


def primero_case(passed: Passed) -> dict[str, Any]:
    """The `data` of `POST /api/v2/cases`. Its id is the case's own UUID, so that a second try finds the first (409)."""
    situation = passed.lines.get("situation")
    fields = {
        "id": passed.case_id,
        "module_id": MODULE,
        "registration_date": passed.day.isoformat(),
        "owned_by": passed.owned_by,
        "owned_by_agency_id": passed.agency,
        "interview_subject": "friend" if situation == FRIEND else "self",
        "age": AGES.get(passed.band or ""),
        "estimated": True if passed.band in AGES else None,
        "location_current": passed.country,
        "risk_level": RISKS.get(passed.risk),
        "urgent_protection_concern": True if passed.risk == "emergency" else None,
        # Primero refuses to refer or transfer a case without both; they are true because the child said so
        "consent_for_services": True,
        "disclosure_other_orgs": True,
        "incident_details": [_incident(passed.lines, passed.story)],
    }
    return _said(fields)


def _incident(lines: Mapping[str, str], story: str | None) -> dict[str, Any]:
    situation, place = lines.get("situation"), lines.get("place")
    violence = "psychological_emotional_abuse" if situation in EMOTIONAL else SEXUAL.get(situation or "")
    return _said({
        "cp_incident_violence_type": violence,
        "cp_incident_location_type_other": f"online: {place}" if place else None,
        "cp_incident_perpetrator_relationship": lines.get("person"),
        "incident_description": story,
    })  # fmt: skip


def _said(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}


def token_of(authorization: str, body: bytes) -> str | None:
    """The token of a sign-in: Primero's documents name the Authorization header, newer versions say it in the body too."""
    token = authorization.removeprefix("Bearer ").strip()
    if not token:
        try:
            token = str(json.loads(body)["token"])
        except (ValueError, KeyError, TypeError):
            return None
    return token if TOKEN.fullmatch(token) else None


def meaning(status: int | None) -> HandInState:
    """What an answer means: 2xx it is there, 409 it was there already, other 4xx no, everything else not now."""
    if status is None or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return HandInState.away
    if status < HTTPStatus.MULTIPLE_CHOICES or status == HTTPStatus.CONFLICT:
        return HandInState.sent
    if status in (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS):
        return HandInState.away
    return HandInState.refused
