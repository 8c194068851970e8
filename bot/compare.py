"""Faro's understanding beside Rasa's own, both taught the same sentences: `make compare` writes docs/understanding-rasa.md.

All sentences would keep Rasa's classifier busy for hours on two cores, so both learn the same sample of them. Faro's layers have
learnt all sentences already (`make tune`); to be fair, Faro is also asked with the layers as their package brings them.
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
from evaluate import DOCS, HOME
from evaluation.messages import Example, Sample, read_split, read_training
from evaluation.report import percent, table
from evaluation.scores import Reading, scores

DIET = HOME / "diet"
EPOCHS = next(one["epochs"] for one in yaml.safe_load((DIET / "config.yml").read_text())["pipeline"] if "epochs" in one)
PLAIN = HOME.parent / ".cache" / "plain.onnx"  # the layers before tuning, written by `make compare`
LEFT_OUT = ("sq", "ur")  # one in Latin letters, one in two scripts
Hear = Callable[[list[Example], list[Sample]], list[Reading]]
HEAD = """# Beside Rasa's own pipeline
Written by `make compare`. Rasa's is its default pipeline for intents (words, groups of letters, DIET), with {epochs} epochs
instead of 100, by which the training sentences are learnt to the last, and real TensorFlow in an environment of its own. All are
asked the same {asked} messages of `bot/data/test`, as whole messages and without thresholds.

## The same sentences
All learn the same {learnt} sentences ({each} of each need and locale, drawn with a fixed seed). *Plain*: with the layers of the
network as their package brings them. Faro as it is shipped would have an advantage here, because its layers have learnt all
training sentences ([ADR 22](adr/0022-layers-that-have-learnt.md)). *Time* is for learning and answering.

"""
OTHERS = """
## Other writers, other languages
How much hangs on having a writer, or a language, among the training sentences. Also with the plain layers: the tuned ones have
seen them all.

"""


def sample(each: int) -> list[Example]:
    """So many sentences of each need and locale."""
    groups = defaultdict(list)
    for example in read_training():
        groups[example.need, example.locale].append(example)
    draw = random.Random(0)
    return [one for _, group in sorted(groups.items()) for one in draw.sample(group, min(each, len(group)))]


def elsewhere(command: list[str | Path], own: dict[str, str], training: list[Example], asked: list[Sample]) -> list[Reading]:
    """What a pipeline hears that runs in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        learn, ask, answers = (Path(folder) / name for name in ("learn.json", "ask.json", "answers.json"))
        learn.write_text(json.dumps([[one.text, one.need] for one in training]), encoding="utf-8")
        ask.write_text(json.dumps([one.text for one in asked]), encoding="utf-8")
        environment = {"PATH": os.environ["PATH"], "HOME": folder, "RASA_CACHE_DIRECTORY": folder, **own}
        subprocess.run([*command, learn, ask, answers], check=True, env=environment, stdout=subprocess.DEVNULL)
        return [{"need": need, "confidence": 1.0} for need in json.loads(answers.read_text(encoding="utf-8"))]


def diet(training: list[Example], asked: list[Sample]) -> list[Reading]:
    """What Rasa's default pipeline hears."""
    return elsewhere([HOME.parent / ".venv-diet/bin/python", "-W", "ignore", DIET / "hear.py"], {}, training, asked)


def plain(training: list[Example], asked: list[Sample]) -> list[Reading]:
    """What Faro hears through the layers before tuning; the kinds of sentences are learnt too."""
    labelled = [one._replace(need=f"{one.need}:{one.kind}") if one.kind else one for one in training]
    return elsewhere([sys.executable, HOME / "evaluation" / "hear.py"], {"FARO_LAYERS": str(PLAIN)}, labelled, asked)


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

    heads = ("pipeline", "learnt", "exact need", "right group", "crisis recall", "alarms: everyday", "alarms: figures", "time")
    same = [row("Rasa's default", some, asked, diet), row("Faro, plain", some, asked, plain)]
    training = read_training()
    others = [row("all", training, asked, plain)]
    others += [row("the first writer of each locale", [one for one in training if one.writer == 1], asked, plain)]
    others += [row(f"{locale}, learnt from the other nine", [one for one in training if one.locale != locale],
                   [one for one in asked if one.locale == locale], plain) for locale in LEFT_OUT]
    text = HEAD.format(learnt=len(some), each=each, asked=len(asked), epochs=EPOCHS) + table(heads, same)
    text += OTHERS + table(("taught", *heads[1:]), others)
    (DOCS / "understanding-rasa.md").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    sys.path.insert(0, str(HOME))
    main()
