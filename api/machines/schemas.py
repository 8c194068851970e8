"""What a helpline's own system sends and gets. Bytes are base64; nothing that was typed is here but sealed."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from api.auth.rules import Scope
from api.cases.rules import CaseState, Outcome, Reported, Risk
from api.conversations.rules import By


class NewClient(BaseModel):
    """A system of the helpline, and the public half of a key pair that it made for itself."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
    scopes: Annotated[list[Scope], Field(min_length=1, max_length=len(Scope))]
    public_key: Annotated[str, Field(max_length=64, description="Curve25519, 32 bytes in base64")]


class ClientOut(BaseModel):
    """A connected system; `secrets` is 2 while one is rotated, `seen_on` the day of its last request.

    `approved`: a supervisor has agreed, so that cases are sealed to its `public_key`; before, none is.
    """

    id: str
    name: str
    scopes: list[Scope]
    active: bool
    approved: bool
    public_key: str
    created_at: datetime
    seen_on: date | None
    secrets: int


class ClientWithSecret(ClientOut):
    """The same with its secret, which is shown this once."""

    secret: str


class ClientPage(BaseModel):
    items: list[ClientOut]


class Given(BaseModel):
    """How many open cases were sealed to the client."""

    cases: int


class TokenRequest(BaseModel):
    """RFC 6749 4.4.2. The credentials may stand in an Authorization header (Basic) instead."""

    grant_type: str
    client_id: str | None = None
    client_secret: str | None = None
    scope: str | None = None


class TokenOut(BaseModel):
    """RFC 6749 5.1."""

    access_token: str
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105  (a kind of token, not one)
    expires_in: int
    scope: str


class Consent(BaseModel):
    """What the child said yes to, by which wording, and when."""

    share_with_helpline: bool
    share_transcript: bool
    share_with_other_orgs: bool
    wording_id: str
    at: datetime


class Report(BaseModel):
    """What the receiving system has said about a case."""

    reference: str | None
    state: Reported | None
    at: datetime | None


class SystemReport(Report):
    """The same for staff, with the name of the system."""

    system: str


class SharedCase(BaseModel):
    """A case that a child passed on, without a word that was typed."""

    id: str
    number: str
    state: CaseState
    about: Literal["self", "friend"] | None
    band: str | None
    locale: str
    country: str | None
    risk: Risk
    risk_reasons: list[str]
    danger_now: bool
    self_harm_said: bool
    situation: str | None
    image_nature: Literal["fake", "edited", "real"] | None
    consent: Consent
    outcome: Outcome | None
    report: Report
    created_at: datetime
    updated_at: datetime
    closed_at: datetime | None


class SharedPage(BaseModel):
    """Cases in the order of their last change; `next` leads on, and is null at the end."""

    items: list[SharedCase]
    next: str | None


class SealedMessage(BaseModel):
    """Something said in the case, sealed for the place `conversation_id/seq/by`."""

    seq: int
    by: By
    at: datetime
    sealed: str


class SealedCase(SharedCase):
    """A case with all that was passed on. `key`: the case's private key, sealed to the client; null once the child erased it."""

    conversation_id: str
    key: str | None
    card: str | None
    transcript: str | None
    messages: list[SealedMessage]


class ReportIn(BaseModel):
    """The receiving system's own reference and where the case stands there: codes, because they are not sealed."""

    model_config = ConfigDict(extra="forbid")

    reference: Annotated[str, Field(pattern=r"^[A-Za-z0-9._:/-]{1,64}$")] | None = None
    state: Reported
