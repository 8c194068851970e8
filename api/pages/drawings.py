"""Drawings of the project inside a page or a sheet, and QR codes: not fetched, so they print and follow the dark scheme."""

from functools import cache

import segno

from api.settings import ROOT

DRAWINGS = ROOT / "web" / "drawings"


@cache
def svg_of(name: str) -> str:
    """The markup of `web/drawings/<name>.svg`, written by the project itself; empty where there is none."""
    path = DRAWINGS / f"{name}.svg"
    return path.read_text("utf-8").strip() if path.is_file() else ""


def modules_of(url: str) -> tuple[bytearray, ...]:
    """The rows of a QR code that holds an address."""
    return tuple(segno.make(url, micro=False, error="m").matrix)


def qr_of(url: str) -> tuple[int, str]:
    """A QR code as its width in modules and the path of its dark ones."""
    rows = modules_of(url)
    path = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)
    return len(rows), path
