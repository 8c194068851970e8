"""`make content`: says in plain words what is missing, stale, unreviewed, unlinked or too hard to read."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import yaml

from api.cases.rules import CARD as CASE_CARD
from api.cases.rules import load_floors
from api.chat.rules import COMMANDS, HERE, SLOTS_IN_A_GUIDE
from api.directory.book import Directory
from api.directory.rules import may_show
from api.editor import alerts, lessons, phrases
from api.errors import FaroError
from api.files import BrokenFile, line_of, read_yaml
from api.phrasebook.book import EMERGENCY
from api.phrasebook.reading import LIMITS, Over, load_reasons, measure
from api.phrasebook.reviews import digest, load_reviews, reviewed, update_reviews
from api.phrasebook.source import ANSWER, ANY, BANDS, CARD, PHRASES, Source, load_source
from api.phrasebook.translations import SOURCE_LOCALE, Locale, load_locales, load_translations, update_po
from api.speech.advice import ADVICE

CARDS = {"emergency", "crisis", "helpline", "hotline", "take_down", "place_route"}
OPTIONAL = (*phrases.OWN, lessons.OWN)  # not offered where it is not whole, so that nothing is broken by it
PLACEHOLDER = re.compile(r"\{[a-z_]+\}")
STAFF_ONLY = ("ui/console/",)  # the console speaks English for now
CASE_ANSWERS = [f"{field}.{value}" for field, values in CASE_CARD.items() for value in values]
Foreign = dict[str, lessons.Known]  # the translations of every open locale but English
NUMBER = re.compile(r"\d[\d\s-]{4,}\d")


def report(root: Path, update: bool = False) -> int:
    """Print the report.

    Returns:
        0 when a child could be served everything (drafts included), 1 when something is broken or missing.
    """
    try:
        return _report(root / "content", root / "locales", update)
    except BrokenFile as error:
        _print("Broken, and nothing can be served before it is mended", [str(error)])
        return 1


def _report(content: Path, locales: Path, update: bool) -> int:
    source = load_source(content)
    opened = [loc for loc in load_locales(locales).values() if loc.open]
    if update:
        _update(content, locales, source, opened)
    never = _never(content)
    broken = [*_future(content / "directory"), *_links(source, content), *_words(source, never[SOURCE_LOCALE]), *_hard(source)]
    broken += alerts.broken(content)
    broken += phrases.broken(source, {*load_floors(content), *CASE_ANSWERS})
    broken += lessons.broken(source.lessons, never[SOURCE_LOCALE])
    foreign = {loc.code: load_translations(locales, loc) for loc in opened if loc.code != SOURCE_LOCALE}
    for code, known in foreign.items():
        broken += _translated(source, known, code, never[code])
    _print("Broken, to mend before a child reads it", broken)
    _print("Phrases that are not offered in a language yet", _missing_phrases(source, foreign))
    _print("Lessons that are not offered in a language yet", lessons.missing(source.lessons, foreign))
    _print("To be signed by a clinician, because a counsellor says it in a crisis", phrases.unsigned(content, source, opened))
    hard, excused = _hard_translations(source, locales, [loc for loc in opened if loc.code in foreign], foreign)
    _print("Hard to read, without a reason in locales/<locale>/reading.yaml", hard)
    _print("Hard to read, for a reason that is written there (a native reader decides)", excused)
    _print("Unreviewed (drafts)", _unreviewed(content, source, foreign, opened))
    _print("To verify by calling or writing (content/directory/)", _unverified(content / "directory"))
    return 1 if broken else 0


def _print(title: str, lines: list[str]) -> None:
    print(f"\n{title}: {len(lines) or 'nothing'}")
    for line in lines[:60]:
        print(f"  {line}")
    if len(lines) > 60:
        print(f"  … and {len(lines) - 60} more")


def _update(content: Path, locales: Path, source: Source, opened: list[Locale]) -> None:
    today = datetime.now(UTC).date().isoformat()
    for locale in opened:
        if locale.code == SOURCE_LOCALE:
            update_reviews(content, locale.code, _served(source), today)
            continue
        update_po(locales, locale, _served(source))
        known = load_translations(locales, locale)
        update_reviews(content, locale.code, [(c, known[(c, t)]) for c, t in _served(source) if (c, t) in known], today)


def _served(source: Source) -> list[tuple[str, str]]:
    """What children read; the console's own labels are not translated yet."""
    return [(context, text) for context, text in source.contexts() if not context.startswith(STAFF_ONLY)]


