"""Which passwords are refused (ASVS 5.0 6.2.1-6.2.12): too short, on the list of what everybody tries, or made of own words.

Length is what counts: no kind of sign is asked for, and a long sentence is welcome. Pure, and needs no network.
"""

import re
from collections.abc import Sequence

from api.auth.rules import PASSWORD_MIN
from api.errors import WeakPassword

OWN_SIGNS = 8  # how much must be left when everything guessable is taken out
SHORTEST_WORD = 3
# What the published lists of leaked passwords are made of, and the words of this house. A long password may hold them,
# but must not consist of them.
COMMON = (
    "password", "passwort", "passphrase", "contrasena", "contraseña", "motdepasse", "senha", "parola", "lozinka", "sifra",
    "letmein", "welcome", "bienvenido", "bienvenue", "iloveyou", "teamo", "jetaime", "admin", "administrator", "root", "login",
    "master", "secret", "changeme", "default", "guest", "test", "demo", "temp", "user", "access", "monkey", "dragon", "football",
    "baseball", "superman", "batman", "princess", "sunshine", "shadow", "michael", "jordan", "freedom", "whatever", "trustno",
    "starwars", "pokemon", "liverpool", "arsenal", "chelsea", "charlie", "summer", "winter", "spring", "autumn", "january",
    "february", "october", "november", "december", "monday", "friday", "sunday", "hello", "google", "facebook", "computer",
    "internet", "faro", "helpline", "childline", "hotline", "counsellor", "counselor", "supervisor", "office", "qwerty",
    "qwertz", "azerty", "asdf", "zxcv", "yxcv", "1q2w3e4r", "q1w2e3r4", "zaq1", "qazwsx", "abc123", "iloveu", "lovely",
)  # fmt: skip
ROWS = ("abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop", "azertyuiop")
LEET = str.maketrans("013457@$!€", "oieastasie")


def refuse_weak(password: str, own: Sequence[str] = ()) -> None:
    """Refuse a password that somebody who knows the person, or the lists, would try.

    Args:
        own: what is known of the person: e-mail address, name.

    Raises:
        WeakPassword: `short` or `guessable`.
    """
    if len(password) < PASSWORD_MIN:
        raise WeakPassword("short")
    folded = password.casefold()
    own_words = [word for text in own for word in re.split(r"[\W_]+", text.casefold()) if len(word) >= SHORTEST_WORD]
    spellings = (folded, folded.translate(LEET))
    if any(_rest(spelling, (*own_words, *COMMON)) < OWN_SIGNS for spelling in spellings):
        raise WeakPassword("guessable")


def _rest(text: str, words: Sequence[str]) -> int:
    """How many different places are left when known words, rows of signs and repetitions are taken out."""
    for word in sorted(words, key=len, reverse=True):
        text = text.replace(word, " ")
    text = re.sub(r"(.+?)\1+", r"\1", _without_rows(text))
    return len(re.sub(r"\s", "", text))


def _without_rows(text: str) -> str:
    """Without four or more signs in a row of the alphabet or a keyboard, forwards or backwards."""
    rows = [row[::step] for row in ROWS for step in (1, -1)]
    kept, at = "", 0
    while at < len(text):
        run = max((_common(text[at:], row) for row in rows), default=0)
        kept += "" if run >= 4 else text[at]
        at += run if run >= 4 else 1
    return kept


def _common(text: str, row: str) -> int:
    """How long `text` follows `row` from where its first sign stands."""
    start = row.find(text[0])
    if start < 0:
        return 0
    return next((n for n, (a, b) in enumerate(zip(text, row[start:], strict=False)) if a != b), min(len(text), len(row) - start))
