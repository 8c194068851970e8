"""Read the lesson files: a broken one is kept apart with the reason, and does not take the others with it."""

from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from api.files import BrokenFile, line_of, read_yaml
from api.lessons.rules import unfit
from api.lessons.shape import Lesson


@dataclass(frozen=True)
class Lessons:
    """What lies in `content/lessons`.

    Attributes:
        fit: id -> lesson, in the order of bands and files.
        broken: id -> what an editor has to mend, a line each.
    """

    fit: dict[str, Lesson]
    broken: dict[str, list[str]]


def load_lessons(folder: Path) -> Lessons:
    """Read `folder/*.yaml`; an empty or missing folder is an installation without classroom mode."""
    fit: dict[str, Lesson] = {}
    broken: dict[str, list[str]] = {}
    for path in sorted(folder.glob("*.yaml")):
        try:
            lesson = read_lesson(path)
        except BrokenFile as error:
            broken[path.stem] = [str(error)]
            continue
        problems = unfit(lesson)
        if problems:
            broken[path.stem] = [f"lessons/{path.name}: {problem}" for problem in problems]
        else:
            fit[lesson.id] = lesson
    return Lessons(dict(sorted(fit.items(), key=lambda row: (_band(row[1]), row[1].order))), broken)


def read_lesson(path: Path) -> Lesson:
    """One lesson.

    Raises:
        BrokenFile: not YAML, a part that is missing, or one that no lesson has.
    """
    found = read_yaml(path)
    if not isinstance(found, dict):
        raise BrokenFile(path, 1, "this is no lesson", "Begin with order:, band: and title:.")
    try:
        return Lesson(id=path.stem, **{str(name): value for name, value in found.items()})
    except ValidationError as error:
        first = error.errors()[0]
        place = " > ".join(str(at) for at in first["loc"])
        line = line_of(path, f"{first['loc'][0]}:") if first["loc"] else None
        raise BrokenFile(path, line, f"{place}: {first['msg']}", "See content/README.md, lessons.") from None
    except TypeError:
        raise BrokenFile(path, line_of(path, "id:"), "the id is the name of the file", "Delete the line.") from None


def _band(lesson: Lesson) -> tuple[int, bool]:
    return ("under-13", "13-15", "16-17").index(lesson.band), lesson.booster
