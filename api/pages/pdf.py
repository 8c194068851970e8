"""A paper as a PDF: shaped and laid out in both directions, with fonts that are installed with the pages."""

from typing import cast

from fpdf import FPDF

from api.conversations.log import Body
from api.pages.papers import Paper, Part
from api.settings import ROOT

FONTS = ROOT / "web" / "dist" / "fonts"
FAMILIES = {"ar": "NotoSansArabic", "ur": "NotoNastaliqUrdu", "hy": "NotoSansArmenian"}
EVERYWHERE = "NotoSans"  # Latin and Cyrillic, and every name in them inside another script
MARGIN = 18  # millimetres on A4
LINE = {"ur": 11.0}  # Nastaliq needs room above and below
NORMAL_LINE = 6.5
WRITTEN_LINES = 4
BODY = 11.0  # points
LEFT_TO_RIGHT, ISOLATE, END = "\u2066", "\u2068", "\u2069"  # Unicode bidirectional algorithm (UAX 9)


class Sheet(FPDF):
    """One paper being set."""

    def __init__(self, paper: Paper) -> None:
        super().__init__(format="A4")
        self.paper = paper
        self.leading = LINE.get(paper.view.locale, NORMAL_LINE)
        family = FAMILIES.get(paper.view.locale, EVERYWHERE)
        for name in {family, EVERYWHERE}:
            self.add_font(name, fname=FONTS / f"{name}.ttf")
        self.set_fallback_fonts([EVERYWHERE])
        self.family_name = family
        self.set_margins(MARGIN, MARGIN, MARGIN)
        self.set_auto_page_break(True, MARGIN)
        self.set_title(paper.title)
        self.set_lang(paper.view.locale)
        self.set_text_shaping(True, direction=paper.direction)
        self.add_page()

    def say(self, text: str, size: float = BODY, indent: float = 0) -> None:
        """A paragraph that begins at the side where the language begins."""
        is_rtl = self.paper.direction == "rtl"
        self.set_font(self.family_name, size=size)
        self.set_x(self.l_margin + (0 if is_rtl else indent))
        side = "R" if is_rtl else "L"
        height = self.leading * size / BODY
        self.multi_cell(self.epw - indent, height, text, align=side, new_x="LMARGIN", new_y="NEXT")

    def tick(self) -> None:
        """A box to tick at the beginning of the line."""
        at = self.w - self.r_margin - 4.5 if self.paper.direction == "rtl" else self.l_margin
        self.rect(at, self.get_y() + (self.leading - 4.5) / 2, 4.5, 4.5)

    def part(self, part: Part) -> None:
        """One piece with its box, lines or heading, kept together where it fits on a page."""
        self.room_for(part)
        if part.heading:
            self.say(part.heading, 13)
        if part.box == "tick":
            self.tick()
        for bubble in part.bubbles:
            self.say(words_of(bubble), indent=8 if part.box == "tick" else 0)
        if part.box == "lines":
            self.ruled()
        self.ln(2.5)

    def room_for(self, part: Part) -> None:
        """A new page where this piece would be torn."""
        indent = 8 if part.box == "tick" else 0
        texts = [part.heading, *(words_of(bubble) for bubble in part.bubbles)]
        self.set_font(self.family_name, size=BODY)
        lines = sum(self.lines_of(text, self.epw - indent) for text in texts if text)
        height = (lines + 1) * self.leading + (WRITTEN_LINES * 8 if part.box == "lines" else 0)
        if self.get_y() + height > self.h - self.b_margin:
            self.add_page()

    def lines_of(self, text: str, width: float) -> int:
        return len(cast(list[str], self.multi_cell(width, self.leading, text, dry_run=True, output="LINES")))

    def ruled(self) -> None:
        """Lines to write on."""
        for _ in range(WRITTEN_LINES):
            self.ln(8)
            self.line_across()

    def line_across(self) -> None:
        self.set_draw_color(150)
        self.line(self.l_margin, self.get_y(), self.w - self.r_margin, self.get_y())
        self.set_draw_color(0)


def words_of(bubble: Body) -> str:
    """A bubble's text with number and address, which on paper cannot be tapped.

    In Arabic and Urdu a number that is not held together is set with its groups in reverse: another number.
    """
    found = [bubble["text"].replace(ISOLATE, LEFT_TO_RIGHT)]
    if bubble.get("phone") and bubble["phone"]["number"] not in bubble["text"]:
        found.append(held(bubble["phone"]["number"]))
    found += [held(link["url"]) for link in bubble.get("links") or ()]
    if "checked" in bubble:
        found.append(f"({bubble['checked']}; {held(bubble['source'])})".replace(ISOLATE, LEFT_TO_RIGHT))
    return " ".join(found)


def held(text: str) -> str:
    """A number or an address in its own order, whatever stands around it."""
    return f"{LEFT_TO_RIGHT}{text}{END}"


def pdf_of(paper: Paper) -> bytes:
    """The paper as a PDF file."""
    sheet = Sheet(paper)
    sheet.say(paper.title, 18)
    sheet.ln(3)
    for bubble in paper.intro if paper.name == "plan" else ():
        sheet.say(bubble["text"])
    sheet.ln(3)
    for part in paper.parts:
        sheet.part(part)
    return bytes(sheet.output())
