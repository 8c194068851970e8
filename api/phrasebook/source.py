"""Read the English source: Markdown for what is said, YAML for short labels.

A heading is a key, a paragraph is one bubble, a list of links is the quick replies (docs/content.md).
"""

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token

CARD = re.compile(r"^\{([a-z_]+)\}$")
BANDS = ("under-13", "13-15", "16-17")
ANY = "any"


@dataclass(frozen=True)
class Reply:
    """A quick reply: what the button says, and the reply key that it sends."""

    label: str
    target: str


@dataclass(frozen=True)
class Section:
    """One key in one band. `context` is the file without its ending and the translator's `msgctxt`."""

    key: str
    context: str
    paragraphs: tuple[str, ...]
    replies: tuple[Reply, ...]

    @property
    def sentences(self) -> list[str]:
        """What has to be translated and reviewed: paragraphs that are no cards, and labels."""
        return [p for p in self.paragraphs if not CARD.match(p)] + [r.label for r in self.replies]


@dataclass(frozen=True)
class Source:
    """The whole English source.

    Attributes:
        sections: (key, band or `any`) -> section.
        labels: (file, key) -> text, for the short strings of `content/ui/*.yaml`.
        fronts: context -> front matter (title, sources).
    """

    sections: dict[tuple[str, str], Section]
    labels: dict[tuple[str, str], str]
    fronts: dict[str, dict[str, Any]]

    @cached_property
    def keys(self) -> frozenset[str]:
        """Every key, in whatever band."""
        return frozenset(key for key, _ in self.sections)

    @cached_property
    def targets(self) -> frozenset[str]:
        """Every reply key that stands under some section."""
        return frozenset(r.target for section in self.sections.values() for r in section.replies)

    def find(self, key: str, band: str) -> Section | None:
        return self.sections.get((key, band)) or self.sections.get((key, ANY))

    def contexts(self) -> list[tuple[str, str]]:
        """Every (msgctxt, msgid) that a locale must translate, in the order of the files."""
        said = [(s.context, text) for s in self.sections.values() for text in s.sentences]
        return list(dict.fromkeys(said + [(f"ui/{file}/{key}", text) for (file, key), text in self.labels.items()]))


class SourceError(Exception):
    """A content file does not have the shape that editors agreed on; the message names the file."""


def load_source(content: Path) -> Source:
    """Read `topics/`, `guides/` and `ui/` under `content`.

    Raises:
        SourceError: a key twice, a list before a heading, front matter that does not load.
    """
    sections: dict[tuple[str, str], Section] = {}
    fronts: dict[str, dict[str, Any]] = {}
    for path in sorted([*content.glob("topics/*/*.md"), *content.glob("guides/*/*.md"), *content.glob("ui/*.md")]):
        context = path.relative_to(content).with_suffix("").as_posix()
        band = path.stem if path.stem in BANDS else ANY
        front, text = _split_front(path)
        fronts[context] = front
        for section in _sections(text, context):
            if sections.setdefault((section.key, band), section) is not section:
                raise SourceError(f"{context}.md: the key {section.key} stands twice for {band}")
    return Source(sections, {**_labels(content / "ui"), **_directory_sentences(content / "directory")}, fronts)


def _labels(folder: Path) -> dict[tuple[str, str], str]:
    found = {}
    for path in sorted(folder.glob("*.yaml")):
        for key, text in yaml.safe_load(path.read_text("utf-8")).items():
            found[(path.stem, str(key))] = " ".join(str(text).split())
    return found


def _directory_sentences(folder: Path) -> dict[tuple[str, str], str]:
    """What a child reads of the directory beyond names and numbers: how to report in a place, what a service does."""
    found = {}
    for name, rows, field in (("platforms", "platforms", "route"), ("removal", "services", "for_text")):
        path = folder / f"{name}.yaml"
        for row in yaml.safe_load(path.read_text("utf-8"))[rows] if path.exists() else ():
            if row.get(field):
                found[("directory", str(row["id"]))] = " ".join(str(row[field]).split())
    return found


def _split_front(path: Path) -> tuple[dict[str, Any], str]:
    _, dashes, rest = path.read_text("utf-8").partition("---\n")
    front, end, text = rest.partition("\n---\n")
    if not dashes or not end:
        raise SourceError(f"{path.name}: no front matter between two lines of ---")
    return yaml.safe_load(front), text


def _sections(text: str, context: str) -> list[Section]:
    tokens = MarkdownIt("commonmark").parse(text)
    found: list[Section] = []
    key = ""
    paragraphs: list[str] = []
    replies: list[Reply] = []
    for before, token in zip([None, *tokens], tokens, strict=False):
        if token.type != "inline":
            continue
        if before is not None and before.type == "heading_open":
            found += [Section(key, context, tuple(paragraphs), tuple(replies))] if key else []
            key, paragraphs, replies = token.content.strip(), [], []
        elif not key:
            raise SourceError(f"{context}.md: text before the first heading")
        elif before is not None and before.level > 1:  # inside a list
            replies.append(_reply(token, context))
        else:
            paragraphs.append(" ".join(token.content.split()))
    return found + ([Section(key, context, tuple(paragraphs), tuple(replies))] if key else [])


def _reply(token: Token, context: str) -> Reply:
    link = next((t for t in token.children or [] if t.type == "link_open"), None)
    label = "".join(t.content for t in token.children or [] if t.type == "text")
    target = str(link.attrGet("href") or "") if link else ""
    if not target.startswith("#") or not label:
        raise SourceError(f"{context}.md: a quick reply is [label](#key), not {token.content!r}")
    return Reply(label, target[1:])
