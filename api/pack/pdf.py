"""The print pack as a PDF: every part on a new page, cards with lines to cut along, a poster that is read from the door."""

import io
from collections.abc import Iterator, Sequence
from functools import partial
from typing import assert_never

from api.conversations.log import Body
from api.pack.blocks import (
    Address,
    Asked,
    Block,
    Cards,
    Drawing,
    Heading,
    Large,
    Lines,
    Listed,
    Option,
    Pack,
    Pairs,
    Part,
    Said,
    Scale,
    Table,
    Text,
)  # fmt: skip
from api.pack.layout import INK, QUIET, SEA, Draw, Layout
from api.pages.drawings import modules_of, svg_of
from api.papers.pdf import words_of
from api.sheet import BODY, MARGIN, held

TINY, SMALL, SECTION, TITLE, FRONT, ON_POSTER, ON_CARD = 6.0, 9.0, 13.0, 22.0, 28.0, 16.0, 18.0  # points
CARD = (9.0, 8.5, 8.0)  # the largest with which all rows fit; where none does, the first with fewer rows
CARD_LINE = 0.9  # of the line of a page: a card has few lines
POSTER = (40.0, 34.0, 28.0, 24.0, 20.0)  # the largest that leaves the page whole
CLOSE_LINE = {"en": 5.8, "ur": 9.0}  # millimetres at BODY; Nastaliq needs 2.2 times its size, and every page is copied often
CUT_MARGIN, PAD, FOOT, DRAWN, DOT, DIGIT = 10.0, 3.5, 12.0, 80.0, 1.8, 24.0  # millimetres
RUN_SHEET = (2.2, 1.4, 4.2, 4.2)  # shares of its width


