"""Reading the counts as what may be shown: one table a period, and periods that never overlap.

Two periods that overlap would subtract to a third that is not shown; so a period is a month, a quarter or a year, the
same for the whole installation, and a longer time is several of them side by side.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api.auth.models import Helpline
from api.db import now
from api.statistics.models import FigureCount
from api.statistics.rules import (
    FEWEST,
    PARTS,
    SITUATION,
    TIMES,
    Folded,
    Of,
    Question,
    drop_off,
    folded,
    period_of,
    quantile,
)
from api.statistics.service import zone_of

EVERY_RISK = "all"


@dataclass(frozen=True)
class Span:
    """The months that are asked for (`2026-01`, both included; empty: no end), and how many of them make a period."""

    first: str
    last: str
    months: int

    def holds(self, period: str) -> bool:
        return (not self.first or period >= period_of(self.first, self.months)) and (
            not self.last or period <= period_of(self.last, self.months)
        )


@dataclass(frozen=True)
class Table:
    """One period of one question."""

    period: str
    running: bool
    counts: Folded


@dataclass(frozen=True)
class Time:
    """How long children waited or cases took in one period: half of them, and nine of ten, within so many minutes."""

    period: str
    running: bool
    of: Of
    risk: str
    half: int
    nine_of_ten: int


@dataclass(frozen=True)
class Figures:
    """The counts of one helpline in a span, read once; every table is made of these rows."""

    rows: list[FigureCount]
    span: Span
    this_month: str

    @classmethod
    async def read(cls, db: AsyncSession, helpline_id: str, span: Span) -> "Figures":
        helpline = await db.get_one(Helpline, helpline_id)
        rows = (await db.scalars(select(FigureCount).where(FigureCount.helpline_id == helpline_id))).all()
        this_month = f"{now().astimezone(zone_of(helpline)):%Y-%m}"
        return cls([row for row in rows if span.holds(period_of(row.month, span.months))], span, this_month)

    def finished(self) -> "Figures":
        """Without the period that still runs: two copies of it, taken one after the other, would subtract to one case."""
        over = [row for row in self.rows if not self._runs(self._period(row))]
        return Figures(over, self.span, self.this_month)

    def table(self, of: Of, question: Question) -> list[Table]:
        """Cases or contacts by one question, a period after the other."""
        if question in PARTS and of is Of.cases:
            part = PARTS.index(question)
            whole = self._tables(of, SITUATION, lambda row: row.code)
            return [Table(t.period, t.running, _by_part(t.counts, part)) for t in whole]
        if question is Question.month:
            return self._tables(of, Question.locale, lambda row: row.month)
        return self._tables(of, question, lambda row: row.code)

    def situations(self) -> list[Table]:
        """Cases by need, category and nature of the image at once."""
        return self._tables(Of.cases, SITUATION, lambda row: row.code)

    def guides(self) -> dict[str, list[Table]]:
        """guide -> where children stopped in it, and how many came to its end."""
        names = sorted({row.by for row in self.rows if row.of is Of.guides})
        return {name: self._guide(name) for name in names}

    def _guide(self, name: str) -> list[Table]:
        reached = self._cells(Of.guides, name, lambda row: row.code)
        return [self._table(period, drop_off(cells)) for period, cells in sorted(reached.items())]

    def times(self) -> list[Time]:
        """Waiting, first reply and handling, of all cases and of those of each risk that is shown by its count."""
        risks = {t.period: t.counts.shown for t in self.table(Of.cases, Question.risk)}
        return [time for of in TIMES for period, shown in risks.items() for time in self._times(of, period, [*shown])]

    def _times(self, of: Of, period: str, risks: Iterable[str]) -> Iterable[Time]:
        rows = [row for row in self.rows if row.of is of and self._period(row) == period]
        for risk in (EVERY_RISK, *risks):
            cells: Counter[str] = Counter()
            for row in rows:
                cells[row.code] += row.count if risk in (EVERY_RISK, row.by) else 0
            if cells.total() >= FEWEST:
                yield Time(period, self._runs(period), of, risk, quantile(cells, 0.5), quantile(cells, 0.9))

    def _tables(self, of: Of, by: str, code: Callable[[FigureCount], str]) -> list[Table]:
        return [self._table(period, cells) for period, cells in sorted(self._cells(of, by, code).items())]

    def _table(self, period: str, cells: dict[str, int]) -> Table:
        return Table(period, self._runs(period), folded(cells))

    def _cells(self, of: Of, by: str, code: Callable[[FigureCount], str]) -> dict[str, Counter[str]]:
        found: dict[str, Counter[str]] = defaultdict(Counter)
        for row in self.rows:
            if row.of is of and row.by == by:
                found[self._period(row)][code(row)] += row.count
        return found

    def _period(self, row: FigureCount) -> str:
        return period_of(row.month, self.span.months)

    def _runs(self, period: str) -> bool:
        return period == period_of(self.this_month, self.span.months)


def _by_part(counts: Folded, part: int) -> Folded:
    """The same folded table by one part of its codes: a sum of what is shown gives nothing away."""
    shown: Counter[str] = Counter()
    for code, count in counts.shown.items():
        shown[code.split("/")[part]] += count
    return counts._replace(shown=dict(shown))
