"""The results of a class session as a file: the same suppression as on the screen, and never a row per pupil."""

import io
from collections.abc import Callable, Iterator

from fastapi.responses import Response
from xlsxwriter import Workbook

from api.classroom.rules import answered
from api.classroom.views import Told
from api.export import ClassFormat, csv_of, download
from api.lessons.steps import Sort
from api.sheet import Sheet

Row = tuple[str, str, str, str]


def as_file(told: Told, staff: dict[str, str], form: ClassFormat) -> Response:
    """A CSV table, a spreadsheet or a sheet to print."""
    makers: dict[ClassFormat, Callable[[Told, dict[str, str]], bytes | str]] = {
        ClassFormat.csv: _csv, ClassFormat.xlsx: _xlsx, ClassFormat.pdf: _pdf,
    }  # fmt: skip
    name = f"faro-{told.room.row.lesson.replace('_', '-')}-{told.room.row.created_at.date().isoformat()}"
    return download(makers[form](told, staff), form, name)


def _head(told: Told, staff: dict[str, str]) -> list[tuple[str, str]]:
    row = told.room.row
    return [
        (staff["choose_lesson"], str(told.lesson.title)), (staff["export_day"], row.created_at.date().isoformat()),
        ("", staff["export_note"]),
    ]  # fmt: skip


def _titles(staff: dict[str, str]) -> Row:
    return staff["export_item"], staff["export_option"], staff["export_answers"], staff["export_share"]


def rows_of(told: Told, staff: dict[str, str]) -> Iterator[Row]:
    """Item by item what may be shown: question, answer, how many answered (rounded down to fives), share."""
    for step in told.room.steps:
        if step.key not in told.room.closed():
            continue
        options = {(i["id"], o["id"]): str(o["text"]) for i in told.items(step, closed=True) for o in i["options"]}
        questions = {i["id"]: str(i["question"]) for i in told.items(step, closed=True)}
        for item in step.items:
            if item.sort is Sort.done:
                continue
            title = questions.get(item.id) or _exit_title(item.id, told, staff)
            results = told.results(item)
            if results is None:
                yield title, staff["too_few"], "", ""
                continue
            given = answered(item, told.room.counts[item.id])
            for row in results:
                text = options.get((item.id, row["option"])) or _exit_option(row["option"], told, staff)
                yield title, text, f"{given // 5 * 5}+", row["text"]


def _exit_title(item_id: str, told: Told, staff: dict[str, str]) -> str:
    kind, n = item_id[:-1], item_id[-1]
    return staff[f"{kind}_title"].format(item=told.words[f"confidence_{n}"])


def _exit_option(option: str, told: Told, staff: dict[str, str]) -> str:
    return staff.get(f"change_{option}") or told.words[f"scale_{option}"]


def _csv(told: Told, staff: dict[str, str]) -> str:
    return csv_of([*_head(told, staff), (), _titles(staff), *rows_of(told, staff)])


def _xlsx(told: Told, staff: dict[str, str]) -> bytes:
    out = io.BytesIO()
    book = Workbook(out, {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True})
    sheet = book.add_worksheet()
    if told.frame["dir"] == "rtl":
        sheet.right_to_left()
    bold, wrap = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 1, 48, wrap)
    sheet.set_column(2, 3, 16)
    lines: list[tuple[str, ...]] = [*_head(told, staff), (), _titles(staff), *rows_of(told, staff)]
    for n, line in enumerate(lines):
        for column, text in enumerate(line):
            sheet.write_string(n, column, text, bold if line == _titles(staff) else wrap)
    book.close()
    return out.getvalue()


def _pdf(told: Told, staff: dict[str, str]) -> bytes:
    sheet = Sheet(str(told.lesson.title), told.locale, told.frame["dir"])
    sheet.say(str(told.lesson.title), 18)
    for title, text in _head(told, staff)[1:]:
        sheet.say(f"{title} {text}".strip())
    sheet.ln(4)
    sheet.grid(_titles(staff), rows_of(told, staff))
    return bytes(sheet.output())
