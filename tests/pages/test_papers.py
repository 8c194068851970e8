"""What a child takes along: a plan, a letter to a grown-up and a record without pictures, as a page and as a PDF."""

import io
import re
from collections.abc import Callable

import httpx
import pytest
from pypdf import PdfReader

from api.directory.book import Directory
from api.papers.pdf import words_of
from api.phrasebook.book import Phrasebook
from api.speech.say import Speaker, View
from tests.support.installation import ROOT, Installation
from tests.support.people import ChildClient
from tests.support.words import LOCALES, paragraphs

Children = Callable[..., ChildClient]
THREAT = ("sexual_extortion", "guide:threat", "danger=no", "person=stranger", "place=instagram", "sent=money", "adult=not_yet")


def post(child: ChildClient, do: str, **more: str) -> httpx.Response:
    return child.http.post("/plain", data={"do": do, "conversation": child.id, "token": child.token, **more})


@pytest.fixture
def threatened(child: Children) -> ChildClient:
    someone = child(band="13-15", country="GB")
    for reply in THREAT:
        someone.tap(reply)
    return someone


def text_of(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


def test_the_plan_has_the_steps_that_fit_what_was_answered(threatened: ChildClient) -> None:
    page = post(threatened, "plan").text
    assert paragraphs("plan/no_answer", "en")[0] in page
    assert paragraphs("plan/tell", "en")[0] in page
    assert paragraphs("plan/mute", "en")[0] not in page
    assert "0800 1111" in page


def test_the_plan_of_a_child_who_told_somebody_does_not_tell_them_to(child: Children) -> None:
    told = child(band="13-15")
    for reply in ("bullying", "guide:bullying", "danger=no", "place=tiktok", "person=peer", "adult=yes"):
        told.tap(reply)
    assert paragraphs("plan/tell", "en")[0] not in post(told, "plan").text


def test_a_child_who_said_nothing_yet_has_a_plan_too(child: Children) -> None:
    page = post(child(country="MX"), "plan").text
    assert paragraphs("plan/tell", "en")[0] in page


def test_the_letter_says_what_happened_in_one_line(threatened: ChildClient) -> None:
    page = post(threatened, "letter").text
    assert paragraphs("letter/sexual_extortion", "en")[0] in page
    always = [sentence for key in ("not", "not_picture", "not_my_fault") for sentence in paragraphs(f"letter/{key}", "en")]
    assert all(sentence in page for sentence in always)


def test_the_letter_of_an_abused_child_speaks_of_no_picture(child: Children) -> None:
    someone = child(band="under-13")
    someone.tap("sexual_abuse")
    page = post(someone, "letter").text
    assert all(sentence in page for key in ("sexual_abuse", "not") for sentence in paragraphs(f"letter/{key}", "en"))
    assert not any(sentence in page for sentence in paragraphs("letter/not_picture", "en"))


def test_the_letter_of_who_made_one_does_not_ask_to_be_told_that_it_is_nobodys_fault(child: Children) -> None:
    maker = child(band="16-17")
    maker.tap("made_or_shared")
    assert paragraphs("letter/not_my_fault", "en")[0] not in post(maker, "letter").text


def test_the_record_is_a_form_that_sends_nothing(child: Children) -> None:
    page = post(child(), "record").text
    assert page.count("<textarea") == page.count('<textarea rows="3" dir="auto" autocomplete="off"></textarea>') > 5


@pytest.mark.parametrize("crisis", ["suicide_self_harm", "immediate_danger"])
def test_in_a_crisis_the_numbers_stand_at_once_in_plan_and_letter(child: Children, crisis: str) -> None:
    someone = child(band="13-15", country="GB")
    someone.tap("fake_image_of_me"), someone.tap(crisis)
    letter, plan = post(someone, "letter").text, post(someone, "plan").text
    assert paragraphs(f"letter/{crisis}", "en")[0] in letter
    assert paragraphs("letter/do", "en")[0] not in letter
    assert "999" in letter.split("<footer")[0]
    assert plan.index(paragraphs("plan/safe", "en")[0]) < plan.index(paragraphs("plan/report", "en")[0])


def test_the_letter_speaks_of_what_was_said_last(child: Children) -> None:
    someone = child(band="13-15")
    for need in ("sexual_extortion", "bullying", "sexual_extortion"):
        someone.tap(need)
    assert paragraphs("letter/sexual_extortion", "en")[0] in post(someone, "letter").text


def test_who_made_one_is_given_no_words_of_somebody_else(child: Children) -> None:
    maker = child(band="16-17")
    maker.tap("made_or_shared")
    assert paragraphs("plan/words", "en", "16-17")[1] not in post(maker, "plan").text


@pytest.mark.parametrize("paper", ["plan", "letter", "record"])
@pytest.mark.parametrize("locale", LOCALES)
def test_every_paper_is_a_pdf_in_every_language(child: Children, locale: str, paper: str) -> None:
    reply = post(child(locale=locale, country="MX"), "pdf", paper=paper)
    assert reply.headers["content-type"] == "application/pdf"
    assert "attachment" in reply.headers["content-disposition"]
    assert len(PdfReader(io.BytesIO(reply.content)).pages) in (1, 2)


def test_the_pdf_says_what_the_page_says(threatened: ChildClient) -> None:
    said = text_of(post(threatened, "pdf", paper="plan").content)
    assert paragraphs("plan/no_answer", "en")[0] in said
    assert "0800 1111" in said


def test_an_unknown_paper_is_refused_with_help(child: Children) -> None:
    reply = post(child(), "pdf", paper="diary")
    assert reply.status_code == 400
    assert paragraphs("system/bad_request", "en")[0] in reply.text


def test_nobody_sees_a_paper_without_the_token(faro: Installation, threatened: ChildClient) -> None:
    reply = httpx.post(f"{faro.url}/plain", data={"do": "plan", "conversation": threatened.id, "token": "x" * 43})
    assert reply.status_code == 404
    assert paragraphs("plan/no_answer", "en")[0] not in reply.text


@pytest.mark.parametrize("locale", ["ar", "ur"])
def test_numbers_and_dates_keep_their_order_in_a_right_to_left_pdf(locale: str) -> None:
    """A number whose groups are set in reverse is another number."""
    book = Phrasebook.load(ROOT / "content", ROOT / "locales", drafts=True)
    speaker = Speaker(book, Directory.load(ROOT / "content/directory"))
    for country in speaker.directory.countries:
        for card in speaker.cards("helpline", View(locale, "13-15", country)):
            words = words_of(card)
            outside = re.sub("\u2066[^\u2069]*\u2069", "", words)
            assert not re.search(r"\d[\d +-]{2,}\d", outside), (country, words)
