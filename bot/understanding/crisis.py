"""Crisis as a detector of its own: a second vote on whether a child's life or body is in danger.

The classifier learns all needs at once and is easily drawn to a crisis by its words alone ("i died six times on that boss").
The detector learns one thing only, crisis or not, and most of all from calm talk that sounds like a crisis: figures of speech,
songs, games, quotes, homework, negations. The two votes weigh the same: one may raise a crisis that the other missed, or veto
one that it guessed (docs/adr/0017).
"""
from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.svm import LinearSVC

from understanding.needs import CRISES

# What an example counts in learning. A disclosure taken for a crisis still gets urgent help, so it counts least.
HARD, LIKELY, OTHER = 2.0, 1.0, 0.3
WEIGHTS = {"out_of_scope:figures": HARD, "out_of_scope": LIKELY, **dict.fromkeys(CRISES, LIKELY)}
LEAST = 1e-12


class CrisisDetector:
    """A line between crisis and everything else in the classifier's own features: float32[features] and a shift."""

    def fit(self, features: csr_matrix, labels: Sequence[str]) -> None:
        """Learn from all examples at once, by their needs and kinds."""
        weights = [WEIGHTS.get(label, OTHER) for label in labels]
        fitted = LinearSVC(C=0.3, tol=0.1, random_state=0).fit(features, np.isin(labels, CRISES), sample_weight=weights)
        self.line, self.shift = fitted.coef_[0].astype(np.float32), np.float32(fitted.intercept_[0])

    def margins(self, vectors: np.ndarray, counted: csr_matrix) -> np.ndarray:
        """One number a text, above zero where it sounds more like a crisis than like anything else."""
        size = vectors.shape[1]
        return np.asarray(vectors @ self.line[:size] + counted @ self.line[size:] + self.shift)


def weigh(probabilities: np.ndarray, needs: Sequence[str], margins: np.ndarray) -> np.ndarray:
    """Move the share of the crises in the classifier's rows to the mean of both votes, in log odds; rows still sum to one."""
    own = np.isin(needs, CRISES)
    before = np.clip(probabilities[:, own].sum(1, dtype=float), LEAST, 1 - LEAST)
    after = 1 / (1 + np.exp(-(np.log(before / (1 - before)) + margins) / 2))
    return probabilities * np.where(own, (after / before)[:, None], ((1 - after) / (1 - before))[:, None])
