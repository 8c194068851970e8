"""Which words are served: those in the tree, or the last good ones where a change to them is broken."""

import os
import shutil
import tempfile
from pathlib import Path
from typing import NamedTuple

import structlog

from api.directory.book import Directory
from api.files import BrokenFile
from api.phrasebook.book import NotWhole, Phrasebook

log = structlog.get_logger()


class Release(NamedTuple):
    """The words of one start, and the folder of the content that they came from."""

    content: Path
    book: Phrasebook
    directory: Directory


def load_release(root: Path, kept: Path, drafts: bool) -> Release:
    """Load `root/content` and `root/locales` and keep a copy, or load the copy where they cannot be served.

    A child gets yesterday's words rather than none: the start goes on, and the log names file, line and remedy.

    Raises:
        BrokenFile, NotWhole: nothing to fall back on, as at the first start of an installation.
    """
    try:
        release = _load(root, drafts)
    except Exception as error:  # whatever an editor broke: with a copy at hand it is no reason to leave children without help
        if not kept.exists():
            raise
        words = str(error) if isinstance(error, (BrokenFile, NotWhole)) else ""
        log.error("content_broken", broken=words, error=type(error).__name__)
        return _load(kept, drafts)
    _keep(root, kept)
    return release


def _load(root: Path, drafts: bool) -> Release:
    """Everything that a start needs, and that somebody can be served by it."""
    content = root / "content"
    book = Phrasebook.load(content, root / "locales", drafts)
    if not book.open_locales():
        raise NotWhole("no locale has its emergency texts whole and signed; FARO_SERVE_DRAFTS=true serves drafts all the same")
    return Release(content, book, Directory.load(content / "directory"))


def _keep(root: Path, kept: Path) -> None:
    """A whole copy, and a link that is moved to it in one step: a start that is cut off leaves the old one."""
    try:
        kept.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix="words-", dir=kept.parent))
        for name in ("content", "locales"):
            shutil.copytree(root / name, fresh / name)
        link = fresh.with_suffix(".link")
        link.symlink_to(fresh.name)
        old = kept.resolve()
        os.replace(link, kept)
        if old != kept.resolve():
            shutil.rmtree(old, ignore_errors=True)
    except OSError as error:  # a full or read-only disk is no reason not to start
        log.error("content_not_kept", error=type(error).__name__)
