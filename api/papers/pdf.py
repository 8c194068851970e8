"""A paper as a PDF."""

from api.conversations.log import Body
from api.papers.compose import Paper, Part
from api.sheet import BODY, ISOLATE, LEFT_TO_RIGHT, Sheet, held

WRITTEN_LINES = 4


class PaperSheet(Sheet):
    """One paper being set."""

    def tick(self) -> None:
        """A box to tick at the beginning of the line."""
        at = self.w - self.r_margin - 4.5 if self.is_rtl else self.l_margin
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

    def ruled(self) -> None:
        """Lines to write on."""
        for _ in range(WRITTEN_LINES):
            self.ln(8)
            self.line_across()


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


def pdf_of(paper: Paper) -> bytes:
    """The paper as a PDF file."""
    sheet = PaperSheet(paper.title, paper.view.locale, paper.direction)
    sheet.say(paper.title, 18)
    sheet.ln(3)
    for bubble in paper.intro if paper.name == "plan" else ():
        sheet.say(bubble["text"])
    sheet.ln(3)
    for part in paper.parts:
        sheet.part(part)
    return bytes(sheet.output())
