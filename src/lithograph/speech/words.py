"""What holds for the words of any language: identifiers, folding, capitals, lists. Knows no grammar and no ontology."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import pairwise
from urllib.parse import unquote

UNSPEAKABLE = "⟦⟧"
"""What stands where a term has no words: a mark that the print check finds, should the filter have let it through."""

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
_SPACES = re.compile(r"\s+")
_UUID = re.compile(r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}", re.I)
_NUMBERED = re.compile(r"[A-Za-z]+[_:.-]?\d{3,}|[A-Za-z]{1,3}[_:.-]?\d+|[A-Za-z]+_[A-Z]*\d{3,}[A-Za-z]?")
_CAMEL = re.compile(
    r"(?<=[a-zа-яё])(?=[A-ZА-ЯЁ])|(?<=[A-ZА-ЯЁ])(?=[A-ZА-ЯЁ][a-zа-яё])|(?<=[A-Za-zА-Яа-яё])(?=\d)"
    r"|(?<=\d)(?=[A-ZА-ЯЁ][a-zа-яё])"
)
_HASH = re.compile(r"(?<![A-Za-z])(?=[0-9a-f]*\d[0-9a-f]*\d)(?=\d*[a-f])[0-9a-f]{7,}|[0-9a-f]{8}-[0-9a-f]{4}")
_CASE_TURN = re.compile(r"[a-zа-яё][A-ZА-ЯЁ]")
_WORD_INSIDE = re.compile(r"[^\W\d_][a-zа-яё][A-ZА-ЯЁ][a-zа-яё]")
_PREFIXED = re.compile(r"[a-zа-яё]?[A-ZА-ЯЁ]+s?\d*")
_SENTENCE_END = (".", "!", "?", "…", ".)", ".»", '."', ".”")
_LATIN, _CYRILLIC = re.compile(r"[A-Za-z]"), re.compile(r"[А-Яа-яЁё]")


def fold(text: str) -> str:
    """NFC, control characters removed, whitespace folded to single spaces, ends trimmed.

    >>> fold("a\\tvalve \\n of  steel\\x07 ")
    'a valve of steel'
    """
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()
    text = _SPACES.sub(" ", _CONTROL.sub("", unicodedata.normalize("NFC", text))).strip()
    while text and unicodedata.combining(text[0]):  # a part never changes the letter before it
        text = text[1:].lstrip()
    return text


_MIXED = re.compile(r"[A-Za-zА-Яа-яЁё]*(?:[A-Za-z][А-Яа-яЁё]|[А-Яа-яЁё][A-Za-z])[A-Za-zА-Яа-яЁё]*")
_LOOKALIKES = str.maketrans("aceopxyABCEHKMOPTX", "асеорхуАВСЕНКМОРТХ")


def in_one_script(text: str) -> str:
    """A text without Latin letters inside Russian words, where a Cyrillic one looks the same.

    >>> in_one_script("oрганизационная единица"), in_one_script("ИT-отдел"), in_one_script("XML-файл")
    ('организационная единица', 'ИТ-отдел', 'XML-файл')
    """
    return _MIXED.sub(lambda word: word[0].translate(_LOOKALIKES), text)


def upper_first(text: str) -> str:
    """The text as it stands at the start of a sentence; words with a capital inside (mRNA, pH) and variables stay.

    >>> upper_first("a valve"), upper_first("mRNA decay"), upper_first("«ось»"), upper_first("b is part of c")
    ('A valve', 'mRNA decay', '«Ось»', 'b is part of c')
    """
    at = 0
    while at < len(text) and not text[at].isalnum():
        at += 1
    if at >= len(text) or not text[at].islower():
        return text
    end = text.find(" ", at)
    word = text[at : end if end > 0 else len(text)]
    if any(c.isupper() for c in word) or (len(word) == 1 and word != "a" and word.isascii() and end > 0):
        return text
    return text[:at] + text[at].upper() + text[at + 1 :]


def sentence(text: str) -> str:
    """Capitalised, with a full stop at the end unless one stands there."""
    text = upper_first(text)
    return text if not text or text.endswith(_SENTENCE_END) else text.rstrip(",;:") + "."


def speaks(text: str, language: str) -> bool:
    """Whether a text without a language tag can be read in a language, by its script.

    >>> speaks("pump", "en"), speaks("насос", "en"), speaks("M5", "ru"), speaks("42", "ru")
    (True, False, False, True)
    """
    latin, cyrillic = bool(_LATIN.search(text)), bool(_CYRILLIC.search(text))
    if language == "ru":
        return cyrillic or not latin
    return not cyrillic and (latin or text.isascii())


def local_name(iri: str) -> str:
    """The last part of an IRI, percent-encoding read.

    >>> local_name("http://ex.org/pizza#hasTopping"), local_name("urn:x:Caf%C3%A9")
    ('hasTopping', 'Café')
    """
    iri = iri.rstrip("#/")
    at = max(iri.rfind("#"), iri.rfind("/"), iri.rfind(":"))
    return unquote(iri[at + 1 :])


def is_opaque(name: str) -> bool:
    """Whether an identifier is a code that has no words in it.

    >>> [is_opaque(n) for n in ("data_0006", "P123", "GO_0005634", "R8kP2xQz71LmN", "Event_002f037b", "hasTopping")]
    [True, True, True, True, True, False]
    """
    if not any(c.isalpha() for c in name) or _UUID.search(name) or _HASH.search(name) or _NUMBERED.fullmatch(name):
        return True
    if len(name) < 2 or not any(c.lower() in "aeiouyаеёиоуыэюя" for c in name):
        return True
    if len(name) >= 10 and any(c.isdigit() for c in name):
        classes = [0 if c.islower() else 1 if c.isupper() else 2 for c in name if c.isalnum()]
        turns = sum(a != b for a, b in pairwise(classes))
        return turns / len(name) > 0.45
    return False


def is_identifier(label: str, local: str, *, proper: bool = False) -> bool:
    """Whether a label is an identifier (`hasTopping`, `has_part`) and not a word with a capital in it (mRNA, GenBank).

    A label in one piece with a capital inside is one when it starts with a small letter and a whole word, or when it
    merely repeats the local name of the IRI (CheeseyPizza; not SiLU). A proper name is never the latter (PyTorch).
    """
    if " " in label or not label:
        return False
    if "_" in label.strip("_"):
        return True
    if not _CASE_TURN.search(label):
        return False
    head = re.match(r"[a-zа-яё]+", label)
    return (head is not None and len(head[0]) > 1) or (
        label == local and not proper and _WORD_INSIDE.search(label) is not None
    )


def identifier_words(name: str, *, keep_case: bool = False) -> str:
    """An identifier read as words; acronyms keep their capitals, so does everything with `keep_case`.

    >>> identifier_words("hasTopping"), identifier_words("DNAMethylation"), identifier_words("With3Daughters")
    ('has topping', 'DNA methylation', 'with 3 daughters')
    >>> identifier_words("AnnaSmith", keep_case=True)
    'Anna Smith'
    """
    parts = fold(name.replace("_", " ").replace("+", " ")).split()
    words = [
        word for part in parts for word in ([part] if _PREFIXED.fullmatch(part) else _CAMEL.sub(" ", part).split())
    ]
    if keep_case:
        return " ".join(words)
    read = " ".join(w if _keeps_case(w) else w.lower() for w in words)
    return _DEGREE.sub(lambda found: _DEGREES[found[0]], read)


def _keeps_case(word: str) -> bool:
    """Whether a piece of an identifier is written as it is: DNA, T-cell."""
    return word[1:2] == "-" or (len(word) > 1 and _PREFIXED.fullmatch(word) is not None and not is_title_word(word))


_DEGREES = {"ph d": "PhD", "m sc": "MSc", "b sc": "BSc", "io t": "IoT"}
_DEGREE = re.compile(rf"\b(?:{'|'.join(_DEGREES)})\b")


_RUN = re.compile(r"\w+")
_WORD_TURN = re.compile(r"\w*[A-Za-zА-Яа-яЁё][a-zа-яё][A-ZА-ЯЁ]\w*|[^\W_]\w*_\w*[^\W_]")


def identifiers_in(text: str) -> list[str]:
    """The words of a text that look like identifiers: a capital after a small letter, or an underscore.

    >>> identifiers_in("The mRNA of GenBank has data_0006 and ___ hasTopping")
    ['GenBank', 'data_0006', 'hasTopping']
    """
    return [found for run in _RUN.findall(text) if (found := _identifier(run))]


@functools.lru_cache(maxsize=1 << 16)
def _identifier(run: str) -> str:
    """The identifier in a run of letters, digits and underscores, empty where there is none."""
    found = _WORD_TURN.search(run)
    return found[0] if found else ""


_TWICE = re.compile(r"(?<![\w-])([^\W\d_][\w'’-]*) \1(?![\w'’-])", re.I)


def repeated_words(text: str) -> list[str]:
    """Every word that a text says twice on end, both times.

    >>> repeated_words("Bora Bora is is an island")
    ['Bora Bora', 'is is']
    """
    return [match[0] for match in _TWICE.finditer(text)]


_AND = {"en": " and ", "ru": " и "}


def join_list(strings: Sequence[str], language: str) -> str:
    """Words as a list in prose, without the serial comma.

    >>> join_list(["a valve", "a pump", "a seal"], "en"), join_list(["ось", "втулка"], "ru")
    ('a valve, a pump and a seal', 'ось и втулка')
    """
    items = list(dict.fromkeys(strings))
    if len(items) < 2:
        return "".join(items)
    return ", ".join(items[:-1]) + _AND[language] + items[-1]


@lru_cache(maxsize=1 << 16)
def is_title_word(word: str) -> bool:
    """Whether a word is written with one capital, at its start: Pump, not PUMP, RNA, pH, A, T-cell."""
    return (
        len(word) > 1 and word[0].isupper() and word[1] != "-" and word[1:].replace("-", "").replace("'", "").islower()
    )


def lower_title(name: str, is_name: Callable[[str], bool], *, every: bool) -> str:
    """A common noun written as a title (`Sequence alignment`, `Air Handling Unit`) as it stands inside a sentence.

    every: lower every title word, not only the first. What `is_name` knows keeps its capital.

    >>> lower_title("Air Handling Unit", lambda w: False, every=True)
    'air handling unit'
    """
    words = name.split(" ")
    for i, word in enumerate(words):
        if i and not every:
            break
        stem = word.strip("(),")
        if is_title_word(stem) and not is_name(stem):
            words[i] = word.lower()
        elif i == 0 and word == "A" and len(words) > 1 and words[1].islower():
            words[i] = "a"
    return " ".join(words)
