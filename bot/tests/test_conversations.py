"""The dialogues in conversations/*.yml, played against the trained model. Editors can read and write them."""
from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import Server
from tests.talk import Chat

FOLDER = Path(__file__).parent / "conversations"


def dialogues() -> list[Any]:
    """All dialogues of all files; the file name ends in the locale."""
    found = []
    for path in sorted(FOLDER.glob("*.yml")):
        locale = path.stem.rsplit(".", 1)[1]
        for title, lines in yaml.safe_load(path.read_text(encoding="utf-8")).items():
            found.append(pytest.param(locale, lines, id=f"{path.stem}: {title}"))
    return found


def test_every_guide_has_dialogues_in_every_trained_locale() -> None:
    expected = {f"{guide}.{locale}.yml" for guide in ("picture", "takedown", "tell") for locale in ("en", "es", "ar")}
    assert expected <= {path.name for path in FOLDER.glob("*.yml")}


@pytest.mark.parametrize(("locale", "lines"), dialogues())
def test_the_dialogue_goes_as_written(server: Server, locale: str, lines: list[dict[str, str]]) -> None:
    chat, heard, said = Chat(server.url, locale), [], "nothing"
    for line in lines:
        (speaker, words), = line.items()
        if speaker == "faro":
            assert heard[:1] == [words], f"after {said!r}"
            heard = heard[1:]
            continue
        assert not heard, f"Faro also said {heard}"
        said = words
        heard = chat.says(words) if speaker == "child" else chat.taps(words)
    assert not heard, f"Faro also said {heard}"
