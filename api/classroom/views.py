"""What each screen is sent: a pupil the current step and nothing else, the projector what may be shown to all, the educator
the run sheet with numbers of answers. None of them holds anything about a single seat."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from api.classroom.rooms import Room, Seat
from api.classroom.rules import Pace, Phase, shown
from api.conversations.log import Body
from api.db import now
from api.lessons.shape import Lesson, Moment, Question, Sensitivity
from api.lessons.steps import BLAME, CONFIDENCE, SCALE, TAKEAWAY, Item, Kind, Sort, Step, came_of, cues_of, title_of
from api.speech.say import View
from api.teaching.shelf import Shelf

TOLD = 40  # states that a room keeps: ten languages at a few steps
Shown = dict[str, Any]


@dataclass(frozen=True)
class Told:
    """A room in one language."""

    room: Room
    shelf: Shelf
    locale: str

    @property
    def lesson(self) -> Lesson:
        return self.shelf.lesson(self.room.row.lesson, self.locale)

    @property
    def words(self) -> dict[str, str]:
        return self.shelf.words(self.locale)

    @property
    def view(self) -> View:
        return View(self.locale, self.room.lesson.band, self.room.row.country)

    @property
    def frame(self) -> Shown:
        """What every screen of a room begins with."""
        row = self.room.row
        state = "ended" if row.ended_at else "paused" if row.paused else "live"
        return {
            "version": self.room.version, "state": state, "pace": row.pace.value, "locale": self.locale,
            "dir": self.shelf.speaker.book.direction(self.locale), "title": str(self.lesson.title), "band": self.room.lesson.band,
            "country": row.country,
        }  # fmt: skip

    def help(self) -> list[Body]:
        """Says what is open at this moment, and is therefore never kept."""
        return self.shelf.speaker.help(self.view)

    def said(self, words: Any) -> list[Body]:
        return self.shelf.said(words, self.view)

    def step(self, step: Step, results: bool) -> Shown:
        """A step: its words, its items, and after closing what came of each choice; `results` for the projector alone."""
        phase = self.room.phase_of(step)
        found: Shown = {
            "key": step.key, "kind": step.kind.value, "phase": phase.value, "title": self.title(step), "texts": self.texts(step),
            "items": [] if phase is Phase.reading else self.items(step, phase is Phase.closed),
        }  # fmt: skip
        if results and phase is Phase.closed:
            found["results"] = {item.id: self.results(item) for item in step.items if item.sort is not Sort.done}
        return found

    def title(self, step: Step) -> str:
        return title_of(step, self.room.steps, self.words)

    def texts(self, step: Step) -> list[Body]:
        if step.kind in (Kind.decision, Kind.story):
            first = step.key == self.lesson.moments[0].id
            return self.said((*(self.lesson.story if first else ()), *self._moment(step.key).text))
        if step.kind is Kind.close:
            return [*self._own("close_1", "close_2"), *self.said(self._help_cards())]
        if self.room.row.pace is Pace.one and step.kind in (Kind.door, Kind.talk):
            return []  # they speak of the pupil's own screen
        own = {Kind.rules: ("rule_1", "rule_2", "rule_3", "rule_4"), Kind.talk: ("talk_1",), Kind.box: ("box_1", "box_2")}
        return self._own(*own.get(step.kind, (f"{step.kind}_1",) if f"{step.kind}_1" in self.words else ()))

    def _own(self, *keys: str) -> list[Body]:
        return self.said(tuple(self.words[key] for key in keys))

    def _help_cards(self) -> tuple[str, ...]:
        found = (text for moment in self.lesson.moments if moment.help for text in moment.text if text.startswith("{"))
        return tuple(dict.fromkeys(found)) or ("{helpline}",)

    def _moment(self, key: str) -> Moment:
        return next(moment for moment in self.lesson.moments if moment.id == key)

    def _question(self, key: str) -> Question:
        return next(question for question in self.lesson.quiz if question.id == key)

    def items(self, step: Step, closed: bool) -> list[Shown]:
        if step.kind is Kind.decision:
            return [self._decision(self._moment(step.key), closed)]
        if step.kind is Kind.quiz:
            return [self._quiz(self._question(step.key), closed)]
        if step.kind in (Kind.before, Kind.exit):
            confidence = [self._own_words(f"c{n}", f"confidence_{n}", "scale", SCALE) for n in range(1, CONFIDENCE + 1)]
            after = [self._own_words(*row) for row in (("blame",) * 3 + (BLAME,), ("takeaway",) * 3 + (TAKEAWAY,))]
            return confidence if step.kind is Kind.before else confidence + after
        return []

    def _own_words(self, key: str, question: str, options: str, ids: tuple[str, ...]) -> Shown:
        rows = [{"id": each, "text": self.words[f"{options}_{each}"]} for each in ids]
        return {"id": key, "question": self.words[question], "several": False, "options": rows}

    def _decision(self, moment: Moment, closed: bool) -> Shown:
        rows: list[Shown] = [{"id": c.id, "text": c.text} for c in moment.choices]
        if closed:
            rows = [
                {**row, "after": self.said(came_of(choice, self.lesson))}
                for row, choice in zip(rows, moment.choices, strict=True)
            ]
        return {"id": moment.id, "question": moment.question, "several": False, "options": rows}

    def _quiz(self, question: Question, closed: bool) -> Shown:
        rows: list[Shown] = [{"id": o.id, "text": o.text} for o in question.options]
        if closed:
            pairs = zip(rows, question.options, strict=True)
            rows = [{**row, "after": self.said((o.feedback,)), "right": o.right} for row, o in pairs]
        return {"id": question.id, "question": question.question, "several": question.several, "options": rows}

    def after(self, item_id: str) -> Shown | None:
        """What is said about one's own answers at the own pace: the item as after closing."""
        step, _ = self.room.item(item_id)
        return next((item for item in self.items(step, closed=True) if item["id"] == item_id), None)

    def may_project(self, step: Step) -> bool:
        """In a red lesson what came of each choice is enough: a hurt pupil need not read how many would have looked."""
        return step.kind is not Kind.decision or self.room.lesson.sensitivity is not Sensitivity.red

    def results(self, item: Item) -> list[Shown] | None:
        """Suppressed results, option by option; None where too few answered."""
        found = shown(item, self.room.counts.get(item.id, Counter()))
        if found is None:
            return None
        return [{"option": option, "share": share, "text": self._share(item, share)} for option, share in found.items()]

    def _share(self, item: Item, share: str) -> str:
        return self.words["about_percent"].format(n=share) if item.sort is Sort.knowledge else self.words[f"share_{share}"]

    def card(self) -> Shown | None:
        """The prompt or the reviewed answer on the projector."""
        kind, _, key = (self.room.card or "").partition(":")
        if kind == "prompt" and int(key) < len(self.lesson.prompts):
            return {"kind": kind, "key": self.room.card, "title": "", "texts": self.said((self.lesson.prompts[int(key)],))}
        faq = next((each for each in self.lesson.faq if kind == "faq" and each.id == key), None)
        return {"kind": kind, "key": self.room.card, "title": faq.question, "texts": self.said(faq.answer)} if faq else None


