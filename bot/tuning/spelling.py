"""A sentence as another child would spell it, so that the network learns the meaning and not the letters."""
from __future__ import annotations

import random
import re
import unicodedata

from understanding.text import INNER_VOWEL, TYPED

MARKS = re.compile(r"[.,!?¿¡;:…\"'’،؟۔։՞՜]")
OTHER_SCRIPT = re.compile("[\u0400-\u04ff\u0530-\u058f]")
SPACE = re.compile(" ")
LATIN_AND_CYRILLIC = 0x370  # marks below this are accents; those of Arabic and Urdu are letters


def respelt(text: str, draw: random.Random) -> str:
    """Small letters, no punctuation, no accents, Latin letters for others, vowels or spaces left out, slips: some, or none."""
    if draw.random() < 0.45:
        return text
    changes = (
        (0.4, str.lower), (0.3, lambda now: MARKS.sub("", now)), (0.3, without_accents), (0.25, in_latin),
        (0.1, lambda now: left_out(INNER_VOWEL, now, draw)), (0.1, lambda now: left_out(SPACE, now, draw)),
    )
    for chance, change in changes:
        text = change(text) if draw.random() < chance else text
    return slips(text, draw) if draw.random() < 0.35 else text


def left_out(what: re.Pattern[str], text: str, draw: random.Random) -> str:
    """Each of them with an even chance."""
    return what.sub(lambda found: draw.choice(("", found.group())), text)


def without_accents(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text)
    return "".join(sign for sign in apart if not (unicodedata.combining(sign) and ord(sign) < LATIN_AND_CYRILLIC))


def in_latin(text: str) -> str:
    """Cyrillic and Armenian as they are typed on a Latin keyboard."""
    if not OTHER_SCRIPT.search(text):
        return text
    return "".join(TYPED.get(sign, TYPED.get(sign.lower(), sign)) for sign in text.replace("ու", "u"))


def slips(text: str, draw: random.Random) -> str:
    """One slip in forty signs: a letter left out, exchanged with the next, drawn out."""
    for _ in range(1 + len(text) // 40):
        if len(text) < 4:
            break
        at = draw.randrange(1, len(text) - 1)
        if text[at].isalpha():
            slip = draw.choice(("", text[at + 1] + text[at], text[at] * draw.randint(2, 4)))
            text = text[:at] + slip + text[at + (2 if slip[:1] == text[at + 1] else 1):]
    return text
