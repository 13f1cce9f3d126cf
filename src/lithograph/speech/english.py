"""English: articles, plurals, noun phrases. Knows nothing about ontologies; verbs are in `english_verbs`.

Ordinary words go to `inflect`; what it does not know (acronyms read by letters, mass nouns, labels that are plural
already, noun phrases with a tail) is decided here. Every answer hangs on single words and is cached by word.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from lithograph.speech.english_words import (
    ADJECTIVES,
    COUNT_DESPITE,
    COUNT_ING,
    MASS_ENDINGS,
    MASS_NOUNS,
    NOT_ADJECTIVE,
    NOT_PLURAL,
    NOUNS_IN_S,
    NUMBER_WORDS,
    PLURALIA,
    PREPOSITIONS,
    PROPER_WORDS,
    SILENT_H,
    SPOKEN_ACRONYMS,
    VOWEL_DESPITE,
    YOU_SOUND,
)
from lithograph.speech.words import upper_first

_LETTERS_WITH_VOWEL = frozenset("AEFHILMNORSX")
_ROMAN = re.compile(r"[IVX]+|[A-Z]|\d[\d.]*[a-z]?|[A-Z]\d+")
_TAIL_WORDS = PREPOSITIONS | {"that", "which", "who", "used", "using", "whose", "-", "–", "—"}
_TAIL_MARKS = ("(", "[")
_DETERMINED = ("the ", "a ", "an ", "every ", "any ")


@cache
def _engine() -> Any:
    """The engine of `inflect`, imported when a word first needs it.

    Its argument checks are left out: to weave them in costs more CPU time at import than a small build takes.
    """
    import typeguard

    checked = typeguard.typechecked
    typeguard.typechecked = lambda function: function  # type: ignore[assignment]
    try:
        import inflect
    finally:
        typeguard.typechecked = checked
    return inflect.engine()


@lru_cache(maxsize=1 << 16)
def article(word: str) -> str:
    """`a` or `an` before a word, by its sound.

    >>> [article(w) for w in ("hour", "unique", "RNA", "mRNA", "UFO", "8-bit", "11", "SPARQL", "one-way", "http")]
    ['an', 'a', 'an', 'an', 'a', 'an', 'an', 'a', 'a', 'an']
    """
    word = word.lstrip("\"'“‘(«[")
    letters = re.match(r"[A-Za-z]+", word)
    if letters is None:
        return "an" if re.match(r"8|11(?!\d)|18(?!\d)|1[18](?=,?\d{3}(?!\d))", word) else "a"
    head = letters[0]
    spelt = _spelt(head, word)
    if spelt:
        return "an" if spelt in _LETTERS_WITH_VOWEL else "a"
    low = word.lower()
    if low.startswith((*SILENT_H, *VOWEL_DESPITE)):
        return "an"
    if low.startswith(YOU_SOUND):
        return "a"
    return "an" if low[0] in "aeiou" else _ordinary_article(low)


def _spelt(head: str, word: str) -> str:
    """The capital of the letter by which an acronym or a single letter begins to be spelt, or nothing."""
    if len(head) == 1 and (len(word) == 1 or not word[1].isalpha()):
        return head.upper() if head.isupper() or len(word) > 1 else ""
    if head in SPOKEN_ACRONYMS or head.rstrip("s") in SPOKEN_ACRONYMS:
        return ""
    if len(head) > 1 and head[0].islower() and head[1:].isupper():
        return head[0].upper()  # mRNA, pH
    if len(head) > 1 and head.islower() and not re.search("[aeiouy]", head):
        return head[0].upper()  # http, svg
    bare = head[:-1] if head.endswith("s") and head[:-1].isupper() else head
    if bare.isupper() and (len(bare) <= 4 or not re.search(r"[AEIOUY]", bare)):
        return bare[0]
    return ""


def _ordinary_article(word: str) -> str:
    if word.isalpha() and word[0] not in "hy":
        return "a"
    return str(_engine().a(word)).split(" ", 1)[0]


@lru_cache(maxsize=1 << 16)
def plural_word(word: str) -> str:
    """The plural of one noun.

    >>> [plural_word(w) for w in ("valve", "axis", "RNA", "mass", "chain-ring", "steel", "pliers")]
    ['valves', 'axes', 'RNAs', 'masses', 'chain-rings', 'steel', 'pliers']
    """
    low = word.lower()
    if is_mass_word(word) or low in PLURALIA or is_plural_word(word):
        return word
    if not re.fullmatch(r"[A-Za-z](?:[A-Za-z'-]*[A-Za-z])?", word):
        return word + "s"
    if word.isupper() or (word[-1].isupper() and len(word) > 1):
        return word + ("es" if word[-1] == "S" else "s")
    if "-in-" in low or "-of-" in low:
        return str(_engine().plural_noun(word))
    stem, dash, last = word.rpartition("-")
    plural = _REGULARLY.get(last.lower()) or str(_engine().plural_noun(last.lower()))
    if last[:1].isupper():
        plural = upper_first(plural)
    return stem + dash + plural


_REGULARLY = {"matrix": "matrices", "vertex": "vertices", "index": "indices", "criterion": "criteria", "staff": "staff",
              "phenomenon": "phenomena", "taxon": "taxa", "mitochondrion": "mitochondria", "axle": "axles",
              "schema": "schemas", "hertz": "hertz", "mouse": "mice", "lens": "lenses", "gas": "gases"}  # fmt: skip


@lru_cache(maxsize=1 << 16)
def is_plural_word(word: str) -> bool:
    """Whether a noun stands in the plural already (molecules, mice), as far as its form shows."""
    low = word.lower()
    if low in NOT_PLURAL or low in NOUNS_IN_S or low.endswith(("ss", "us", "is", "'s", "sis", "ois")):
        return False
    if low.endswith("ics") and not low.endswith(("topics", "critics", "characteristics", "comics")):
        return False
    if low in PLURALIA or low in ("mice", "children", "people", "men", "women", "feet", "teeth", "criteria", "taxa"):
        return True
    if len(low) < 4 or not low.endswith("s") or not low.isascii() or not low.isalpha() or word.isupper():
        return False
    single = _engine().singular_noun(low)
    return bool(single) and str(_engine().plural_noun(str(single))) == low


@lru_cache(maxsize=1 << 16)
def singular_word(word: str) -> str:
    """The singular of a noun that stands in the plural."""
    if word.lower() in PLURALIA:
        return word
    single = _engine().singular_noun(word.lower())
    return (upper_first(str(single)) if word[0].isupper() else str(single)) if single else word


@lru_cache(maxsize=1 << 16)
def is_mass_word(word: str) -> bool:
    """Whether a noun is not counted: it takes neither `a` nor a plural.

    >>> [is_mass_word(w) for w in ("steel", "clustering", "bearing", "stiffness", "physics", "valve")]
    [True, True, False, True, True, False]
    """
    low = word.lower().rpartition("-")[2]
    if word.isupper() and len(word) > 1:
        return low == "dna"
    if low in MASS_NOUNS:
        return True
    if low.endswith("ing") and len(low) > 5:
        return low not in COUNT_ING
    return len(low) > 5 and low.endswith(MASS_ENDINGS) and low not in COUNT_DESPITE and not low.endswith("ontology")


def head_span(phrase: str) -> tuple[int, int]:
    """Where the head noun of a noun phrase stands: the last word before a preposition, comma or bracket.

    >>> p = "end of life"; p[slice(*head_span(p))]
    'end'
    >>> p = "type II collagen (human)"; p[slice(*head_span(p))]
    'collagen'
    """
    place = 0
    spans: list[tuple[int, int]] = []
    for word in phrase.split(" "):
        if spans and (word in _TAIL_WORDS or word[:1] in _TAIL_MARKS or word.lower() in _TAIL_WORDS):
            break
        closed = word.endswith(",")
        spans.append((place, place + len(word) - closed))
        if closed:
            break
        place += len(word) + 1
    while len(spans) > 1 and _ROMAN.fullmatch(phrase, *spans[-1]):
        spans.pop()
    return spans[-1]


_LISTED = re.compile(r", .*\b(?:and|or) ")
_JOINED = re.compile(r" and (?:[\w-]+ )?$")


def singular(phrase: str) -> str:
    """A noun phrase whose head stands in the plural, in the singular; any other as it is.

    >>> singular("Collapsing methods"), singular("four seasons"), singular("acids and salts")
    ('Collapsing method', 'four seasons', 'acids and salts')
    """
    start, end = head_span(phrase)
    head = phrase[start:end]
    if _LISTED.search(phrase):
        return phrase
    if start and (phrase.split(" ", 1)[0].lower() in NUMBER_WORDS or _JOINED.search(phrase, 0, start)):
        return phrase
    return phrase[:start] + singular_word(head) + phrase[end:] if is_plural_word(head) else phrase


@lru_cache(maxsize=1 << 16)
def is_adjective(name: str) -> bool:
    """Whether a name is one word and an adjective or participle: things are such, not such a thing.

    >>> [is_adjective(w) for w in ("registered", "identifiable", "spatial", "mild", "seed", "table", "animal")]
    [True, True, True, True, False, False, False]
    """
    if not name.islower() or not name.isalpha() or name in NOT_ADJECTIVE:
        return False
    return name in ADJECTIVES or (len(name) > 5 and name.endswith(("ed", "able", "ible", "atial", "poral", "actual")))


@dataclass(frozen=True, slots=True)
class NounForms:
    """The forms of an English noun phrase in the middle of a sentence."""

    name: str
    a: str
    the: str
    plural: str


def noun_forms(name: str, *, proper: bool = False, mass: bool = False, plural: str | None = None) -> NounForms:
    """The forms of a name. A proper or mass name takes no article; a plural label is counted in its singular.

    >>> noun_forms("hour of work").a, noun_forms("Pets").a, noun_forms("steel").a, noun_forms("registered").the
    ('an hour of work', 'a Pet', 'steel', 'what is registered')
    """
    if proper or name[:6].lower().startswith(_DETERMINED):
        return NounForms(name, name, name, plural or name)
    if plural is None and is_adjective(name):
        return NounForms(name, name, "what is " + name, name)
    start, end = head_span(name)
    head = name[start:end]
    if mass or (plural is None and (is_mass_word(head) or _LISTED.search(name) or re.fullmatch(r"\w+ and \w+", name))):
        return NounForms(name, name, name, plural or name)
    one = name
    if plural is None and name.split(" ", 1)[0].lower() in NUMBER_WORDS:
        plural = name[:start] + (head if is_plural_word(head) else plural_word(head)) + name[end:]
    if plural is None and is_plural_word(head):
        if head.lower() in PLURALIA or _JOINED.search(name, 0, start):
            return NounForms(name, name, "the " + name, name)
        one, plural = name[:start] + singular_word(head) + name[end:], name
    plural = plural or name[:start] + plural_word(head) + name[end:]
    return NounForms(name, f"{article(one.split(' ', 1)[0])} {one}", "the " + one, plural)


@lru_cache(maxsize=1 << 16)
def is_name(word: str) -> bool:
    """Whether a capitalised word keeps its capital inside a sentence: peoples, people, months, `Alzheimer's`.

    >>> is_name("Italian"), is_name("Alzheimer's"), is_name("Sequence")
    (True, True, False)
    """
    return word in PROPER_WORDS or word.endswith("'s")


def counted(number: int, name: str, plural: str) -> str:
    """A number with its noun.

    >>> counted(1, "valve", "valves"), counted(2, "valve", "valves")
    ('1 valve', '2 valves')
    """
    return f"{number} {name if number == 1 else plural}"
