"""A helpline whose phrases are translated into Spanish in part and signed: what is not signed is not served there."""

import csv
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po, write_po

from api.editor.report import report
from tests.support.installation import ROOT, BotProcess
from tests.support.office import Office

TRANSLATED = ("phrases/danger_now", "phrases/opening", "ui/answers")


@pytest.fixture(scope="package")
def office(bot: BotProcess, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """In development: everything is served, in English where there are no words yet."""
    office = Office.open(tmp_path_factory.mktemp("phrases") / "faro", bot.url)
    yield office
    office.close()


@pytest.fixture(scope="package")
def signed(bot: BotProcess, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """As in production: only what is signed is served, and in Spanish that is a part of the phrases."""
    root = tmp_path_factory.mktemp("words")
    for name in ("content", "locales"):
        shutil.copytree(ROOT / name, root / name)
    report(root, update=True)
    for name in ("phrases", "ui"):
        _translate(root / f"locales/es/LC_MESSAGES/{name}.po")
    report(root, update=True)
    for path in (root / "content/reviews").glob("*.csv"):
        _sign(path)
    settings = {"FARO_CONTENT_ROOT": str(root), "FARO_SERVE_DRAFTS": "false"}
    office = Office.open(tmp_path_factory.mktemp("signed") / "faro", bot.url, **settings)
    yield office
    office.close()


def _translate(path: Path) -> None:
    """Mark what is translated, and take away the rest, whatever the translators have done meanwhile."""
    catalog = read_po(path.open("rb"))
    for message in catalog:
        context = message.context or ""
        if message.id and context.startswith(("phrases/", "ui/answers")):
            message.string, message.flags = f"ES: {message.id}" if context.startswith(TRANSLATED) else "", set()
    with path.open("wb") as file:
        write_po(file, catalog)


def _sign(path: Path) -> None:
    rows = list(csv.DictReader(path.open(encoding="utf-8")))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows({**row, "role": "native reader"} for row in rows)
