"""Columns, marks and cards on a sheet of paper. What is drawn lies between the margins, which are those of a column meanwhile."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial

from api.sheet import BODY, MARGIN, Sheet

INK, QUIET, SEA = (27, 43, 52), (81, 99, 110), (11, 85, 99)  # as on the screens; all three are dark on a grey printer
INDENT, BOX, RULE = 7.0, 4.0, 9.0  # millimetres
Draw = Callable[[], None]


class Layout(Sheet):
    """A sheet whose pieces can be measured before they are drawn.

    Attributes:
        size: of the text, in points.
        holding: whether what is drawn now is known to fit on the page.
    """

    measuring, holding, size = False, False, BODY

    def __init__(self, title: str, locale: str, direction: str | None) -> None:
        super().__init__(title, locale, direction)
        self.c_margin = 0.0  # words begin where boxes and lines begin
        self.set_text_color(*INK)
        self._lines: dict[tuple[str, float, float], int] = {}

    @contextmanager
    def inside(self, start: float, width: float) -> Iterator[None]:
        """A column of the present one; `start` counts from the side where the language begins."""
        left, right = self.l_margin, self.r_margin
        begin = self.w - right - start - width if self.is_rtl else left + start
        self._bounds(begin, self.w - begin - width)
        yield
        self._bounds(left, right)

    def _bounds(self, left: float, right: float) -> None:
        self.set_left_margin(left)
        self.set_right_margin(right)
        self.set_x(left)

    @contextmanager
    def coloured(self, colour: tuple[int, int, int]) -> Iterator[None]:
        self.set_text_color(*colour)
        yield
        self.set_text_color(*INK)

    def tall(self, draw: Draw) -> float:
        """How much room a drawing takes, without drawing it."""
        top, outer = self.get_y(), self.measuring
        self.measuring = True
        draw()
        height = self.get_y() - top
        self.measuring = outer
        self.set_y(top)
        return height

    def kept(self, draw: Draw) -> None:
        """Draw on a new page what would be torn on this one and fits on one."""
        if self.measuring or self.holding or not self.auto_page_break:
            draw()
            return
        height, bottom = self.tall(draw), self.h - self.b_margin
        self.holding = self.t_margin + height <= bottom
        if self.holding and self.get_y() + height > bottom:
            self.add_page()
        draw()
        self.holding = False

    def beside(self, widths: Sequence[float], draws: Sequence[Draw]) -> None:
        """Columns, which begin at one height."""
        top = foot = self.get_y()
        start = 0.0
        for width, draw in zip(widths, draws, strict=True):
            with self.inside(start, width):
                self.set_y(top)
                draw()
                foot = max(foot, self.get_y())
            start += width
        self.set_y(foot)

    def put(self, text: str, size: float | None = None) -> None:
        """A paragraph across the present column."""
        size = size or self.size
        if self.measuring:
            self.gap(self._height(text, size))
            return
        self.letters(size)
        side = "R" if self.is_rtl else "L"
        self.multi_cell(self.epw, self.leading * size / BODY, text, align=side, new_x="LMARGIN", new_y="NEXT")

    def _height(self, text: str, size: float) -> float:
        """Of a paragraph; breaking it into lines is most of the work of a pack, and many stand in it more than once."""
        place = (text, size, round(self.epw, 2))
        if place not in self._lines:
            self.set_font(self.family_name, size=size)
            self._lines[place] = self.lines_of(text, self.epw)
        return self._lines[place] * self.leading * size / BODY

    def gap(self, height: float) -> None:
        self.set_y(self.get_y() + height)

    def begins(self, width: float) -> float:
        """Where something of this width stands at the beginning of a line."""
        return self.w - self.r_margin - width if self.is_rtl else self.l_margin

    def square(self) -> None:
        """A box to tick, at the height of the line."""
        line = self.leading * self.size / BODY
        if not self.measuring:
            self.rect(self.begins(BOX), self.get_y() + (line - BOX) / 2, BOX, BOX)
        self.gap(line)

    def marked(self, mark: str, draw: Draw) -> None:
        """Something behind its mark: a number, a dot, or without one a box to tick."""
        self.beside((INDENT, self.epw - INDENT), (partial(self.put, mark) if mark else self.square, draw))

    def indented(self, draw: Draw) -> None:
        with self.inside(INDENT, self.epw - INDENT):
            draw()

    def ruled(self, count: int) -> None:
        """Lines to write on."""
        for _ in range(count):
            self.gap(RULE)
            self.across()

    def across(self) -> None:
        if not self.measuring:
            self.line_across()

    def row(self, widths: Sequence[float], cells: Sequence[str]) -> None:
        """A row of a table with a line beneath; a column ends a little before the next begins."""
        self.gap(1)
        self.beside(widths, [partial(self._cell, text, width - 3) for text, width in zip(cells, widths, strict=True)])
        self.gap(1)
        self.across()

    def _cell(self, text: str, width: float) -> None:
        with self.inside(0, width):
            self.put(text)

    def cut_out(self, cards: Sequence[Draw], across: int, rows: int, margin: float, sizes: Sequence[float]) -> None:
        """Cards of one height with dashed lines between; a smaller size, then fewer rows, where the script needs more room.

        Copies of one card fill one page, however few they are then.
        """
        self.set_margins(margin, margin)
        self.set_auto_page_break(False)
        width, room = self.epw / across, self.h - margin - self.get_y() - RULE
        with self.inside(0, width):
            tallest = {size: self._tallest(cards, size) for size in sizes}
        self.size = next((size for size in sizes if tallest[size] * rows <= room), sizes[0])
        rows = max(1, min(rows, int(room // tallest[self.size])))
        whole = rows * across
        cards = cards[:whole] if len(set(cards)) == 1 else cards
        for first in range(0, len(cards), whole):
            if first:
                self.add_page()
            self._page_of(cards[first : first + whole], across, width, room / rows)
        self.set_auto_page_break(True, MARGIN)
        self.set_margins(MARGIN, MARGIN)

    def _tallest(self, cards: Sequence[Draw], size: float) -> float:
        self.size = size
        return max(self.tall(card) for card in set(cards))

    def _page_of(self, cards: Sequence[Draw], across: int, width: float, height: float) -> None:
        top = self.get_y()
        for n, card in enumerate(cards):
            with self.inside(n % across * width, width):
                self.set_y(top + n // across * height)
                card()
        self.set_draw_color(120)
        self.set_dash_pattern(1.5, 1.5)
        rows = -(-len(cards) // across)
        for n in range(rows + 1):
            self.line(self.l_margin, top + n * height, self.w - self.r_margin, top + n * height)
        for n in range(across + 1):
            self.line(self.l_margin + n * width, top, self.l_margin + n * width, top + rows * height)
        self.set_dash_pattern()
        self.set_draw_color(0)
