"""Train the bot: `python train.py`. Writes models/faro.tar.gz and its hash, which serve.py checks."""
from __future__ import annotations

import os

os.environ["OMP_WAIT_POLICY"] = "passive"
os.environ["LOG_LEVEL"] = "ERROR"
os.environ["RASA_MAX_CACHE_SIZE"] = "0"  # every training is a whole one; nobody reads the gigabyte that Rasa would keep

import argparse
import logging
import sys
import tempfile
import time
import warnings
from pathlib import Path

from components import privacy  # noqa: F401
from rasa.model_training import train
from rasa.utils.log_utils import configure_structlog
from serve import HOME, MODEL, digest, digest_file


def show_rasa_warning(message: Warning | str, category: type[Warning], *_details: object) -> None:
    """A broken domain or rule is only a warning to Rasa, so those must be seen."""
    if category is UserWarning and "Slot auto-fill has been removed" not in str(message):
        print(f"warning: {message}", file=sys.stderr, flush=True)


def be_quiet() -> None:
    """Show our own progress and Rasa's errors, not its deprecations."""
    configure_structlog(logging.ERROR)
    logging.getLogger().setLevel(logging.WARNING)
    warnings.showwarning = show_rasa_warning
    progress = logging.getLogger("faro")
    progress.setLevel(logging.INFO)
    progress.propagate = False
    progress.addHandler(logging.StreamHandler(sys.stdout))


def arguments() -> argparse.Namespace:
    """The command line; the folders can be swapped to try other data."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nlu", type=Path, default=HOME / "data" / "nlu")
    parser.add_argument("--model", type=Path, default=MODEL)
    return parser.parse_args()


def write_model(nlu: Path, model: Path) -> None:
    """Train into a temporary folder and move the result, so that a broken run leaves the old model alone."""
    model.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=model.parent) as folder:
        result = train(domain="domain", config="config.yml", training_files=[str(nlu), "data/rules"], output=folder,
                       fixed_model_name="faro", force_training=True)
        if not result.model:
            raise SystemExit("training failed")
        digest_file(model).unlink(missing_ok=True)
        Path(result.model).replace(model)
    digest_file(model).write_text(f"{digest(model)}  {model.name}\n", encoding="utf-8")


def main() -> None:
    """Train and say how long it took."""
    options = arguments()
    nlu, model = options.nlu.resolve(), options.model.resolve()
    os.chdir(HOME)
    be_quiet()
    files, start = len(list(nlu.rglob("*.yml"))), time.monotonic()
    print(f"training on {files} files of {len(list(nlu.iterdir()))} locales", flush=True)
    write_model(nlu, model)
    size = model.stat().st_size / 1e6
    print(f"trained in {time.monotonic() - start:.0f} s: {model.name}, {size:.1f} MB", flush=True)


if __name__ == "__main__":
    main()
