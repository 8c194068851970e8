"""Read messages from a file: `python understand.py IN OUT`, one JSON object per line, {id, text, locale}.

A helpline audits the model on its own messages with it. They go through the same graph as a live message. A line that
cannot be read is named by its number, never quoted; the good lines are written all the same.
"""
from __future__ import annotations

import os

os.environ["OMP_WAIT_POLICY"] = "passive"

import argparse
import json
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any, TextIO

from components import privacy  # noqa: F401  (before Rasa)
from serve import HOME, MODEL, check_model

BATCH = 128
MAX_LINE = 1_000_000


def read_line(line: str) -> dict[str, Any] | None:
    """A message, or None when the line is not one."""
    try:
        message = json.loads(line) if len(line) <= MAX_LINE else None
    except ValueError:
        return None
    good = isinstance(message, dict) and isinstance(message.get("text"), str)
    good = good and isinstance(message.get("id"), (str, int)) and isinstance(message.get("locale") or "", str)
    return message if good else None


def read_messages(lines: TextIO, bad: list[int]) -> Iterator[dict[str, Any]]:
    """The good lines; the numbers of the others are collected in `bad`."""
    for number, line in enumerate(lines, 1):
        message = read_line(line) if line.strip() else None
        if message:
            yield message
        elif line.strip():
            bad.append(number)


class Reader:
    """The trained model, asked in batches."""

    def __init__(self, model: Path) -> None:
        from rasa.core.agent import Agent

        self.processor = Agent.load(str(model)).processor

    def read(self, messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """What was understood of each message; none of them is part of a conversation."""
        from components.channel import as_message
        from rasa.engine.constants import PLACEHOLDER_MESSAGE, PLACEHOLDER_TRACKER
        from rasa.shared.core.trackers import DialogueStateTracker

        inputs = {
            PLACEHOLDER_MESSAGE: [as_message(message["text"], message.get("locale") or "en") for message in messages],
            PLACEHOLDER_TRACKER: DialogueStateTracker("batch", self.processor.domain.slots),
        }
        target = self.processor.model_metadata.nlu_target
        return [message.as_dict(only_output_properties=True) for message in
                self.processor.graph_runner.run(inputs=inputs, targets=[target])[target]]


def write_needs(reader: Reader, messages: Iterator[dict[str, Any]], out: TextIO) -> None:
    """One line of needs for each message, in the order they came."""
    from understanding.component import understood

    while batch := list(islice(messages, BATCH)):
        for message, parse in zip(batch, reader.read(batch), strict=True):
            out.write(json.dumps({"id": message["id"], **understood(parse)}, ensure_ascii=False) + "\n")


def main() -> int:
    """Exit with 2 when a line could not be read."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", type=Path, metavar="IN")
    parser.add_argument("target", type=Path, metavar="OUT")
    parser.add_argument("--model", type=Path, default=MODEL)
    options = parser.parse_args()
    check_model(options.model)
    bad: list[int] = []
    with options.source.open(encoding="utf-8", errors="replace") as lines, \
            options.target.open("w", encoding="utf-8") as out:
        write_needs(Reader(options.model), read_messages(lines, bad), out)
    for number in bad:
        print(f"line {number} is not a message", file=sys.stderr)
    return 2 if bad else 0


if __name__ == "__main__":
    sys.path.insert(0, str(HOME))
    sys.exit(main())
