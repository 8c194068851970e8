"""One case as a file: what staff may read of it, put in order, and nothing more. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

from api.sheet import Sheet

LANGUAGE = "en"
NOT_ABOUT_THE_CASE = {"mine", "version", "waiting_seconds", "id"}  # about the reader, or about the row
HEAD = ("part", "at", "by", "name", "text")
FACTS = (
    "number",
    "state",
    "risk",
    "reasons",
    "need",
    "share",
    "locale",
    "band",
    "country",
    "claimed_by",
    "created_at",
    "outcome",
)
Row = tuple[str, str, str, str, str]


def facts_of(case: Mapping[str, Any]) -> dict[str, Any]:
    """The case without what says nothing about it."""
    return {name: value for name, value in case.items() if name not in NOT_ABOUT_THE_CASE}


def rows_of(case: Mapping[str, Any], labels: Mapping[str, str]) -> Iterator[Row]:
    """The case as lines of a table: what is known, what the child passed on, what was said, what staff noted.

    Args:
        case: as staff read it (`routes.CaseOut`), as JSON types.
        labels: code -> English, of the console and the card.
    """
    for name in FACTS:
        yield "fact", "", "", name.replace("_", " "), _worded(name, case.get(name), labels)
    for field, value in case["lines"].items():
        yield "line", "", "child", labels.get(f"field_{field}", field), labels.get(f"{field}_{value}", value)
    for field in case["skipped"]:
        yield "skipped", "", "child", labels.get(f"field_{field}", field), ""
    yield "story", "", "child", "", _plain(case["story"])
    yield from (("callback", "", "child", name, _plain(value)) for name, value in (case["callback"] or {}).items())
    yield from (("shown", "", "bot", key, "") for key in case["shown"])
    for part in ("transcript", "messages", "notes"):
        for said in case[part]:
            who = said.get("name") or said["by"]
            yield part, said.get("at") or "", who, said.get("key") or "", said["text"]


def _worded(name: str, value: Any, labels: Mapping[str, str]) -> str:
    """A code in English; a list of codes as one line."""
    if isinstance(value, list):
        return ", ".join(_worded(name.removesuffix("s"), each, labels) for each in value)
    return labels.get(f"{name}_{str(value).replace('.', '_')}", _plain(value))


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def pdf_of(case: Mapping[str, Any], labels: Mapping[str, str]) -> bytes:
    """The same lines on paper, under a heading each; every paragraph in its own script and direction."""
    sheet = Sheet(case["number"], LANGUAGE, None)
    sheet.say(labels.get("export_case", "{number}").format(number=case["number"]), 18)
    last = ""
    for part, at, by, name, text in rows_of(case, labels):
        if part != last:
            sheet.heading(labels.get(f"export_{part}", part))
            last = part
        before = ", ".join(filter(None, (by if at else "", at[:16].replace("T", " "), "" if at else name)))
        if before and part in ("messages", "notes"):
            sheet.say(before, 9)
            sheet.say(text or labels.get(f"system_{name.replace('/', '_')}", name))
        elif part == "transcript":
            sheet.say(f"{by}: {text}")
        elif text or part in ("skipped", "shown"):
            sheet.say(": ".join(filter(None, (name, text))))
    return bytes(sheet.output())
