"""What comes in and goes out of the child's API (design contract 3.3). Unknown fields are refused, files above all."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictStr

from api.cases.rules import Share

Band = Literal["under-13", "13-15", "16-17"]
Text = Annotated[StrictStr, Field(max_length=200_000)]  # what is too long is answered by name, not by a type error


class In(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Start(In):
    """All optional: nothing is required before help."""

    locale: StrictStr | None = Field(None, max_length=35, examples=["es-MX"])
    band: Band | None = None
    country: Annotated[StrictStr, Field(pattern="^[A-Z]{2}$")] | None = Field(None, examples=["MX"])


class Say(In):
    """One message: words, or the key of a quick reply."""

    text: Text | None = Field(None, examples=["somebody made a fake picture of me"])
    reply: Annotated[StrictStr, Field(max_length=80)] | None = Field(None, examples=["guide:picture"])
    to: int | None = Field(None, ge=0, le=2**31 - 1, description="the seq of the bubble that the quick reply stood under")


class Callback(In):
    """When and how the helpline may reach the child, and how to do it safely."""

    when: Annotated[StrictStr, Field(max_length=120)] = ""
    times: Annotated[list[Literal["morning", "afternoon", "evening"]], Field(max_length=3)] = []
    channel: Literal["phone", "chat"]
    phone_private: bool | None = Field(None, description="Whether only the child sees that phone; null: the child is not sure.")
    number: Annotated[StrictStr, Field(max_length=40)] | None = Field(None, examples=["+52 55 1234 5678"])
    may_say: Literal["nothing", "wrong_number", "first_name"] = Field("nothing", description="If somebody else answers.")


class HandoffIn(In):
    """The child's yes, after the preview. `card` holds the lines that were changed (null: binned).

    `urgent` takes up the offer of a person in an emergency: the case is then put first, though nothing is passed on.
    """

    share: Share
    story: Text | None = None
    card: dict[StrictStr, StrictStr | None] = Field(default_factory=dict, max_length=20)
    callback: Callback | None = None
    urgent: bool = False
    version: Annotated[StrictStr, Field(max_length=64)] | None = Field(
        None, description="of the preview that the yes was said to; 412 if the lines have changed since"
    )


class Seen(In):
    """How far the page has shown the log."""

    seq: Annotated[int, Field(ge=1, le=2**31 - 1)]


class Resume(In):
    code: Annotated[StrictStr, Field(max_length=60)]


class QuickReply(BaseModel):
    key: str
    label: str


class Link(BaseModel):
    label: str
    url: str


class Phone(BaseModel):
    number: str
    dial: str
    label: str


class Card(BaseModel):
    """A number or an address of the directory."""

    text: str
    lang: str | None = None
    dir: Literal["ltr", "rtl", "auto"] = "auto"
    links: list[Link] = []
    phone: Phone | None = None
    checked: str | None = None
    source: str | None = None


class Bubble(BaseModel):
    """One bubble, whole and ready to show; `text` is plain text."""

    id: str
    seq: int
    by: Literal["bot", "child", "counsellor", "system"]
    key: str | None = None
    text: str
    lang: str | None = None
    dir: Literal["ltr", "rtl", "auto"] = "auto"
    quick_replies: list[QuickReply] = []
    links: list[Link] = []
    phone: Phone | None = None
    checked: str | None = None
    source: str | None = None
    step: str | None = None
    do: str | None = None
    name: str | None = None
    cards: list[Card] = []  # beneath a counsellor's phrase, and where a person has left


class Turn(BaseModel):
    state: Literal["bot", "waiting", "human", "closed"]
    bubbles: list[Bubble]


class Erased(BaseModel):
    """What the child must know after an erasure."""

    bubbles: list[Bubble]


class ConversationOut(Turn):
    id: str
    locale: str
    band: Band | None
    country: str | None
    help: list[Bubble]


class Started(ConversationOut):
    token: str


class Option(BaseModel):
    value: str
    text: str


class Line(BaseModel):
    """One line of the preview, with what the child may put there instead."""

    field: str
    label: str
    value: str
    text: str
    options: list[Option]


class Preview(BaseModel):
    """What the counsellor would read, before anything is passed on."""

    lines: list[Line]
    version: str
    texts: dict[str, str]


class Waiting(BaseModel):
    """Whole minutes from now; no end: more than that. Both empty where no range can be promised. `text` says it in words."""

    from_minutes: int | None
    to_minutes: int | None
    opens_at: datetime | None
    text: str


class HandedOver(Turn):
    case: dict[str, str]


class Code(BaseModel):
    code: str
    text: str


class Problem(BaseModel):
    """RFC 9457 problem details in the child's language, always with the way to help."""

    type: str
    title: str
    status: int
    detail: str
    help: list[dict[str, Any]]


class PaperPart(BaseModel):
    """A piece of a paper: bubbles, under a heading or not, with a box to `tick`, or `lines` to write on."""

    bubbles: list[dict[str, Any]]
    heading: str
    box: str


class Paper(BaseModel):
    """A plan, a letter or a record, with the labels of the sheet that shows it."""

    name: str
    title: str
    intro: list[dict[str, Any]]
    parts: list[PaperPart]
    labels: dict[str, str]
