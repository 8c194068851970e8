"""From words to a need: sentences, urgency, alert words, typed answers, and the batch that helplines audit with."""
from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import yaml
from components.answers import FOLDER as WORDS
from components.answers import meaning
from components.guides import GUIDES, VALUES, Position
from rasa.shared.nlu.training_data.message import Message
from understanding.alerts import FOLDER, Alerts, alert
from understanding.component import Understanding
from understanding.needs import CRISES, NEEDS, urgency, worst_risk
from understanding.text import WHOLE_CHARACTERS, fold, pieces, tidy

from tests.conftest import BOT
from tests.talk import Chat

ALERTS = {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in FOLDER.glob("*.yaml")}
LINES = [pytest.param(need, line, id=f"{locale} {line}") for locale, lists in ALERTS.items() for need in CRISES
         for line in lists[need]]
IDIOMS = [(locale, line) for locale, lists in ALERTS.items() for line in lists["idioms"]]
EXCEPTIONS = [line for lists in ALERTS.values() for line in lists["exceptions"]]


def test_there_are_42_needs_and_crisis_comes_first() -> None:
    assert len(NEEDS) == 42
    assert min(NEEDS, key=lambda need: urgency(need, 0.5)) in CRISES


@pytest.mark.parametrize(("text", "clean"), [("/greet", "greet"), (" // hi", "hi"), ("a\u0000b", "a b"), ("\n/\n", ""),
                                             ("a\nb", "a\nb"), ("/ /x{}", "x{}")])
def test_a_message_is_tidied(text: str, clean: str) -> None:
    assert tidy(text) == clean


def test_a_short_message_is_one_piece() -> None:
    assert pieces("what is a deepfake?") == ["what is a deepfake?"]


def test_sentences_are_read_beside_the_whole() -> None:
    assert pieces("hi. he threatens me! help")[1:] == ["hi.", "he threatens me!", "help"]


def test_a_story_is_bounded_and_keeps_its_end() -> None:
    story = "and then. " * 500 + "i want to die"
    parts = pieces(story)
    assert max(map(len, parts)) <= WHOLE_CHARACTERS
    assert parts[-1] == "i want to die"


def test_a_long_sentence_without_full_stops_is_cut() -> None:
    assert len(pieces(" ".join(f"word{number}" for number in range(100)))) > 3


def test_the_risk_is_the_highest_of_all_needs() -> None:
    assert worst_risk(["greet", "fake_image_of_me", "how_made"]) == "high"
    assert worst_risk([]) == "none"


@pytest.mark.parametrize(("need", "line"), LINES)
def test_every_alert_phrase_raises_the_alarm(need: str, line: str) -> None:
    assert alert(line) is not None
    assert alert(f"hello, {line.upper()}!!! please") is not None


@pytest.mark.parametrize("line", EXCEPTIONS)
def test_every_exception_stays_quiet(line: str) -> None:
    assert alert(line) is None


@pytest.mark.parametrize(("locale", "line"), IDIOMS)
def test_an_idiom_is_a_phrase_of_its_list(locale: str, line: str) -> None:
    assert any(line in ALERTS[locale][need] for need in CRISES)


@pytest.mark.parametrize("text", [
    "this homework is killing me", "im dead lol", "we have to write an essay about suicide", "skilled", "diet",
    "nadie me mató de risa", "tengo tarea sobre el suicidio", "بحث عن الانتحار للمدرسة", "what is a deepfake",
])
def test_everyday_words_ring_no_alarm(text: str) -> None:
    assert alert(text) is None


@pytest.mark.parametrize("text", ["I DON’T WANNA LIIIIVE", "i dont wanna   live...", "i don't wanna live"])
def test_spelling_does_not_hide_an_alert_phrase(text: str) -> None:
    assert alert(text) == "suicide_self_harm"


DENIED = [
    ("en", "nobody is beating me lol i only need the sentence for my drama homework"),
    ("es", "no me quiero morir ni nada, es la letra de una cancion"),
    ("fr", "nan mais personne me frappe hein, c'est pour une rédac"),
    ("mk", "ne sakam da umram, toa e od pesna"),
]


@pytest.mark.parametrize(("locale", "text"), DENIED)
def test_a_denied_phrase_in_calm_talk_rings_no_alarm(chat: Chat, locale: str, text: str) -> None:
    assert alert(text) in CRISES
    told = Chat(chat.url, locale)
    told.says(text)
    assert told.answer["understood"]["need"] not in CRISES


