"""The class sessions of this process, in memory: seats, and the answers of the steps that are still open.

Who answered what is known here and nowhere else, until the step is closed; then only counts are left (docs/adr/0017).
"""

import secrets
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from api.classroom.models import ClassCount, ClassSession
from api.classroom.rules import BADGES, DOOR_OPEN, LATE, PASS, QUESTIONS_PER_SEAT, SEATS, Pace, Phase
from api.errors import BadRequest, NotFound, NotNow
from api.lessons.shape import Lesson
from api.lessons.steps import Item, Step, steps_of


@dataclass
class Seat:
    """A pupil's place: no name. The badge is for the pupil alone, to know the own screen again."""

    locale: str
    badge: str = field(default_factory=lambda: secrets.choice(BADGES))
    answers: dict[str, tuple[str, ...]] = field(default_factory=dict)
    asked: int = 0
    tried: int = 0  # questions, those too that were held back

    @property
    def questions_left(self) -> int:
        return max(0, QUESTIONS_PER_SEAT - self.asked)


@dataclass
class Room:
    """A class session as this process holds it. `version` grows with every change that a screen has to show."""

    row: ClassSession
    lesson: Lesson  # English: its ids are those of every language
    steps: tuple[Step, ...]
    seats: dict[str, Seat] = field(default_factory=dict)
    counts: dict[str, Counter[str]] = field(default_factory=dict)
    told: dict[str, Any] = field(default_factory=dict)  # states that were composed for this version
    version: int = 1
    card: str | None = None  # the prompt or the answer that stands on the projector
    rounds: Counter[str] = field(default_factory=Counter)  # how often a step was voted anew
    door_until: datetime = field(default=datetime.max.replace(tzinfo=UTC))

    @classmethod
    def of(cls, row: ClassSession, lesson: Lesson, counts: Iterable[ClassCount] = ()) -> "Room":
        room = cls(row, lesson, steps_of(lesson, row.pace is not Pace.one), door_until=row.created_at + DOOR_OPEN)
        for count in counts:
            room.counts.setdefault(count.item, Counter())[count.option] = count.answers
        return room

    def changed(self) -> None:
        self.version += 1
        self.told.clear()

    def step(self, key: str) -> Step:
        """Raises NotFound: no step of this lesson."""
        for step in self.steps:
            if step.key == key:
                return step
        raise NotFound

    @property
    def at(self) -> Step:
        return self.step(self.row.step)

    def takes(self, moment: datetime) -> bool:
        """Whether somebody may still come in. A door that nobody closed closes itself."""
        is_open = not self.row.ended_at and not self.row.locked and moment < self.door_until
        return is_open and len(self.seats) < self.row.seats

    def let_in(self, moment: datetime) -> None:
        """The educator opens the door: there is room for two, though a lost tab still holds a seat."""
        self.door_until = moment + DOOR_OPEN
        self.row.seats = min(SEATS, max(self.row.seats, len(self.seats) + LATE))

    def only_live(self) -> None:
        """Raises NotNow: the lesson is over."""
        if self.row.ended_at:
            raise NotNow

    def closed(self) -> set[str]:
        return set(self.row.closed.split())

    def phase_of(self, step: Step) -> Phase:
        """Where a step stands: at the own pace everything is open until it is closed."""
        if step.key in self.closed():
            return Phase.closed
        if self.row.pace is Pace.own:
            return Phase.open
        return self.row.phase if step.key == self.row.step else Phase.reading

    def sit(self, seat_id: str, locale: str) -> Seat:
        """The seat of a token, made anew where a restart has forgotten it."""
        return self.seats.setdefault(seat_id, Seat(locale))

    def answer(self, seat: Seat, item_id: str, chosen: tuple[str, ...]) -> None:
        """Note a seat's answer, in the place of the one before.

        Raises:
            NotFound: no such item in this lesson.
            NotNow: the step is not open.
            BadRequest: these are not its options.
        """
        step, item = self.item(item_id)
        if self.phase_of(step) is not Phase.open or self.row.paused or self.row.ended_at:
            raise NotNow
        if not item.takes(chosen):
            raise BadRequest("options")
        if self.row.pace is Pace.own and item.id in seat.answers:
            return  # what was said about the first answer stands on the pupil's screen already
        seat.answers[item_id] = chosen

    def item(self, item_id: str) -> tuple[Step, Item]:
        """Raises NotFound: no such item in this lesson."""
        for step in self.steps:
            for item in step.items:
                if item.id == item_id:
                    return step, item
        raise NotFound

    def answered(self, step: Step) -> int:
        """How many seats have answered something in a step; after closing, how many answers were counted."""
        if step.key in self.closed():
            return max((_given(self.counts.get(item.id, Counter()), item) for item in step.items), default=0)
        return sum(any(item.id in seat.answers for item in step.items) for seat in self.seats.values())

    def close(self, step: Step) -> None:
        """Count an open step; one that was never opened stays as it is."""
        if self.phase_of(step) is not Phase.open:
            return
        if self.row.pace is not Pace.one:
            self._count(step)
        self.mark_closed(step)

    def mark_closed(self, step: Step) -> None:
        if step.key not in self.closed():
            self.row.closed = f"{self.row.closed} {step.key}".strip()
        if step.key == self.row.step:
            self.row.phase = Phase.closed

    def mark_open(self, step: Step) -> None:
        self.row.closed = " ".join(key for key in self.row.closed.split() if key != step.key)
        if step.key == self.row.step:
            self.row.phase = Phase.open

    def _count(self, step: Step) -> None:
        """Count a step's answers and forget who gave them."""
        counted: dict[str, Counter[str]] = {item.id: Counter() for item in step.items}
        for seat in self.seats.values():
            for item in step.items:
                chosen = seat.answers.pop(item.id, None)
                if chosen is not None:
                    counted[item.id].update([*chosen, "answers"] if chosen else [PASS])
        self.counts.update(counted)

    def forget(self, step: Step) -> None:
        """Take a step's answers back, for a second vote."""
        self.rounds[step.key] += 1
        for item in step.items:
            self.counts.pop(item.id, None)
            for seat in self.seats.values():
                seat.answers.pop(item.id, None)


def _given(counts: Counter[str], item: Item) -> int:
    return counts["answers"] + counts[PASS] if item.options else 0
