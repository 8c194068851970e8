"""Calm lessons are read at home with a grown-up; amber and red ones are for a class."""

import re
from html import unescape

import httpx
import pytest

from tests.teaching.lessons import CALM, CAREFUL, LESSONS


def page_of(school: httpx.Client, lesson_id: str, **wanted: str) -> str:
    reply = school.get(f"/class/home/{lesson_id}", params={"country": "GB", **wanted})
    assert reply.status_code == 200, reply.text
    return unescape(reply.text)


@pytest.mark.parametrize("lesson_id", CALM)
def test_a_calm_lesson_is_whole_on_one_page_without_a_script(school: httpx.Client, lesson_id: str) -> None:
    page, lesson = page_of(school, lesson_id), LESSONS[lesson_id]
    assert all(choice.text in page and choice.then[0] in page for moment in lesson.decisions for choice in moment.choices)
    assert all(option.feedback in page for question in lesson.quiz for option in question.options)
    assert all(faq.answer[0] in page for faq in lesson.faq) and lesson.home[0] in page
    assert f'role="img" aria-label="{lesson.drawing.alt}"' in page
    assert "0800 1111" in page and 'href="tel:999"' in page
    assert "<script" not in page and " style=" not in page


@pytest.mark.parametrize("lesson_id", CALM)
def test_every_choice_leads_to_a_moment_that_is_on_the_page(school: httpx.Client, lesson_id: str) -> None:
    page = page_of(school, lesson_id)
    ways = re.findall(r'href="#(m-\w+)"', page)
    assert len(ways) >= sum(len(moment.choices) for moment in LESSONS[lesson_id].decisions)
    assert [way for way in ways if f'id="{way}"' not in page] == []


@pytest.mark.parametrize("lesson_id", CAREFUL)
def test_an_amber_or_red_lesson_is_not_found_at_home_and_help_is(school: httpx.Client, lesson_id: str) -> None:
    reply = school.get(f"/class/home/{lesson_id}", params={"country": "GB"})
    assert (reply.status_code, reply.headers["content-type"]) == (404, "text/html; charset=utf-8")
    page = unescape(reply.text)
    assert "This lesson is for a class with a teacher." in page and "0800 1111" in page
    assert LESSONS[lesson_id].title not in page and LESSONS[lesson_id].story[-1] not in page


def test_a_lesson_that_there_is_not_is_answered_alike(school: httpx.Client) -> None:
    assert school.get("/class/home/no_such_lesson").status_code == 404


def test_a_lesson_that_is_closed_in_a_language_is_offered_in_another(school: httpx.Client) -> None:
    for lesson in school.get("/v1/lessons", params={"locale": "hy"}).json()["items"]:
        if lesson["id"] in CALM and lesson["reasons"]:
            reply = school.get(f"/class/home/{lesson['id']}", params={"locale": "hy"})
            assert reply.status_code == 409
            assert 'hreflang="en"' in reply.text and '<html lang="hy"' in reply.text


def test_another_language_is_one_tap_away_and_keeps_the_country(school: httpx.Client) -> None:
    for locale in school.get("/v1/lessons/a2_ask_first").json()["locales"]:
        assert f'href="?locale={locale}&country=GB"' in page_of(school, "a2_ask_first")
