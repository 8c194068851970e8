"""Files that staff take out of Faro: their headers, and tables that no spreadsheet takes for a formula."""

import io
import unicodedata
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Any

from defusedcsv import csv
from fastapi import Response

SIGNS = frozenset("=+-@|%")  # with these a formula begins (OWASP, CSV injection)
UNSEEN = ("C", "Z")  # Unicode categories: controls and formats, separators
BOM = "\ufeff"  # or a spreadsheet reads Armenian and Arabic as Latin


class Format(StrEnum):
    """What staff may take out."""

    json = "json"
    csv = "csv"
    pdf = "pdf"


class ClassFormat(StrEnum):
    """What an educator may take out."""

    csv = "csv"
    xlsx = "xlsx"
    pdf = "pdf"


MEDIA = {
    "json": "application/json", "csv": "text/csv; charset=utf-8", "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}  # fmt: skip


def download(content: bytes | str, form: Format | ClassFormat, name: str) -> Response:
    """A file to keep, never a page to show: no cache holds it, and a browser does not open it in place.

    Args:
        name: without its ending; letters, digits and hyphens only.
    """
    headers = {
        "Content-Disposition": f'attachment; filename="{name}.{form}"', "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }  # fmt: skip
    return Response(content, media_type=MEDIA[form.value], headers=headers)


def csv_of(rows: Iterable[Sequence[Any]]) -> str:
    """A table whose cells are text and numbers for every spreadsheet."""
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL).writerows([_tame(cell) for cell in row] for row in rows)
    return BOM + out.getvalue()


def _tame(cell: Any) -> Any:
    """Show the writer a sign that hides behind spaces, or that is full-width: some spreadsheets see through both."""
    if not isinstance(cell, str):
        return cell
    seen = "".join(c for c in cell if unicodedata.category(c)[0] not in UNSEEN)
    is_hidden = unicodedata.normalize("NFKC", seen)[:1] in SIGNS and cell[0] not in SIGNS
    return f"'{cell}" if seen and is_hidden else cell
