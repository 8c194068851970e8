"""What a password must be: long, and not what is tried first. Pure.

NIST SP 800-63B and ASVS 5.0 6.2: at least 15 signs, room for 64 and more, no rules about kinds of signs, no end date, and
refused when it is common or made of what is known about its owner. Lists of common passwords hold next to nothing of 15
signs but repeats, runs and chains of the same few words, so that these are taken out and what is left is weighed.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from api.errors import WeakPassword

SHORTEST, LONGEST = 15, 256
LEFT, DISTINCT = 6, 5  # signs that must be left, and different ones among them, when all that is common is gone
PIECE = 3  # a shorter piece of a name is in every other word
RUN = 4
RUNS = (
    "01234567890", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop", "yxcvbnm", "azertyuiop",
    "qsdfghjklm", "wxcvbn", "1q2w3e4r5t6y7u8i9o0p", "qazwsxedcrfvtgbyhnujmikolp", "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
)  # fmt: skip
COMMON = (
    "password", "passwort", "passord", "contrasena", "motdepasse", "senha", "parola", "lozinka", "fjalekalim", "parol",
    "passwd", "pass", "letmein", "welcome", "willkommen", "bienvenue", "bienvenido", "login", "admin", "administrator", "root",
    "user", "guest", "test", "demo", "default", "changeme", "change", "secret", "access", "master", "superman", "batman",
    "dragon", "monkey", "football", "baseball", "soccer", "princess", "sunshine", "iloveyou", "loveyou", "love", "flower",
    "summer", "winter", "spring", "autumn", "january", "february", "march", "april", "june", "july", "august", "september",
    "october", "november", "december", "monday", "friday", "sunday", "hello", "please", "freedom", "whatever", "starwars",
    "pokemon", "computer", "internet", "company", "office", "helpline", "childline", "children", "child", "counsellor",
    "counselor", "supervisor", "faro", "trustno1", "mustang", "shadow", "michael", "jordan", "the", "and", "my", "is", "this",
)  # fmt: skip
_look_alikes = str.maketrans("@4831!0$57", "aabeliosst")


def refuse_weak(password: str, own: Sequence[str]) -> None:
    """Let a password pass, or say why not.

    Args:
        own: what is known about the owner: e-mail, name, helpline.

    Raises:
        WeakPassword: `short`, `own` or `common`.
    """
    if len(password) < SHORTEST:
        raise WeakPassword("short")
    plain = _plain(password)
    pieces = sorted(set(_pieces(own)), key=len, reverse=True)
    if _weak(_without(plain, pieces)) and not _weak(plain):
        raise WeakPassword("own")
    if any(_weak(left) for left in (_bare(plain, pieces), _bare(plain.translate(_look_alikes), pieces))):
        raise WeakPassword("common")


def _plain(text: str) -> str:
    """One spelling for all: lower case, without accents."""
    return "".join(c for c in unicodedata.normalize("NFKD", text).casefold() if not unicodedata.combining(c))


def _pieces(own: Sequence[str]) -> Iterator[str]:
    for text in own:
        yield from (piece for piece in re.split(r"[\W_]+", _plain(text)) if len(piece) >= PIECE)


def _without(text: str, pieces: Iterable[str]) -> str:
    for piece in pieces:
        text = text.replace(piece, " ")
    return text


def _bare(text: str, pieces: Iterable[str]) -> str:
    """What is left without names, common words, years, runs on a keyboard and repeats."""
    left = _without(text, [*pieces, *sorted(COMMON, key=len, reverse=True)])
    left = re.sub(r"(19|20)\d\d", " ", left)
    left = _without(left, _runs())
    return re.sub(r"(.+?)\1+", r"\1", left)


def _runs() -> Iterator[str]:
    """Every piece of a run, forwards and backwards, the longest first."""
    for length in range(max(map(len, RUNS)), RUN - 1, -1):
        for run in RUNS:
            for line in (run, run[::-1]):
                yield from (line[n : n + length] for n in range(len(line) - length + 1))


def _weak(left: str) -> bool:
    signs = re.sub(r"\s", "", left)
    return len(signs) < LEFT or len(set(signs)) < DISTINCT
