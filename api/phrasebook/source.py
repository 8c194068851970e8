"""Read the English source: Markdown for what is said, YAML for short labels.

A heading is a key, a paragraph is one bubble, a list of links is the quick replies (content/README.md).
"""

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token

from api.files import BrokenFile, line_of, read_text, read_yaml
from api.lessons.load import Lessons, load_lessons
from api.lessons.shape import words_of

CARD = re.compile(r"^\{([a-z_]+)\}$")
PLACEHOLDER = re.compile(r"\{[a-z_]+\}")
BANDS = ("under-13", "13-15", "16-17")
ANY = "any"
FOLDERS = ("topics/*", "guides/*", "papers/*", "learning/*", "phrases", "ui")
PHRASES, ANSWER = "phrases/", "answer:"  # how a key begins that a counsellor says, and a reply key that answers it


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
        """What has to be translated and reviewed here: paragraphs that are no cards, and labels that no other file owns."""
        return self.words + [r.label for r in self.replies if self.context_of(r) == self.context]

    @property
    def words(self) -> list[str]:
        """The paragraphs that are no cards."""
        return [p for p in self.paragraphs if not CARD.match(p)]

    def context_of(self, reply: Reply) -> str:
        """Where a label is translated: an answer to a phrase once for all, in `ui/answers.yaml`."""
        code = reply.target.removeprefix(ANSWER)
        return self.context if code == reply.target else f"ui/answers/{code}"


@dataclass(frozen=True)
class Source:
    """The whole English source.

    Attributes:
        sections: (key, band or `any`) -> section.
        labels: (file, key) -> text, for the short strings of `content/ui/*.yaml`.
        fronts: context -> front matter (title, sources).
        lessons: the lessons of classroom mode, and what is wrong with those that can't be opened.
    """

    sections: dict[tuple[str, str], Section]
    labels: dict[tuple[str, str], str]
    fronts: dict[str, dict[str, Any]]
    lessons: Lessons

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
        taught = [(x.context, str(w)) for x in self.lessons.fit.values() for w in words_of(x) if not CARD.match(w)]
        return list(dict.fromkeys(said + [(f"ui/{file}/{key}", text) for (file, key), text in self.labels.items()] + taught))


def load_source(content: Path) -> Source:
    """Read `topics/`, `guides/`, `papers/`, `learning/`, `phrases/`, `ui/` and `lessons/` under `content`.

    Raises:
        BrokenFile: a key twice, a list before a heading, a bracket or brace that does not close, front matter that is none.
    """
    sections: dict[tuple[str, str], Section] = {}
    fronts: dict[str, dict[str, Any]] = {}
    for path in sorted(path for folder in FOLDERS for path in content.glob(f"{folder}/*.md")):
        page = _Page.read(path, path.relative_to(content).with_suffix("").as_posix())
        fronts[page.context] = page.front
        for section in page.sections():
            band = path.stem if path.stem in BANDS else ANY
            if sections.setdefault((section.key, band), section) is not section:
                what = f"the key {section.key} stands twice for {band}"
                raise BrokenFile(path, line_of(path, f"## {section.key}"), what, "Keep one of the two, or give it another name.")
    labels = {**_labels(content / "ui"), **_directory_sentences(content / "directory")}
    return Source(sections, labels, fronts, load_lessons(content / "lessons"))


def _labels(folder: Path) -> dict[tuple[str, str], str]:
    found = {}
    for path in sorted(folder.glob("*.yaml")):
        for key, text in read_yaml(path).items():
            found[(path.stem, str(key))] = " ".join(str(text).split())
    return found


def _directory_sentences(folder: Path) -> dict[tuple[str, str], str]:
    """What a child reads of the directory beyond names and numbers: how to report in a place, what a service does."""
    found = {}
    for name, rows, field in (("platforms", "platforms", "route"), ("removal", "services", "for_text")):
        path = folder / f"{name}.yaml"
        for row in read_yaml(path)[rows] if path.exists() else ():
            if row.get(field):
                found[("directory", str(row["id"]))] = " ".join(str(row[field]).split())
    return found


@dataclass(frozen=True)
class _Page:
    """One Markdown file, taken apart."""

    path: Path
    context: str
    front: dict[str, Any]
    text: str
    above: int  # lines before the text

    @classmethod
    def read(cls, path: Path, context: str) -> "_Page":
        whole = read_text(path)
        front, end, text = whole.removeprefix("---\n").partition("\n---\n")
        if not whole.startswith("---\n") or not end:
            raise BrokenFile(path, 1, "no title and sources", "Begin with two lines of ---, title: and sources: between.")
        try:
            return cls(path, context, yaml.safe_load(front), text, front.count("\n") + 3)
        except yaml.YAMLError:
            raise BrokenFile(
                path, 2, "the lines between --- are not YAML", "Look for a bracket or a quote that is missing."
            ) from None

    def sections(self) -> list[Section]:
        tokens = MarkdownIt("commonmark").parse(self.text)
        found: list[Section] = []
        key = ""
        paragraphs: list[str] = []
        replies: list[Reply] = []
        for before, token in zip([None, *tokens], tokens, strict=False):
            if token.type != "inline":
                continue
            if before is not None and before.type == "heading_open":
                found += [Section(key, self.context, tuple(paragraphs), tuple(replies))] if key else []
                key, paragraphs, replies = token.content.strip(), [], []
            elif not key:
                raise self.broken(token, "text before the first heading", "Put a line ## key above it.")
            elif before is not None and before.level > 1:  # inside a list
                replies.append(self.reply(token))
            else:
                paragraphs.append(self.paragraph(token))
        return found + ([Section(key, self.context, tuple(paragraphs), tuple(replies))] if key else [])

    def reply(self, token: Token) -> Reply:
        link = next((t for t in token.children or [] if t.type == "link_open"), None)
        label = "".join(t.content for t in token.children or [] if t.type == "text")
        target = str(link.attrGet("href") or "") if link else ""
        if not target.startswith("#") or not label:
            raise self.broken(token, f"{token.content!r} is no quick reply", "Write it as - [Label](#key).")
        return Reply(label, target[1:])

    def paragraph(self, token: Token) -> str:
        text = " ".join(token.content.split())
        if PLACEHOLDER.sub("", text).count("{") or PLACEHOLDER.sub("", text).count("}"):
            raise self.broken(token, f"a brace that is no placeholder in {text!r}", "Write {name}, in small letters.")
        return text

    def broken(self, token: Token, what: str, remedy: str) -> BrokenFile:
        return BrokenFile(self.path, self.above + (token.map or [0])[0] + 1, what, remedy)
