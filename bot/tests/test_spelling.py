"""While the layers learn, each sentence is also read as other children would spell it; it must stay the same sentence."""
from __future__ import annotations

import random

import pytest
from tuning.spelling import SPACE, in_latin, left_out, respelt, slips, without_accents
from understanding.text import INNER_VOWEL

TEXTS = [
    "Neko mi preti slikama.", "неко ми прети сликама", "ինչ անեմ, օգնի՛ր", "یہ میری تصویر نہیں ہے", "É a minha foto, não é?",
    "hm", "",
]


@pytest.mark.parametrize(("typed", "latin"), [("неко ми прети", "neko mi preti"), ("ինչ անեմ", "inch anem"), ("déjà", "déjà")])
def test_other_scripts_become_latin_letters(typed: str, latin: str) -> None:
    assert in_latin(typed) == latin


def test_accents_go_and_arabic_letters_stay_whole() -> None:
    assert without_accents("não é") == "nao e"
    assert without_accents("مُدَرِّس") == "مُدَرِّس"


def test_a_slip_changes_one_place_in_forty() -> None:
    text = "someone made a fake picture of me"
    changed = slips(text, random.Random(3))
    assert changed != text
    assert abs(len(changed) - len(text)) <= 3


def test_vowels_and_spaces_are_left_out_here_and_there() -> None:
    text = "koi darwaza tor raha hai"
    for what, kept in ((INNER_VOWEL, "kdrwztrrhh"), (SPACE, "koidarwazatorrahahai")):
        shorter = left_out(what, text, random.Random(3))
        assert len(kept) < len(shorter) < len(text)
        assert set(text) - set(shorter) <= {" "}


@pytest.mark.parametrize("text", TEXTS)
def test_half_of_the_spellings_are_the_childs_own_and_none_is_empty(text: str) -> None:
    spelt = [respelt(text, random.Random(seed)) for seed in range(200)]
    assert sum(one == text for one in spelt) > 80
    assert all(one.strip() for one in spelt) or not text
