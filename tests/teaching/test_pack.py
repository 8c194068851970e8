"""The print pack: whole in every format, with the country's own ways to help, and with nothing of a class in it."""

import html
import io
import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from pathlib import Path

import httpx
import pytest
from pypdf import PdfReader

from api.directory.book import Directory
from api.lessons.steps import GATE, steps_of
from api.pack.blocks import Cards, Listed, Pack, Part, Text
from api.pack.compose import compose
from api.pack.pdf import FRONT, TITLE, PackSheet, pack_pdf
from api.phrasebook.book import Phrasebook
from api.sheet import BODY
from api.speech.say import Speaker, View
from api.teaching.shelf import Shelf
from tests.support.installation import ROOT, without_bot
from tests.teaching.lessons import LESSONS

PARTS = (
    "plan", "before", "run", "poster", "story", "cards", "quiz", "key", "slips", "exit", "told", "help", "home", "letter", "join",
)  # fmt: skip
BRITISH, EMERGENCY = "0800 1111", "999"
NUMBER = re.compile(r"(?<!\d)\d{7}(?!\d)")  # what a join code looks like


def pages_of(pdf: bytes) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages]


def asked(school: httpx.Client, lesson_id: str, **wanted: str) -> httpx.Response:
    return school.get(f"/v1/lessons/{lesson_id}/pack", params={"country": "GB", **wanted})


@pytest.fixture(scope="module")
def shelf() -> Shelf:
    book = Phrasebook.load(ROOT / "content", ROOT / "locales", drafts=True)
    return Shelf(Speaker(book, Directory.load(ROOT / "content/directory")))


@pytest.mark.parametrize("lesson_id", LESSONS)
def test_every_lesson_is_a_file_to_print(school: httpx.Client, lesson_id: str) -> None:
    reply = asked(school, lesson_id, format="pdf")
    assert reply.status_code == 200, reply.text
    assert reply.headers["content-type"] == "application/pdf"
    assert f"faro-{lesson_id}-en.pdf" in reply.headers["content-disposition"]
    pages = pages_of(reply.content)
    said = " ".join(pages)
    assert LESSONS[lesson_id].title in said
    assert BRITISH in said and EMERGENCY in said
    assert all(option.text in said and option.feedback in said for q in LESSONS[lesson_id].quiz for option in q.options)
    assert not NUMBER.search(pages[-1])
    assert "https://faro.example/class" in pages[-1]


@pytest.mark.parametrize("lesson_id", LESSONS)
def test_every_lesson_is_a_page_to_print(school: httpx.Client, lesson_id: str) -> None:
    reply = asked(school, lesson_id, format="html")
    assert reply.status_code == 200, reply.text
    page = unescape(reply.text)
    assert [part for part in PARTS if f'<section id="{part}"' not in page] == []
    assert LESSONS[lesson_id].title in page and BRITISH in page
    assert all(choice.text in page for moment in LESSONS[lesson_id].decisions for choice in moment.choices)
    assert not re.search(r"\sstyle=|<style|<script", page)
    assert not NUMBER.search(page.split('id="join"')[1])


def test_the_run_sheet_has_every_step_with_its_minutes(school: httpx.Client) -> None:
    page = asked(school, "a2_ask_first", format="html").text.split('<section id="run"')[1].split("</table>")[0]
    steps = steps_of(LESSONS["a2_ask_first"])
    assert page.count('<th scope="row">') == len(steps)
    assert re.findall(r"</th><td>(\d+)</td>", page) == [str(step.minutes) for step in steps]


def test_who_works_on_paper_ticks_the_safeguarding_notice_too(school: httpx.Client) -> None:
    page = asked(school, "b5_pressure_and_threats", format="html").text.split('<section id="before"')[1].split("</section>")[0]
    assert page.count('<span class="box"') == len(GATE)


def test_the_copy_for_pupils_does_not_tell_the_answers(school: httpx.Client) -> None:
    page = unescape(asked(school, "a2_ask_first", format="html").text)
    quiz, key = (page.split(f'<section id="{name}"')[1].split("</section>")[0] for name in ("quiz", "key"))
    feedback = [option.feedback for question in LESSONS["a2_ask_first"].quiz for option in question.options]
    assert [told for told in feedback if told in quiz] == []
    assert [told for told in feedback if told not in key] == []


def test_eight_help_cards_are_on_one_sheet(school: httpx.Client) -> None:
    pages = pages_of(asked(school, "a2_ask_first", format="pdf").content)
    assert [page.count(BRITISH) for page in pages if page.count(BRITISH) > 2] == [8]


