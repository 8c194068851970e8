"""What the print pack is made of. A page and a PDF are set from the same blocks; `kind` names a block to the page."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from api.conversations.log import Body

Said = tuple[Body, ...]  # paragraphs, and cards of help with number and address


@dataclass(frozen=True)
class Heading:
    """Begins a section inside a part."""

    text: str
    kind: ClassVar = "heading"


@dataclass(frozen=True)
class Text:
    """Paragraphs and cards of help."""

    said: Said
    kind: ClassVar = "text"


@dataclass(frozen=True)
class Listed:
    """A list: in its order, in none, or with boxes to tick."""

    items: tuple[str, ...]
    mark: Literal["dot", "number", "box"] = "dot"
    kind: ClassVar = "list"


@dataclass(frozen=True)
class Pairs:
    """A word with its meaning, a question with its answer."""

    rows: tuple[tuple[str, Said], ...]
    kind: ClassVar = "pairs"


@dataclass(frozen=True)
class Option:
    """An answer to choose; `after` is what is said to who chose it, and stands only in the educator's copy."""

    text: str
    after: Said = ()
    right: str = ""


@dataclass(frozen=True)
class Asked:
    """A question with its options: with boxes to tick, or numbered where something is said after each."""

    question: str
    options: tuple[Option, ...]
    note: str = ""
    kind: ClassVar = "asked"

    @property
    def told(self) -> bool:
        return any(option.after for option in self.options)


@dataclass(frozen=True)
class Scale:
    """Items in rows, degrees in columns, a box in every cell."""

    question: str
    items: tuple[str, ...]
    degrees: tuple[str, ...]
    kind: ClassVar = "scale"


@dataclass(frozen=True)
class Table:
    """A table whose first column names the row."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    kind: ClassVar = "table"


@dataclass(frozen=True)
class Large:
    """A line to be read across a room."""

    lines: tuple[str, ...]
    kind: ClassVar = "large"


@dataclass(frozen=True)
class Drawing:
    """A drawing of the project (`web/drawings`) and what it shows."""

    name: str
    alt: str
    kind: ClassVar = "drawing"


@dataclass(frozen=True)
class Lines:
    """Lines to write on."""

    count: int
    kind: ClassVar = "lines"


@dataclass(frozen=True)
class Address:
    """The address of the pupils' page, as a QR code too, and boxes for a number that changes with every lesson."""

    url: str
    digits: str
    boxes: int = 7
    kind: ClassVar = "address"


@dataclass(frozen=True)
class Cards:
    """Cards to cut out: at most `rows` by `across` on a sheet, fewer where the script needs more room."""

    cards: tuple[tuple["Block", ...], ...]
    across: int
    rows: int
    cut: str
    kind: ClassVar = "cards"


Block = Heading | Text | Listed | Pairs | Asked | Scale | Table | Large | Drawing | Lines | Address | Cards


@dataclass(frozen=True)
class Part:
    """A part of the pack, which begins on a new page."""

    name: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Pack:
    """All parts for a lesson in one language. `draft` says so where nobody has signed the words."""

    title: str
    locale: str
    direction: str
    draft: str
    parts: tuple[Part, ...]
