"""Crisis as a detector of its own: a second vote on whether a child's life or body is in danger.

The classifier learns all needs at once and is easily drawn to a crisis by its words alone ("i died six times on that boss").
The detector has learnt one thing only: a crisis against calm talk that sounds like one (figures of speech, songs, games,
quotes, homework, negations, third person). Disclosures are left out of it: telling those from a crisis is what the classifier
is good at. The two votes weigh the same: one may raise a crisis that the other missed, or veto one that it guessed (ADR 17).
"""
from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.svm import LinearSVC

from understanding.needs import CRISES

CALM = "out_of_scope"
MISSED = 2.0  # in learning, an overheard crisis costs as much as two false alarms; the threshold carries the rest
LEAST = 1e-12


class CrisisDetector:
    """A line between crisis and calm in the classifier's own features: float32[features] and where it stands."""

    def fit(self, features: csr_matrix, needs: Sequence[str]) -> None:
        """Learn from the rows that are either a crisis or calm talk."""
        crisis = np.isin(needs, CRISES)
        rows = np.flatnonzero(crisis | np.isin(needs, CALM))
        weights = np.where(crisis, MISSED, 1.0)[rows]
        fitted = LinearSVC(C=0.2, tol=0.1, random_state=0).fit(features[rows], crisis[rows], sample_weight=weights)
        self.line, self.shift = fitted.coef_[0].astype(np.float32), np.float32(fitted.intercept_[0])

    def margins(self, vectors: np.ndarray, counted: csr_matrix) -> np.ndarray:
        """Above zero where a text sounds more like a crisis than like calm talk."""
        size = vectors.shape[1]
        return np.asarray(vectors @ self.line[:size] + counted @ self.line[size:] + self.shift)


def weigh(probabilities: np.ndarray, needs: Sequence[str], margins: np.ndarray) -> np.ndarray:
    """Move the share of the crises in the classifier's rows to the mean of both votes, in log odds; rows still sum to one."""
    own = np.isin(needs, CRISES)
    before = np.clip(probabilities[:, own].sum(1, dtype=float), LEAST, 1 - LEAST)
    after = 1 / (1 + np.exp(-(np.log(before / (1 - before)) + margins) / 2))
    return probabilities * np.where(own, (after / before)[:, None], ((1 - after) / (1 - before))[:, None])
