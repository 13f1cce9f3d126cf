"""English: articles, plurals, the verb phrase of a relation. Knows nothing about ontologies.

Ordinary words go to `inflect`; what it does not know (acronyms read by letters, mass nouns, labels that are plural
already, noun phrases with a tail) is decided here. Every answer hangs on single words and is cached by word.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from lithograph.render.english_words import (
    ADJECTIVES,
    APART,
    AUXILIARIES,
    COMPARATIVES,
    COUNT_DESPITE,
    COUNT_ING,
    DETERMINERS,
    MASS_ENDINGS,
    MASS_NOUNS,
    MODALS,
    NO_ROLES,
    NOT_ADJECTIVE,
    NOT_PLURAL,
    NOUNS_IN_S,
    NUMBER_WORDS,
    PARTICIPLES,
    PLURAL_ROLES,
    PLURALIA,
    PREPOSITIONS,
    PROPER_WORDS,
    SILENT_H,
    SPOKEN_ACRONYMS,
    VERBS,
    VERBS_AND_NOUNS,
    VOWEL_DESPITE,
    YOU_SOUND,
)
from lithograph.render.words import upper_first

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


@dataclass(frozen=True, slots=True)
class VerbForms:
    """The verb phrase of a relation.

    verb: between subject and object; plural: with a plural subject; bare: after `does`; do, rest: the two halves of
    the question "{do} a valve {rest} a pump?"; verb_not: the denial.
    """

    verb: str
    plural: str
    bare: str
    do: str
    rest: str
    verb_not: str


def verb_forms(
    label: str, *, data: bool = False, bare: str | None = None, plural: str | None = None, given: bool = False
) -> VerbForms:
    """The forms of a relation's label, or of a verb phrase that is `given` in the third person.

    A label that is a noun, or `has` with a noun, becomes `has as topping` (of a data property: `has weight`).

    >>> verb_forms("has topping").bare, verb_forms("part of").verb, verb_forms("regulated by").verb
    ('have as topping', 'is part of', 'is regulated by')
    >>> verb_forms("topping").verb, verb_forms("participates in").bare, verb_forms("directly regulates").verb_not
    ('has as topping', 'participate in', 'does not directly regulate')
    """
    verb = label if given else third_person(label, data=data)
    words = verb.split(" ")
    at = 1 if len(words) > 1 and words[0].endswith("ly") else 0
    head, before, after = words[at], words[:at], words[at + 1 :]
    if head == "has" and after and (after[0] == "been" or _is_participle(after[0])):
        rest = " ".join([*before, *after])
        return VerbForms(verb, plural or "have " + rest, bare or "have " + rest, head, rest, "has not " + rest)
    if head in ("is", "was"):
        rest = " ".join([*before, *after])
        shown = [plural_word(w) if w == after[-2] else w for w in after[1:]] if _is_one(after) else after
        many = " ".join([*before, "are" if head == "is" else "were", *shown])
        return VerbForms(
            verb, plural or many, bare or " ".join([*before, "be", *after]), head, rest, f"{head} not {rest}"
        )
    if head in MODALS and after:
        rest = " ".join([*before, *after])
        denial = "cannot " + rest if head == "can" else f"{head} not {rest}"
        return VerbForms(verb, plural or verb, bare or rest, head, rest, denial)
    plain = bare or " ".join([*before, infinitive(head), *after])
    return VerbForms(verb, plural or plain, plain, "does", plain, "does not " + plain)


def third_person(label: str, *, data: bool = False) -> str:
    """A relation's label as a verb phrase in the third person singular.

    >>> [third_person(label) for label in ("has toppings", "has effect on", "member of", "is part of", "aware of")]
    ['has as topping', 'has effect on', 'is a member of', 'is part of', 'is aware of']
    """
    stem, comma, tail = label.partition(", ")
    if comma:  # causally upstream of, positive effect
        return f"{third_person(stem, data=data)} ({tail})"
    words = label.split(" ")
    adverb = _ADVERB.search(label)
    if adverb:
        verb = third_person(label[: adverb.start()], data=data).split(" ")
        at = 1 + verb[0].endswith("ly")
        return " ".join([*verb[:at], adverb[1], *verb[at:]])
    if len(words) > 1 and words[-1] == "of" and _is_role([w.lower() for w in words]):
        noun = " ".join(words[words[0].lower() == "is" :])
        return f"is {article(noun.split(' ', 1)[0])} {noun}"
    if words[0].lower() in ("has", "have") and not data and _is_noun_phrase([w.lower() for w in words[1:]]):
        return "has as " + _role_played(" ".join(words[1:]))
    at = 1 if len(words) > 1 and words[0].endswith("ly") and words[0] != "only" else 0
    head, rest = words[at].lower(), [w.lower() for w in words[at + 1 :]]
    if head in AUXILIARIES or head in MODALS:
        return label
    if head in ("have", "be", "do"):
        return " ".join([*words[:at], {"have": "has", "be": "is", "do": "does"}[head], *words[at + 1 :]])
    if _is_third_person(head) and not _is_plural_role(head, data=data):
        return label
    if head in VERBS and not (rest and rest[0] == "of"):
        return " ".join([*words[:at], _add_s(head), *words[at + 1 :]])
    if _is_participle(head):
        passive = rest and (rest[0] in PREPOSITIONS or rest[0].endswith("ly"))
        return ("is " if passive or at or data else "has ") + label  # regulated by; assigned attribute to
    if head in PREPOSITIONS:
        return "is " + label
    if rest and (head in ("only", "also", "not", "never", "always") or head.endswith(("able", "ible"))):
        return "is " + label
    if rest and rest[-1] == "from" and words[-2].lower() not in APART:
        return "has " + label  # degree from
    if (rest and rest[-1] in PREPOSITIONS) or at or (head.endswith("ing") and rest):
        return "is " + label
    return "has " + label if data else "has as " + _role_played(label)


_ADVERB = re.compile(r" (at (?:all|some) times?)$")


def _role_played(noun: str) -> str:
    """A noun after `has as`: in the singular; an adjective of comparison is one of a `term` (`broader`)."""
    return singular(noun) + (" term" if noun.lower() in COMPARATIVES else "")


def _is_participle(word: str) -> bool:
    """Whether a word is the past participle of a verb: regulated, made; not related, which compares."""
    return word not in COMPARATIVES and (word in PARTICIPLES or word.endswith("ed"))


def _is_one(words: list[str]) -> bool:
    """Whether what follows `is` is `a member of`."""
    return len(words) > 2 and words[0] in ("a", "an") and words[-1] == "of"


def _is_role(words: list[str]) -> bool:
    """Whether a relation's label is a countable noun with `of` (`member of`, `is cause of`), which takes an article."""
    before, head = words[words[0] == "is" : -2], words[-2]
    if any(w in _NEVER_IN_A_ROLE or w.endswith(("ed", "ly")) or _is_third_person(w) for w in before):
        return False
    if head == "part":
        return bool(before)
    return not (head in _NEVER_IN_A_ROLE or head.endswith(_ADJECTIVAL) or is_mass_word(head) or is_plural_word(head))


