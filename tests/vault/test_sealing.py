"""The vault by itself: what is sealed opens for one key at one place, and says nothing by its length."""

import json
import secrets

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.vault.keys import code_keys, mac, new_code, new_token, password_keys, token_id, token_key, unwrap, wrap
from api.vault.sealing import PAD_BYTES, Pair, Sealer, Tampered, new_pair, open_key, seal_key

PLACE = "a conversation/3/child"
MIB = 8
TEXTS = ["", "x", "help", "somebody made a fake picture of me " * 4, "ساعدني", "օգնիր ինձ", "🙈" * 20]


@pytest.fixture
def pair() -> Pair:
    return new_pair()


def seal(pair: Pair, text: str, place: str = PLACE) -> bytes:
    return Sealer().seal(pair.public, place, {"text": text})


@given(st.text())
@settings(max_examples=60, deadline=None)
def test_what_was_sealed_comes_back_whole(text: str) -> None:
    pair = new_pair()
    assert Sealer().open(pair.private, PLACE, seal(pair, text)) == {"text": text}


@pytest.mark.parametrize("text", TEXTS[2:])
def test_no_piece_of_the_text_is_in_what_is_stored(pair: Pair, text: str) -> None:
    sealed, raw = seal(pair, text), json.dumps({"text": text}, ensure_ascii=False).encode()
    assert not any(raw[n : n + 4] in sealed for n in range(len(raw) - 3))


def test_short_texts_are_equally_long_at_rest(pair: Pair) -> None:
    """A cry for help and a shrug look alike; a long text takes a whole step more, and not one byte."""
    lengths = {len(seal(pair, text)) for text in TEXTS}
    longer = len(seal(pair, "x" * PAD_BYTES))
    assert len(lengths) == 1
    assert longer - lengths.pop() == PAD_BYTES


def test_the_same_text_is_never_stored_the_same_twice(pair: Pair) -> None:
    assert seal(pair, "help") != seal(pair, "help")


@pytest.mark.parametrize("place", ["a conversation/4/child", "a conversation/3/bot", "another/3/child", ""])
def test_a_row_that_was_moved_does_not_open(pair: Pair, place: str) -> None:
    """To another number, another speaker or another conversation: nobody can put words into somebody's mouth."""
    sealed = seal(pair, "help")
    with pytest.raises(Tampered):
        Sealer().open(pair.private, place, sealed)
    assert Sealer().open(pair.private, PLACE, sealed)


def test_a_wrong_key_opens_nothing(pair: Pair) -> None:
    """Nor does the public half, which stands in the database."""
    sealed = seal(pair, "help")
    for key in (new_pair().private, pair.public, bytes(32), b"", b"too short"):
        with pytest.raises(Tampered):
            Sealer().open(key, PLACE, sealed)


def test_every_altered_byte_is_noticed(pair: Pair) -> None:
    """Each byte once, and every cut: 0 of them open."""
    sealed, opened = seal(pair, "help"), 0
    altered = [sealed[:n] + bytes([sealed[n] ^ 1]) + sealed[n + 1 :] for n in range(len(sealed))]
    for broken in [*altered, *(sealed[:n] for n in range(0, len(sealed), 16)), sealed + b"\0"]:
        try:
            Sealer().open(pair.private, PLACE, broken)
            opened += 1
        except Tampered:
            continue
    assert opened == 0


def test_a_sealing_installation_does_not_read_unsealed_rows(pair: Pair) -> None:
    """Nobody smuggles words in by writing them in the form of the control test."""
    bare = Sealer(sealed=False).seal(pair.public, PLACE, {"text": "forged"})
    assert b"forged" in bare
    with pytest.raises(Tampered):
        Sealer().open(pair.private, PLACE, bare)


def test_a_handed_over_key_opens_for_its_holder_alone(pair: Pair) -> None:
    case, stranger = new_pair(), new_pair()
    grant = seal_key(pair.public, case.private)
    assert open_key(pair.private, grant) == case.private
    with pytest.raises(Tampered):
        open_key(stranger.private, grant)


def test_a_token_wraps_a_key_and_its_stored_hash_does_not_open_it(pair: Pair) -> None:
    token = new_token()
    wrapped = wrap(token_key(token), pair.private)
    assert unwrap(token_key(token), wrapped) == pair.private
    for guess in (token_id(token), token_key(token_id(token).hex()), token_key(new_token()), pair.public):
        with pytest.raises(Tampered):
            unwrap(guess, wrapped)


def test_the_purposes_of_a_token_are_kept_apart() -> None:
    """Look-up, wrapping and fingerprint of one token have nothing in common; a token has 256 bits."""
    token = new_token()
    assert len({token_id(token), token_key(token), mac(token, b"")}) == 3
    assert len(token) == 43


def test_a_fingerprint_of_words_cannot_be_tested_without_the_token() -> None:
    """Else a thief would try "help" and "hello" on every row."""
    token = new_token()
    assert mac(token, b"help") == mac(token, b"help") != mac(token, b"hello")
    assert mac(new_token(), b"help") != mac(token, b"help")


SCRIPTS = {"Latin": "0123456789", "Arabic-Indic": "٠١٢٣٤٥٦٧٨٩", "Extended Arabic-Indic": "۰۱۲۳۴۵۶۷۸۹"}
CODE = "0123-4567-8901-2345"


@pytest.mark.parametrize("script", SCRIPTS)
@pytest.mark.parametrize("shape", ["{0}-{1}-{2}-{3}", "{0}{1}{2}{3}", " {0} {1} {2} {3} ", "\u200f{0}–{1}–{2}–{3}\u200f"])
def test_a_code_is_the_same_however_it_is_typed(script: str, shape: str) -> None:
    """In the digits of the child's keyboard, with or without spaces and dashes."""
    typed = shape.format(*CODE.split("-")).translate(str.maketrans(SCRIPTS["Latin"], SCRIPTS[script]))
    assert code_keys(typed, "pepper", MIB) == code_keys(CODE, "pepper", MIB)


@pytest.mark.parametrize("typed", ["", "abc", CODE[:-1], CODE + "6", "²³¹⁰-4567-8901-2345", "0123-4567-8901-234५"])
def test_what_is_not_sixteen_digits_is_no_code(typed: str) -> None:
    assert code_keys(typed, "pepper", MIB) is None


def test_another_code_or_another_pepper_gives_other_keys() -> None:
    """The look-up id and the wrap key differ too, so that the stored one does not give away the other."""
    found = [code_keys(CODE, "pepper", MIB), code_keys(CODE[:-1] + "6", "pepper", MIB), code_keys(CODE, "other", MIB)]
    halves = [half for keys in found if keys for half in keys]
    assert len(set(halves)) == 6


def test_codes_are_sixteen_digits_and_evenly_spread() -> None:
    """1,000 codes: all different, and each digit about a tenth (6 standard deviations)."""
    codes = [new_code().replace("-", "") for _ in range(1000)]
    counts = [sum(code.count(digit) for code in codes) for digit in SCRIPTS["Latin"]]
    assert len(set(codes)) == 1000
    assert all(abs(count - 1600) < 6 * 38 for count in counts), counts


def test_a_password_gives_two_halves_of_which_one_is_stored() -> None:
    """What verifies does not open: the stored half is a hash of the first, and another salt gives other keys."""
    salt = secrets.token_bytes(16)
    verifier, key = password_keys("correct horse battery", salt, MIB)
    assert password_keys("correct horse battery", salt, MIB) == (verifier, key)
    others = [*password_keys("correct horse batter", salt, MIB), *password_keys("correct horse battery", bytes(16), MIB)]
    assert len({verifier, key, *others}) == 6
