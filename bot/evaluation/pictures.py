"""The pictures of the report: confusion between needs, reliability of the confidence, bars per locale."""
from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")
sys.modules.pop("tensorflow", None)  # matplotlib asks whatever bears that name whether a list is a tensor; ours only stands in
import matplotlib.pyplot as plt
import numpy as np
from understanding.needs import NEEDS

from evaluation.messages import VEILED
from evaluation.scores import Pair, Scores, reliability

INK, SEA, BEAM = "#1B2B34", "#0B5563", "#F2B33D"
# no date and no version in the file: the same figures give the same bytes
PLAIN = {"Software": None}


def draw_confusion(pairs: Sequence[Pair], path: Path) -> None:
    """Rows: what was meant; columns: what was heard; each row sums to one."""
    order = list(NEEDS)
    counts = np.zeros((len(order), len(order)))
    for sample, read in pairs:
        if sample.kind != VEILED:
            counts[order.index(sample.need), order.index(read["need"])] += 1
    shares = counts / np.maximum(counts.sum(1, keepdims=True), 1)
    figure, axes = plt.subplots(figsize=(11, 10))
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    axes.set_xticks(range(len(order)), order, rotation=90, fontsize=7)
    axes.set_yticks(range(len(order)), order, fontsize=7)
    axes.set_xlabel("heard")
    axes.set_ylabel("meant")
    _save(figure, path)


def draw_reliability(pairs: Sequence[Pair], path: Path) -> None:
    """On the diagonal a message that is heard with 80 % is heard rightly in 80 of 100."""
    bins = reliability([(sample, read) for sample, read in pairs if sample.kind != VEILED])
    figure, axes = plt.subplots(figsize=(5, 5))
    axes.plot([0, 1], [0, 1], color=INK, linewidth=0.8, linestyle="--")
    sizes = [20 + 180 * count / max(c for _, _, c in bins) for _, _, count in bins]
    axes.scatter([mean for mean, _, _ in bins], [right for _, right, _ in bins], s=sizes, color=SEA)
    axes.set_xlabel("confidence")
    axes.set_ylabel("share that was right")
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    _save(figure, path)


def draw_locales(by_locale: dict[str, Scores], path: Path) -> None:
    """Exact need and right group, a pair of bars a locale."""
    places = np.arange(len(by_locale))
    figure, axes = plt.subplots(figsize=(8, 3.6))
    axes.bar(places - 0.2, [found.exact for found in by_locale.values()], 0.38, color=SEA, label="exact need")
    axes.bar(places + 0.2, [found.group for found in by_locale.values()], 0.38, color=BEAM, label="right group")
    axes.set_xticks(places, list(by_locale))
    axes.set_ylim(0, 1)
    axes.axhline(0.8, color=INK, linewidth=0.8, linestyle="--")
    axes.legend(loc="lower right")
    _save(figure, path)


def _save(figure: plt.Figure, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.tight_layout()
    figure.savefig(path, dpi=90, metadata=PLAIN)
    plt.close(figure)
