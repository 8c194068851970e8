"""A message made readable: what cannot be seen is dropped, spelling is folded, a long story is cut into sentences.

Children write one language in several scripts and spellings. `fold` brings Cyrillic and Armenian letters to the Latin
ones that are typed for them, so that "неко ми прети" and "neko mi preti" share their letters, and takes away accents,
elongation and the decoration of letters. The sentence vectors are made from the unfolded text.
"""
from __future__ import annotations

import re
import unicodedata

MAX_CHARACTERS = 1000
WHOLE_CHARACTERS = 220  # the cost of a forward pass grows with the length, and all children share one processor
WORDS_IN_A_PIECE = 30

UNSEEN = ("Cf", "Cs", "Co", "Cn")
JOINERS = "\u200c\u200d"  # they carry meaning in Urdu and in emoji
INSIDE_WORDS = {ord(mark): None for mark in "՛՜՞՚ـ"}  # Armenian tone marks stand within the word; the Arabic stretch
ARABIC = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ة": "ه", "ؤ": "و", "ئ": "ي",
                        "گ": "ك", "ڭ": "ك", "ڤ": "ف", "پ": "ب", "ی": "ي", "ے": "ي", "ک": "ك", "ہ": "ه", "ھ": "ه"})
# each letter with the Latin ones that children type for it
CYRILLIC = "аa бb вv гg дd ђdj еe жz зz иi јj кk лl љlj мm нn њnj оo пp рr сs тt ћc уu фf хh цc чc џdz шs ѕdz"
ARMENIAN = ("աa բb գg դd եe զz էe ը@ թt ժzh իi լl խkh ծts կk հh ձdz ղgh ճch "
            "մm յy նn շsh ոo չch պp ջj ռr սs վv տt րr ցc ւv փp քq օo ֆf")
TYPED = {pair[0]: pair[1:] for letters in (CYRILLIC, ARMENIAN, "đdj łl øo ıi") for pair in letters.split()}
LATIN = str.maketrans(TYPED)
INNER_VOWEL = re.compile(r"(?<=\w)[aeiouy](?=\w)")
LEET = str.maketrans("013457@$", "oieastas")


def tidy(text: str) -> str:
    """A message as the bot reads it: no leading slash (Rasa would obey it), nothing that cannot be seen."""
    kept = "".join(character for character in text if character in JOINERS or unicodedata.category(character) not in UNSEEN)
    return re.sub(r"[^\S\n]|[\x00-\x09\x0b-\x1f\x7f-\x9f]", " ", kept).strip().lstrip("/ \n").strip()


def fold(text: str) -> str:
    """Case, script, accents, apostrophes, punctuation, letter variants and elongation must not hide a phrase."""
    text = unicodedata.normalize("NFKD", text.casefold().translate(INSIDE_WORDS).translate(ARABIC))
    text = "".join(character for character in text if not unicodedata.combining(character) and character not in JOINERS)
    text = re.sub(r"['’ʼ`´]", "", text.translate(ARABIC).replace("ու", "u").translate(LATIN))
    text = re.sub(r"([^\W\d_])\1+", r"\1", text)
    return " ".join(re.findall(r"[\w@]+", text))


def consonants(text: str) -> str:
    """The folded message without the vowels inside its words: "darwaza", "drwaza" and "drwza" are one."""
    return INNER_VOWEL.sub("", fold(text))


def unleet(folded: str) -> str:
    """Digits that stand for letters inside a word ("k1ll", "d3ad"); numbers and Arabizi at the start of a word stay."""
    return re.sub(r"(?<=[a-z])[013457@$](?=[a-z])", lambda found: found[0].translate(LEET), folded)


def shorten(text: str) -> str:
    """A long message keeps its beginning and its end: the hardest sentence often comes last."""
    if len(text) <= MAX_CHARACTERS:
        return text
    head = MAX_CHARACTERS * 6 // 10
    return f"{text[:head]}\n{text[-(MAX_CHARACTERS - head - 1):]}"


def pieces(text: str) -> list[str]:
    """The whole message first, as far as one pass may go, then its sentences when there is more than one."""
    text = shorten(text)
    sentences = [part.strip() for part in re.split(r"(?<=[.!?…؟۔։।])\s+|\n+", text) if re.search(r"\w", part)]
    parts = list(dict.fromkeys(chunk for sentence in sentences for chunk in chunks(sentence.split())))
    return [text[:WHOLE_CHARACTERS], *(parts if len(parts) > 1 else [])]


def leaves_out(parts: list[str], text: str) -> bool:
    """Whether a word of the text stands in none of the parts: only some sentences of a long story are read."""
    return not set(text.split()) <= {word for part in parts for word in part.split()}


def chunks(words: list[str]) -> list[str]:
    """Children write without full stops, so a very long sentence is cut by its number of words."""
    cut = [" ".join(words[at : at + WORDS_IN_A_PIECE]) for at in range(0, len(words), WORDS_IN_A_PIECE)]
    return [chunk[:WHOLE_CHARACTERS] for chunk in cut]
