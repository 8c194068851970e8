"""A card says whom a line serves and what a place takes: a child who called in vain may not call again."""

import io
from collections.abc import Iterator
from typing import Any

import pytest
from pypdf import PdfReader

from tests.support.installation import Installation, without_bot
from tests.support.people import ChildClient
from tests.support.words import LOCALES, label

ADDRESS, REPORT = (label("cards", name, "en").split(": ")[1] for name in ("hotline", "hotline_other"))
PUNJAB, SINDH = (label("cards", "region", "en").format(region=region) for region in ("Punjab", "Sindh"))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with without_bot(tmp_path_factory.mktemp("site")) as installation:
        yield installation


def plain(text: str) -> str:
    """Without the marks that keep a Latin name in order inside Arabic."""
    return text.translate({0x2068: None, 0x2069: None})


def numbers(cards: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(card["phone"]["number"], plain(card["text"])) for card in cards if card["phone"]]


@pytest.mark.parametrize("locale", LOCALES)
def test_a_line_of_one_region_says_so_in_the_childs_language(site: Installation, locale: str) -> None:
    only = label("cards", "region", locale)
    assert locale == "en" or only != label("cards", "region", "en")
    help_ = numbers(ChildClient.start(site.url, locale=locale, country="PK").started["help"])
    said = [[number for number, text in help_ if only.format(region=region) in text] for region in ("Punjab", "Sindh")]
    assert said == [["1121"], ["1121"]]


def test_a_line_of_the_whole_country_comes_before_those_of_its_regions(site: Installation) -> None:
    help_ = numbers(ChildClient.start(site.url, country="PK").started["help"])
    assert [number for number, _ in help_] == ["15", "0800-39393", "1121", "1121"]  # 15 in an emergency


def test_the_region_stands_on_every_page_on_paper_and_in_errors(site: Installation) -> None:
    child = ChildClient.start(site.url, country="PK")
    form = {"do": "pdf", "paper": "plan", "conversation": child.id, "token": child.token}
    plan = PdfReader(io.BytesIO(child.http.post("/plain", data=form).content))
    seen = {
        "page without JavaScript": child.http.get("/", params={"country": "PK", "locale": "en"}).text,
        "pdf": " ".join(" ".join(page.extract_text() for page in plan.pages).split()),
        "pupil's page": child.http.get("/class", params={"country": "PK", "locale": "en"}).text,
        "sheets of a lesson": child.http.get("/v1/lessons/a2_ask_first/pack", params={"country": "PK", "format": "html"}).text,
        "error": child.http.get("/v1/conversations/none", headers={"faro-country": "PK"}).text,
    }
    assert {where: (PUNJAB in text, SINDH in text) for where, text in seen.items()} == dict.fromkeys(seen, (True, True))


def told(site: Installation, country: str) -> list[tuple[str, bool]]:
    """The places to report that a child reads of, and whether a place is said to take a web address."""
    bubbles = ChildClient.start(site.url, country=country, band="13-15").tap("report_to_platform/no_answer")["bubbles"]
    said = [b["text"].split(": ", 1) for b in bubbles if b["key"] == "card/hotline"]
    assert {sentence.split(" Open")[0] for _, sentence in said} <= {ADDRESS, REPORT}
    return [(name, sentence.startswith(ADDRESS)) for name, sentence in said]


WORLDWIDE = [("INHOPE", True), ("IWF / ICMEC Reporting Portal", True)]


@pytest.mark.parametrize(
    ("country", "own"),
    [
        ("PK", "National Cyber Crime Investigation Agency (NCCIA), helpline"),
        ("TN", "Délégué à la protection de l'enfance (dpe.tn)"),
    ],
)
def test_where_no_place_takes_a_web_address_the_worldwide_ones_do(site: Installation, country: str, own: str) -> None:
    assert told(site, country) == [*WORLDWIDE, (own, False)]


def test_a_web_address_is_asked_for_only_where_the_place_takes_it(site: Installation) -> None:
    assert told(site, "GB") == [("Internet Watch Foundation", True), ("CEOP Safety Centre (police)", False)]
    assert told(site, "CO") == [("Te Protejo Colombia (Red PaPaz)", True)]
    assert told(site, "ZZ") == WORLDWIDE
