"""The numbers behind understanding: one linear classifier over sentence vectors, one over letters and words, added up.

Taught together they would lean on the vectors, whose layers know the training sentences already (docs/adr/0022), and a message
of somebody new would be heard worse.

It stores arrays and JSON, never a pickle, and no sentence: the cache is keyed by a hash.
"""
from __future__ import annotations

import hashlib
import json
import logging
import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence, Set
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from understanding.encoder import embed, encoder, network_hash
from understanding.text import consonants, fold

logger = logging.getLogger("faro.model")
BATCH = 5000  # sentences whose vectors are written down together
TOGETHER = 8  # that go through the network together; more are no faster
LINES = ("mean", "meaning", "meaning_bias", "letters", "letters_bias")
KIND = ":"  # `out_of_scope:figures` is learnt as a class of its own and counted as out_of_scope


def of_a_length(cut: dict[bytes, list[int]]) -> Iterator[list[bytes]]:
    """The keys of texts that are cut into as many pieces, some at a time."""
    for _, same in groupby(sorted(cut, key=lambda key: len(cut[key])), key=lambda key: len(cut[key])):
        keys = list(same)
        yield from (keys[at : at + TOGETHER] for at in range(0, len(keys), TOGETHER))


class EmbeddingCache:
    """Vectors of the training sentences on disk, because embedding them takes longer than all the rest.

    Each network has a file of its own, so that a run reads no vectors that it can't use. The last two stay: hundreds of
    megabytes each, and `make compare` goes back and forth between two networks.
    """

    def __init__(self, path: str | None) -> None:
        self.db = sqlite3.connect(self._file(Path(path)) if path else ":memory:", timeout=30)
        self.db.execute("create table if not exists vectors (hash blob primary key, vector blob)")

    @staticmethod
    def _file(path: Path) -> Path:
        """The file of this network, marked as the last one used; those of networks long gone are removed."""
        path.parent.mkdir(parents=True, exist_ok=True)
        own = path.with_stem(f"{path.stem}-{network_hash()[:8]}")
        own.touch()
        others = {file for file in path.parent.glob(f"{path.stem}-*{path.suffix}") if file != own}
        for file in sorted(others, key=lambda file: file.stat().st_mtime)[:-1]:
            file.unlink(missing_ok=True)
        return own

    def get(self, texts: Sequence[str]) -> np.ndarray:
        """Vectors in the order of the texts; the missing ones are computed first."""
        keys = [hashlib.sha256(text.encode()).digest() for text in texts]
        known = self._read(keys)
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        known.update(self._compute(missing))
        return np.vstack([known[key] for key in keys])

    def _read(self, keys: list[bytes]) -> dict[bytes, np.ndarray]:
        wanted = set(keys)
        rows = self.db.execute("select hash, vector from vectors")
        return {key: np.frombuffer(value, np.float32) for key, value in rows if key in wanted}

    def _compute(self, missing: dict[bytes, str]) -> dict[bytes, np.ndarray]:
        """Each core takes some sentences of a length after the other."""
        keys, found = list(missing), {}
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            for start in range(0, len(keys), BATCH):
                cut = {key: encoder().cut(missing[key]) for key in keys[start : start + BATCH]}
                groups = list(of_a_length(cut))
                vectors = pool.map(encoder().vectors, ([cut[key] for key in group] for group in groups))
                own = dict(pair for group, rows in zip(groups, vectors, strict=True) for pair in zip(group, rows, strict=True))
                self._write(own)
                found.update(own)
                logger.info("sentence vectors: %d of %d", len(found), len(keys))
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
        self.lines: dict[str, np.ndarray] = {}
        self.grams = {
            "letters": self._vectorizer("char_wb", *settings["letters"]),
            "words": self._vectorizer("word", *settings["words"]),
            "consonants": self._vectorizer("char_wb", *settings["consonants"], consonants),
        }

    def fit(self, texts: list[str], labels: list[str]) -> None:
        """Learn from the examples."""
        vectors = EmbeddingCache(self.settings["embedding_cache"]).get(texts)
        self.lines["mean"] = vectors.mean(0)
        logger.info("fitting %d sentences, %d needs", len(texts), len({label.split(KIND)[0] for label in labels}))
        with ThreadPoolExecutor(1) as beside:
            meaning = beside.submit(self._fit_meaning, self._centred(vectors), labels)
            self._fit_letters(texts, labels)
            meaning.result()

    def _fit_meaning(self, centred: np.ndarray, labels: list[str]) -> None:
        fitted = LogisticRegression(C=self.settings["meaning_C"], max_iter=100).fit(centred, labels)
        self._keep("meaning", fitted.coef_.astype(np.float32), fitted.intercept_)

    def _fit_letters(self, texts: list[str], labels: list[str]) -> None:
        """Balanced, because some needs have more examples than others."""
        features = self._counted(texts, "fit_transform")
        # a tenth of the usual precision: nothing changes on data/dev, and it takes two thirds of the time
        fitted = LinearSVC(C=self.settings["letters_C"], class_weight="balanced", tol=0.1, random_state=0).fit(features, labels)
        self.classes = [str(name) for name in fitted.classes_]
        # half precision is precise enough, and there are 290,000 times 44 of them in every bot
        self._keep("letters", fitted.coef_.astype(np.float16), fitted.intercept_)

    def _keep(self, name: str, weights: np.ndarray, bias: np.ndarray) -> None:
        self.lines[name] = np.ascontiguousarray(weights.T)
        self.lines[f"{name}_bias"] = bias.astype(np.float32)

    @property
    def needs(self) -> list[str]:
        """The columns of `probabilities`."""
        return sorted({name.split(KIND)[0] for name in self.classes})

    def probabilities(self, texts: Sequence[str]) -> np.ndarray:
        """One row per text, one column per need, rows sum to one.

        The weights of the two were set on development data, and so that what is said with 80 % is right in 80 of 100 (Guo et
        al., "On Calibration of Modern Neural Networks", 2017).
        """
        meaning = self._centred(embed(texts)) @ self.lines["meaning"] + self.lines["meaning_bias"]
        margins = self.settings["meaning_weight"] * meaning + self.settings["letters_weight"] * self._by_letters(texts)
        exponents = np.exp(margins - margins.max(1, keepdims=True))
        return (exponents / exponents.sum(1, keepdims=True)) @ self._kinds()

    def foremost(self, texts: Sequence[str], most: int, calm: Set[str]) -> list[str]:
        """Of many sentences those whose letters and words speak most for a need that is not `calm`, the clearest first.

        It costs little beside their vectors, and finds the one that matters in the middle of a long story.
        """
        margins = self._by_letters(texts)
        is_calm = np.array([name.split(KIND)[0] in calm for name in self.classes])
        speaks = margins[:, ~is_calm].max(1) - margins[:, is_calm].max(1)
        return [texts[index] for index in np.argsort(-speaks, kind="stable")[:most]]

    def save(self, folder: Path) -> None:
        """Write arrays and JSON into the model archive."""
        idf = {name: vectorizer.idf_ for name, vectorizer in self.grams.items()}
        np.savez(folder / "model.npz", **self.lines, **{f"{name}_idf": values for name, values in idf.items()})
        vocabularies = {name: {gram: int(column) for gram, column in vectorizer.vocabulary_.items()}
                        for name, vectorizer in self.grams.items()}
        content = {"classes": self.classes, "vocabularies": vocabularies, "network": network_hash()}
        (folder / "model.json").write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, settings: dict[str, Any], folder: Path) -> NeedModel:
        """Read what `save` wrote; pickles are refused. Raises ValueError if other sentence vectors were learnt from."""
        model = cls(settings)
        content = json.loads((folder / "model.json").read_text(encoding="utf-8"))
        if content["network"] != network_hash():
            raise ValueError("the model was trained on other sentence vectors: make train")
        with np.load(folder / "model.npz", allow_pickle=False) as arrays:
            model.lines = {name: arrays[name] for name in LINES}
            for name, vectorizer in model.grams.items():
                vectorizer.vocabulary_ = content["vocabularies"].pop(name)  # given as `vocabulary` it would be copied
                vectorizer.idf_ = arrays[f"{name}_idf"].astype(np.float32)
        model.classes = content["classes"]
        return model

    def _kinds(self) -> np.ndarray:
        """Which class counts for which need: float32[classes, needs] of zeros and ones."""
        own = np.array([name.split(KIND)[0] for name in self.classes])
        return (own[:, None] == np.array(self.needs)[None, :]).astype(np.float32)

    def _centred(self, vectors: np.ndarray) -> np.ndarray:
        centred = vectors - self.lines["mean"]
        return centred / np.maximum(np.linalg.norm(centred, axis=1, keepdims=True), 1e-6)

    def _by_letters(self, texts: Sequence[str]) -> np.ndarray:
        """Only the rows of what stands in the texts are taken to full precision."""
        counted = self._counted(texts)
        columns, position = np.unique(counted.indices, return_inverse=True)
        present = csr_matrix((counted.data, position, counted.indptr), shape=(len(texts), len(columns)))
        return present @ self.lines["letters"][columns].astype(np.float32) + self.lines["letters_bias"]

    def _counted(self, texts: Sequence[str], how: str = "transform") -> csr_matrix:
        letters, words, bones = (getattr(self.grams[name], how)(texts) for name in ("letters", "words", "consonants"))
        return hstack([letters, self.settings["word_weight"] * words, bones]).tocsr()

    @staticmethod
    def _vectorizer(analyzer: str, shortest: int, longest: int, limit: int, read: Callable[[str], str] = fold) -> TfidfVectorizer:
        """Counts of letters or words; one-letter words matter in a chat."""
        pattern = r"(?u)\b\w+\b" if analyzer == "word" else None
        return TfidfVectorizer(analyzer=analyzer, ngram_range=(shortest, longest), max_features=limit,
                               preprocessor=read, token_pattern=pattern, sublinear_tf=True, dtype=np.float32)