@pytest.mark.parametrize(("locale", "text"), [
    ("en", "i dont want to be alive anymore"), ("en", "no i want to die"), ("es", "no quiero seguir viva"),
    ("es", "no, me quiero morir"), ("fr", "jai pas envie de mourir vraiment mais jai plus envie detre en vie tu vois"),
    ("en", "nobody knows hes hurting me"), ("pt-BR", "ninguém sabe que ele vai me bater"), ("mk", "никој не знае дека ме тепа"),
    ("ar", "محدش يعرف انه بيضربني"),
])
def test_a_denied_phrase_rings_where_the_rest_is_not_calm(chat: Chat, locale: str, text: str) -> None:
    told = Chat(chat.url, locale)
    told.says(text)
    assert told.answer["understood"]["need"] in CRISES


IN_FUN = [
    ("en", "hes gonna kill me lol i ate his last slice of pizza"),
    ("es", "mi hermana me va a matar cuando vea que me puse su sudadera jajaja"),
    ("pt-BR", "kkkk meu irmão vai me matar pq eu comi o chocolate dele"),
    ("sr", "tata će me ubiti hahaha isflekala sam mu novu košulju sladoledom"),
]


@pytest.mark.parametrize(("locale", "text"), IN_FUN)
def test_an_idiom_in_calm_talk_rings_no_alarm(chat: Chat, locale: str, text: str) -> None:
    assert alert(text) in CRISES
    told = Chat(chat.url, locale)
    told.says(text)
    assert told.answer["understood"]["need"] not in CRISES


@pytest.mark.parametrize(("locale", "text"), [
    ("en", "hes gonna kill me he found out about the picture"), ("es", "mi papá me va a matar esta noche, lo juró"),
    ("ur", "mujhe maar denge agar unhe tasveer ka pata chala"), ("sq", "babi do të më vrasë po e pa foton"),
    ("ar", "غادي يقتلني الى شاف التصويرة"), ("hy", "պապաս ինձ կսպանի, իմացել ա նկարի մասին"),
])
def test_the_same_idiom_rings_where_it_is_meant(chat: Chat, locale: str, text: str) -> None:
    assert alert(text, without="doubtful") is None
    told = Chat(chat.url, locale)
    told.says(text)
    assert told.answer["understood"]["need"] in CRISES


def test_an_idiom_rings_in_a_story_of_which_not_every_sentence_is_read(chat: Chat) -> None:
    told = Chat(chat.url, "en")
    told.says("We have a snail at home. It eats salad. My brother paints it. We went to the lake on sunday. The water was warm. "
              "he will kill me. We had ice cream. My aunt came with cake. The cat slept all day. I read a comic. Then we slept.")
    assert told.answer["understood"]["need"] in CRISES


def test_no_calm_is_vouched_for_where_sentences_were_left_unread() -> None:
    """Also where the unread one says its words again: "will he come? ... he will kill me ... they kill me with homework"."""
    message, row = Message({"text": "a b"}), np.array([[float(need == "out_of_scope") for need in NoModel.needs]])
    listener = Understanding(Understanding.get_default_config(), NoModel(), None, None)
    for is_whole, calm in ((True, 1.0), (False, 0.0)):
        listener._report(message, ["a b"], row, is_whole)
        assert message.get("reading")["calm"] == calm


def after_the_list(text: str, calm: float) -> str:
    """The need of a message that the classifier took for calm talk, sure of it by so much, when the list has seen it."""
    message = Message({"text": text, "intent": {"name": "out_of_scope", "confidence": calm},
                       "reading": {"confidence": calm, "also": [], "ask_back": [], "calm": calm}})
    Alerts().process([message])
    return message.get("intent")["name"]


@pytest.mark.parametrize(("locale", "line"), IDIOMS)
def test_an_idiom_rings_unless_calm_talk_is_sure(locale: str, line: str) -> None:
    assert after_the_list(f"{line} haha", 0.95) == "out_of_scope"
    assert after_the_list(f"{line} haha", 0.89) in CRISES


@pytest.mark.parametrize("text", ["we had pizza and then im in danger", "hes gonna kill me lol no really im in danger"])
def test_a_phrase_that_is_no_idiom_rings_however_calm_the_classifier_is(text: str) -> None:
    assert after_the_list(text, 0.99) in CRISES


