"""The files that editors write: read strictly, and what is wrong with one is said with file, line and remedy."""

import re
from datetime import date
from pathlib import Path
from typing import Any

import yaml

CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class BrokenFile(Exception):
    """A file that must not reach a child. Its words are for an editor: where, what, and what to do."""

    def __init__(self, path: Path, line: int | None, what: str, remedy: str) -> None:
        where = "/".join(path.parts[-3:]) + (f", line {line}" if line else "")
        super().__init__(f"{where}: {what}. {remedy}")


class _Strict(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]  # libyaml reads the lessons ten times faster
    """A key that stands twice is an error: YAML would silently keep the second."""

    path: Path


def _mapping(loader: _Strict, node: yaml.MappingNode) -> dict[Any, Any]:
    seen: set[object] = set()
    for name, _ in node.value:
        key = loader.construct_object(name)
        if key in seen:
            raise BrokenFile(loader.path, name.start_mark.line + 1, f"the key {key} stands twice", "Keep one of the two.")
        seen.add(key)
    loader.flatten_mapping(node)
    found: dict[Any, Any] = loader.construct_mapping(node, deep=True)
    return found


# a day stays as it is written, so that check_date can say what is wrong with it
_Strict.yaml_implicit_resolvers = {
    first: [(tag, shape) for tag, shape in rows if not tag.endswith(":timestamp")]
    for first, rows in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Strict.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def read_yaml(path: Path) -> Any:
    """The content of a YAML file.

    Raises:
        BrokenFile: it is not YAML (an unclosed list or quote), or a key stands twice.
    """
    loader = _Strict(read_text(path))
    loader.path = path
    try:
        found = loader.get_single_data()
    except yaml.MarkedYAMLError as error:
        # a quote that is never closed is noticed at the end of the file only
        mark = error.context_mark if "quoted" in (error.context or "") else error.problem_mark
        line = mark.line + 1 if mark else None
        remedy = "Look there and one line above for a bracket, a quote or an indentation that is missing."
        raise BrokenFile(path, line, f"this is not YAML: {error.problem}", remedy) from None
    except (yaml.YAMLError, TypeError, ValueError) as error:
        raise BrokenFile(path, None, f"this is not YAML: {error}", "Take back the last change.") from None
    finally:
        loader.dispose()
    if found is None:
        raise BrokenFile(path, None, "the file is empty", "Take back the last change.")
    return found


def read_text(path: Path) -> str:
    """A file's text.

    Raises:
        BrokenFile: it is not saved as UTF-8, or holds a control character.
    """
    try:
        text = path.read_text("utf-8")
    except UnicodeDecodeError:
        raise BrokenFile(path, None, "this is not UTF-8", "Save the file with the encoding UTF-8.") from None
    if (bad := CONTROL.search(text)) is not None:
        line = text.count("\n", 0, bad.start()) + 1
        raise BrokenFile(path, line, "a character that cannot be seen", "Delete the line and type it again.")
    return text


def line_of(path: Path, text: str) -> int | None:
    """The first line that holds a text, to lead an editor there."""
    return next((n for n, line in enumerate(read_text(path).splitlines(), 1) if text in line), None)


def check_date(path: Path, value: object) -> None:
    """Raises BrokenFile unless the value is a day, as in 2026-11-23. That it lies in the future, only `make content` says."""
    try:
        date.fromisoformat(str(value))
    except ValueError:
        raise BrokenFile(path, line_of(path, str(value)), f"{value} is no date", "Write a day as 2026-11-23.") from None
