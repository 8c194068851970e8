"""The quiz of a lesson for Moodle and its kin, in GIFT (docs.moodle.org/en/GIFT_format)."""

import re
from collections.abc import Iterator

from api.lessons.shape import Lesson, Option, Question

SIGNS = re.compile(r"[\\~=#{}:]")  # with these GIFT speaks; a semicolon is no sign, and its backslash would be read aloud


def gift_of(lesson: Lesson) -> str:
    """All questions with the feedback of every answer, one to a paragraph."""
    name = " ".join(lesson.title.split())
    questions = (_question(f"{name} {n}", question) for n, question in enumerate(lesson.quiz, 1))
    return "\n\n".join((f"// {name}", *questions)) + "\n"


def _question(title: str, question: Question) -> str:
    options = zip(_weights(question), question.options, strict=True)
    answers = "\n".join(f"\t{weight}{_escaped(option.text)}#{_escaped(option.feedback)}" for weight, option in options)
    return f"::{_escaped(title)}::{_escaped(question.question)} {{\n{answers}\n}}"


def _weights(question: Question) -> Iterator[str]:
    """What stands before each answer: `=` or `~`, and a weight where one is needed.

    An attitude has no right answer, and GIFT no survey: every answer weighs 100, so that nobody loses a point and everybody
    reads what is said about theirs. One of them must be `=`, or Moodle offers boxes instead of one choice. Where several are
    right, those share 100; a wrong one takes away what a right one gives, or who ticks all would have it all.
    """
    if question.kind == "attitude" and not question.several:
        yield from ("=" if n == 0 else "~%100%" for n in range(len(question.options)))
        return
    chosen = [option for option in question.options if _is_right(option, question)]
    share = f"{100 / len(chosen):.5f}".rstrip("0").rstrip(".")
    for option in question.options:
        sign = "" if _is_right(option, question) else "-"
        yield f"~%{sign}{share}%" if question.several else "~" if sign else "="


def _is_right(option: Option, question: Question) -> bool:
    return option.right or question.kind == "attitude"


def _escaped(text: str) -> str:
    return SIGNS.sub(lambda sign: f"\\{sign[0]}", text)