def _links(source: Source, content: Path) -> list[str]:
    """Every link leads somewhere in every band, every need has its answer, every card is known."""
    needs = set(load_floors(content))
    missing = [
        f"no answer to the need {need} for {band}" for need in sorted(needs) for band in BANDS if not source.find(need, band)
    ]
    for rows in ADVICE.values():
        keys = [row.section for row in rows]
        missing += [f"no section {key} for {band}" for key in keys for band in BANDS if not source.find(key, band)]
    missing += [
        f"errors name {key}, which content/ui/system.md does not have" for key in _error_keys() if not source.find(key, ANY)
    ]
    dead = [
        f"{section.context}.md: [{reply.label}](#{reply.target}) leads nowhere"
        for (_, band), section in source.sections.items()
        for reply in section.replies
        if not _leads(reply.target, band, source, needs)
    ]
    cards = [
        f"{section.context}.md: there is no card {{{card[1]}}}"
        for section in source.sections.values()
        for paragraph in section.paragraphs
        if (card := CARD.match(paragraph)) and card[1] not in CARDS
    ]
    return missing + dead + cards


def _leads(target: str, band: str, source: Source, needs: set[str]) -> bool:
    if target.startswith(ANSWER):
        return ("answers", target.removeprefix(ANSWER)) in source.labels
    if target in needs or target in COMMANDS or target in HERE or target in {f"band={b}" for b in (*BANDS, "skip")}:
        return True
    slot, is_answer, value = target.partition("=")
    if is_answer:
        return slot in SLOTS_IN_A_GUIDE or (slot == "change" and value in SLOTS_IN_A_GUIDE)
    if target.startswith("guide:"):
        return source.find(f"{target[6:]}/done", BANDS[0]) is not None
    return all(source.find(target, b) for b in (BANDS if band == ANY else (band,)))


def _error_keys() -> set[str]:
    def keys(kind: type[FaroError]) -> Iterator[str]:
        yield kind.key
        for below in kind.__subclasses__():
            yield from keys(below)

    return set(keys(FaroError))


def _never(content: Path) -> dict[str, re.Pattern[str]]:
    """locale -> what is never said in it, as whole words."""
    lists: dict[str, list[str]] = read_yaml(content / "never.yaml")
    return {code: re.compile(rf"(?<!\w)({'|'.join(map(re.escape, said))})(?!\w)", re.IGNORECASE) for code, said in lists.items()}


def _words(source: Source, never: re.Pattern[str]) -> list[str]:
    """Words that Faro never says, numbers outside the directory, and sections that are too long for one turn."""
    found = []
    for section in source.sections.values():
        said = [p for p in section.paragraphs if not CARD.match(p)]
        found += [f"{section.context}.md: Faro never says {hit[0]!r}" for text in said if (hit := never.search(text))]
        found += [
            f"{section.context}.md: a number belongs into content/directory/: {text!r}" for text in said if NUMBER.search(text)
        ]
        if len(said) > 3 and not section.key.startswith(("system/", "letter/")):
            found.append(f"{section.context}.md: {section.key} has {len(said)} bubbles; at most three a turn")
    labels = [f"field_{field}" for field in CASE_CARD] + [f"{field}_{v}" for field, values in CASE_CARD.items() for v in values]
    return found + [f"content/ui/card.yaml: no label {key}" for key in labels if ("card", key) not in source.labels]


def _hard(source: Source) -> list[str]:
    return [f"{context}: {over}" for context, over in _over(dict(_by_file(source)), 1.0, 6)]


def _by_file(source: Source) -> Iterator[tuple[str, list[str]]]:
    """What a file says, cards and labels left out: the measure needs more than one section."""
    by_file: dict[str, list[str]] = {}
    for section in source.sections.values():
        by_file.setdefault(section.context, []).extend(p for p in section.paragraphs if not CARD.match(p))
    yield from by_file.items()


