"""The shape of a lesson file, `content/lessons/<name>.yaml`.

What a person reads is a `Words`; everything else is for the program. Source of the parts: PSHE Association's lesson
frame (ground rules, distancing, signposting), WHO 2022 (skills, practice), Cochrane CD004380 (expect disclosures).
"""

from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

MANY = 6  # options of one question
Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,30}$")]
Part = TypeVar("Part", bound="BaseModel")


class Words(str):
    """A sentence group that somebody reads: to be translated and reviewed, or a card such as `{helpline}`."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        text = core_schema.str_schema(strip_whitespace=True, min_length=1)
        return core_schema.no_info_after_validator_function(lambda said: cls(" ".join(said.split())), text)


class Sensitivity(StrEnum):
    """Green may be read at home with an adult; amber and red only inside a class session (PSHE Association)."""

    green = "green"
    amber = "amber"
    red = "red"


class Tone(StrEnum):
    """What a choice does to the person in the story; never shown as a mark."""

    helps = "helps"
    mixed = "mixed"
    hurts = "hurts"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Choice(_Part):
    """One way on. `then` is what comes of it, told without scolding."""

    id: Key
    text: Words
    tone: Tone
    then: tuple[Words, ...] = Field(min_length=1)
    next: Key


class Moment(_Part):
    """A moment of the story: with choices it is a decision, without them it leads on to `next` or is the end.

    Attributes:
        repair: here somebody can make good what went wrong.
        help: here the ways to help are shown.
    """

    id: Key
    text: tuple[Words, ...] = Field(min_length=1)
    question: Words | None = None
    choices: tuple[Choice, ...] = Field((), max_length=3)
    next: Key | None = None
    repair: bool = False
    help: bool = False


class Option(_Part):
    """An answer to choose, and what is said to who chose it."""

    id: Key
    text: Words
    feedback: Words
    right: bool = False


class Question(_Part):
    """A quiz question. An attitude has no right answer; `truth` marks an item about a described post."""

    id: Key
    kind: Literal["knowledge", "attitude"]
    question: Words
    options: tuple[Option, ...] = Field(min_length=2, max_length=MANY)
    several: bool = False
    truth: Literal["true", "made"] | None = None


class Faq(_Part):
    """A question that pupils really ask, and the answer that may be read out or put on the projector."""

    id: Key
    question: Words
    answer: tuple[Words, ...] = Field(min_length=1, max_length=3)


class Term(_Part):
    """A word that the lesson needs."""

    word: Words
    meaning: Words


class Drawing(_Part):
    """A drawing of the project's own (`web/drawings/<name>.svg`) and what it shows, in words."""

    name: Key
    alt: Words


class Lesson(_Part):
    """A lesson. `id` is the name of its file.

    Attributes:
        order: its place in the list of its band.
        minutes: how long it takes in class.
        asks_experience: always false: no item may ask what happened to a pupil or what they did.
    """

    id: Key
    order: int
    band: Literal["under-13", "13-15", "16-17"]
    sensitivity: Sensitivity
    minutes: int = Field(ge=5, le=60)
    booster: bool = False
    asks_experience: Literal[False]
    sources: tuple[str, ...] = Field(min_length=1)
    maps_to: tuple[str, ...] = ()
    title: Words
    goal: Words
    practise: Words
    outcomes: tuple[Words, ...] = Field(min_length=1, max_length=4)
    will_say: tuple[Words, ...] = Field(min_length=1)
    will_not_say: tuple[Words, ...] = Field(min_length=1)
    words: tuple[Term, ...] = ()
    drawing: Drawing
    story: tuple[Words, ...] = Field(min_length=1)
    moments: tuple[Moment, ...] = Field(min_length=2)
    quiz: tuple[Question, ...] = Field(min_length=2, max_length=8)
    prompts: tuple[Words, ...] = Field(min_length=1, max_length=4)
    faq: tuple[Faq, ...]
    game: tuple[Words, ...] = Field(min_length=1)
    home: tuple[Words, ...] = Field(min_length=1)

    @property
    def context(self) -> str:
        """The translator's `msgctxt`."""
        return f"lessons/{self.id}"

    @property
    def decisions(self) -> tuple[Moment, ...]:
        """The moments at which a class chooses, in the order of the file."""
        return tuple(moment for moment in self.moments if moment.choices)


def words_of(part: Any) -> Iterator[Words]:
    """Every sentence group in a lesson or a part of one, in the order of the file."""
    if isinstance(part, Words):
        yield part
    elif isinstance(part, BaseModel):
        for name in type(part).model_fields:
            yield from words_of(getattr(part, name))
    elif isinstance(part, tuple):
        for each in part:
            yield from words_of(each)


def reworded(part: Part, say: Callable[[Words], Words]) -> Part:
    """The same part with every sentence group replaced, for another language."""
    return part.model_copy(update={name: _reworded(getattr(part, name), say) for name in type(part).model_fields})


def _reworded(value: Any, say: Callable[[Words], Words]) -> Any:
    if isinstance(value, Words):
        return say(value)
    if isinstance(value, BaseModel):
        return reworded(value, say)
    return tuple(_reworded(each, say) for each in value) if isinstance(value, tuple) else value
