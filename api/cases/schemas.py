"""What comes in and goes out of the staff's API for cases (design contract 3.4). Unknown fields are refused."""

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from api.cases.rules import CaseState, Category, ImageNature, Outcome, Risk


class In(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Words(In):
    """What a counsellor types; it reaches the child only inside a claimed case."""

    text: Annotated[str, Field(min_length=1, max_length=2000)]


class Closing(In):
    """How it ended, and when somebody looks at it again, if at all."""

    outcome: Outcome
    follow_up_on: date | None = None


class Offer(In):
    """A warm transfer: to whom, and what they should know. The case stays with its counsellor until it is accepted."""

    to: Annotated[str, Field(max_length=36)]
    note: Annotated[str, Field(max_length=2000)] = ""


class Asking(In):
    """Whether a supervisor is asked to look in."""

    look_in: bool


class Filing(In):
    """What a case is filed under; a field that is not sent stays as it is."""

    categories: Annotated[list[Category], Field(max_length=len(Category))] | None = None
    image_nature: ImageNature | None = None
    follow_up_on: date | None = None


class Colleague(BaseModel):
    """Somebody of the same helpline who can take a case over."""

    id: str
    name: str
    role: str
    there: bool


class Row(BaseModel):
    """A case in the queue: nothing that was typed."""

    id: str
    number: str
    state: CaseState
    risk: Risk
    reasons: list[str]
    need: str | None
    share: str
    locale: str
    band: str | None
    country: str | None
    claimed_by: str | None
    mine: bool
    waiting_seconds: int
    created_at: datetime
    outcome: Outcome | None
    categories: list[Category]
    image_nature: ImageNature | None
    follow_up_on: date | None
    offered_to: str | None
    offered_to_me: bool
    look_in: bool
    out_of_hours: bool
    unread: bool  # the child has written since the counsellor's page last showed the talk
    version: int
    locked: bool  # the child has erased it, a hold keeps it, and only a supervisor opens it


class Page(BaseModel):
    items: list[Row]
    next: str | None


class Note(BaseModel):
    id: str
    by: str
    at: datetime
    text: str


class Said(BaseModel):
    seq: int
    by: str
    at: datetime | None = None
    key: str | None = None
    text: str
    lang: str | None = None
    dir: str = "auto"
    name: str | None = None
    meaning: str | None = None  # a phrase or a tapped answer, in the reader's language
    asked: str | None = None  # the phrase that a tapped answer answers, likewise


class CaseOut(Row):
    """A case that the caller may read."""

    lines: dict[str, str]
    skipped: list[str]
    story: str | None
    shown: list[str]
    callback: dict[str, Any] | None
    transcript: list[Said]
    messages: list[Said]
    notes: list[Note]
    watched_by: list[str]
    seen: int  # how far the child's page has shown the messages


class Texts(BaseModel):
    """Every label of the console, the lines of the card, and what each need is about."""

    console: dict[str, str]
    card: dict[str, str]
    needs: dict[str, str]
