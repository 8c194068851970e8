"""Which passwords are refused."""

import pytest

from api.auth.passwords import refuse_weak
from api.errors import WeakPassword

OWN = ("maria.lopez@linea.example", "María López")


@pytest.mark.parametrize(
    "password",
    [
        "fourteen signs", "password123456789", "P@ssw0rdP@ssw0rd", "qwertyuiopasdfghjkl", "123456789012345678",
        "aaaaaaaaaaaaaaaaaaaa", "abcabcabcabcabcabc", "iloveyouiloveyou", "marialopez1987!!", "maria.lopez@linea.example",
        "Lopez Lopez Lopez", "helpline-counsellor", "zyxwvutsrqponmlkji", "                    ", "Welcome2026Welcome",
    ],
)  # fmt: skip
def test_what_everybody_would_try_is_refused(password: str) -> None:
    with pytest.raises(WeakPassword):
        refuse_weak(password, OWN)


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery staple", "nine quiet otters by the river", "gF7-kq2_Zp9wLmT", "ساعة زرقاء فوق الجبل",
        "un tren amarillo cruza el puente", "x" * 3 + "the long way home from the sea " * 3, "maria eats seven pears at dawn",
    ],
)  # fmt: skip
def test_a_long_sentence_of_any_kind_is_taken(password: str) -> None:
    refuse_weak(password, OWN)
