"""Rasa's default pipeline learns some sentences and answers others. Runs in an environment of its own (`make compare`).

    python hear.py LEARN.json ASK.json ANSWERS.json

LEARN: a list of [text, need]; ASK: a list of texts; ANSWERS: the need that each was heard as. Telemetry is off: no words leave.
"""
from __future__ import annotations

import os

os.environ["RASA_TELEMETRY_ENABLED"] = "false"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "2"

import asyncio
import json
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

import yaml
from rasa.core.agent import Agent
from rasa.model_training import train_nlu

CONFIG = Path(__file__).with_name("config.yml")


def write_nlu(rows: list[list[str]], path: Path) -> None:
    """Training sentences as Rasa reads them."""
    needs = defaultdict(list)
    for text, need in rows:
        needs[need].append({"text": text})
    blocks = [{"intent": need, "examples": examples} for need, examples in sorted(needs.items())]
    path.write_text(yaml.safe_dump({"version": "3.1", "nlu": blocks}, allow_unicode=True), encoding="utf-8")


async def hear(model: str, texts: list[str]) -> list[str]:
    agent = Agent.load(model)
    return [(await agent.parse_message(text))["intent"]["name"] or "out_of_scope" for text in texts]


def main(learn: Path, ask: Path, answers: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        write_nlu(json.loads(learn.read_text(encoding="utf-8")), Path(folder) / "nlu.yml")
        model = train_nlu(str(CONFIG), str(Path(folder) / "nlu.yml"), folder)
        heard = asyncio.run(hear(model, json.loads(ask.read_text(encoding="utf-8"))))
    answers.write_text(json.dumps(heard), encoding="utf-8")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]))
