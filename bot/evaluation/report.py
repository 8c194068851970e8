"""The report as Markdown: docs/understanding.md is written by `make evaluate` and by nobody else."""
from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from evaluation.messages import EVERYDAY, FIGURES, VEILED
from evaluation.scores import Pair, Scores, alarms, scores, share
from evaluation.stories import CHARACTERS, TIERS

HEAD = """# How well Faro understands
Written by `make evaluate` from `bot/data/test`, which is never trained on, was written by people who saw no training sentence,
and is not looked at while settings are chosen (that is done on `bot/data/dev`). They worked from the same description as the
writers of the training sentences, so that messages of real children will be heard worse than this. Each message goes through
the same code as a live one. All messages, training and test, were written for this project and are drafts that no native
reader has signed; no child wrote them.

"""
HARD = """`bot/data/hard` was written afterwards by other writers from another description, to be misheard: fragments, hints,
stories beside the point, and harmless talk in the words of danger. It is nearer to what children in need type than the table
above.

"""
LETTERS = """Letters as children write them to a helpline's board: `bot/data/letters`, 35 to 150 words each with background and
feelings, by writers who saw no sentence of Faro; the settings for long messages were chosen on other letters (in `bot/data/dev`).
*Other needs*: letters of a disclosure, a question for help or to learn; the need was *served*, or *named*: served or kept beside.

"""
STORIES = """Messages of the split told in the middle of {characters} characters of its everyday talk. *Served*: the answer
was to that sentence. *Named*: it was served, or kept beside what was served. *Alarms*: the share of stories of calm talk alone
that was taken for a crisis; each has some fifteen sentences, and one that rings is enough.

"""
RASA = """
Beside Rasa's own pipeline, before the layers were tuned, and without a writer or a language: `make compare`,
[understanding-rasa.md](understanding-rasa.md).
"""
ALL = "**all**"
COLUMNS = ("messages", "exact need", "right group", "macro recall", "crisis recall", "disclosure recall",
           "alarms: everyday", "alarms: figures of speech", "calibration error", "asked back")
ALARM_COLUMNS = ("crisis said", "crisis veiled", *COLUMNS[6:8])
READING = """
*Exact need*: the need that was served is the one that was meant. *Right group*: crisis, disclosure, help, learn or meta.
*Crisis recall* includes veiled crises. *Disclosure recall*: a disclosure was heard as a disclosure or a crisis.
*Alarms*: calm messages that were answered as a crisis, of everyday talk and of figures of speech, songs, games, homework
and negations. *Calibration error*: how far the stated confidence is from the share that was right. *Asked back*: no need
was clear, and the child is offered two or three to choose from.
"""


def percent(value: float) -> str:
    """One decimal, or a dash where there was nothing to measure."""
    return "–" if value != value else f"{value * 100:.1f} %"


def table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A Markdown table."""
    heads = list(heads)
    lines = [heads, ["---"] * len(heads), *map(list, rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def score_row(name: str, found: Scores) -> list[str]:
    """One line of the main table."""
    return [name, str(found.messages), *(percent(value) for value in found[1:])]


def main_table(by_locale: dict[str, Scores], overall: Scores) -> str:
    """Every locale and all together."""
    rows = [score_row(locale, found) for locale, found in by_locale.items()]
    return table(("locale", *COLUMNS), [*rows, score_row(ALL, overall)]) + READING


def alarm_table(pairs: list[Pair]) -> str:
    """Crises said openly and veiled, and calm talk."""
    rows = [[name, str(len(own)), *alarm_cells(own)] for name, own in each_locale(pairs)]
    return table(("locale", "messages", *ALARM_COLUMNS), rows)


def letters_table(pairs: list[Pair]) -> str:
    """Whole letters: the crises and calm ones, and what is heard of all others."""
    rows = []
    for name, own in each_locale(pairs):
        others = [(sample, read) for sample, read in own if not sample.kind and sample.tier != "crisis"]
        served = share([sample.is_met(read["need"]) for sample, read in others])
        named = share([any(map(sample.is_met, (read["need"], *read["also"]))) for sample, read in others])
        rows.append([name, str(len(own)), *alarm_cells(own), percent(served), percent(named)])
    return LETTERS + table(("locale", "letters", *ALARM_COLUMNS, "other needs: served", "named"), rows)


def each_locale(pairs: list[Pair]) -> Iterator[tuple[str, list[Pair]]]:
    """The messages of each locale, and all together."""
    for name in (*sorted({sample.locale for sample, _ in pairs}), ALL):
        yield name, [(sample, read) for sample, read in pairs if name in (sample.locale, ALL)]


def alarm_cells(own: list[Pair]) -> list[str]:
    """How many crises were heard, said and veiled, and how often calm talk rang."""
    veiled = [(sample, read) for sample, read in own if sample.kind == VEILED]
    said = [(sample, read) for sample, read in own if sample.kind == ""]
    return [*map(percent, (scores(said).crisis, scores(veiled).crisis, alarms(own, EVERYDAY), alarms(own, FIGURES)))]


def story_table(rows: list[list[float]]) -> str:
    """Long stories with the key in the middle: what was heard of it."""
    *keyed, (calm, alarmed) = rows
    cells = [[tier, str(count), percent(served), percent(named), "–"]
             for tier, (count, served, named) in zip(TIERS, keyed, strict=True)]
    cells.append(["nothing", str(calm), "–", "–", percent(alarmed)])
    return STORIES.format(characters=CHARACTERS) + table(("in the middle", "stories", "served", "named", "alarms"), cells)


def compared(found: dict[str, Scores]) -> str:
    """Faro beside simpler pipelines on the same split."""
    rows = [[name, *map(percent, (score.exact, score.group, score.crisis))] for name, score in found.items()]
    return table(("pipeline", "exact need", "right group", "crisis recall"), rows) + RASA


def worst(found: Counter[tuple[str, str]]) -> str:
    """The ten commonest confusions."""
    return table(("meant", "heard", "messages"), [[meant, heard, str(count)] for (meant, heard), count in found.most_common(10)])


def costs(found: dict[int, float], bare: float, memory: float) -> str:
    """Milliseconds by length."""
    rows = [[str(length), f"{taken:.1f}", f"{taken / bare:.2f}"] for length, taken in found.items()]
    return (table(("characters", "ms", "times the bare vector"), rows)
            + f"\nThe bare vector of 60 characters takes {bare:.1f} ms on the same machine in the same run; "
              f"1,000 characters cost {found[1000] / found[60]:.1f} times 60. Memory of the process: {memory:.0f} MB.\n")