def test_no_hours_of_this_moment_are_printed(school: httpx.Client) -> None:
    """A sheet is read next week."""
    for country in ("US", "MX", "RS"):
        page = asked(school, "a2_ask_first", format="html", country=country).text
        assert "Open now" not in page and "Closed now" not in page


def test_a_country_that_is_not_known_has_the_worldwide_way(school: httpx.Client) -> None:
    page = asked(school, "a2_ask_first", format="html", country="XX").text
    assert "https://childhelplineinternational.org" in page and BRITISH not in page


@pytest.mark.parametrize("form", ["docx", "PDF", ""])
def test_another_format_is_refused_with_the_way_to_help(school: httpx.Client, form: str) -> None:
    reply = asked(school, "a2_ask_first", format=form)
    assert (reply.status_code, reply.headers["content-type"]) == (400, "application/problem+json")
    assert reply.json()["help"]


@pytest.mark.parametrize("form", ["pdf", "html", "gift"])
def test_a_lesson_that_there_is_not_has_no_pack(school: httpx.Client, form: str) -> None:
    assert asked(school, "no_such_lesson", format=form).status_code == 404


def test_a_crowd_that_wants_packs_is_told_to_come_back_and_takes_no_place_of_others(tmp_path: Path) -> None:
    """A pack takes seconds of the processor: eight wait at most, and whoever is sent away gets theirs a little later."""
    with without_bot(tmp_path) as installation, httpx.Client(base_url=installation.url, timeout=120) as http:
        with ThreadPoolExecutor(len(LESSONS)) as crowd:
            statuses = Counter(crowd.map(lambda lesson_id: asked(http, lesson_id, format="pdf").status_code, LESSONS))
        assert set(statuses) == {200, 429} and statuses[200] >= 8
        assert all(asked(http, lesson_id, format="pdf").status_code == 200 for lesson_id in list(LESSONS)[-2:])


@pytest.mark.parametrize("locale", ["ar", "ur", "hy", "sr", "mk"])
def test_words_keep_their_size_in_every_script(shelf: Shelf, locale: str) -> None:
    """After a heading, a line that begins with a number or a Latin name is not set in the size of the heading."""
    book = shelf.speaker.book
    said = book.say("fake_image_of_me", "13-15", locale).paragraphs[:3]
    listed = Part("told", said[0], (Listed(said, "number"), Text(tuple(shelf.speaker.help(View(locale, "13-15", "MX"))))))
    pdf = pack_pdf(Pack(said[0], locale, book.direction(locale), "", (listed,)))
    sizes: Counter[float] = Counter()
    (page,) = PdfReader(io.BytesIO(pdf)).pages
    page.extract_text(visitor_text=lambda text, cm, tm, font, size: sizes.update({size: len("".join(text.split()))}))
    assert 0 < sizes[TITLE] == sizes[FRONT] < sizes[BODY]  # the same words stand in both


@pytest.mark.parametrize("country", ["GB", "US", "PK", "MA", "XK"])
def test_cards_stay_inside_their_sheet(shelf: Shelf, country: str) -> None:
    """What would not fit on a card would be cut off with a number on it."""
    pack = compose(shelf, "a2_ask_first", View("en", country=country), "https://faro.example")
    sheet = PackSheet(pack)
    for part in pack.parts:
        if isinstance(part.blocks[0], Cards):
            sheet.part(part, first=False)
            assert sheet.get_y() <= sheet.h


def test_every_number_on_paper_stands_with_its_source_and_the_day_of_its_check(school: httpx.Client, shelf: Shelf) -> None:
    """On the small cards too: a card is what a pupil takes home."""
    line = next(card for card in shelf.speaker.help(View("en", country="GB")) if card.get("phone"))
    number, source = line["phone"]["number"], " ".join(line["source"].split())
    said = " ".join(" ".join(pages_of(asked(school, "a2_ask_first", format="pdf").content)).split())
    assert said.count(number) >= 8
    assert min(said.count(line["checked"]), said.count(source)) >= said.count(number)


def test_every_number_on_the_page_stands_with_its_source_and_the_day_of_its_check(school: httpx.Client) -> None:
    page = html.unescape(asked(school, "a2_ask_first", format="html").text)
    cards = [part.split("</div>")[0] for part in page.split('<div class="help">')[1:]]
    cards = [card for card in cards if 'class="number"' in card]
    assert len(cards) >= 8
    checked = re.compile(r"Checked on 20\d\d-\d\d-\d\d <bdi>\(.+?\)</bdi>")
    assert [card for card in cards if not checked.search(card)] == []