class PackSheet(Layout):
    """A pack being set."""

    in_card, large_size = False, POSTER[0]

    def __init__(self, pack: Pack) -> None:
        self.pack = pack
        super().__init__(pack.title, pack.locale, pack.direction)
        self.leading = CLOSE_LINE.get(pack.locale, CLOSE_LINE["en"])

    def footer(self) -> None:
        """Title and page, and on a draft that it is one."""
        self.set_margins(MARGIN, MARGIN)
        self.set_y(-FOOT)
        with self.coloured(QUIET):
            self.put(" \u00b7 ".join(filter(None, (self.pack.title, held(str(self.page_no())), self.pack.draft))), 8)

    def part(self, part: Part, first: bool) -> None:
        """One part; what belongs under one heading is kept together."""
        if not first:
            self.add_page()
        self.start_section(part.title)
        self.size = ON_POSTER if part.name == "poster" else BODY
        self.large_size = next((size for size in POSTER if self.fits(part, size)), POSTER[-1])
        head = partial(self.titled, part.title, SECTION if isinstance(part.blocks[0], Cards) else TITLE)
        for n, section in enumerate(sections(part.blocks)):
            draw = partial(self.section, section, None if n else head)
            if any(isinstance(block, Cards | Table) for block in section):
                draw()
            else:
                self.kept(draw)

    def fits(self, part: Part, size: float) -> bool:
        """Whether a part with words in large stays on one page with this size."""
        self.large_size = size
        if not any(isinstance(block, Large) for block in part.blocks):
            return True
        return self.tall(partial(self.blocks, part.blocks)) + 2 * TITLE <= self.h - self.t_margin - self.b_margin

    def titled(self, title: str, size: float) -> None:
        with self.coloured(SEA):
            self.put(title, size)
        self.gap(2)

    def section(self, blocks: Sequence[Block], head: Draw | None) -> None:
        if head is not None:
            head()
        self.blocks(blocks)

    def blocks(self, blocks: Sequence[Block]) -> None:
        for block in blocks:
            self.block(block)

    def block(self, block: Block) -> None:
        match block:
            case Heading():
                self.headed(block.text)
            case Text():
                self.said(block.said)
            case Listed():
                self.listed(block)
            case Pairs():
                for term, said in block.rows:
                    self.kept(partial(self.pair, term, said))
            case Asked():
                self.kept(partial(self.asked, block))
            case Scale():
                self.scale(block)
            case Table():
                self.run_sheet(block)
            case Large():
                self.large(block)
            case Drawing():
                self.drawing(block)
            case Lines():
                self.ruled(block.count)
            case Address():
                self.address(block)
            case Cards():
                self.cards(block)
            case _:
                assert_never(block)

    def headed(self, text: str) -> None:
        self.gap(0 if self.in_card else 3)
        with self.coloured(SEA):
            self.put(text, self.size + 2)

    def said(self, said: Said) -> None:
        for each in said:
            self.kept(partial(self.paragraph, each))
            self.gap(0.8 if self.in_card else 1.5)

    def paragraph(self, said: Body) -> None:
        """Words. A card of help has its number in large, its address beneath, and always the day of its check and its source."""
        plain = {"text": said["text"]}
        self.put(words_of(plain))
        if said.get("phone") and said["phone"]["number"] not in said["text"]:
            self.put(held(said["phone"]["number"]), self.size + 4)
        for link in said.get("links") or ():
            self.put(held(link["url"]))
        if "checked" in said:
            checked = {"text": "", "checked": said["checked"], "source": said["source"]}
            with self.coloured(QUIET):
                self.put(words_of(checked).strip(), TINY if self.in_card else SMALL)

    def listed(self, block: Listed) -> None:
        for n, item in enumerate(block.items, 1):
            mark = {"number": held(f"{n}."), "dot": "\u2022", "box": ""}[block.mark]
            self.kept(partial(self.marked, mark, partial(self.put, item)))
            self.gap(1)

    def pair(self, term: str, said: Said) -> None:
        with self.coloured(SEA):
            self.put(term)
        self.indented(partial(self.said, said))

    def asked(self, block: Asked) -> None:
        with self.coloured(SEA):
            self.put(block.question, self.size if self.in_card else self.size + 1)
        if block.note:
            self.put(block.note, SMALL)
        self.gap(0.5)
        for n, option in enumerate(block.options, 1):
            self.marked(held(f"{n}.") if block.told else "", partial(self.option, option))
            self.gap(0 if self.in_card else 1.5)
        self.gap(1 if self.in_card else 3)

    def option(self, option: Option) -> None:
        with self.coloured(SEA if option.right else INK):
            self.put(" \u00b7 ".join(filter(None, (option.text, option.right))))
        self.indented(partial(self.said, option.after))

    def scale(self, block: Scale) -> None:
        """The question and the degrees as a head, then a row of boxes for each item."""
        cell = self.epw / 9
        widths = (self.epw - cell * len(block.degrees), *[cell] * len(block.degrees))
        with self.coloured(SEA):
            question = partial(self.put, block.question)
            self.beside(widths, (question, *[partial(self.put, degree, self.size - 1.5) for degree in block.degrees]))
        for item in block.items:
            self.beside(widths, (partial(self.put, item), *[self.square] * len(block.degrees)))
        self.gap(2)

    def run_sheet(self, block: Table) -> None:
        widths = [self.epw * share / sum(RUN_SHEET) for share in RUN_SHEET]
        self.size = BODY - 1
        with self.coloured(SEA):
            self.row(widths, block.head)
        for row in block.rows:
            self.kept(partial(self.row, widths, row))
        self.size = BODY

    def large(self, block: Large) -> None:
        size = ON_CARD if self.in_card else self.large_size
        for line in block.lines:
            self.put(line, size)
            self.gap(0 if self.in_card else size / 5)

    def drawing(self, block: Drawing) -> None:
        svg = svg_of(block.name).replace("currentColor", "#1B2B34")
        if svg and not self.measuring:
            self.image(io.BytesIO(svg.encode()), x=self.begins(DRAWN), y=self.get_y(), w=DRAWN, alt_text=block.alt)
        self.gap(DRAWN * 9 / 16 + 3)

    def address(self, block: Address) -> None:
        """The address in large, its QR code, and boxes to write the number of the day into."""
        self.put(held(block.url), TITLE)
        self.gap(4)
        modules = modules_of(block.url)
        self.squares(modules)
        self.gap(len(modules) * DOT + 10)
        self.put(block.digits, SECTION)
        for n in range(block.boxes):  # a number is written from left to right in every script
            if not self.measuring:
                self.rect(self.begins(block.boxes * DIGIT) + n * DIGIT, self.get_y() + 2, DIGIT - 4, DIGIT + 4)
        self.gap(DIGIT + 12)

    def squares(self, modules: Sequence[bytearray]) -> None:
        left, top = self.begins(len(modules) * DOT), self.get_y()
        self.set_fill_color(0)
        dark = ((x, y) for y, row in enumerate(modules) for x, module in enumerate(row) if module and not self.measuring)
        for x, y in dark:
            self.rect(left + x * DOT, top + y * DOT, DOT, DOT, style="F")

    def cards(self, block: Cards) -> None:
        self.put(block.cut, SMALL)
        self.gap(2)
        self.in_card, leading = True, self.leading
        self.leading *= CARD_LINE
        draws = {id(card): partial(self.card, card) for card in block.cards}
        self.cut_out([draws[id(card)] for card in block.cards], block.across, block.rows, CUT_MARGIN, CARD)
        self.in_card, self.size, self.leading = False, BODY, leading

    def card(self, card: Sequence[Block]) -> None:
        self.gap(PAD)
        with self.inside(PAD, self.epw - 2 * PAD):
            self.blocks(card)
        self.gap(PAD)


def sections(blocks: Sequence[Block]) -> Iterator[list[Block]]:
    """The blocks of a part by their headings."""
    found: list[Block] = []
    for block in blocks:
        if isinstance(block, Heading) and found:
            yield found
            found = []
        found.append(block)
    yield found


def pack_pdf(pack: Pack) -> bytes:
    """The pack as a PDF file."""
    sheet = PackSheet(pack)
    sheet.put(pack.title, FRONT)
    sheet.gap(4)
    for n, part in enumerate(pack.parts):
        sheet.part(part, first=n == 0)
    return bytes(sheet.output())