def for_pupil(told: Told, seat: Seat, step_key: str | None) -> Shown:
    """The current step; at the own pace the one that the pupil is at, with the keys of the others to move on."""
    room = told.room
    own = room.row.pace is Pace.own
    step = room.step(step_key) if own and step_key else room.at
    place = f"seat:{told.locale}:{step.key}"
    if place not in room.told:
        state = {**told.frame, "step": None if room.row.ended_at else told.step(step, results=False)}
        state["steps"] = [each.key for each in room.steps] if own else []
        state["rounds"] = {item.id: room.rounds[each.key] for each in room.steps if room.rounds[each.key] for item in each.items}
        if len(room.told) >= TOLD:
            room.told.clear()
        room.told[place] = state
    return {**room.told[place], "help": told.help(), "badge": seat.badge, "questions_left": seat.questions_left}


def for_screen(told: Told) -> Shown:
    """What the class sees together."""
    room = told.room
    return {
        **told.frame, "step": told.step(room.at, results=told.may_project(room.at)), "card": told.card(), "help": told.help(),
        "seats": len(room.seats), "code": room.row.code if room.takes(now()) else None,
    }  # fmt: skip


def for_host(told: Told, staff: dict[str, str], questions: int) -> Shown:
    """The run sheet: what to say, what comes next, how many have answered."""
    room, row = told.room, told.room.row
    steps = [_on_sheet(told, step, staff) for step in room.steps]
    return {
        **told.frame, "lesson": row.lesson, "code": row.code, "takes": room.takes(now()),
        "seats": {"taken": len(room.seats), "of": row.seats}, "at": row.step, "steps": steps, "card": room.card,
        "prompts": list(told.lesson.prompts), "questions": questions, "keep_longer": row.keep_longer,
        "faq": [{"id": faq.id, "question": faq.question, "answer": list(faq.answer)} for faq in told.lesson.faq],
    }  # fmt: skip


def _on_sheet(told: Told, step: Step, staff: dict[str, str]) -> Shown:
    sheet = {**cues_of(step, staff, told.room.row.pace is not Pace.one), "minutes": step.minutes}
    return {**told.step(step, results=True), **sheet, "items": told.items(step, closed=True), "answers": told.room.answered(step)}
