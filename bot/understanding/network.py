"""A small network over sentence vectors: it hears turns of meaning that a straight line through them cannot separate.

Calm talk in the words of danger ("this homework is killing me") lies between crises; docs/adr/0020-a-network-beside-the-line.md
says what it gains and costs.
"""
from __future__ import annotations

import numpy as np

HIDDEN = 1024
EPOCHS = 16
LAYERS = ("into", "before", "out", "after")
SPREAD = 8.0  # entries of a unit vector are about 0.05; a network learns sooner from entries of about 0.4


class Network:
    """One hidden layer of rectified units; trained by scikit-learn, read by four lines of numpy."""

    def __init__(self, layers: dict[str, np.ndarray] | None = None) -> None:
        self.layers = layers or {}

    def fit(self, vectors: np.ndarray, labels: list[str]) -> None:
        """Learn the classes of unit vectors (float32[n, d]); the columns of `logits` are the sorted labels."""
        from sklearn.neural_network import MLPClassifier

        learner = MLPClassifier((HIDDEN,), alpha=1e-3, batch_size=min(512, len(vectors)), random_state=0)
        classes = sorted(set(labels))
        for _ in range(EPOCHS):
            learner.partial_fit(vectors * SPREAD, labels, classes=classes)
        (into, out), (before, after) = learner.coefs_, learner.intercepts_
        self.layers = dict(zip(LAYERS, (into, before, out, after), strict=True))

    def logits(self, vectors: np.ndarray) -> np.ndarray:
        """float32[n, classes]: the higher, the likelier."""
        hidden = np.maximum(vectors * SPREAD @ self.layers["into"] + self.layers["before"], 0)
        return hidden @ self.layers["out"] + self.layers["after"]
