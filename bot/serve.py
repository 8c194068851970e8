"""Start one bot process: `python serve.py --port 5005`. Loopback only; the api is its one caller.

The environment is set before anything heavy is imported: numpy reads the thread settings once, Rasa its telemetry.
"""
from __future__ import annotations

import os

os.environ["OMP_NUM_THREADS"] = "1"
os.environ["OMP_WAIT_POLICY"] = "passive"

import argparse
import hashlib
import sys
from pathlib import Path

HOME = Path(__file__).resolve().parent
MODEL = HOME / "models" / "faro.tar.gz"


def digest_file(model: Path) -> Path:
    """The file that training writes beside the model."""
    return model.with_name(f"{model.name}.sha256")


def digest(model: Path) -> str:
    """The hash of a model archive."""
    return hashlib.sha256(model.read_bytes()).hexdigest()


def check_model(model: Path) -> None:
    """Load nothing but what our own training wrote: a model file is code for the machine that reads it."""
    if not model.is_file() or not digest_file(model).is_file():
        raise SystemExit(f"no model at {model}: run `make train`")
    if digest_file(model).read_text(encoding="utf-8").split()[0] != digest(model):
        raise SystemExit(f"{model} is not the model that was trained here: run `make train`")


def arguments(given: list[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=5005)
    parser.add_argument("--model", type=Path, default=MODEL)
    parser.add_argument("--debug", action="store_true", help="pass --debug on to Rasa; messages stay out of the log")
    return parser.parse_args(given)


def main(given: list[str] | None = None) -> None:
    """Check the model, then hand over to `rasa run`."""
    options = arguments(given)
    check_model(options.model)
    os.chdir(HOME)
    sys.path.insert(0, str(HOME))
    from components import privacy  # noqa: F401
    from rasa.__main__ import main as rasa

    sys.argv = ["rasa", "run", "--interface", "127.0.0.1", "--port", str(options.port), "--model",
                str(options.model.resolve()), "--credentials", "credentials.yml", "--endpoints", "endpoints.yml",
                "--debug" if options.debug else "--quiet"]
    rasa()


if __name__ == "__main__":
    main()
