"""The figures as files: every number of them has been folded before it comes here."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from babel import Locale, UnknownLocaleError

from api.sheet import Sheet
from api.statistics.figures import EVERY_RISK, Figures, Table
from api.statistics.rules import CHI, FEWEST, NOT_SAID, TIMES, Of, Question

LANGUAGE = "en"
CASES_BY = tuple(Question)
CONTACTS_BY = (Question.need, Question.locale, Question.country, Question.band, Question.hour, Question.month)
HEAD = ("of", "by", "period", "code", "label", "count")
CHI_HEAD = ("period", "category", "sub_category", "image_nature", "need", "cases")
TOTAL, REST = "total", "rest"
Line = tuple[str, str, str, str, str, int]


@dataclass(frozen=True)
class Words:
    """Codes in English: labels of the console and titles of the topics."""

    labels: Mapping[str, str]
    needs: Mapping[str, str]

    def of(self, by: str, code: str) -> str:
        """The label of an answer to a question; a code without a label stays as it is."""
        if code.isdigit() and by != Question.hour:
            return self.label("figures_step", n=code)
        names = Locale(LANGUAGE)
        if code == NOT_SAID and by != Question.risk:
            return self.label("figures_none")
        plain = {
            Question.need: self.needs.get(code),
            Question.category: self.labels.get(f"chi_{code}"),
            Question.country: names.territories.get(code),
            Question.locale: _language(code),
            Question.hour: f"{code}:00",
            Question.image_nature: self.labels.get(f"figures_image_{code}"),
        }.get(by)  # type: ignore[call-overload]
        return str(plain or self.labels.get(f"{by}_{code}") or self.labels.get(f"figures_{code}") or code)

    def label(self, key: str, **fill: Any) -> str:
        return self.labels.get(key, key).format(**fill)


def _language(code: str) -> str | None:
    try:
        return Locale.parse(code, sep="-").get_display_name(LANGUAGE)
    except (UnknownLocaleError, ValueError):
        return None


def lines(figures: Figures, words: Words) -> Iterator[Line]:
    """Every count that may be shown, one a line."""
    for of, questions in ((Of.cases, CASES_BY), (Of.contacts, CONTACTS_BY)):
        for question in questions:
            for table in figures.table(of, question):
                yield from _lines(of, question, table, words)
    for guide, tables in figures.guides().items():
        for table in tables:
            yield from _lines(Of.guides, guide, table, words)
    for time in figures.times():
        risk = words.of(Question.risk, time.risk) if time.risk != EVERY_RISK else words.label("figures_all")
        for part, minutes in (("half", time.half), ("nine_of_ten", time.nine_of_ten)):
            yield time.of, part, time.period, time.risk, risk, minutes


def _lines(of: Of, by: str, table: Table, words: Words) -> Iterator[Line]:
    shown, rest, total = table.counts
    for code, count in sorted(shown.items(), key=lambda cell: (-cell[1], cell[0])):
        yield of, by, table.period, code, words.of(by, code), count
    for name, number in ((REST, rest), (TOTAL, total)):
        if number:
            yield of, by, table.period, name, words.label(f"figures_{name}"), number


def as_json(figures: Figures, words: Words, helpline: str, made_on: date) -> dict[str, Any]:
    """The file for programs: the same lines, with what must be known to read them."""
    about = {"helpline": helpline, "made_on": made_on.isoformat(), "fewest": FEWEST, "method": words.label("figures_method")}
    return {**about, "lines": [dict(zip(HEAD, line, strict=True)) for line in lines(figures, words)]}


def as_csv(figures: Figures, words: Words) -> list[tuple[Any, ...]]:
    return [HEAD, *lines(figures, words)]


def as_pdf(figures: Figures, words: Words, helpline: str, made_on: date) -> bytes:
    """The file for funders: who, when, how it was counted, and a table for each question."""
    title = words.label("figures_of", name=helpline)
    sheet = Sheet(title, LANGUAGE, None)
    sheet.say(title, 18)
    periods = sorted({row[2] for row in lines(figures, words)})
    named = ", ".join(periods) or words.label("figures_nothing")
    sheet.say(words.label("figures_made", day=made_on.isoformat(), periods=named))
    sheet.say(words.label("figures_method"), 9)
    tables: dict[tuple[str, str], list[tuple[str, str, str]]] = {}
    for of, by, period, _, label, count in lines(figures, words):
        tables.setdefault((of, by), []).append((period, str(count), label))
    for (of, by), rows in tables.items():
        name = words.label(f"guide_{by}") if of == Of.guides else words.label(f"figures_by_{by}")
        sheet.heading(f"{words.label(f'figures_of_{of}')}: {name}")
        unit = words.label("figures_minutes" if of in TIMES else "figures_count")
        sheet.grid((words.label("figures_period"), unit, name), rows)
    return bytes(sheet.output())


def chi(figures: Figures) -> list[tuple[Any, ...]]:
    """Child Helpline International's table: category and sub-category in its words, the nature of the image beside them."""
    found: list[tuple[Any, ...]] = [CHI_HEAD]
    for table in figures.situations():
        for code, count in sorted(table.counts.shown.items()):
            need, category, nature = code.split("/")
            found.append((table.period, *CHI.get(category, (category, "")), nature, need, count))
        if table.counts.rest:
            found.append((table.period, REST, REST, REST, REST, table.counts.rest))
    return found
