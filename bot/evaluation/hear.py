"""Faro's model learns some sentences and answers others, in a process of its own, whatever layers it is started with.

    FARO_LAYERS=layers.onnx python evaluation/hear.py LEARN.json ASK.json ANSWERS.json

The protocol is that of `diet/hear.py`: a list of [text, need]; a list of texts; the need that each was heard as.
"""
from __future__ import annotations

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from components import privacy  # noqa: F401  (before Rasa)
from understanding.component import Understanding
from understanding.model import NeedModel

CACHE = str(Path(__file__).resolve().parents[2] / ".cache" / "e5.sqlite")


def main(learn: Path, ask: Path, answers: Path) -> None:
    rows = json.loads(learn.read_text(encoding="utf-8"))
    model = NeedModel({**Understanding.get_default_config(), "embedding_cache": CACHE})
    model.fit([text for text, _ in rows], [label for _, label in rows])
    found = model.probabilities(json.loads(ask.read_text(encoding="utf-8"))).argmax(1)
    answers.write_text(json.dumps([model.needs[int(best)] for best in found]), encoding="utf-8")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]))