def test_a_calm_sentence_does_not_vouch_for_another() -> None:
    assert after_the_list("we had pizza today. i dont want to die but", 0.5) == "suicide_self_harm"


class NoModel:
    needs = sorted(NEEDS)


def read_as(*rows: dict[str, float]) -> str:
    """What is served where these are the probabilities of the whole message and of its sentences."""
    message, parts = Message({"text": "a b"}), ["a b", "a", "b"][: len(rows)]
    table = np.array([[row.get(need, 0.0) for need in NoModel.needs] for row in rows])
    Understanding(Understanding.get_default_config(), NoModel(), None, None)._report(message, parts, table, True)
    return message.get("intent")["name"]


def mixed(crisis: float) -> dict[str, float]:
    return {"immediate_danger": crisis, "out_of_scope": 1 - crisis}


def test_a_crisis_counts_where_it_is_not_far_less_likely_than_calm_talk() -> None:
    assert read_as(mixed(0.45)) == "immediate_danger"
    assert read_as(mixed(0.43)) == "out_of_scope"


def test_one_sentence_of_several_must_be_surer_and_surer_still_amid_calm_ones() -> None:
    assert read_as(mixed(0.3), mixed(0.8), mixed(0.02)) == "out_of_scope"
    assert read_as(mixed(0.3), mixed(0.8), mixed(0.3)) == "immediate_danger"


def test_letter_variants_are_one_word() -> None:
    assert fold("أُريدُ") == fold("اريد")
    assert fold("¡Mamá!") == "mama"


def typed_words() -> list[tuple[str, str, str, str]]:
    """Every phrase of the lists with the answer it stands for."""
    rows = []
    for path in WORDS.glob("*.yml"):
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        rows += [(path.stem, slot, value, words) for slot, values in content["slots"].items()
                 for value, phrases in values.items() for words in phrases]
        rows += [(path.stem, "place", command, words) for command, phrases in content["commands"].items()
                 for words in phrases]
    return rows


def test_every_typed_word_means_its_button() -> None:
    for locale, slot, value, words in typed_words():
        guide = next(name for name, slots in GUIDES.items() if slot in slots)
        unsure = {"name": "affirm", "confidence": 0.4}
        message = Message({"text": words, "metadata": {"locale": locale}, "intent": unsure})
        found = meaning(message, Position(guide, slot, {}))
        assert found is not None, (locale, slot, words)
        assert value == (found[1][0]["value"] if found[1] else found[0]), (locale, slot, words)


def test_every_locale_has_words_for_every_answer() -> None:
    for path in WORDS.glob("*.yml"):
        slots = yaml.safe_load(path.read_text(encoding="utf-8"))["slots"]
        for slot, values in VALUES.items():
            missing = set(values) - set(slots[slot]) - {"skipped", "unsure", "yes", "no"}
            assert not missing, (path.stem, slot)


def test_the_most_urgent_sentence_is_served_and_the_rest_is_named(chat: Chat) -> None:
    chat.says("What is a deepfake? Someone made a fake nude picture of me. How do I report it on instagram?")
    assert chat.answer["understood"]["need"] == "fake_image_of_me"
    assert "report_to_platform" in chat.answer["understood"]["also"]


def test_a_crisis_at_the_end_of_a_long_message_is_found(chat: Chat) -> None:
    assert chat.says("we had maths today and it was ok. " * 60 + "i dont want to live anymore") == ["suicide_self_harm"]


STORIES = {
    "en": ("today was long. we had two lessons of history. lunch was pasta again. my brother broke the remote. then it rained. "
           "he says he will post my nudes if i dont send money. i watched a series with my mum. the dog ate my sock. "
           "we go to my aunt on sunday. she makes good cake. i have a test on monday. good night"),
    "es": ("hoy fue un día largo. tuvimos historia. comimos pasta. mi hermano rompió el control. después llovió. "
           "me dice que si no le pago sube mis fotos desnuda. vi una serie con mi mamá. el perro se comió mi calcetín. "
           "el domingo vamos con mi tía. hace un pastel muy rico. el lunes tengo examen. buenas noches"),
    "sr": ("данас је био дуг дан. имали смо историју. ручали смо пасту. брат је покварио даљински. после је пала киша. "
           "прети да ће објавити моје голе слике ако не платим. гледала сам серију са мамом. пас је појео чарапу. "
           "у недељу идемо код тетке. она прави добар колач. у понедељак имам тест. лаку ноћ"),
    "ar": ("اليوم كان طويلا. عندنا حصة تاريخ. أكلنا معكرونة. أخي كسر جهاز التحكم. ثم نزل المطر. "
           "يهددني بنشر صوري العارية إذا لم أدفع. شاهدت مسلسلا مع أمي. الكلب أكل جوربي. "
           "نذهب يوم الأحد إلى خالتي. تصنع كعكة لذيذة. عندي امتحان يوم الاثنين. تصبح على خير"),
}


