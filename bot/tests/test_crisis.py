"""Crisis as a detector of its own: two votes that weigh the same, and alert words in the languages of the message."""
from __future__ import annotations

import numpy as np
import pytest
from rasa.shared.nlu.constants import INTENT
from rasa.shared.nlu.training_data.message import Message
from scipy.sparse import csr_matrix
from understanding.alerts import Alerts, alert
from understanding.crisis import CrisisDetector, weigh
from understanding.needs import CRISES

from tests.talk import Chat

NEEDS = [*CRISES, "bullying", "out_of_scope"]
UNSURE = np.array([[0.2, 0.1, 0.3, 0.4]])


def crisis_share(rows: np.ndarray) -> float:
    """How likely a crisis is in the first row."""
    return float(rows[0, :2].sum())


def test_a_detector_that_hears_a_crisis_raises_it_and_one_that_hears_calm_vetoes_it() -> None:
    raised, vetoed = (weigh(UNSURE, NEEDS, np.array([margin])) for margin in (4.0, -4.0))
    assert crisis_share(raised) > 0.8
    assert crisis_share(vetoed) < 0.1


def test_the_votes_leave_a_probability_and_the_order_of_the_other_needs() -> None:
    rows = weigh(np.array([[0, 1e-6, 0, 1 - 1e-6], [1 - 1e-6, 0, 0, 1e-6], *UNSURE]), NEEDS, np.array([9.0, -9.0, 1.0]))
    assert rows.sum(1) == pytest.approx(1)
    assert rows[2, 3] / rows[2, 2] == pytest.approx(0.4 / 0.3)
    assert rows[2, 0] / rows[2, 1] == pytest.approx(2)


def test_the_detector_learns_the_line_between_crisis_and_what_only_sounds_like_it() -> None:
    words = csr_matrix(np.array([[1, 1, 0], [1, 0, 1], [1, 1, 0], [1, 0, 1]] * 5, np.float32))
    detector = CrisisDetector()
    detector.fit(words, ["suicide_self_harm", "out_of_scope:figures", "immediate_danger", "out_of_scope"] * 5)
    margins = detector.margins(words[:2, :2].toarray(), words[:2, 2:])
    assert margins[0] > 0 > margins[1]


def test_alert_words_ring_in_the_language_of_the_message_and_in_english() -> None:
    spanish = "me quiero morir"
    assert alert(spanish, "es") == "suicide_self_harm"
    assert alert(spanish, "sq") is None
    assert alert("i want to die", "sq") == "suicide_self_harm"


@pytest.mark.parametrize("locale", [None, "de"])
def test_a_message_in_a_language_without_a_list_is_held_against_every_list(locale: str | None) -> None:
    assert alert("me quiero morir", locale) == "suicide_self_harm"


def test_alert_words_take_the_locale_from_the_message() -> None:
    calm = {"name": "out_of_scope", "confidence": 0.9}
    read = [Message({"text": "me quiero morir", "metadata": {"locale": locale}, INTENT: calm}) for locale in ("es", "sq")]
    Alerts().process(read)
    assert [message.get(INTENT)["name"] for message in read] == ["suicide_self_harm", "out_of_scope"]


@pytest.mark.parametrize("text", ["une personne me frappe", "nobody cares, he is hitting me", "nadie me ayuda, mi papa me pega"])
def test_nobody_elsewhere_in_a_message_does_not_quiet_an_alarm(text: str) -> None:
    assert alert(text) == "immediate_danger"


@pytest.mark.parametrize("text", [
    "this boss killed me ten times in a row", "no one is following me, its a game", "my legs are dead after football",
    "we have to do a poster about suicide prevention", "i would die for some fries now",
])
def test_what_only_sounds_like_a_crisis_is_not_answered_as_one(chat: Chat, text: str) -> None:
    chat.says(text)
    assert chat.answer["understood"]["need"] not in CRISES


@pytest.mark.parametrize("text", [
    "i wrote goodbye notes to everyone, tonight it will be over", "he is breaking down the door and im hiding in the bathroom",
    "i cut my arms again so it stops hurting inside", "my stepdad is home and he is hitting everyone please hurry",
])
def test_a_crisis_that_no_list_names_is_still_answered_as_one(chat: Chat, text: str) -> None:
    chat.says(text)
    assert chat.answer["understood"]["need"] in CRISES