def _over(files: dict[str, list[str]], factor: float, long: int) -> Iterator[tuple[str, Over]]:
    for context, texts in files.items():
        # a phrase is said to a child of any age, so that the youngest sets its limit
        limit = LIMITS[BANDS[0]] if context.startswith(PHRASES) else LIMITS.get(context.rsplit("/", 1)[-1], LIMITS[ANY])
        yield from ((context, over) for over in measure(texts, long).over(limit, factor))


def _hard_translations(source: Source, locales: Path, opened: list[Locale], foreign: Foreign) -> tuple[list[str], list[str]]:
    """What is over a limit, and how many texts are so for a written reason."""
    hard, excused = [], []
    for locale in opened:
        known, reasons = foreign[locale.code], load_reasons(locales / locale.folder)
        files = {c: [known[(c, t)] for t in texts if (c, t) in known] for c, texts in _by_file(source)}
        found = [*_over(files, locale.reading, locale.long), *lessons.hard(source.lessons, locale, known)]
        covered: Counter[str] = Counter()
        for context, over in found:
            reason = next((one.reason for one in reasons if one.covers(context, over)), None)
            if reason is None:
                hard.append(f"{locale.code}: {context}: {over}")
            else:
                covered[reason] += 1
        excused += [f"{locale.code}: {count} texts: {reason}" for reason, count in covered.items()]
    return hard, excused


def _translated(source: Source, known: lessons.Known, code: str, never: re.Pattern[str]) -> list[str]:
    """Missing or stale translations, placeholders that got lost, and words that Faro never says."""
    wanted = _served(source)
    missing = Counter(context for context, text in wanted if (context, text) not in known and not context.startswith(OPTIONAL))
    lost = [
        f"{code}: {context}: the placeholders of {text!r} differ"
        for context, text in wanted
        if (context, text) in known and sorted(PLACEHOLDER.findall(text)) != sorted(PLACEHOLDER.findall(known[(context, text)]))
    ]
    said = [
        f"{code}: {context}: Faro never says {hit[0]!r}"
        for context, text in wanted
        if not context.startswith(lessons.QUOTED) and (hit := never.search(known.get((context, text), "")))
    ]
    return [f"{code}: {context}: {count} missing or stale" for context, count in missing.items()] + lost + said


def _missing_phrases(source: Source, foreign: Foreign) -> list[str]:
    """A phrase without a translation is left out for a child of that language, so that nothing is broken by it."""
    wanted = {(context, text) for context, text in _served(source) if context.startswith(phrases.OWN)}
    missing = {code: len(wanted - known.keys()) for code, known in foreign.items()}
    return [f"{code}: {count} of {len(wanted)} sentences missing or stale" for code, count in missing.items() if count]


def _unreviewed(content: Path, source: Source, foreign: Foreign, opened: list[Locale]) -> list[str]:
    lines = []
    for code in (locale.code for locale in opened):
        signed = reviewed(load_reviews(content, code))
        texts = [(c, t if code == SOURCE_LOCALE else foreign[code].get((c, t))) for c, t in _served(source)]
        open_ = [c for c, t in texts if t is not None and (c, digest(t)) not in signed]
        urgent = sum(c.split("/")[1] in EMERGENCY for c in open_)
        if open_:
            lines.append(f"{code}: {len(open_)} of {len(texts)} sentences, {urgent} of them in the emergency topics")
    return lines


def _future(folder: Path) -> list[str]:
    """Check days that have not come yet, a day of grace for the far east. No reason for a start to fail: clocks fall back."""
    tomorrow = (datetime.now(UTC).date() + timedelta(days=1)).isoformat()
    days = {path: str(read_yaml(path).get("checked_on", "")) for path in sorted(folder.rglob("*.yaml"))}
    return [
        f"{path.name}, line {line_of(path, day)}: {day} lies in the future. Write the day of the check."
        for path, day in days.items()
        if day > tomorrow
    ]


def _unverified(folder: Path) -> list[str]:
    """Entries that are shown after a desk check only, and countries without anything to show."""
    directory = Directory.load(folder)
    lines = []
    for country in directory.countries.values():
        how = yaml.safe_load((folder / "countries" / f"{country.code}.yaml").read_text("utf-8")).get("checked_how", "")
        names = [e.name or e.kind for e in country.entries if may_show(e)]
        lines.append(f"{country.code}: {', '.join(names) or 'nothing to show'} ({how})")
    return lines
