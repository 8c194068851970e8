"""Which words are served: those in the tree, or the last good ones where a change to them is broken."""

import shutil
from pathlib import Path
from typing import NamedTuple

import structlog

from api.directory.book import Directory
from api.files import BrokenFile
from api.phrasebook.book import Phrasebook

log = structlog.get_logger()


class Release(NamedTuple):
    """The words of one start, and the folder of the content that they came from."""

    content: Path
    book: Phrasebook
    directory: Directory


def load_release(root: Path, kept: Path, drafts: bool) -> Release:
    """Load `root/content` and `root/locales` and keep a copy, or load the copy where they are broken.

    A child gets yesterday's words rather than none: the start goes on, and the log names file, line and remedy.

    Raises:
        BrokenFile: the first start of an installation, with nothing to fall back on.
    """
    try:
        release = _load(root, drafts)
    except BrokenFile as error:
        if not kept.is_dir():
            raise
        log.error("content_broken", broken=str(error))  # for the operator: file, line and remedy
        return _load(kept, drafts)
    _keep(root, kept)
    return release


def _load(root: Path, drafts: bool) -> Release:
    content = root / "content"
    return Release(content, Phrasebook.load(content, root / "locales", drafts), Directory.load(content / "directory"))


def _keep(root: Path, kept: Path) -> None:
    """A whole copy or the old one: a start that is cut off leaves no half."""
    fresh, old = kept.with_suffix(".new"), kept.with_suffix(".old")
    for folder in (fresh, old):
        shutil.rmtree(folder, ignore_errors=True)
    for name in ("content", "locales"):
        shutil.copytree(root / name, fresh / name)
    if kept.is_dir():
        kept.rename(old)
    fresh.rename(kept)
    shutil.rmtree(old, ignore_errors=True)
