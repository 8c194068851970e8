"""What is wrong with the lists of alert words: one that the bot cannot load keeps it from hearing anything."""

from collections.abc import Iterator
from pathlib import Path

import yaml

from api.files import BrokenFile, line_of, read_yaml

BESIDE = ("exceptions", "idioms", "denials")  # the lists that no need is named after


def broken(content: Path) -> list[str]:
    """The files that are not what `bot/understanding/alerts.py` reads: below each crisis a list of phrases."""
    crises = yaml.safe_load((content / "taxonomy.yaml").read_text("utf-8"))["crisis"]
    files = sorted((content / "alerts").glob("*.yaml"))
    return [str(error) for path in files for error in _broken(path, {*crises, *BESIDE})]


def _broken(path: Path, lists: set[str]) -> Iterator[BrokenFile]:
    try:
        found = read_yaml(path)
    except BrokenFile as error:
        yield error
        return
    if not isinstance(found, dict):
        yield BrokenFile(path, 1, "this is no set of lists", "Take back the last change.")
        return
    for name, phrases in found.items():
        line = line_of(path, f"{name}:")
        if name not in lists:
            yield BrokenFile(path, line, f"nobody reads a list {name}", f"Write one of {', '.join(sorted(lists))}.")
        elif not isinstance(phrases, list | None):
            yield BrokenFile(path, line, f"{name} is no list", "Write one phrase a line, each behind a dash and a space.")
        else:
            wrong = [phrase for phrase in phrases or () if not isinstance(phrase, str)]
            yield from (BrokenFile(path, line, f"{name} holds {each}", "Put the phrase into quotes.") for each in wrong)
