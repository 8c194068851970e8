"""Teach the layers of the network all training sentences: `make tune` writes bot/understanding/layers.onnx.

It takes more than an hour on two cores and needs PyTorch, in an environment of its own. A bot needs neither, and
`make train` builds on the file as it lies in the repository.
"""
from __future__ import annotations

import argparse
import math
import random
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from evaluation.messages import Example, read_split, read_training
from evaluation.scores import scores
from tuning.graph import read_network, write
from tuning.network import Reader
from tuning.spelling import respelt
from understanding.encoder import LAYERS, PREFIX, read_package
from understanding.needs import NEEDS

PIECES = 3000  # of a batch
WARM_UP = 150  # batches
CALM = "out_of_scope"
RATE, HEAD_RATE = 2e-4, 3e-3


def label(example: Example) -> str:
    """A need, with its kind where it has one: calm talk in the words of danger is a class of its own."""
    return f"{example.need}:{example.kind}" if example.kind else example.need


def thinned(pieces: list[int], draw: random.Random) -> list[int]:
    """Half of the texts lose an eighth of their pieces, so that no single word decides."""
    if draw.random() < 0.5:
        return pieces
    first, last = 3, len(pieces) - 1  # the prefix and the mark of the end
    return [piece for at, piece in enumerate(pieces) if at < first or at == last or draw.random() > 0.125]


def batches(texts: Sequence[list[int]], draw: random.Random) -> list[list[int]]:
    """Texts of like length together, in any order of the batches."""
    order = sorted(range(len(texts)), key=lambda number: (len(texts[number]) // 2, draw.random()))
    found: list[list[int]] = [[]]
    for number in order:
        if (len(found[-1]) + 1) * len(texts[number]) > PIECES:
            found.append([])
        found[-1].append(number)
    draw.shuffle(found)
    return found


def pace(step: int, steps: int) -> float:
    """A warm-up, then along a cosine to nearly nothing."""
    return min(1.0, step / WARM_UP) * (0.03 + 0.97 * (1 + math.cos(math.pi * step / steps)) / 2)


class Lessons:
    """The training sentences, cut and respelt anew in every round."""

    def __init__(self) -> None:
        self.examples, self.tokens, self.draw = read_training(), read_package().tokens, random.Random(0)
        self.calm: dict[str, list[str]] = defaultdict(list)
        for example in self.examples:
            if example.need == CALM:
                self.calm[example.locale].append(example.text)
        labels = [label(example) for example in self.examples]
        self.classes = sorted(set(labels))
        self.labels = np.array([self.classes.index(one) for one in labels])
        counts = np.bincount(self.labels)
        self.weights = torch.tensor(np.sqrt(counts.mean() / counts), dtype=torch.float32)

    def cut(self, text: str) -> list[int]:
        return self.tokens.cut(PREFIX + text)

    def told(self, example: Example) -> str:
        """One in eight says something ordinary before or after what it is about, as messages do."""
        if self.draw.random() > 0.125 or (example.need != CALM and NEEDS[example.need].tier == "meta"):
            return example.text
        both = [example.text, self.draw.choice(self.calm[example.locale])]
        self.draw.shuffle(both)
        return self.draw.choice((" ", ". ", ", ")).join(both)

    def round(self) -> Iterator[tuple[list[list[int]], torch.Tensor]]:
        """Batches of texts and their classes."""
        texts = [thinned(self.cut(respelt(self.told(example), self.draw)), self.draw) for example in self.examples]
        for numbers in batches(texts, self.draw):
            yield [texts[number] for number in numbers], torch.tensor(self.labels[numbers])


def centre(reader: Reader, lessons: Lessons) -> None:
    """The mean of the vectors before learning; it is taken away before the lines of the classes."""
    some = sorted((lessons.cut(one.text) for one in lessons.draw.sample(lessons.examples, 2000)), key=len)
    with torch.no_grad():
        reader.mean.copy_(torch.cat([reader.vectors(some[at : at + 50]) for at in range(0, len(some), 50)]).mean(0))


def learn_round(reader: Reader, lessons: Lessons, optimizer: torch.optim.Optimizer, done: float, rounds: int) -> float:
    """One round over all sentences; the mean loss."""
    reader.train()
    lesson, losses = list(lessons.round()), []
    start = int(done * len(lesson))
    for step, (texts, labels) in enumerate(lesson, start):
        for group in optimizer.param_groups:
            group["lr"] = group["rate"] * pace(step, rounds * len(lesson))
        loss = F.cross_entropy(reader(texts), labels, weight=lessons.weights, label_smoothing=0.05)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(reader.parameters(), 1.0)
        optimizer.step()
        losses.append(loss.item())
    return float(np.mean(losses))


def heard(reader: Reader, lessons: Lessons) -> str:
    """What the network alone makes of `dev`; the model that is trained on it adds letters and words."""
    reader.eval()
    samples = read_split("dev")
    texts = [lessons.cut(sample.text) for sample in samples]
    pairs = []
    for numbers in batches(texts, lessons.draw):
        with torch.no_grad():
            answers = reader([texts[number] for number in numbers]).argmax(1)
        pairs += [(samples[number], {"need": lessons.classes[answer].split(":")[0], "confidence": 1.0})
                  for number, answer in zip(numbers, answers.tolist(), strict=True)]
    found = scores(pairs)
    return f"exact {found.exact:.3f}, crises {found.crisis:.3f}, alarms {found.everyday_alarms:.3f} and {found.figure_alarms:.3f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="0 writes the layers as the package brings them")
    parser.add_argument("--out", type=Path, default=LAYERS)
    options = parser.parse_args()
    torch.manual_seed(0)
    lessons = Lessons()
    assert {one.split(":")[0] for one in lessons.classes} == set(NEEDS)
    reader = Reader(read_network(), len(lessons.classes))
    centre(reader, lessons)
    own = [values for name, values in reader.named_parameters() if not name.startswith("head")]
    groups = [{"params": own, "rate": RATE, "weight_decay": 0.01},
              {"params": list(reader.head.parameters()), "rate": HEAD_RATE, "weight_decay": 0.0}]
    optimizer, began = torch.optim.AdamW(groups, lr=RATE, betas=(0.9, 0.98)), time.monotonic()
    if not options.rounds:
        write(reader.learnt(), options.out)
    for number in range(options.rounds):
        loss = learn_round(reader, lessons, optimizer, number, options.rounds)
        write(reader.learnt(), options.out)
        print(f"round {number + 1}: loss {loss:.3f}, dev {heard(reader, lessons)}, {time.monotonic() - began:.0f} s", flush=True)


if __name__ == "__main__":
    main()
