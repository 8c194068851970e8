"""Faro's understanding beside Rasa's own, both taught the same sentences: `make compare` writes docs/understanding-rasa.md.

All sentences would keep Rasa's classifier busy for hours on two cores, so both learn the same sample of them.
"""
from __future__ import annotations

import os

os.environ["OMP_NUM_THREADS"] = "1"

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import yaml
from components import privacy  # noqa: F401  (before Rasa)
from evaluate import CACHE, DOCS, HOME
from evaluation.baselines import trained_on
from evaluation.messages import Example, Sample, read_split, read_training
from evaluation.report import percent, table
from evaluation.scores import Reading, scores

DIET = HOME / "diet"
EPOCHS = next(one["epochs"] for one in yaml.safe_load((DIET / "config.yml").read_text())["pipeline"] if "epochs" in one)
Hear = Callable[[list[Example], list[Sample]], list[Reading]]
HEAD = """# Beside Rasa's own pipeline
Written by `make compare`. Both learn the same {learnt} sentences ({each} of each need and locale, drawn with a fixed seed) and
are asked the same {asked} messages of `bot/data/test`, as whole messages and without thresholds. Rasa's is its default pipeline
for intents (words, groups of letters, DIET), with {epochs} epochs instead of 100, by which the training sentences are learnt to
the last, and real TensorFlow in an environment of its own. Faro also learns the kind of a sentence, where one has a kind. The
last row is Faro's model taught all sentences. *Time* is for learning and answering; Faro's sentence vectors are kept from
earlier trainings.

"""


def sample(each: int) -> list[Example]:
    """So many sentences of each need and locale."""
    groups = defaultdict(list)
    for example in read_training():
        groups[example.need, example.locale].append(example)
    draw = random.Random(0)
    return [one for _, group in sorted(groups.items()) for one in draw.sample(group, min(each, len(group)))]


def diet(training: list[Example], asked: list[Sample]) -> list[Reading]:
    """What Rasa's default pipeline hears."""
    with tempfile.TemporaryDirectory() as folder:
        learn, ask, answers = (Path(folder) / name for name in ("learn.json", "ask.json", "answers.json"))
        learn.write_text(json.dumps([[one.text, one.need] for one in training]), encoding="utf-8")
        ask.write_text(json.dumps([one.text for one in asked]), encoding="utf-8")
        python = HOME.parent / ".venv-diet/bin/python"
        command = [python, "-W", "ignore", DIET / "hear.py", learn, ask, answers]
        own = {"PATH": os.environ["PATH"], "HOME": folder, "RASA_CACHE_DIRECTORY": folder}
        subprocess.run(command, check=True, env=own, stdout=subprocess.DEVNULL)
        return [{"need": need, "confidence": 1.0} for need in json.loads(answers.read_text(encoding="utf-8"))]


def row(name: str, training: list[Example], asked: list[Sample], hear: Hear) -> list[str]:
    """One line of the table."""
    began = time.monotonic()
    found = scores(list(zip(asked, hear(training, asked), strict=True)))
    shares = (found.exact, found.group, found.crisis, found.everyday_alarms, found.figure_alarms)
    return [name, str(len(training)), *map(percent, shares), f"{time.monotonic() - began:.0f} s"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--each", type=int, default=4)
    each = parser.parse_args().each
    some, asked = sample(each), read_split("test")

    def ours(training: list[Example], messages: list[Sample]) -> list[Reading]:
        return trained_on(training, messages, CACHE)

    heads = ("pipeline", "learnt", "exact need", "right group", "crisis recall", "alarms: everyday", "alarms: figures", "time")
    rows = [
        row("Rasa's default", some, asked, diet),
        row("Faro", some, asked, ours),
        row("Faro, all sentences", read_training(), asked, ours),
    ]
    text = HEAD.format(learnt=len(some), each=each, asked=len(asked), epochs=EPOCHS) + table(heads, rows)
    (DOCS / "understanding-rasa.md").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    sys.path.insert(0, str(HOME))
    main()