_NEVER_IN_A_ROLE = {*NO_ROLES, *DETERMINERS, *PREPOSITIONS, *AUXILIARIES, *MODALS, *VERBS, *PARTICIPLES, "is", "of"}
_ADJECTIVAL = ("ed", "ble", "ly", "ful", "less", "ous")


def _is_noun_phrase(words: list[str]) -> bool:
    """Whether what follows `has` is a noun without an article: `topping`, `primary input`, not `effect on`, `been`."""
    if not words or words[0] in DETERMINERS or words[-1] in DETERMINERS or words[0] in PREPOSITIONS:
        return False
    last = words[-1]
    return not (last in PREPOSITIONS or _is_participle(last) or "that" in words)


def is_clause(name: str) -> bool:
    """Whether a name in small letters is the name of a relation (`is entailed by`), which a sentence has to quote.

    >>> is_clause("is entailed by"), is_clause("manner of"), is_clause("front wheel")
    (True, True, False)
    """
    words = name.split(" ")
    return len(words) > 1 and (words[0] in AUXILIARIES or words[0] == "be" or words[-1] in PREPOSITIONS)


def with_pronoun(verb: str, pronoun: str) -> str:
    """A verb phrase with a short object, which stands before the role that it plays.

    >>> with_pronoun("has as topping", "another"), with_pronoun("stands on", "something")
    ('has another as topping', 'stands on something')
    """
    head, found, role = verb.partition(" as ")
    if found and head.startswith(("has", "does not have")):
        return f"{head} {pronoun} as {role}"
    return f"{verb} {pronoun}"


def _is_third_person(word: str) -> bool:
    if not word.endswith("s") or word.endswith(("ss", "us", "is", "ics")) or word in NOUNS_IN_S or len(word) < 4:
        return False
    return word.isascii() and word.isalpha()


def _is_plural_role(word: str, *, data: bool) -> bool:
    """Whether a word in -s is rather a noun in the plural (members, days duration) than a verb (realizes, surrounds).

    A data property is named by a noun unless the verb is known.
    """
    if infinitive(word) in VERBS or infinitive(word) in VERBS_AND_NOUNS:
        return False
    return data or word.endswith(("ors", "ers", "ments", "ions", "ities", "ists", "isms")) or word in PLURAL_ROLES


def infinitive(word: str) -> str:
    """The infinitive of a verb in the third person singular.

    >>> [infinitive(w) for w in ("has", "carries", "passes", "uses", "develops", "goes", "touches", "lies")]
    ['have', 'carry', 'pass', 'use', 'develop', 'go', 'touch', 'lie']
    """
    low = word.lower()
    if low in AUXILIARIES:
        return AUXILIARIES[low]
    if low in ("lies", "dies", "ties", "vies"):
        return low[:-1]
    if low.endswith("ies"):
        return low[:-3] + "y"
    if low.endswith(("sses", "shes", "ches", "xes", "zzes", "oes")) and low not in ("aches", "axes", "caches"):
        return low[:-2]
    return low[:-1] if low.endswith("s") else low


def _add_s(word: str) -> str:
    if word.endswith("y") and word[-2] not in "aeiou":
        return word[:-1] + "ies"
    return word + ("es" if word.endswith(("s", "sh", "ch", "x", "z", "o")) else "s")


def counted(number: int, name: str, plural: str) -> str:
    """A number with its noun.

    >>> counted(1, "valve", "valves"), counted(2, "valve", "valves")
    ('1 valve', '2 valves')
    """
    return f"{number} {name if number == 1 else plural}"
