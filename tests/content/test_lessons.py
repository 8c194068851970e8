"""What holds for every lesson, whoever writes the next one: drawings with words (S9), no game of it (S5), the outline whole."""

import re
import xml.etree.ElementTree as Tree

import pytest

from api.lessons.load import load_lessons
from api.lessons.shape import words_of
from api.lessons.steps import Kind, steps_of
from tests.support.installation import ROOT

LESSONS = load_lessons(ROOT / "content/lessons").fit
DRAWINGS = sorted([*(ROOT / "web/drawings").glob("*.svg"), *(ROOT / "web/badges").glob("*.svg")])
DRAWN = {"svg", "g", "path", "circle", "ellipse", "line", "rect", "polyline", "polygon"}
GAME = re.compile(r"\b(new Audio|AudioContext|<audio|vibrate\(|countdown|leaderboard|streak|confetti|ranking|highscore)\b", re.I)
PLAYED = re.compile(r"\b(your points|scores?|rank(ing)?|winner|fastest|level up|streak)\b", re.I)


def test_the_outline_is_there_and_each_band_has_its_booster() -> None:
    found = {band: [x for x in LESSONS.values() if x.band == band] for band in ("under-13", "13-15", "16-17")}
    assert [len([x for x in rows if not x.booster]) for rows in found.values()] == [5, 6, 6]
    assert [len([x for x in rows if x.booster]) for rows in found.values()] == [1, 1, 1]


@pytest.mark.parametrize("phones", [True, False], ids=["phones", "one device"])
@pytest.mark.parametrize("lesson", LESSONS)
def test_the_plan_takes_as_long_as_the_lesson_says(lesson: str, phones: bool) -> None:
    assert sum(step.minutes for step in steps_of(LESSONS[lesson], phones)) == LESSONS[lesson].minutes


@pytest.mark.parametrize("lesson", [x.id for x in LESSONS.values() if not x.booster])
def test_a_lesson_has_three_decisions_a_drill_and_a_way_out(lesson: str) -> None:
    kinds = [step.kind for step in steps_of(LESSONS[lesson])]
    assert kinds.count(Kind.decision) == 3 and 3 <= kinds.count(Kind.quiz) <= 5
    assert kinds[:3] == [Kind.door, Kind.rules, Kind.before] and kinds[-3:] == [Kind.box, Kind.exit, Kind.close]


@pytest.mark.parametrize("lesson", LESSONS)
def test_the_helping_choice_does_not_always_stand_in_the_same_place(lesson: str) -> None:
    places = [[c.tone.value for c in moment.choices].index("helps") for moment in LESSONS[lesson].decisions]
    assert len(set(places)) > 1, places


@pytest.mark.parametrize("lesson", LESSONS)
def test_a_lesson_has_a_drawing_and_says_what_it_shows(lesson: str) -> None:
    drawing = LESSONS[lesson].drawing
    assert (ROOT / f"web/drawings/{drawing.name}.svg").exists() and len(drawing.alt.split()) > 3


@pytest.mark.parametrize("path", DRAWINGS, ids=lambda path: path.stem)
def test_a_drawing_is_drawn_and_holds_no_photograph_script_or_text(path: object) -> None:
    tags = {element.tag.rpartition("}")[2] for element in Tree.parse(str(path)).iter()}
    assert tags <= DRAWN


@pytest.mark.parametrize("lesson", LESSONS)
def test_nobody_wins_a_lesson(lesson: str) -> None:
    assert [text for text in words_of(LESSONS[lesson]) if PLAYED.search(text)] == []


def test_the_pages_of_a_class_have_no_sound_no_clock_and_no_score() -> None:
    sources = [path for path in (ROOT / "web/classroom").rglob("*") if path.suffix in (".ts", ".tsx", ".css", ".html")]
    labels = (ROOT / "content/ui/class.yaml").read_text("utf-8")
    assert [path.name for path in sources if GAME.search(path.read_text("utf-8"))] == []
    assert PLAYED.search(labels) is None
