"""Key, band and locale to sentences that were reviewed beforehand, or to nothing."""

import csv
import shutil
from pathlib import Path

import pytest

from api.phrasebook.book import Phrasebook
from api.phrasebook.source import BANDS, PHRASES
from tests.support.installation import ROOT
from tests.support.words import LOCALES


@pytest.fixture(scope="module")
def book() -> Phrasebook:
    return Phrasebook.load(ROOT / "content", ROOT / "locales", drafts=True)


@pytest.fixture
def strict(tmp_path: Path) -> Path:
    for name in ("content", "locales"):
        shutil.copytree(ROOT / name, tmp_path / name)
    return tmp_path


def sign(tree: Path, locale: str) -> None:
    """A reviewer signs every sentence of a locale."""
    path = tree / f"content/reviews/{locale}.csv"
    rows = list(csv.DictReader(path.open(encoding="utf-8")))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows({**row, "role": "native reader"} for row in rows)


def load(tree: Path) -> Phrasebook:
    return Phrasebook.load(tree / "content", tree / "locales", drafts=False)


@pytest.mark.parametrize("locale", LOCALES)
def test_every_key_is_whole_in_every_open_locale(book: Phrasebook, locale: str) -> None:
    """Phrases apart: one without a translation is not offered to the counsellor of a child who reads that language."""
    missing = [
        (key, band)
        for key, of in book.source.sections
        for band in (BANDS if of == "any" else (of,))
        if book.find(key, band, locale) is None and not key.startswith(PHRASES)
    ]
    assert missing == []


def test_every_phrase_is_whole_in_english(book: Phrasebook) -> None:
    phrases = [key for key in book.source.keys if key.startswith(PHRASES)]
    assert len(phrases) > 100
    assert [key for key in phrases if book.find(key, "under-13", "en") is None] == []


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("key", ["suicide_self_harm", "immediate_danger", "live/hurt_now", "unsafe/near", "unsafe/ask_near"])
def test_a_crisis_shows_numbers_before_words(book: Phrasebook, locale: str, key: str) -> None:
    for band in BANDS:
        assert book.say(key, band, locale).paragraphs[0] == "{emergency}"


def test_bands_have_words_of_their_own(book: Phrasebook) -> None:
    said = {book.say("fake_image_of_me", band, "en").paragraphs for band in BANDS}
    assert len(said) == len(BANDS)


def test_no_english_sentence_stands_in_an_arabic_answer(book: Phrasebook) -> None:
    english = {text for section in book.source.sections.values() for text in section.paragraphs if not text.startswith("{")}
    arabic = {text for key, band in book.source.sections for text in book.say(key, band.replace("any", "13-15"), "ar").paragraphs}
    assert english & arabic == set()


def test_without_a_review_production_opens_no_locale(strict: Path) -> None:
    assert load(strict).open_locales() == []


def test_a_locale_opens_when_its_sentences_are_signed(strict: Path) -> None:
    sign(strict, "es")
    assert [locale.code for locale in load(strict).open_locales()] == ["es"]


def test_a_changed_word_withdraws_its_own_review(strict: Path) -> None:
    sign(strict, "en")
    path = strict / "content/topics/privacy/any.md"
    key = next(line[3:] for line in path.read_text("utf-8").splitlines() if line.startswith("## "))
    assert load(strict).find(key, "13-15", "en") is not None
    path.write_text(path.read_text("utf-8").replace("program", "machine", 1), "utf-8")
    assert load(strict).find(key, "13-15", "en") is None


@pytest.mark.parametrize(
    ("wanted", "locale"),
    [
        ("es-MX", "es"),
        ("ar-MA,fr;q=0.8", "ar"),
        ("de-DE,es;q=0.5", "es"),
        ("xx", "en"),
        ("", "en"),
        ("pt_BR", "pt-BR"),
        ("pt-PT", "pt-BR"),
        ("bs-BA", "sr"),
    ],
)
def test_a_browser_is_met_in_the_nearest_open_locale(book: Phrasebook, wanted: str, locale: str) -> None:
    assert book.choose_locale(wanted) == locale
