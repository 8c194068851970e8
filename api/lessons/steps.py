"""The run sheet of a lesson: its steps, what is answered in each, and what an educator agrees to before. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from api.lessons.shape import Choice, Lesson, Sensitivity, Tone, Words

DONE = "done"
SCALE = ("0", "1", "2", "3", "4")
CHANGES = ("up", "same", "down")
CONFIDENCE = 3
BLAME = ("maker", "target", "nobody", "unsure")
TAKEAWAY = ("ask_first", "stop", "tell", "stand_by")
GATE = ("lead_known", "stay", "screens", "no_experience", "no_images", "help_on_door", "other_plan")


class Kind(StrEnum):
    """What happens in a step."""

    door = "door"
    rules = "rules"
    before = "before"
    decision = "decision"
    story = "story"
    talk = "talk"
    quiz = "quiz"
    box = "box"
    exit = "exit"
    close = "close"


class Sort(StrEnum):
    """What an item asks for; it decides how its results may be shown."""

    done = "done"
    scenario = "scenario"
    knowledge = "knowledge"
    attitude = "attitude"
    change = "change"


@dataclass(frozen=True)
class Item:
    """Something to answer, by one of its options, by several, or by passing."""

    id: str
    sort: Sort
    options: tuple[str, ...]
    several: bool = False

    def takes(self, chosen: Sequence[str]) -> bool:
        """Whether this is an answer: known options, none twice, one unless several are asked for; none at all is a pass."""
        return len(set(chosen)) == len(chosen) and set(chosen) <= set(self.options) and (self.several or len(chosen) <= 1)


@dataclass(frozen=True)
class Step:
    """One step of the run sheet."""

    key: str
    kind: Kind
    minutes: int
    items: tuple[Item, ...] = ()


def steps_of(lesson: Lesson, phones: bool = True) -> tuple[Step, ...]:
    """The run sheet of a lesson; a booster leaves out what its pupils know already.

    Without `phones`, a class has one device: what a pupil answers or asks alone is left out, and the story has its minutes.
    """
    return tuple(_booster(lesson) if lesson.booster else _whole(lesson, phones))


def _whole(lesson: Lesson, phones: bool) -> Iterator[Step]:
    yield Step("door", Kind.door, 3)
    yield Step("rules", Kind.rules, 4)
    if phones:
        yield Step("before", Kind.before, 2, (Item("before", Sort.done, (DONE,)),))
    yield from _decisions(lesson, fixed=21 if phones else 13)
    yield Step("talk", Kind.talk, 4)
    yield from _quiz(lesson)
    if phones:
        yield Step("box", Kind.box, 3)
        yield Step("exit", Kind.exit, 3, tuple(_exit()))
    yield Step("close", Kind.close, 2)


def _booster(lesson: Lesson) -> Iterator[Step]:
    yield Step("door", Kind.door, 1)
    yield Step("rules", Kind.rules, 1)
    yield from _decisions(lesson, fixed=4)
    yield from _quiz(lesson)
    yield Step("talk", Kind.talk, 1)
    yield Step("close", Kind.close, 1)


def _decisions(lesson: Lesson, fixed: int) -> Iterator[Step]:
    """The moments of the story in the order of the file; those beside the main line are told to whom they happen to.

    They share the minutes that the `fixed` ones and the quiz, a minute a question, leave.
    """
    line = main_line(lesson)
    told = [moment for moment in lesson.moments if moment.choices or moment.id in line]
    left = lesson.minutes - fixed - len(lesson.quiz) - (len(told) - len(lesson.decisions))
    shares = [left // len(lesson.decisions) + (n < left % len(lesson.decisions)) for n in range(len(lesson.decisions))]
    for moment in told:
        if moment.choices:
            options = tuple(choice.id for choice in moment.choices)
            yield Step(moment.id, Kind.decision, max(1, shares.pop(0)), (Item(moment.id, Sort.scenario, options),))
        else:
            yield Step(moment.id, Kind.story, 1)


def main_line(lesson: Lesson) -> set[str]:
    """The moments that a class comes through when it chooses what helps."""
    moments, found = {moment.id: moment for moment in lesson.moments}, set[str]()
    at: str | None = lesson.moments[0].id
    while at is not None and at not in found:
        found.add(at)
        helping = next((choice.next for choice in moments[at].choices if choice.tone is Tone.helps), None)
        at = helping or moments[at].next
    return found


def _quiz(lesson: Lesson) -> Iterator[Step]:
    for question in lesson.quiz:
        options = tuple(option.id for option in question.options)
        yield Step(question.id, Kind.quiz, 1, (Item(question.id, Sort(question.kind), options, question.several),))


def _exit() -> Iterator[Item]:
    """How sure a pupil is afterwards; what it was before stays on the pupil's device, which says up, same or down."""
    for n in range(1, CONFIDENCE + 1):
        yield Item(f"after{n}", Sort.attitude, SCALE)
        yield Item(f"change{n}", Sort.change, CHANGES)
        yield Item(f"then{n}", Sort.change, CHANGES)
    yield Item("blame", Sort.attitude, BLAME)
    yield Item("takeaway", Sort.attitude, TAKEAWAY)


def came_of(choice: Choice, lesson: Lesson) -> tuple[Words, ...]:
    """What a choice leads to, with the moment that only those come to who chose it."""
    ahead = next(moment for moment in lesson.moments if moment.id == choice.next)
    beside = () if ahead.choices or ahead.id in main_line(lesson) else ahead.text
    return (*choice.then, *beside)


def title_of(step: Step, steps: Sequence[Step], words: Mapping[str, str]) -> str:
    """What a step is called: the third decision is "The story, part 3"."""
    same = [each.key for each in steps if each.kind is step.kind]
    return words[f"step_{step.kind}"].format(n=same.index(step.key) + 1)


def cues_of(step: Step, staff: Mapping[str, str], phones: bool = True) -> dict[str, str]:
    """What the educator says and does in a step; where pupils have no phones, in words that name none."""
    say, todo = f"say_{step.kind}", f"do_{step.kind}"
    own = "" if phones or f"{say}_one" not in staff else "_one"
    return {"say": staff[say + own], "todo": staff[todo + own]}


def may_read_at_home(lesson: Lesson) -> bool:
    """Amber and red lessons exist only inside a class session (PSHE Association; Oak asks for an adult beside the pupil)."""
    return lesson.sensitivity is Sensitivity.green
