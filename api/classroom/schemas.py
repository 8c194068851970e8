"""What comes in. Unknown fields are refused: there is no field for a name, a class or a school (S1)."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt, StrictStr

from api.classroom.rules import SEATS, Pace

Key = Annotated[StrictStr, Field(max_length=31)]


class In(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Open(In):
    """What an educator chooses, and the ticked lines of the safeguarding notice."""

    lesson: Annotated[StrictStr, Field(max_length=40)] = Field(examples=["a2_ask_first"])
    locale: Annotated[StrictStr, Field(max_length=8)] = "en"
    country: Annotated[StrictStr, Field(pattern="^[A-Z]{2}$")] | None = None
    seats: StrictInt = Field(30, ge=1, le=SEATS, description="size of the class; nobody beyond it gets a seat")
    pace: Pace = Pace.led
    notify: StrictBool = Field(False, description="tell the country's helpline that a lesson is on: hour, band, rounded size")
    checklist: list[Key] = Field(max_length=20)


class Join(In):
    """A join code, and the language that the pupil chose."""

    code: Annotated[StrictStr, Field(max_length=40)] = Field(examples=["482 1907"])
    locale: Annotated[StrictStr, Field(max_length=8)] = "en"


class Answers(In):
    """Answers by item; an empty list is a pass."""

    answers: dict[Key, Annotated[list[Key], Field(max_length=6)]] = Field(min_length=1, max_length=12)


class Ask(In):
    """A question for the box. `anyway`: the private way was offered, and the pupil wants to send it all the same."""

    text: Annotated[StrictStr, Field(max_length=5_000)]
    anyway: StrictBool = False


class Mark(In):
    """What becomes of a question."""

    mark: Literal["", "aloud", "next", "not_here"]


class Card(In):
    """What stands on the projector beside the step: `prompt:0`, `faq:f1` or nothing."""

    card: Annotated[StrictStr, Field(pattern="^(prompt:[0-9]|faq:[a-z0-9_]{1,30})$")] | None = None


class Hands(In):
    """Raised hands by option."""

    counts: dict[Key, Annotated[StrictInt, Field(ge=0, le=SEATS)]] = Field(min_length=1, max_length=12)
