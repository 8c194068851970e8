"""What staff do with phrases: look at those that this child could read, say one, choose the language to read them in."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from api.audit.service import Audit
from api.auth.access import SignedIn
from api.auth.models import Staff
from api.cases.models import Case
from api.cases.service import Desk, Wording
from api.conversations.log import Body
from api.conversations.models import Conversation
from api.errors import BadRequest
from api.phrasebook.source import CARD, PHRASES, Section
from api.speech.say import Speaker, View

LAST = 99


@dataclass(frozen=True)
class Phrases:
    """The phrases of `content/phrases/`, in two languages at once."""

    speaker: Speaker
    desk: Desk
    audit: Audit

    def situations(self, locale: str, view: View | None, reasons: set[str], name: str) -> list[dict[str, Any]]:
        """Every situation with its phrases, those that fit the case first.

        Args:
            locale: of the member of staff who picks.
            view: of the child who will read it; what is not whole (in production: signed) for them is left out.
            reasons: the need of the case and the reasons of its risk, as codes.
            name: of the member of staff, for the phrases that say it.
        """
        fronts = self.speaker.book.source.fronts
        found = [(c, front) for c, front in fronts.items() if c.startswith(PHRASES)]
        rows = [
            {
                "name": context.removeprefix(PHRASES), "title": front["title"],
                "suggested": not reasons.isdisjoint(front.get("for", ())),
                "phrases": list(self._phrases(context, locale, view, name)),
            }
            for context, front in sorted(found, key=lambda one: int(one[1].get("order", LAST)))
        ]  # fmt: skip
        return sorted(rows, key=lambda row: not row["suggested"])

    def _phrases(self, context: str, locale: str, view: View | None, name: str) -> Iterator[dict[str, Any]]:
        for section in (s for s in self.speaker.book.source.sections.values() if s.context == context):
            child = self.speaker.phrase(section.key, view, name) if view else None
            if child or view is None:
                yield self._pair(section, locale, child, view, name)

    def _pair(self, section: Section, locale: str, child: Body | None, view: View | None, name: str) -> dict[str, Any]:
        """One phrase as staff read it and, for a case, as the child would."""
        book = self.speaker.book
        taps = {r["key"]: r["label"] for r in child["quick_replies"]} if child else {}
        return {
            "key": section.key,
            "text": str(book.meaning(section.key, locale)).replace("{name}", name),
            "answers": [
                {"key": r.target, "text": book.meaning(r.target, locale), "child": taps.get(r.target)} for r in section.replies
            ],
            "cards": [card[1] for p in section.paragraphs if (card := CARD.match(p))],
            "child": {**child, "cards": [card["text"] for card in child["cards"]]} if child else None,
            "reviewed": book.is_reviewed(section.key, view.locale) if view else None,
        }

    async def view_of_child(self, db: AsyncSession, case: Case) -> View:
        """How the child reads at this moment: the language may have changed since the handoff."""
        now = await db.get(Conversation, case.conversation_id) or case
        return View(now.locale, now.band, now.country)

    async def say(self, db: AsyncSession, who: SignedIn, case_id: str, phrase: str, key: str) -> int:
        """Say a phrase to the child of a claimed case, in the child's language and with the country's numbers.

        Returns:
            The place (seq) in the log.

        Raises:
            BadRequest: no such phrase, or none that this child may read.
            KeyReused: the same key with another phrase.
        """

        def compose(conversation: Conversation) -> Body:
            view = View(conversation.locale, conversation.band, conversation.country)
            said = self.speaker.phrase(phrase, view, who.staff.name) if phrase.startswith(PHRASES) else None
            if said is None:
                raise BadRequest("phrase")
            return said

        return await self.desk.write(db, who, case_id, Wording("case.phrase", phrase, compose), key)

    async def read_in(self, db: AsyncSession, who: SignedIn, locale: str) -> None:
        """Keep the language in which a member of staff reads phrases.

        Raises:
            BadRequest: no open locale.
        """
        if locale not in {loc.code for loc in self.speaker.book.open_locales()}:
            raise BadRequest("locale")
        await db.execute(update(Staff).where(Staff.id == who.staff.id).values(locale=locale))
        await self.audit.record(db, who.act("staff.locale", who.staff.id, locale))
