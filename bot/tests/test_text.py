"""What cannot be seen is dropped, and no script or spelling hides a word."""
from __future__ import annotations

import pytest
from understanding.text import consonants, fold, pieces, tidy, unleet


@pytest.mark.parametrize(("one", "other"), [
    ("неко ми прети", "neko mi preti"), ("Ђорђе", "đorđe"), ("сликата", "slikata"), ("ինչ անեմ", "inch anem"),
    ("ի՞նչ անեմ", "inch anem"), ("մեռնե՜լ", "մեռնել"), ("ուզում եմ", "uzum em"), ("أُريدُ", "اريد"), ("¡Mamá!", "mama"),
    ("HEEELP", "help"), ("don’t", "dont"), ("𝓴𝓲𝓵𝓵", "kil"), ("ｋｉｌｌ", "kill"),
])
def test_two_spellings_are_one(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("darwaza", "drwza"), ("quiero morir", "qro mrir"), ("неко", "nko")])
def test_vowels_inside_words_may_be_left_out(one: str, other: str) -> None:
    assert consonants(one) == consonants(other)


@pytest.mark.parametrize(("typed", "read"), [("k1ll mys3lf", "kil myself"), ("d1e", "die"), ("n4k3d", "naked")])
def test_digits_inside_words_are_letters(typed: str, read: str) -> None:
    assert unleet(fold(typed)) == read


@pytest.mark.parametrize("text", ["3ayez amoot", "7ayati", "2 0 1", "gr8"])
def test_digits_that_begin_a_word_stay(text: str) -> None:
    assert unleet(fold(text)).split()[0] == fold(text).split()[0]


@pytest.mark.parametrize(("text", "clean"), [
    ("ki\u200bll", "kill"), ("\u202eabc\u202c", "abc"), ("a\u2060b\ufeff", "ab"), ("a\u0000b", "a b"),
    ("مي\u200cخواهم", "مي\u200cخواهم"),
])
def test_what_cannot_be_seen_hides_no_word(text: str, clean: str) -> None:
    assert tidy(text) == clean


def test_armenian_and_urdu_full_stops_end_a_sentence() -> None:
    assert pieces("Բարև։ Օգնեք ինձ։")[1:] == ["Բարև։", "Օգնեք ինձ։"]
    assert pieces("سلام۔ مدد کرو")[1:] == ["سلام۔", "مدد کرو"]
