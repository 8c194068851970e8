"""What the content report says of phrases: those that a counsellor picks, and the answers under them."""

import re
from collections.abc import Container, Iterator
from pathlib import Path

from api.phrasebook.reviews import load_reviews
from api.phrasebook.source import ANSWER, PHRASES, Section, Source
from api.phrasebook.translations import Locale

OWN = (PHRASES, "ui/answers/")
FILLED = {"{name}"}  # what a phrase may hold beside whole cards
PLACEHOLDER = re.compile(r"\{[a-z_]+\}")
CLINICIAN = "clinician"


def broken(source: Source, codes: Container[str]) -> list[str]:
    """Phrases that no counsellor should pick, answers that stand under none, and cases (`codes`) that there are not."""
    said = [section for section in source.sections.values() if section.context.startswith(PHRASES)]
    tapped = {reply.target.removeprefix(ANSWER) for section in said for reply in section.replies}
    found = [f"{section.context}.md: {section.key} {what}" for section in said for what in _wrong(section, source)]
    found += [
        f"content/ui/answers.yaml: {code} stands under no phrase"
        for file, code in source.labels
        if file == "answers" and code not in tapped
    ]
    meant = [(context, code) for context, front in source.fronts.items() for code in front.get("for", ())]
    return found + [f"{context}.md: for: {code} is no need and no answer" for context, code in meant if code not in codes]


def _wrong(section: Section, source: Source) -> Iterator[str]:
    if not section.words:
        yield "has no words"
    if not section.key.startswith(f"{section.context}/"):
        yield f"does not begin with {section.context}/"
    held = {hit for text in section.words for hit in PLACEHOLDER.findall(text)}
    yield from (f"holds {hit}, which nobody fills" for hit in sorted(held - FILLED))
    for reply in section.replies:
        label = source.labels.get(("answers", reply.target.removeprefix(ANSWER)))
        if label != reply.label:
            yield f"has the answer [{reply.label}](#{reply.target}), which content/ui/answers.yaml calls {label!r}"


def unsigned(content: Path, source: Source, opened: list[Locale]) -> list[str]:
    """Files that ask for a clinician (`sign: clinician`), with the languages in which none has signed every sentence."""
    lines = []
    for context, count in _for_clinicians(source):
        unread = [loc.code for loc in opened if _signed(content, loc.code, context) < count]
        lines += [f"{context}.md: {count} sentences, in {', '.join(unread)}"] if unread else []
    return lines


def _signed(content: Path, locale: str, context: str) -> int:
    return sum(r.context == context and r.role == CLINICIAN for r in load_reviews(content, locale))


def _for_clinicians(source: Source) -> Iterator[tuple[str, int]]:
    for context, front in source.fronts.items():
        if front.get("sign") == CLINICIAN:
            yield context, sum(len(s.sentences) for s in source.sections.values() if s.context == context)
