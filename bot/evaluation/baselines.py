"""What Faro's classifier is compared with, trained on the same sentences and asked the same messages."""
from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.svm import LinearSVC
from understanding.component import Understanding
from understanding.model import EmbeddingCache, NeedModel

from evaluation.messages import Example, Sample
from evaluation.scores import Reading

Rows = Callable[[Sequence[str]], csr_matrix]


def settings(cache: str) -> dict[str, Any]:
    """The settings of the shipped pipeline, with the cache of sentence vectors."""
    return {**Understanding.get_default_config(), "embedding_cache": cache}


def letters_alone(training: Sequence[Example], asked: Sequence[Sample], cache: str) -> list[Reading]:
    """Groups of three to five letters without sentence vectors or words."""
    letters = NeedModel(settings(cache)).grams["letters"]
    letters.fit([example.text for example in training])
    return _answers(letters.transform, training, asked)


def vectors_alone(training: Sequence[Example], asked: Sequence[Sample], cache: str) -> list[Reading]:
    """Centred sentence vectors without letters or words."""
    vectors = EmbeddingCache(cache)
    mean = vectors.get([example.text for example in training]).mean(0)

    def centred(texts: Sequence[str]) -> csr_matrix:
        found = vectors.get(texts) - mean
        return csr_matrix(found / np.linalg.norm(found, axis=1, keepdims=True))

    return _answers(centred, training, asked)


def _answers(rows: Rows, training: Sequence[Example], asked: Sequence[Sample]) -> list[Reading]:
    fitted = LinearSVC(C=0.5, class_weight="balanced", tol=0.1, random_state=0)
    fitted.fit(hstack([rows([example.text for example in training])]).tocsr(), [example.need for example in training])
    return [{"need": str(need), "confidence": 1.0} for need in fitted.predict(rows([sample.text for sample in asked]))]

