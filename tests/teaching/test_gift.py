"""The quiz as GIFT, read by a reader of its own that follows Moodle's import (question/format/gift)."""

import re
from dataclasses import dataclass

import httpx
import pytest

from api.lessons.shape import Lesson, Option, Question, Words
from api.pack.gift import gift_of
from tests.teaching.lessons import LESSONS

SIGNS = "~=#{}:"  # Moodle takes the backslash away before these, and before no other
WEIGHT = re.compile(r"^%(-?\d{1,2}\.?\d*)%")


@dataclass
class Read:
    """A question as Moodle has it after the import; an answer is text, feedback and the share of the mark."""

    name: str
    text: str
    one_choice: bool
    answers: list[tuple[str, str, float]]


def hidden(text: str) -> str:
    """Escaped signs as letters of a private area, so that only those with a meaning are left."""
    text = text.replace("\\\\", "\ue000")
    for n, sign in enumerate(SIGNS, 1):
        text = text.replace(f"\\{sign}", chr(0xE000 + n))
    return text


def shown(text: str) -> str:
    for n, sign in enumerate(f"\\{SIGNS}"):
        text = text.replace(chr(0xE000 + n), sign)
    return text.strip()


def read(gift: str) -> list[Read]:
    blocks = (re.sub(r"(?m)^//.*$", "", block).strip() for block in gift.split("\n\n"))
    return [read_one(hidden(block)) for block in blocks if block]


def read_one(block: str) -> Read:
    _, name, rest = block.split("::", 2)
    text, answers = rest.split("{")
    assert answers.endswith("}") and "}" not in answers[:-1]
    found = [read_answer(each.strip()) for each in answers[:-1].replace("=", "~=").split("~") if each.strip()]
    return Read(shown(name), shown(text), "=" in answers, found)


def read_answer(answer: str) -> tuple[str, str, float]:
    weight, share = WEIGHT.match(answer), 0.0
    if answer.startswith("="):
        answer, share = answer[1:], 100.0
    elif weight:
        answer, share = answer[weight.end() :], float(weight[1])
    text, feedback = answer.split("#")
    return shown(text), shown(feedback), share


@pytest.mark.parametrize("lesson_id", LESSONS)
def test_every_quiz_comes_back_as_it_was(school: httpx.Client, lesson_id: str) -> None:
    reply = school.get(f"/v1/lessons/{lesson_id}/pack", params={"format": "gift"})
    assert reply.headers["content-type"] == "text/plain; charset=utf-8"
    found, quiz = read(reply.content.decode()), LESSONS[lesson_id].quiz
    assert [question.text for question in found] == [question.question for question in quiz]
    for given, question in zip(found, quiz, strict=True):
        assert [(text, feedback) for text, feedback, _ in given.answers] == [(o.text, o.feedback) for o in question.options]
        if question.kind == "knowledge":
            assert [share > 0 for *_, share in given.answers] == [option.right for option in question.options]


def quiz_of(*questions: Question) -> Lesson:
    return LESSONS["a2_ask_first"].model_copy(update={"quiz": questions})


def question_of(*texts: str, right: int = 1, **more: object) -> Question:
    options = tuple(
        Option(id=f"o{n}", text=Words(text), feedback=Words(f"{text}!"), right=n < right) for n, text in enumerate(texts)
    )
    return Question.model_validate({"id": "q", "kind": "knowledge", "question": "Is 1 = 2?", "options": options, **more})


def test_signs_of_the_format_are_only_letters_in_a_text() -> None:
    texts = ("a ~ b = c", "#{d}: e; f", "a\\ back~slash\\", "100 % [a]", "سؤال: نعم؟")
    (found,) = read(gift_of(quiz_of(question_of(*texts))))
    assert [text for text, _, _ in found.answers] == list(texts)
    assert found.text == "Is 1 = 2?"


def test_of_several_right_answers_each_has_its_share_and_to_tick_all_is_not_the_way() -> None:
    (found,) = read(gift_of(quiz_of(question_of("a", "b", "c", "d", right=3, several=True))))
    shares = [share for *_, share in found.answers]
    assert not found.one_choice
    assert sum(share for share in shares if share > 0) == pytest.approx(100, abs=0.001)
    assert sum(shares) < 100


def test_an_attitude_costs_nobody_a_point_and_tells_everybody_something() -> None:
    (found,) = read(gift_of(quiz_of(question_of("a", "b", "c", right=0, kind="attitude"))))
    assert found.one_choice
    assert [share for *_, share in found.answers] == [100, 100, 100]
    assert all(feedback for _, feedback, _ in found.answers)
