"""Measure understanding on the test split and write docs/understanding.md: `python evaluate.py [--split dev]`."""
from __future__ import annotations

import os

os.environ["OMP_NUM_THREADS"] = "1"
os.environ["OMP_WAIT_POLICY"] = "passive"

import argparse
import sys
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

from components import privacy  # noqa: F401  (before Rasa)
from serve import HOME, MODEL, check_model
from understand import BATCH, Reader

DOCS = HOME.parent / "docs"
PICTURES = DOCS / "img" / "understanding"
CACHE = str(HOME.parent / ".cache" / "e5.sqlite")


def read_all(reader: Reader, samples: Sequence) -> list:
    """Pairs of sample and reading, by the path of a live message."""
    from understanding.component import FALLBACK, READING, understood

    messages = iter([{"text": sample.text, "locale": sample.locale} for sample in samples])
    readings = []
    while batch := list(islice(messages, BATCH)):
        for parse in reader.read(batch):
            unsure = parse["intent"]["name"] == FALLBACK
            readings.append({**understood(parse), "unsure": unsure, "asked_back": unsure and bool(parse[READING]["ask_back"])})
    return list(zip(samples, readings, strict=True))


def read_stories(reader: Reader, samples: Sequence) -> list:
    """Shares of what is heard in the middle of long stories."""
    from evaluation.stories import stories, story_shares

    return story_shares(read_all(reader, stories(samples)))


def comparison(pairs: list) -> dict:
    """The same messages heard by other pipelines."""
    from evaluation import baselines
    from evaluation.messages import read_training
    from evaluation.scores import scores

    training, samples = read_training(), [sample for sample, _ in pairs]
    found = {"Faro": scores(pairs)}
    for name, ask in (("letters alone", baselines.letters_alone), ("sentence vectors alone", baselines.vectors_alone)):
        found[name] = scores(list(zip(samples, ask(training, samples, CACHE), strict=True)))
    return found


def write_report(split: str, reader: Reader, quick: bool) -> None:
    """All sections; `quick` prints those about needs, and writes nothing."""
    from evaluation import cost, pictures, report
    from evaluation.messages import read_split
    from evaluation.scores import confusions, scores

    memory = cost.memory_mb()
    pairs = read_all(reader, read_split(split))
    locales = sorted({sample.locale for sample, _ in pairs})
    by_locale = {locale: scores([pair for pair in pairs if pair[0].locale == locale]) for locale in locales}
    main_part = report.main_table(by_locale, scores(pairs))
    told = report.story_table(read_stories(reader, [sample for sample, _ in pairs]))
    print(main_part, report.alarm_table(pairs), report.worst(confusions(pairs)), told, sep="\n")
    if quick:
        return
    times = cost.by_length(lambda text: reader.read([{"text": text, "locale": "en"}]))
    sections = {
        "By locale": main_part + "\n![Bars per locale](img/understanding/locales.png)\n",
        "The hard cases": report.HARD + report.alarm_table(read_all(reader, read_split("hard"))),
        "Whole letters": report.letters_table(read_all(reader, read_split("letters"))),
        "In the middle of a long story": told,
        "Beside other pipelines": report.compared(comparison(pairs)),
        "Confidence": "![Confidence against the share that was right](img/understanding/reliability.png)\n",
        "The commonest confusions": report.worst(confusions(pairs)) + "\n![All needs](img/understanding/confusion.png)\n",
        "What a message costs": report.costs(times, cost.bare_vector(), memory),
    }
    pictures.draw_locales(by_locale, PICTURES / "locales.png")
    pictures.draw_reliability(pairs, PICTURES / "reliability.png")
    pictures.draw_confusion(pairs, PICTURES / "confusion.png")
    body = "\n".join(f"## {title}\n{text}" for title, text in sections.items())
    (DOCS / "understanding.md").write_text(report.HEAD + body, encoding="utf-8")
    print(f"written: {DOCS / 'understanding.md'}")


def main() -> None:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--split", choices=("dev", "test", "hard", "letters"), default="test")
    parser.add_argument("--quick", action="store_true", help="print the figures, write no report")
    parser.add_argument("--model", type=Path, default=MODEL)
    options = parser.parse_args()
    check_model(options.model)
    write_report(options.split, Reader(options.model), options.quick)


if __name__ == "__main__":
    sys.path.insert(0, str(HOME))
    main()
