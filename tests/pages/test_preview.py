"""For editors: any text in any band and language, beside the English, and never in production."""

from html import unescape

import httpx
import pytest

from tests.support.installation import Installation
from tests.support.words import LOCALES, paragraphs


@pytest.mark.parametrize("locale", [locale for locale in LOCALES if locale != "en"])
def test_a_text_stands_beside_the_english(faro: Installation, locale: str) -> None:
    asked = {"key": "fake_image_of_me", "band": "13-15", "locale": locale}
    page = unescape(httpx.get(f"{faro.url}/preview", params=asked).text)
    assert paragraphs("fake_image_of_me", "en")[0] in page
    assert paragraphs("fake_image_of_me", locale)[0] in page


@pytest.mark.parametrize("wrong", [{"key": "nothing"}, {"band": "40"}, {"locale": "tlh"}])
def test_what_there_is_not_is_not_found(faro: Installation, wrong: dict[str, str]) -> None:
    assert httpx.get(f"{faro.url}/preview", params=wrong).status_code == 404