@pytest.mark.parametrize("locale", STORIES)
def test_a_threat_in_the_middle_of_a_long_story_is_heard(chat: Chat, locale: str) -> None:
    told = Chat(chat.url, locale)
    told.says(STORIES[locale])
    understood = told.answer["understood"]
    assert "sexual_extortion" in (understood["need"], *understood["also"])


def test_a_close_call_is_asked_back_with_a_way_to_a_person(chat: Chat) -> None:
    vague = ["the photo thing", "about the pics", "what he did with the picture", "something on instagram", "it was him"]
    asked = [text for text in vague if chat.says(text) == ["out_of_scope/ask_back"]]
    assert asked
    chat.says(asked[0])
    assert chat.answer["understood"]["need"] == "out_of_scope"
    assert chat.answer["understood"]["asked_back"] is True
    assert 2 <= len(chat.buttons()) <= 4
    assert "talk_to_human" in chat.buttons()


def run_understand(folder: Path, lines: list[str]) -> tuple[subprocess.CompletedProcess[str], list[dict[str, object]]]:
    """The command that helplines run."""
    source, target = folder / "in.jsonl", folder / "out.jsonl"
    source.write_text("\n".join(lines), encoding="utf-8")
    command = [sys.executable, "understand.py", str(source), str(target)]
    done = subprocess.run(command, cwd=BOT, capture_output=True, text=True)
    return done, [json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()]


def test_the_batch_understands_what_the_chat_understands(model: Path, chat: Chat, tmp_path: Path) -> None:
    texts = ["someone made a fake nude of me", "/what is a deepfake?", "i want to die. hi", "qwe rty uio", "thanks",
             "hola, me amenazan con subir mis fotos si no pago", "", "x" * 3000, "ما هو الديب فيك؟"]
    lines = [json.dumps({"id": number, "text": text, "locale": "en"}) for number, text in enumerate(texts)]
    done, needs = run_understand(tmp_path, lines)
    assert done.returncode == 0, done.stderr
    for text, read in zip(texts, needs, strict=True):
        live = Chat(chat.url).send(chat.body(text=text, conversation=f"batch {hash(text)}"))["understood"]
        assert [read[key] for key in ("need", "also", "risk")] == [live[key] for key in ("need", "also", "risk")]
        assert read["confidence"] == pytest.approx(live["confidence"], abs=0.001)


def test_the_batch_names_bad_lines_by_number_and_writes_the_good_ones(model: Path, tmp_path: Path) -> None:
    good = json.dumps({"id": "a", "text": "hello", "locale": "en"})
    bad = ['{"text": "secret words"', '{"id": 1, "text": 5}', "[]", '{"id": 1}', '{"text": "no id"}']
    done, needs = run_understand(tmp_path, [good, *bad, "", good])
    assert done.returncode == 2
    assert [need["id"] for need in needs] == ["a", "a"]
    assert [line for line in done.stderr.splitlines() if line.startswith("line")] == [
        f"line {number} is not a message" for number in range(2, 7)]
    assert "secret" not in done.stderr
    assert set(needs[0]) == {"id", "need", "confidence", "also", "risk"}


@pytest.mark.parametrize(("slot", "text"), [("someone_near", "no idea"), ("someone_near", "not sure"), ("tell_how", "no idea")])
def test_not_knowing_is_no_answer_where_the_question_has_none(slot: str, text: str) -> None:
    guide = next(name for name, slots in GUIDES.items() if slot in slots)
    message = Message({"text": text, "metadata": {"locale": "en"}, "intent": {"name": "out_of_scope", "confidence": 0.4}})
    assert meaning(message, Position(guide, slot, {})) is None


def test_not_knowing_where_the_person_is_counts_as_not_knowing(chat: Chat) -> None:
    chat.taps("guide:unsafe")
    assert chat.says("no idea") == ["unsafe/ask_someone_near"]
    assert chat.slots["near"] == "unsure"
