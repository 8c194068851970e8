"""The print pack: what a class needs on paper, composed from the lesson, the labels and the country's cards, and kept nowhere."""

from collections.abc import Iterable
from dataclasses import dataclass

from api.lessons.shape import Choice, Lesson, Question, Words
from api.lessons.steps import BLAME, CONFIDENCE, GATE, SCALE, TAKEAWAY, Kind, Step, came_of, steps_of, title_of
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
from api.speech.say import View
from api.teaching.shelf import STAFF, Shelf

RULES = ("rule_1", "rule_2", "rule_3", "rule_4")
WAYS = ("{emergency}", "{helpline}")


def compose(shelf: Shelf, lesson_id: str, view: View, site: str) -> Pack:
    """The pack of a lesson.

    Args:
        view: its band is that of the lesson, whatever it says here.
        site: where this installation is found, without a slash at the end.

    Raises:
        NotFound: no such lesson.
        LessonClosed: it is broken, or not whole in this language.
    """
    lesson, book = shelf.lesson(lesson_id, view.locale), shelf.speaker.book
    view = View(view.locale, lesson.band, view.country)
    staff = book.labels(STAFF, view.locale)
    writer = Writer(shelf, lesson, view, staff, shelf.words(view.locale), site)
    draft = staff["draft"] if book.drafts else ""
    return Pack(str(lesson.title), view.locale, book.direction(view.locale), draft, tuple(writer.parts()))


