"""Marks of the log, put into words when they are read: who came, who left, and who can read what."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from babel.dates import format_date

from api.conversations.log import Body
from api.phrasebook.source import PLACEHOLDER
from api.speech.say import Speaker, View

# What a mark says, if it is more than the section of its own key; `{wait}` tells whether somebody was there to be asked.
SAYS = {
    "system/joined": ("system/joined", "system/joined_who", "system/reads_{share}"),
    "system/released": ("system/released", "{wait}", "system/numbers"),
    "system/away": ("system/away", "{wait}", "system/numbers"),
    "system/left": ("system/left", "system/after_person"),
}


def words_of(speaker: Speaker, mark: Body, view: View, until: datetime) -> Body:
    """One bubble for a mark, in the locale of this moment, with its numbers beneath; its buttons are the last that it has.

    A section that is not whole in the locale yet, or that needs a name which the mark does not carry, is left out.

    Args:
        until: when the conversation ends by itself.
    """
    fill = _values(speaker, mark, view, until)
    wait = "system/waiting" if mark.get("there", True) else "system/wait_nobody"
    keys = [key.format(share=mark.get("share"), wait=wait) for key in SAYS.get(mark["key"], (mark["key"],))]
    said = [speaker.bubbles(key, view) for key in keys if key == keys[0] or speaker.is_whole(key, view)]
    bubbles = [bubble for section in said if fill.keys() >= _asked(section) for bubble in section]
    cards = [bubble for bubble in bubbles if bubble["key"].startswith("card/")]
    text = "\n".join(_filled(bubble["text"], fill) for bubble in bubbles if bubble not in cards)
    replies: list[dict[str, str]] = next((b["quick_replies"] for b in reversed(bubbles) if b["quick_replies"]), [])
    return {**said[0][0], **mark, "text": text, "quick_replies": replies, "cards": cards}


def _values(speaker: Speaker, mark: Body, view: View, until: datetime) -> dict[str, str]:
    day = format_date(until.date(), "long", locale=speaker.book.locales[view.locale].names)
    known = {"name": mark.get("name"), "helpline": mark.get("helpline"), "date": day}
    return {f"{{{name}}}": speaker.isolated(str(value), view) for name, value in known.items() if value}


def _asked(section: list[dict[str, Any]]) -> set[str]:
    return {place for bubble in section for place in PLACEHOLDER.findall(bubble["text"])}


def _filled(text: str, fill: Mapping[str, str]) -> str:
    """Filled in one pass: a brace in somebody's name is a sign like any other."""
    return PLACEHOLDER.sub(lambda place: fill[place[0]], text)
