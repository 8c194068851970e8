"""Sheets of A4 as PDF: shaped and laid out in both directions, with fonts that are installed with the pages."""

from collections.abc import Iterable, Sequence
from typing import cast

from fpdf import FPDF
from fpdf.fonts import FontFace

from api.settings import ROOT

FONTS = ROOT / "web" / "dist" / "fonts"
FAMILIES = {"ar": "NotoSansArabic", "ur": "NotoNastaliqUrdu", "hy": "NotoSansArmenian"}
EVERYWHERE = "NotoSans"  # Latin and Cyrillic, and every name in them inside another script
MARGIN = 18  # millimetres on A4
LINE = {"ur": 11.0}  # Nastaliq needs room above and below
NORMAL_LINE = 6.5
BODY = 11.0  # points
LEFT_TO_RIGHT, ISOLATE, END = "\u2066", "\u2068", "\u2069"  # Unicode bidirectional algorithm (UAX 9)


class Sheet(FPDF):
    """Paragraphs and tables in the script of one locale.

    Args:
        direction: "ltr" or "rtl"; None where people wrote in any script, and each paragraph decides for itself.
    """

    def __init__(self, title: str, locale: str, direction: str | None) -> None:
        super().__init__(format="A4")
        self.is_rtl = direction == "rtl"
        self.leading = LINE.get(locale, NORMAL_LINE)
        self.family_name = FAMILIES.get(locale, EVERYWHERE)
        others = (EVERYWHERE,) if direction else (EVERYWHERE, *FAMILIES.values())
        for name in {self.family_name, *others}:
            self.add_font(name, fname=FONTS / f"{name}.ttf")
        self.set_fallback_fonts(others)
        self.set_margins(MARGIN, MARGIN, MARGIN)
        self.set_auto_page_break(True, MARGIN)
        self.set_title(title)
        self.set_lang(locale)
        self.set_text_shaping(True, direction=direction)
        self.add_page()

    def letters(self, size: float) -> None:
        """Choose the size, and say it on the page at once.

        fpdf2 2.8.9 says it with the first words; where those are Latin inside another script, it is forgotten after their
        line, and what follows is set in the size of the heading before.
        """
        self.set_font(self.family_name, size=size)
        if not self.current_font_is_set_on_page:
            self.text(self.x, self.y, "")

    def say(self, text: str, size: float = BODY, indent: float = 0) -> None:
        """A paragraph that begins at the side where the language begins."""
        self.letters(size)
        self.set_x(self.l_margin + (0 if self.is_rtl else indent))
        side = "R" if self.is_rtl else "L"
        height = self.leading * size / BODY
        self.multi_cell(self.epw - indent, height, text, align=side, new_x="LMARGIN", new_y="NEXT")

    def heading(self, text: str) -> None:
        """A heading that does not stand alone at the foot of a page."""
        if self.get_y() + 4 * self.leading > self.h - self.b_margin:
            self.add_page()
        self.ln(2.5)
        self.say(text, 13)

    def lines_of(self, text: str, width: float) -> int:
        return len(cast(list[str], self.multi_cell(width, self.leading, text, dry_run=True, output="LINES")))

    def line_across(self) -> None:
        self.set_draw_color(150)
        self.line(self.l_margin, self.get_y(), self.w - self.r_margin, self.get_y())
        self.set_draw_color(0)

    def grid(self, head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
        """A table whose first row is repeated on every page; its last column is the widest."""
        self.letters(9)
        widths = (*[1.0] * (len(head) - 1), 2.0)
        with self.table(
            col_widths=widths, headings_style=FontFace(emphasis=None), line_height=5.5, text_align="LEFT",
            borders_layout="HORIZONTAL_LINES",
        ) as table:  # fmt: skip
            for row in (head, *rows):
                table.row([*row])


def held(text: str) -> str:
    """A number or an address in its own order, whatever stands around it."""
    return f"{LEFT_TO_RIGHT}{text}{END}"