@dataclass(frozen=True)
class Writer:
    """Writes the parts of one pack."""

    shelf: Shelf
    lesson: Lesson
    view: View
    staff: dict[str, str]
    words: dict[str, str]
    site: str

    def parts(self) -> Iterable[Part]:
        staff = self.staff
        yield Part("plan", staff["plan"], tuple(self.plan()))
        yield Part("before", staff["gate_title"], tuple(self.before()))
        yield Part("run", staff["run_title"], tuple(self.run()))
        yield Part("poster", staff["pack_poster"], (Large(self.own(*RULES)), Text(self.help())))
        yield Part("story", staff["pack_story"], tuple(self.story()))
        yield Part("cards", staff["pack_cards"], (self.choice_cards(),))
        yield Part("quiz", staff["pack_quiz"], tuple(self.asked(q, told=False) for q in self.lesson.quiz))
        yield Part("key", staff["pack_key"], tuple(self.asked(q, told=True) for q in self.lesson.quiz))
        yield Part("slips", staff["pack_slips"], (self.cards((self.slip(),) * 8, 2, 4),))
        yield Part("exit", staff["pack_exit"], (self.cards((self.exit(),) * 2, 1, 2),))
        yield Part("told", staff["told_title"], tuple(self.told()))
        yield Part("help", staff["pack_help"], (self.cards((self.help_card(),) * 8, 2, 4),))
        yield Part("home", staff["pack_home"], (*self.title(), Text(self.at_home()), Text(self.help())))
        yield Part("letter", staff["letter_title"], tuple(self.letter()))
        yield Part("join", staff["pack_join"], tuple(self.join()))

    def own(self, *keys: str) -> tuple[str, ...]:
        return tuple(self.words[key] for key in keys)

    def said(self, texts: Iterable[str]) -> Said:
        return tuple(self.shelf.said(tuple(Words(text) for text in texts), self.view))

    def help(self) -> Said:
        """Whom to call, without what is true only at this hour."""
        return self.said(WAYS)

    def cards(self, cards: tuple[tuple[Block, ...], ...], across: int, rows: int) -> Cards:
        return Cards(cards, across, rows, self.staff["pack_cut"])

    def title(self) -> tuple[Block, ...]:
        return Heading(self.lesson.title), Text(self.said([self.lesson.goal]))

    def plan(self) -> Iterable[Block]:
        lesson, staff = self.lesson, self.staff
        yield Text(self.said([staff["minutes"].format(n=lesson.minutes), staff[f"sensitivity_{lesson.sensitivity}"]]))
        yield Heading(staff["goal"])
        yield Text(self.said([lesson.goal, lesson.practise]))
        yield from (Heading(staff["outcomes"]), Listed(lesson.outcomes))
        yield from (Heading(staff["will_say"]), Listed(lesson.will_say))
        yield from (Heading(staff["will_not_say"]), Listed(lesson.will_not_say))
        if lesson.words:
            yield from (Heading(staff["glossary"]), Pairs(tuple((w.word, self.said([w.meaning])) for w in lesson.words)))

    def before(self) -> Iterable[Block]:
        """The safeguarding notice: who works on paper only passes no gate on a screen."""
        staff = self.staff
        yield Text(self.said([staff["gate_intro"]]))
        yield Listed(tuple(staff[f"gate_{key}"] for key in GATE), "box")
        yield from (Heading(staff["plan_b_title"]), Listed((staff["plan_b_1"], staff["plan_b_2"])))
        yield from (Heading(staff["pack_count_title"]), Text(self.said([staff["pack_count"]])))

    def run(self) -> Iterable[Block]:
        lesson, staff, steps = self.lesson, self.staff, steps_of(self.lesson)
        rows = tuple((title_of(step, steps, self.words), str(step.minutes), *self.say_and_do(step, steps)) for step in steps)
        yield Table((staff["pack_step"], staff["pack_minutes"], staff["say"], staff["todo"]), rows)
        yield from (Heading(staff["prompts"]), Listed(lesson.prompts))
        if lesson.faq:
            yield from (Heading(staff["likely_questions"]), Pairs(tuple((f.question, self.said(f.answer)) for f in lesson.faq)))
        yield from (Heading(staff["pack_game"]), Text(self.said(lesson.game)))

    def say_and_do(self, step: Step, steps: tuple[Step, ...]) -> tuple[str, str]:
        """What is said and done at the first step of a kind; at the next ones the question is enough."""
        asked = {**{m.id: m.question for m in self.lesson.decisions}, **{q.id: q.question for q in self.lesson.quiz}}
        if step.key in asked and step.key != next(each.key for each in steps if each.kind is step.kind):
            return str(asked[step.key]), ""
        return self.staff[f"say_{step.kind}"], self.staff[f"do_{step.kind}"]

    def story(self) -> Iterable[Block]:
        """Moment by moment as a class comes through it, with what comes of every choice, to be read aloud."""
        yield Drawing(self.lesson.drawing.name, self.lesson.drawing.alt)
        yield Text(self.said(self.lesson.story))
        steps, moments = steps_of(self.lesson), {moment.id: moment for moment in self.lesson.moments}
        for step in steps:
            if step.kind in (Kind.decision, Kind.story):
                moment = moments[step.key]
                yield from (Heading(title_of(step, steps, self.words)), Text(self.said(moment.text)))
                if moment.choices:
                    yield Asked(moment.question or "", tuple(self.choice(c) for c in moment.choices))

    def choice(self, choice: Choice) -> Option:
        """A choice with what comes of it."""
        return Option(choice.text, self.said(came_of(choice, self.lesson)))

    def choice_cards(self) -> Cards:
        """A row of cards for every decision, to be held up or laid down."""
        steps = steps_of(self.lesson)
        titles = {step.key: title_of(step, steps, self.words) for step in steps}
        choices = [(m, n, c) for m in self.lesson.decisions for n, c in enumerate((*m.choices, None, None)[:3], 1)]
        cards = ((Text(self.said([titles[m.id]])), Large((str(n), c.text))) if c else () for m, n, c in choices)
        return self.cards(tuple(cards), 3, 4)

    def asked(self, question: Question, told: bool) -> Asked:
        right, note = self.words["right"], self.words["choose_several"] if question.several else ""
        options = (Option(o.text, self.said([o.feedback]), right if o.right else "") for o in question.options)
        return Asked(question.question, tuple(o if told else Option(o.text) for o in options), note)

    def slip(self) -> tuple[Block, ...]:
        return Heading(self.words["question_label"]), Text(self.said([self.words["paper_no_names"]])), Lines(3)

    def exit(self) -> tuple[Block, ...]:
        words = self.words
        items = tuple(words[f"confidence_{n}"] for n in range(1, CONFIDENCE + 1))
        degrees = tuple(words[f"scale_{n}"] for n in SCALE)
        blame = Asked(words["blame"], tuple(Option(words[f"blame_{each}"]) for each in BLAME))
        takeaway = Asked(words["takeaway"], tuple(Option(words[f"takeaway_{each}"]) for each in TAKEAWAY))
        scales = (Scale(words[question], items, degrees) for question in ("exit_1", "looking_back"))
        return Text(self.said([words["paper_fold"]])), *scales, blame, takeaway

    def told(self) -> Iterable[Block]:
        staff = self.staff
        yield Listed(tuple(staff[f"told_{n}"] for n in range(1, 7)), "number")
        for kind in ("say", "not"):
            yield Heading(staff[f"phrases_{kind}_title"])
            yield Listed(tuple(staff[f"phrases_{kind}_{n}"] for n in range(1, 5)))
        yield from (Heading(staff["pack_ways"]), Text(self.said((*WAYS, "{take_down}", "{hotline}"))))

    def help_card(self) -> tuple[Block, ...]:
        (chat,) = self.said([self.words["paper_chat"]])
        here = {**chat, "links": [{"label": self.site, "url": self.site}]}
        return Text(self.said([self.words["close_2"]])), Text((*self.help(), here))

    def at_home(self) -> Said:
        return self.said((*self.lesson.home, self.staff["letter_4"]))

    def letter(self) -> Iterable[Block]:
        yield Text(self.said(self.staff[f"letter_{n}"] for n in (1, 2)))
        yield from self.title()
        yield Text(self.said(self.staff[f"letter_{n}"] for n in (3, 4, 5)))
        yield from (Text(self.help()), Lines(2))

    def join(self) -> Iterable[Block]:
        yield Large((self.words["scan_or_type"],))
        yield Address(f"{self.site}/class", self.words["join_code"])
        yield Text(self.said(self.own("no_name", "help_anytime")))
